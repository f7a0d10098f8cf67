"""The command: a real process on a free port, the SDK over HTTP."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from braintree import BraintreeGateway, Configuration, Environment
from braintree import TransactionSearch as Search
from braintree.exceptions.not_found_error import NotFoundError
from braintree.exceptions.service_unavailable_error import ServiceUnavailableError

from tests.sandbox.conftest import CVV, VISA, codes, order

START_S = 15.0
TIMEOUT_S = 1.0
SOURCE = Path(__file__).parents[2] / "agi"


@dataclass
class Running:
    """A sandbox that runs as a process of its own."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    http: requests.Session

    def sdk(self) -> Any:
        host, port = self.url.removeprefix("http://").split(":")
        place = Environment("local", host, port, self.url, False, None, host, port)
        return BraintreeGateway(
            Configuration(
                environment=place,
                merchant_id="paytone_merchant_id",
                public_key="paytone_public_key",
                private_key="paytone_private_key",
                timeout=TIMEOUT_S,
            )
        )

    def inject(self, **fault: Any) -> None:
        assert 201 == self.http.post(f"{self.url}/sandbox/faults", json=fault).status_code

    def struck(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json("faults")["struck"]
        return found

    def json(self, what: str) -> Any:
        return self.http.get(f"{self.url}/sandbox/{what}").json()


def start(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A new process and the port it wrote."""
    port_file, log = folder / "port", folder / "log"
    code = "from paytone.cli.sandbox import sandbox; sandbox()"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "--port", "0", "--port-file", str(port_file)],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=SOURCE,
        )
    give_up = time.monotonic() + START_S
    while not port_file.exists():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < give_up, log.read_text()
        time.sleep(0.02)
    return process, int(port_file.read_text())


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("sandbox")
    started, port = start(folder)
    with requests.Session() as http:
        http.trust_env = False
        yield Running(started, f"http://127.0.0.1:{port}", folder / "log", http)
    started.terminate()
    started.wait(10)


@pytest.fixture
def running(process: Running) -> Running:
    """The process, empty."""
    process.http.post(f"{process.url}/sandbox/reset")
    return process


@pytest.fixture
def over_http(running: Running) -> Iterator[Any]:
    sdk = running.sdk()
    yield sdk
    sdk.config.close()


def test_sale_find_search_void_and_refund(over_http: Any) -> None:
    sale = over_http.transaction.sale(order(order_id="pay-1")).transaction

    assert sale.id == over_http.transaction.find(sale.id).id
    assert [sale.id] == [
        found.id for found in over_http.transaction.search(Search.order_id == "pay-1")
    ]
    over_http.testing.settle_transaction(sale.id)
    assert over_http.transaction.refund(sale.id, "5.00").is_success
    second = over_http.transaction.sale(order("7.00")).transaction
    assert "voided" == over_http.transaction.void(second.id).transaction.status
    with pytest.raises(NotFoundError):
        over_http.transaction.find("nosuch1")


def test_a_decline_and_a_refusal(over_http: Any) -> None:
    assert "Insufficient Funds" == over_http.transaction.sale(order("2001.00")).message
    assert [("amount", "81531")] == codes(over_http.transaction.sale(order("0.00")))


def test_answers_are_compressed_when_asked_for(running: Running, over_http: Any) -> None:
    over_http.transaction.sale(order())
    path = f"{running.url}/merchants/paytone_merchant_id/transactions/advanced_search_ids"
    login = ("paytone_public_key", "paytone_private_key")
    search = b"<search><amount><min>1</min></amount></search>"

    zipped = running.http.post(path, search, auth=login, headers={"Accept-Encoding": "gzip"})
    plain = running.http.post(path, search, auth=login, headers={"Accept-Encoding": ""})

    assert ("gzip", None) == (
        zipped.headers.get("Content-Encoding"),
        plain.headers.get("Content-Encoding"),
    )
    assert zipped.content == plain.content
    assert "application/xml; charset=utf-8" == plain.headers["Content-Type"]


@pytest.mark.parametrize(("when", "sold"), [("before", []), ("after", ["pay-1"])])
def test_a_dropped_connection(running: Running, over_http: Any, when: str, sold: list[str]) -> None:
    running.inject(kind="sale", when=when, act="drop")

    with pytest.raises(requests.exceptions.ConnectionError):
        over_http.transaction.sale(order(order_id="pay-1"))

    assert sold == [held["order_id"] for held in running.json("transactions")]
    assert [bool(sold)] == [strike["worked"] for strike in running.struck()]
    assert over_http.transaction.sale(order(order_id="pay-2")).is_success


def test_a_timeout_after_the_work(running: Running, over_http: Any) -> None:
    running.inject(kind="sale", when="after", act="delay", seconds=2 * TIMEOUT_S)

    with pytest.raises(requests.exceptions.ReadTimeout):
        over_http.transaction.sale(order(order_id="pay-1"))

    [sale] = running.json("transactions?order_id=pay-1")
    assert [(True, sale["id"])] == [(hit["worked"], hit["transaction"]) for hit in running.struck()]


def test_a_timeout_before_the_work_which_is_done_later(running: Running, over_http: Any) -> None:
    running.inject(kind="sale", when="before", act="delay", seconds=1.5 * TIMEOUT_S)

    with pytest.raises(requests.exceptions.ReadTimeout):
        over_http.transaction.sale(order(order_id="pay-1"))

    assert [] == running.json("transactions")
    give_up = time.monotonic() + 10
    while not running.struck()[0]["worked"]:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    assert ["pay-1"] == [held["order_id"] for held in running.json("transactions")]


def test_others_are_served_while_one_is_held_up(running: Running, over_http: Any) -> None:
    running.inject(kind="sale", when="before", act="delay", seconds=1.5 * TIMEOUT_S)
    with pytest.raises(requests.exceptions.ReadTimeout):
        over_http.transaction.sale(order(order_id="pay-1"))

    assert over_http.transaction.sale(order(order_id="pay-2")).is_success


def test_a_status(running: Running, over_http: Any) -> None:
    running.inject(kind="search", when="before", act="status", status=503)

    with pytest.raises(ServiceUnavailableError):
        over_http.transaction.search(Search.order_id == "pay-1")


def test_settings_over_http(running: Running, over_http: Any) -> None:
    changes: Any = {"moto": "refused-by-account", "search_lag_s": 60}

    told = running.http.post(f"{running.url}/sandbox/settings", json=changes).json()

    assert ("refused-by-account", 60) == (told["moto"], told["search_lag_s"])
    assert [("merchant_account_id", "91558")] == codes(over_http.transaction.sale(order()))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settings", '{"moto": "perhaps"}'),
        ("settings", '{"merchant": "nobody"}'),
        ("settings", '{"search_lag_s": NaN}'),
        ("settings", '{"request_keys": 1}'),
        ("faults", '{"kind": "coffee"}'),
        ("faults", '{"times": true}'),
        ("faults", "[1]"),
        ("faults", "{"),
    ],
)
def test_what_the_admin_side_does_not_understand(running: Running, path: str, body: str) -> None:
    answer = running.http.post(f"{running.url}/sandbox/{path}", body)

    assert 422 == answer.status_code
    assert answer.json()["error"]


def test_a_wrong_admin_path_and_verb(running: Running) -> None:
    assert 404 == running.http.get(f"{running.url}/sandbox/nothing").status_code
    assert 404 == running.http.put(f"{running.url}/sandbox/reset").status_code


def test_hostile_requests_leave_it_standing(running: Running, over_http: Any) -> None:
    url = f"{running.url}/merchants/paytone_merchant_id/transactions"
    login = ("paytone_public_key", "paytone_private_key")

    assert 413 == running.http.post(url, b"x" * 1_500_000, auth=login).status_code
    assert 400 == running.http.post(url, b"<a>", auth=login).status_code
    assert 401 == running.http.post(url, b"<a>").status_code
    assert 404 == running.http.request("BREW", url, auth=login).status_code
    host, port = running.url.removeprefix("http://").split(":")
    for noise in (b"\x00" * 100, b"GET", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
        with socket.create_connection((host, int(port)), timeout=5) as rough:
            rough.sendall(noise)
    assert over_http.transaction.sale(order()).is_success


def test_the_log_holds_no_card_data(running: Running, over_http: Any) -> None:
    over_http.transaction.sale(order())
    with pytest.raises(NotFoundError):
        over_http.credit_card.find(VISA)

    text = running.log.read_text()
    assert "POST /merchants/paytone_merchant_id/transactions 201" in text
    assert "payment_methods/credit_card/…" in text
    assert VISA not in text
    assert f">{CVV}<" not in text


def test_it_stops_cleanly_when_told_even_with_a_request_held_up(tmp_path: Path) -> None:
    process, port = start(tmp_path)
    with requests.Session() as http:
        http.trust_env = False
        url = f"http://127.0.0.1:{port}"
        held_up: Any = {"kind": "find", "when": "before", "act": "delay", "seconds": 600}
        http.post(f"{url}/sandbox/faults", json=held_up)
        with pytest.raises(requests.exceptions.ReadTimeout):
            http.get(
                f"{url}/merchants/paytone_merchant_id/transactions/abc",
                auth=("paytone_public_key", "paytone_private_key"),
                timeout=0.3,
            )

    process.send_signal(signal.SIGTERM)

    assert 0 == process.wait(10)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_taken_port_is_said_so(running: Running) -> None:
    port = running.url.rpartition(":")[2]
    code = "from paytone.cli.sandbox import sandbox; sandbox()"

    tried = subprocess.run(
        [sys.executable, "-c", code, "--port", port], cwd=SOURCE, capture_output=True, check=False
    )

    assert 1 == tried.returncode
    assert b"Address already in use" in tried.stderr


def test_an_answer_drips_over_http(running: Running) -> None:
    """Longer than the timeout as a whole, yet no single wait is."""
    running.inject(kind="sale", act="drip", seconds=1.5)
    began = time.monotonic()

    assert running.sdk().transaction.sale(order()).is_success

    assert 1.4 <= time.monotonic() - began <= 6


def test_an_answer_is_cut_over_http(running: Running) -> None:
    running.inject(kind="sale", act="cut")

    with pytest.raises(requests.exceptions.RequestException):
        running.sdk().transaction.sale(order(order_id="cut"))

    [strike] = running.struck()
    assert strike["worked"]
    assert [strike["transaction"]] == [sale["id"] for sale in running.json("transactions")]


def test_an_answer_does_not_wait_for_an_acknowledgement(running: Running) -> None:
    """Forty milliseconds, if headers and body go out as Nagle would have it."""
    sdk = running.sdk()
    took = []
    for _ in range(10):
        began = time.monotonic()
        sdk.transaction.search(Search.order_id == "none")
        took.append(time.monotonic() - began)

    assert min(took) < 0.035


@pytest.mark.parametrize(
    "path",
    ["4111111111111111", "4111-1111-1111-1111", "4111%201111%201111%201111", "a%0aFORGED%0d"],
    ids=["a number", "with dashes", "with spaces", "with line ends"],
)
def test_no_path_puts_a_number_or_a_line_into_the_log(running: Running, path: str) -> None:
    running.http.get(f"{running.url}/{path}")

    lines = running.log.read_text().splitlines()
    assert not any(line.startswith("FORGED") for line in lines)
    assert not any(re.search("4111.{0,3}1111", line) for line in lines)


def test_a_page_in_a_browser_here_may_not_administer(running: Running) -> None:
    answer = running.http.post(
        f"{running.url}/sandbox/reset", headers={"origin": "http://elsewhere.example"}
    )

    assert 403 == answer.status_code
