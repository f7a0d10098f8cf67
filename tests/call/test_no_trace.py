"""Card numbers, codes and PINs of real calls leave no trace anywhere on the line's machine."""

from __future__ import annotations

import asyncio
import csv
import http.client
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import psycopg
import pytest
import pytest_asyncio

from paytone.ami import Ami
from paytone.caller import Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    BANK_NOT_VERIFIED,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
)
from paytone.flows.card_entry import ASK_CARD, ASK_POSTAL, CARD_MISREAD, ENDING_IN, EXPIRES
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.identify import ASK_PIN
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.pay_bill import PAID, PAYMENT_UNKNOWN
from paytone.gateway import Refusal
from paytone.line.demo import CHECKS
from paytone.line.line import Line
from paytone.prompts import Prompt
from paytone.rules.money import Money
from paytone.rules.pin import hash_pin
from tests.call.biller import COLUMNS, Biller, Customer
from tests.call.conversation import EXPIRY, GREETING, PAY, WHOLE, Turns
from tests.call.traces import Secrets, Trace, dump, processes

PIN = "739164"
CODE = "2847"
OWES = {
    "approved": "112.40",
    "declined": "2001.00",
    "mistyped": "112.40",
    "hung up amid the number": "112.40",
    "American Express": "112.40",
    "bank account": "112.40",
    "gateway dropped": "112.40",
    "classic AGI": "112.40",
}
CARDS = {
    "approved": "4009348888881881",
    "declined": "4012000033330026",
    "mistyped": "4217651111111118",
    "hung up amid the number": "4023898493988028",
    "American Express": "371449635398431",
    "bank account": "30609513380274",
    "gateway dropped": "6011000991300009",
    "classic AGI": "2223000048400011",
}
SECRETS = Secrets(cards=CARDS, pins={"everyone's": PIN}, codes={"American Express": CODE})


def _card(name: str, code: str = "718") -> Turns:
    return (
        (ASK_CARD, f"{CARDS[name]}#"),
        (ENDING_IN, EXPIRY),
        (EXPIRES, code),
        (ASK_POSTAL, "10001"),
        (REVIEW_KEYS, "1"),
    )


LAST_TURNS: dict[str, Turns] = {
    "approved": (*_card("approved"), (REPEAT_CONFIRMATION, None)),
    "declined": (*_card("declined"), (WHY_DECLINED[Refusal.FUNDS], None)),
    "mistyped": ((ASK_CARD, f"{CARDS['mistyped']}#"), (CARD_MISREAD, None)),
    "hung up amid the number": ((ASK_CARD, CARDS["hung up amid the number"][:12]),),
    "American Express": (*_card("American Express", CODE), (PAID, None)),
    "bank account": (
        (ASK_ROUTING, "021000021"),
        (ASK_BANK_ACCOUNT, f"{CARDS['bank account']}#"),
        (BANK_ACCOUNT_AGAIN, f"{CARDS['bank account']}#"),
        (IF_CHECKING, "1"),
        (IF_PERSONAL, "1"),
        (CHECK_WITH_BANK, "1"),
        (BANK_NOT_VERIFIED, None),
    ),
}
"""What each of those who call at the same time keys after choosing to pay the whole bill."""


@dataclass(slots=True)
class Watch:
    """All that could be seen of the calls from outside their processes."""

    line: Line
    events: bytearray = field(default_factory=bytearray)
    processes: set[bytes] = field(default_factory=set)

    async def keep_looking(self) -> None:
        """Note each process of the line, those that live for one job too."""
        while True:
            self.processes |= await asyncio.to_thread(processes, self.line.folder)
            await asyncio.sleep(0.1)

    def traces(self) -> list[Trace]:
        """What is left of `SECRETS` in everything seen or written so far."""
        folder = self.line.folder
        texts = (
            *folder.glob("*.log"),
            self.line.configuration.logs,
            folder / "postgres/postgres.log",
        )
        return [
            *SECRETS.in_folder(folder, texts=texts),
            *SECRETS.in_text("the database", dump(self.line.database_url)),
            *SECRETS.in_text("AMI events", bytes(self.events)),
            *SECRETS.in_text("Braintree's books", _books(self.line)),
            *(trace for seen in self.processes for trace in SECRETS.in_text("a process", seen)),
        ]


def _books(line: Line) -> bytes:
    with closing(http.client.HTTPConnection("127.0.0.1", line.ports.sandbox, timeout=5)) as sandbox:
        sandbox.request("GET", "/sandbox/transactions")
        return sandbox.getresponse().read()


def _customers(line: Line) -> dict[str, Customer]:
    """One customer for each call, with a PIN that is not found by chance."""
    file = line.folder / "ours.csv"
    pin_hash = hash_pin(PIN)
    customers = {}
    with file.open("w", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        for at, (name, owes) in enumerate(OWES.items()):
            number = f"48{at:014}"
            rows.writerow((number, "Test", pin_hash, f"N{number}", owes, "-7d", "+14d"))
            customers[name] = Customer(number, Money(0), PIN)
    line.paytone("accounts", "import", str(file))
    return customers


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line of these callers' own, as talkative as it can be."""
    with Biller.opened(hearing, {}, verbose=10, settings=CHECKS) as opened:
        opened.line.asterisk.rx("core set verbose 10")
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watch(biller: Biller) -> AsyncIterator[Watch]:
    """The line under watch, after all calls."""
    seen = Watch(biller.line)
    ours = biller.line.configuration
    async with Ami.connect(
        "127.0.0.1", ours.ami_port, user=ours.ami_user, secret=ours.ami_secret,
        capture=seen.events.extend,
    ):  # fmt: skip
        looking = asyncio.create_task(seen.keep_looking())
        await _hold_calls(biller, _customers(biller.line))
        yield seen
        looking.cancel()


async def _hold_calls(biller: Biller, customers: Mapping[str, Customer]) -> None:
    def opening(name: str) -> Turns:
        way = "3" if name == "bank account" else "2"
        keyed = ((GREETING, customers[name].number), (ASK_PIN, PIN))
        return (*keyed, *PAY, *WHOLE, (PAY_WITH_CHECK, way))

    async def call(name: str, *turns: tuple[Prompt, str | None]) -> None:
        async with biller.dial() as caller:
            await script(caller, (*opening(name), *turns))

    async def drop(name: str) -> None:
        async with biller.dial() as caller:
            await script(caller, (*opening(name), *_card(name)[:-1]))
            await others
            async with biller.fault(when="after", act="drop"):
                # What is pressed while the review is said does not count.
                while await caller.hear(REVIEW_KEYS, PAYMENT_UNKNOWN, timeout=30) is REVIEW_KEYS:
                    await caller.press("1")

    others = asyncio.gather(*(call(name, *turns) for name, turns in LAST_TURNS.items()))
    await asyncio.gather(others, drop("gateway dropped"))
    biller.line.fastagi.stop()
    try:
        await call("classic AGI", *_card("classic AGI"), (REPEAT_CONFIRMATION, None))
    finally:
        biller.line.fastagi.start()
    for customer in customers.values():
        await biller.ending(customer)


def test_nothing_of_a_card_or_pin_is_left_anywhere(watch: Watch) -> None:
    assert [] == watch.traces()


def test_what_was_searched_is_what_the_calls_left(watch: Watch) -> None:
    """The search would be worth nothing if it looked where nothing is written."""
    assert b"Event: VarSet" in watch.events
    assert b"paytone-pay" in watch.events
    assert b"EXEC" not in watch.events
    messages = watch.line.asterisk.messages
    assert "Executing [s@paytone-pay" in messages
    assert 8 == dump(watch.line.database_url).count(b"INSERT INTO public.calls ")
    assert any(b"pay-bill.agi" in seen for seen in watch.processes)
    assert any(b"serve" in seen for seen in watch.processes)
    assert b"0011" in _books(watch.line)


# What is planted is found, in every place that was searched.


def _in_a_log(watch: Watch) -> None:
    with (watch.line.folder / "serve.log").open("a") as log:
        log.write(f"charging {CARDS['approved'][:4]}-{CARDS['approved'][4:]}\n")


def _in_a_file(watch: Watch) -> None:
    spool = watch.line.configuration.state / "spool"
    (spool / "dump").write_bytes(b"\0" * 999 + CARDS["approved"].encode("utf-16-le"))


def _in_a_table(watch: Watch) -> None:
    with psycopg.connect(watch.line.database_url) as database:
        database.execute("CREATE TABLE planted AS SELECT %s AS card", [CARDS["approved"]])


def _in_asterisks_database(watch: Watch) -> None:
    watch.line.asterisk.rx(f"database put planted pin {PIN}")
    file = watch.line.configuration.state / "var/astdb.sqlite3"
    until = time.monotonic() + 10
    while PIN.encode() not in file.read_bytes() and time.monotonic() < until:
        time.sleep(0.1)  # written by and by


def _in_a_process(watch: Watch) -> None:
    folder = str(watch.line.folder)
    with subprocess.Popen(["sleep", "5"], env={"FOLDER": folder, "CARD": CARDS["approved"]}) as it:
        watch.processes |= processes(watch.line.folder)
        it.kill()


def _a_code_in_a_log(watch: Watch) -> None:
    with (watch.line.folder / "sandbox.log").open("a") as log:
        log.write(f"cvv={CODE}\n")


def _logged_keys(watch: Watch) -> None:
    (watch.line.configuration.logs / "keys").write_text(
        "DTMF[7] channel.c: DTMF end '4' received on PJSIP/demo-1, duration 80 ms\n"
    )


PLANTS: dict[str, tuple[Callable[[Watch], None], Trace]] = {
    "log": (_in_a_log, Trace("serve.log", "card: approved")),
    "file": (_in_a_file, Trace("asterisk/spool/dump", "card: approved")),
    "table": (_in_a_table, Trace("the database", "card: approved")),
    "Asterisk's database": (
        _in_asterisks_database,
        Trace("asterisk/var/astdb.sqlite3", "PIN: everyone's"),
    ),
    "process": (_in_a_process, Trace("a process", "card: approved")),
    "code": (_a_code_in_a_log, Trace("sandbox.log", "code: American Express")),
    "keys": (_logged_keys, Trace("asterisk/log/keys", "single keys")),
}


@pytest.mark.parametrize("name", PLANTS)
def test_what_is_planted_is_found(watch: Watch, name: str) -> None:
    plant, trace = PLANTS[name]
    plant(watch)
    assert trace in watch.traces()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_card_in_a_variable_is_found(watch: Watch, biller: Biller) -> None:
    ours = watch.line.configuration
    async with Ami.connect(
        "127.0.0.1", ours.ami_port, user=ours.ami_user, secret=ours.ami_secret
    ) as ami:
        await ami.act("Setvar", Variable="PLANTED", Value=CARDS["approved"])
    await biller.until(lambda: b"PLANTED" in watch.events)
    assert Trace("AMI events", "card: approved") in watch.traces()


@pytest.mark.asyncio(loop_scope="module")
async def test_keys_that_asterisk_prints_one_by_one_are_found(watch: Watch, biller: Biller) -> None:
    watch.line.asterisk.rx("agi set debug on")
    async with biller.dial() as call:
        await script(call, ((GREETING, "4"),))
        await biller.until(lambda: "AGI Rx" in watch.line.asterisk.messages)
    watch.line.asterisk.rx("agi set debug off")
    assert Trace("asterisk/log/messages", "single keys") in watch.traces()
