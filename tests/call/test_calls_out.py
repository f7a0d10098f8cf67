"""Calls that the line makes, to real phones: a person stops them, one pays, a machine takes one."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from paytone.adapters import switchboard_of
from paytone.back_office.calls_out import Switchboard, make_calls
from paytone.caller import Caller, Codec, Ended, Heard, Hearing, script
from paytone.config import Settings
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import YOU_OWE
from paytone.flows.out_greeting import (
    ABOUT_CALL_BACK,
    ABOUT_PAYMENT,
    GO_ON,
    MACHINE_STOP,
    NAME,
    REACH_US,
    STOP,
    STOPPED,
)
from paytone.flows.out_passcode import HEAR_AGAIN, YOUR_CODE_IS
from paytone.flows.pay_bill import PAID
from paytone.flows.stop_calls import DONE, STOP_TO
from paytone.line.demo import softphone
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt
from paytone.rules.calling import Kind
from paytone.rules.passcode import Way, new_name
from paytone.store import Store, calls_out, passcodes
from tests.call.biller import QUICK, USUAL, Biller, Customer, Row
from tests.call.conversation import (
    AGREE,
    LEAVE,
    PAY,
    TO_AGENT,
    WHOLE,
    card,
    in_order,
    never_heard,
)
from tests.noon import zone_at_noon

REACH, STOP_LINE = "8008926996", "8005550199"
SETTINGS = {
    "PAYTONE_CALLS_OUT": "on",
    "PAYTONE_TRUNK": "PJSIP/demo/sip:{number}@127.0.0.1:9",
    "PAYTONE_CALLER_ID": REACH,
    "PAYTONE_STOP_NUMBER": STOP_LINE,
    "PAYTONE_CALLS_OUT_QUIET": "none",
}
HELLO = CHECKOUT / "sounds/en/number-2.ulaw"
"""A short word."""
ANNOUNCEMENT = CHECKOUT / "sounds/en/global-keys.ulaw"
"""Many words without a pause, as machines say them."""
ACCOUNT_WORDS = (YOU_OWE, Prompt("due-on"), Prompt("past-due-is"), Prompt("ending-in"))
DIAL = """
    SELECT dials_in_full.*, calls_out.state, calls_out.said FROM dials_in_full
    JOIN calls_out ON calls_out.id = call_out_id WHERE dials_in_full.number = %(number)s
"""
SOUNDS = CHECKOUT / "sounds"
HEARS = Hearing.from_folder(SOUNDS / "en", Codec.ULAW, SOUNDS / "es")
"""Every prompt of both languages."""
NUMBERS = iter(f"212555{n:04}" for n in range(100, 200))


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line of its own that calls people."""
    with Biller.opened(hearing, {USUAL: 8}, settings=SETTINGS) as opened:
        yield opened


class Person:
    """A customer with a phone, whose clock says that it is about noon."""

    def __init__(self, biller: Biller, language: str = "en") -> None:
        self.biller = biller
        self.customer: Customer = biller.customer()
        self.number = next(NUMBERS)
        biller.rows(
            "WITH phone AS (INSERT INTO account_phones (phone, account_id)"
            " SELECT %(phone)s, id FROM accounts WHERE number = %(number)s)"
            " UPDATE customers SET timezone = %(zone)s, language = %(language)s FROM accounts"
            " WHERE accounts.number = %(number)s AND customers.id = customer_id RETURNING name",
            phone=self.number,
            number=self.customer.number,
            zone=zone_at_noon(),
            language=language,
        )
        why = ("--why", "form 12", "--by", "clerk")
        biller.line.paytone("consents", "add", self.customer.number, self.number, *why)

    @asynccontextmanager
    async def phone(
        self, *, port: int = 0, is_busy: bool = False
    ) -> AsyncIterator[tuple[Caller, Switchboard]]:
        """Their phone, and a switchboard whose trunk leads to it."""
        at = softphone(self.biller.line.configuration.etc)
        calling = Caller.called(
            server=(at.host, at.port),
            hearing=HEARS,
            touch=QUICK,
            port=port,
            is_busy=is_busy,
        )
        async with calling as (phone, where):
            trunk = f"PJSIP/demo/sip:{{number}}@127.0.0.1:{where}"
            settings = {**self.biller.line.environment, "PAYTONE_TRUNK": trunk}
            board = switchboard_of(Settings.from_env(settings))
            assert board is not None
            yield phone, board

    async def queue(self, kind: Kind = Kind.FAILED) -> None:
        (row,) = self.biller.rows(
            "SELECT id, customer_id FROM accounts WHERE number = %(number)s",
            number=self.customer.number,
        )
        async with Store.open(self.biller.line.database_url) as store:
            queued = await calls_out.queue(
                store,
                kind=kind,
                customer_id=str(row["customer_id"]),
                dedupe=f"{kind.value} {self.number}",
                now=datetime.now(UTC),
                account_id=str(row["id"]),
                number=self.number if kind.is_requested else None,
            )
        assert queued is not None

    async def called(self, board: Switchboard) -> dict[str, int]:
        """What making calls comes to."""
        async with Store.open(self.biller.line.database_url) as store:
            return dict(await make_calls(store, board, lambda: datetime.now(UTC)))

    async def ended(self) -> Row:
        """The dial, once what came of it is stored."""

        def done() -> Row | None:
            found = self.biller.rows(DIAL, number=self.number)
            return next((row for row in found if row["result"]), None)

        row: Row = await self.biller.until(done)
        return row


def pause(call: Caller, after: Prompt, before: Prompt) -> float:
    """Seconds from the end of one prompt to the beginning of the next."""
    begun = [event for event in call.told if isinstance(event, Heard)]
    starts = next(event.at for event in begun if event.prompt == before)
    last = begun[[event.prompt for event in begun].index(after)]
    ends = next(e.at for e in call.told if isinstance(e, Ended) and e.at > last.at)
    return starts - ends


async def test_whoever_answers_hears_the_name_and_stops_the_calls_for_ever(biller: Biller) -> None:
    person = Person(biller)
    await person.queue()
    async with person.phone() as (phone, board):
        assert {"dialled": 1} == await person.called(board)
        assert REACH == await phone.answered()
        await script(phone, ((NAME, ""), (STOP, ""), (ABOUT_PAYMENT, ""), (GO_ON, "2")))
        await phone.hear(STOPPED)
        stopped = biller.rows(
            "SELECT source, said FROM do_not_call WHERE number = %(number)s", number=person.number
        )
        assert [("call-out", "out-name out-stop")] == [
            (row["source"], row["said"]) for row in stopped
        ]
        await phone.until_hung_up()
    assert pause(phone, NAME, STOP) < 2
    assert never_heard(phone, *ACCOUNT_WORDS)
    row = await person.ended()
    assert ("answered", "person", True, False) == (
        row["result"], row["met"], row["opted_out"], row["verified"],
    )  # fmt: skip
    assert "done" == row["state"]
    told = biller.line.paytone("calls", "out", "list")
    assert "rests on consent: answered, person, opted out" in told


async def test_whoever_says_hello_goes_on_verifies_and_pays(biller: Biller) -> None:
    person = Person(biller)
    await person.queue()
    async with person.phone() as (phone, board):
        assert {"dialled": 1} == await person.called(board)
        await phone.answered()
        await phone.speak(HELLO)
        await script(phone, ((NAME, ""), (GO_ON, "1"), (ASK_ACCOUNT, person.customer.number)))
        assert never_heard(phone, *ACCOUNT_WORDS)
        pin = (ASK_PIN, f"{person.customer.pin}#")
        await script(phone, (pin, *PAY, *WHOLE, *card(), *AGREE, *LEAVE), timeout=60)
        await phone.until_hung_up()
    assert in_order(phone, NAME, STOP, ABOUT_PAYMENT, YOU_OWE, PAID)
    assert [USUAL] == biller.charged(person.customer)
    row = await person.ended()
    assert ("answered", "person", True, True) == (
        row["result"], row["met"], row["verified"], row["paid"],
    )  # fmt: skip


async def test_who_is_spoken_to_in_spanish_is_called_in_spanish(biller: Biller) -> None:
    person = Person(biller, "es")
    await person.queue()
    async with person.phone() as (phone, board):
        await person.called(board)
        await phone.answered()
        await phone.speak(HELLO)
        spoken = [Prompt(f"es/{prompt}") for prompt in (NAME, STOP, ABOUT_PAYMENT)]
        await script(phone, (*((prompt, "") for prompt in spoken), (Prompt(f"es/{GO_ON}"), "1")))
        await phone.hear(Prompt(f"es/{ASK_ACCOUNT}"), timeout=30)
    assert never_heard(phone, NAME, STOP, ABOUT_PAYMENT, GO_ON)


async def test_a_machine_gets_the_lawful_message_after_its_own(biller: Biller) -> None:
    person = Person(biller)
    await person.queue()
    async with person.phone() as (phone, board):
        await person.called(board)
        await phone.answered()
        await phone.speak(ANNOUNCEMENT)
        await script(phone, ((NAME, ""), (REACH_US, ""), (MACHINE_STOP, "")))
        await phone.until_hung_up()
    assert never_heard(phone, STOP, GO_ON, ABOUT_PAYMENT, *ACCOUNT_WORDS)
    digits = [str(each).removeprefix("number-") for each in phone.heard if "number-" in str(each)]
    assert REACH + STOP_LINE == "".join(digits)
    row = await person.ended()
    assert ("answered", "machine", "done") == (row["result"], row["met"], row["state"])


async def test_a_busy_phone_is_dialled_again_another_day(biller: Biller) -> None:
    person = Person(biller)
    await person.queue()
    async with person.phone(is_busy=True) as (phone, board):
        await person.called(board)
        await phone.answered()
        row = await person.ended()
        assert {} == await person.called(board)
    assert ("busy", None, "waiting") == (row["result"], row["met"], row["state"])


async def test_a_caller_stops_the_calls_without_a_pin(biller: Biller) -> None:
    person = Person(biller)
    await person.queue()
    at = softphone(biller.line.configuration.etc)
    calling = Caller.dial(
        server=(at.host, at.port),
        number=STOP_LINE,
        username=at.user,
        password=at.password,
        hearing=Hearing.from_folder(CHECKOUT / "sounds/en"),
        calling_from=person.number,
        touch=QUICK,
    )
    async with calling as call:
        await script(call, ((STOP_TO, "1"), (DONE, "")))
        await call.until_hung_up()
    async with person.phone() as (_, board):
        assert {"do-not-call": 1} == await person.called(board)


async def test_a_call_back_leads_to_a_person(biller: Biller) -> None:
    person = Person(biller)
    await person.queue(Kind.CALL_BACK)
    async with person.phone() as (phone, board):
        await person.called(board)
        await phone.answered()
        await phone.speak(HELLO)
        await script(phone, ((ABOUT_CALL_BACK, ""), (GO_ON, "1"), (TO_AGENT, "")))
    assert "request" == (await person.ended())["rests_on"]


async def test_a_code_is_said_to_whoever_takes_the_call_that_was_asked_for(
    biller: Biller,
) -> None:
    person = Person(biller)
    (row,) = biller.rows(
        "SELECT id FROM accounts WHERE number = %(number)s", number=person.customer.number
    )
    name = new_name()
    async with Store.open(biller.line.database_url) as store:
        account, now = str(row["id"]), datetime.now(UTC)
        assert await passcodes.ask(store, name, account, calling=None, way=Way.CALL, now=now)
    async with person.phone() as (phone, board):
        assert {"dialled": 1} == await person.called(board)
        await phone.answered()
        await phone.speak(HELLO)
        await script(phone, ((NAME, ""), (GO_ON, "1"), (YOUR_CODE_IS, ""), (HEAR_AGAIN, "#")))
        await phone.until_hung_up()
    code = Settings.from_env(biller.line.environment).codes.of(name)
    heard = [str(each) for each in phone.heard]
    after = heard[heard.index(YOUR_CODE_IS) :]
    assert code.digits == "".join(
        each.removeprefix("number-") for each in after if each.startswith("number-")
    )
    assert never_heard(phone, *ACCOUNT_WORDS, ASK_ACCOUNT)
    events = biller.rows("SELECT prompts FROM call_events WHERE verb = 'out-passcode'")
    assert not any(event["prompts"] for event in events), "the code is in no record"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_the_worker_makes_the_calls_by_itself(hearing: Hearing) -> None:
    port = free_port()
    settings = {**SETTINGS, "PAYTONE_TRUNK": f"PJSIP/demo/sip:{{number}}@127.0.0.1:{port}"}
    with Biller.opened(hearing, {USUAL: 1}, settings=settings, with_worker=True) as biller:
        person = Person(biller)
        await person.queue()
        async with person.phone(port=port) as (phone, _):
            await phone.answered(timeout=90)
            await phone.speak(HELLO)
            await script(phone, ((NAME, ""), (STOP, None)))
        row = await person.ended()
    assert ("answered", "person") == (row["result"], row["met"])
