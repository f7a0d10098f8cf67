"""The command's own side: what it asks of a sandbox that runs beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from braintree.exceptions.service_unavailable_error import ServiceUnavailableError
from click.testing import CliRunner, Result

from paytone.cli import main
from paytone.sandbox.control.merchant_file import read_merchants
from paytone.sandbox.merchants import PAYTONE
from paytone.sandbox.strategy import gateway_at
from tests.sandbox.conftest import order
from tests.sandbox.test_bank_accounts import debit
from tests.sandbox.test_merchant_file import ACME

START_S = 15.0


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that runs, and the command that asks it."""

    port: int

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["sandbox", "--port", str(self.port), *words])

    def ask(self, *words: str) -> Any:
        """What the command prints, which ended well."""
        result = self.run(*words)
        assert 0 == result.exit_code, result.output
        return json.loads(result.output)

    def sdk(self) -> Any:
        return gateway_at(self.port)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("sandbox")
    merchants, file = folder / "merchants.toml", folder / "port"
    merchants.write_text(ACME)
    code = "from paytone.cli import main; main()"
    words = ["sandbox", "--port", "0", "--port-file", str(file), "--merchants", str(merchants)]
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen([sys.executable, "-c", code, *words], stdout=log, stderr=log)
    give_up = time.monotonic() + START_S
    while not file.exists():
        assert started.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.02)
    yield Running(int(file.read_text()))
    started.terminate()
    started.wait(10)


@pytest.fixture
def running(process: Running) -> Running:
    """It, empty."""
    process.ask("reset")
    return process


def status(running: Running, sale: Any) -> str:
    return str(running.sdk().transaction.find(sale).status)


def test_a_debit_is_settled_and_returned(running: Running) -> None:
    sale = debit(running.sdk())

    assert "settled" == running.ask("settle", sale)["status"]
    running.ask("return", sale, "--code", "R08")

    found = running.sdk().transaction.find(sale)
    assert ("settlement_declined", "R08") == (found.status, found.ach_return_code)


def test_a_debit_settles_when_the_clock_is_moved_on(running: Running) -> None:
    sale = debit(running.sdk())

    running.ask("advance", "71h")
    before = status(running, sale)
    running.ask("advance", "1h")

    assert ("settlement_pending", "settled") == (before, status(running, sale))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["settle", "nosuch"], "no such transaction"),
        (["return", "nosuch", "--code", "R99"], "code is one of"),
        (["advance", "soon"], "say it like 3d"),
        (["fault", "act=boom"], "act cannot be"),
        (["fault", "drop"], "not NAME=VALUE"),
        (["settings", "speed=9"], "speed is not one of"),
        (["--merchant", "nobody", "settings"], "no such merchant"),
        (["webhook", "ftp://example.org"], "http or https"),
        (["webhook", "--check"], "no webhook address"),
    ],
)
def test_what_cannot_be_is_said_so(running: Running, words: list[str], said: str) -> None:
    result = running.run(*words)

    assert 0 != result.exit_code
    assert said in result.output


def test_nobody_there_is_said_so() -> None:
    result = Running(1).run("reset")

    assert 1 == result.exit_code
    assert "no sandbox answers" in result.output


def test_a_fault_is_injected_listed_and_cleared(running: Running) -> None:
    number = running.ask("fault", "kind=sale", "act=status", "amount=12.00", "order_id=7")["fault"]
    waiting = running.ask("fault")["waiting"]
    with pytest.raises(ServiceUnavailableError):
        running.sdk().transaction.sale(order("12.00", order_id="7"))

    [strike] = running.ask("fault")["struck"]
    assert ([number], number, False) == (
        [each["fault"] for each in waiting],
        strike["fault"],
        strike["worked"],
    )
    running.ask("fault", "--clear")
    assert {"waiting": [], "struck": []} == running.ask("fault")


def test_settings_are_a_merchants_own(running: Running) -> None:
    running.ask("--merchant", PAYTONE.id, "settings", "search_lag_s=60", "avs_rules=true")

    assert 60 == running.ask("--merchant", PAYTONE.id, "settings")["search_lag_s"]
    assert 0 == running.ask("settings")["search_lag_s"]
    assert "refused-by-account" == running.ask("settings")["moto"]


def test_a_merchant_of_the_file_is_served_beside_the_others(running: Running) -> None:
    [acme] = read_merchants(ACME)
    sale = order(transaction_source=None)

    assert gateway_at(running.port, acme).transaction.sale(dict(sale)).is_success
    assert running.sdk().transaction.sale(dict(sale)).is_success


def test_a_webhook_is_set_shown_and_taken_away(running: Running) -> None:
    running.ask("webhook", "http://127.0.0.1:1/", "--copies", "2", "--spread", "5", "--retry", "9")
    shown = running.ask("webhook")["hook"]
    running.ask("webhook", "--off")

    assert (2, 5, 9) == (shown["copies"], shown["spread_s"], shown["retry_s"])
    assert {"hook": None, "notices": []} == running.ask("webhook")


def test_a_file_that_is_not_understood_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "merchants.toml"
    file.write_text("[[merchant]]\nid = 5\n")

    result = CliRunner().invoke(main, ["sandbox", "--port", "0", "--merchants", str(file)])

    assert 1 == result.exit_code
    assert "a merchant needs id" in result.output
