"""Calls that the line makes in Spanish: one stops them, one pays, a machine, a code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from paytone.caller import Caller, script
from paytone.config import Settings
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import YOU_OWE
from paytone.flows.out_greeting import (
    ABOUT_PASSCODE,
    ABOUT_PAYMENT,
    GO_ON,
    MACHINE_STOP,
    NAME,
    REACH_US,
    STOP,
    STOPPED,
)
from paytone.flows.out_passcode import CODE_NOT_ASKED, HEAR_AGAIN, YOUR_CODE_IS
from paytone.flows.pay_bill import PAID
from paytone.flows.text_consent import number_in_words
from paytone.prompts import spoken
from paytone.rules.money import Money
from paytone.rules.passcode import Way, new_name
from paytone.store import Store, passcodes
from tests.call.biller import USUAL, Biller, Together
from tests.call.conversation import AGREE, LEAVE, PAY, WHOLE, Turns, card
from tests.call.spanish import every_prompt, heard_in_order, in_spanish, not_spanish, spanish
from tests.call.test_calls_out import (
    ANNOUNCEMENT,
    HELLO,
    REACH,
    SETTINGS,
    STOP_LINE,
    Person,
)

REMIND = """
    SELECT queue_call('due', accounts.customer_id, number, now(), account => id, due => due)
    FROM bills_to_remind_of JOIN accounts ON accounts.id = account_id WHERE number = %(number)s
"""
ID = "SELECT id FROM accounts WHERE number = %(number)s"


@pytest.fixture(scope="module")
def biller() -> Iterator[Biller]:
    """A line that calls people who are spoken to in Spanish."""
    with Biller.opened(every_prompt(), {USUAL: 4}, settings=SETTINGS) as opened:
        yield opened


@pytest.fixture(scope="module")
def people(biller: Biller) -> dict[str, Person]:
    """Who is called."""
    return {who: Person(biller, "es") for who in ("stops", "pays", "machine", "forgot")}


class Board:
    """Calls people, each at their own phone: whoever makes calls makes all that wait."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def remind(self, person: Person) -> AsyncIterator[Caller]:
        """The phone of a *person* whose bill is due, and who has answered."""
        async with person.phone() as (phone, board):
            async with self._lock:
                person.biller.rows(REMIND, number=person.customer.number)
                assert {"dialled": 1} == await person.called(board)
            assert REACH == await phone.answered()
            yield phone

    @asynccontextmanager
    async def tell_code(self, person: Person, name: str) -> AsyncIterator[Caller]:
        """The phone of a *person* who asked for the code of *name*, and has answered."""
        (row,) = person.biller.rows(ID, number=person.customer.number)
        async with person.phone() as (phone, board):
            async with self._lock, Store.open(person.biller.line.database_url) as store:
                account, now = str(row["id"]), datetime.now(UTC)
                asked = passcodes.ask(store, name, account, calling=None, way=Way.CALL, now=now)
                assert await asked
                assert {"dialled": 1} == await person.called(board)
            await phone.answered()
            yield phone


async def answers(board: Board, person: Person, turns: Turns) -> Caller:
    """Says hello, and keys *turns*."""
    async with board.remind(person) as phone:
        await phone.speak(HELLO)
        await script(phone, in_spanish(turns), timeout=60)
        await phone.until_hung_up()
    return phone


async def is_a_machine(board: Board, person: Person) -> Caller:
    """Says many words without a pause."""
    async with board.remind(person) as phone:
        await phone.speak(ANNOUNCEMENT)
        await script(phone, in_spanish(((MACHINE_STOP, ""),)), timeout=60)
        await phone.until_hung_up()
    return phone


async def hears_a_code(board: Board, person: Person, name: str) -> Caller:
    """Hears it twice."""
    async with board.tell_code(person, name) as phone:
        await phone.speak(HELLO)
        turns: Turns = ((GO_ON, "1"), (HEAR_AGAIN, "9"), (HEAR_AGAIN, "#"))
        await script(phone, in_spanish(turns), timeout=60)
        await phone.until_hung_up()
    return phone


@pytest.fixture(scope="module")
def code_name() -> str:
    return new_name()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(people: dict[str, Person], code_name: str) -> Together:
    """All these calls at the same time."""
    board, payer = Board(), people["pays"].customer
    pays: Turns = (
        (GO_ON, "1"), (ASK_ACCOUNT, payer.number), (ASK_PIN, f"{payer.pin}#"),
        *PAY, *WHOLE, *card(), *AGREE, *LEAVE,
    )  # fmt: skip
    return await Together.hold(
        {
            "stops": answers(board, people["stops"], ((GO_ON, "2"), (STOPPED, ""))),
            "pays": answers(board, people["pays"], pays),
            "machine": is_a_machine(board, people["machine"]),
            "forgot": hears_a_code(board, people["forgot"], code_name),
        }
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_who_is_reminded_stops_the_calls(
    biller: Biller, people: dict[str, Person], held: Together
) -> None:
    phone = held["stops"]
    assert list(spanish(NAME, STOP, ABOUT_PAYMENT, GO_ON, STOPPED)) == phone.heard
    stopped = "SELECT source FROM do_not_call WHERE number = %(number)s"
    assert [{"source": "call-out"}] == biller.rows(stopped, number=people["stops"].number)


@pytest.mark.asyncio(loop_scope="module")
async def test_who_is_reminded_pays(
    biller: Biller, people: dict[str, Person], held: Together
) -> None:
    phone = held["pays"]
    heard = spanish(NAME, STOP, ABOUT_PAYMENT, GO_ON, YOU_OWE, *spoken.money(Money(11240)), PAID)
    assert heard_in_order(phone, *heard), phone.heard
    assert [] == not_spanish(phone)
    assert [USUAL] == biller.charged(people["pays"].customer)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_machine_gets_the_lawful_message(held: Together) -> None:
    phone = held["machine"]
    numbers = (number_in_words(REACH), number_in_words(STOP_LINE))
    message = spanish(NAME, REACH_US, *numbers[0], MACHINE_STOP, *numbers[1])
    said = [each for each in message if not each.endswith("pause-short")]
    assert said == [each for each in phone.heard if each is not None]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_code_is_said_to_whoever_takes_the_call_that_was_asked_for(
    biller: Biller, held: Together, code_name: str
) -> None:
    phone = held["forgot"]
    code = Settings.from_env(biller.line.environment).codes.of(code_name)
    digits = spanish(*spoken.digits(code.digits, group=len(code.digits)))
    told = (*spanish(YOUR_CODE_IS), *digits, *spanish(CODE_NOT_ASKED, HEAR_AGAIN))
    assert heard_in_order(phone, *spanish(NAME, ABOUT_PASSCODE, GO_ON), *told, *told), phone.heard
    assert [] == not_spanish(phone)
