"""Postgres stopped or frozen in the middle of real calls: the truth in words, and in rows after."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.app import LINE_TROUBLE
from paytone.ask import ONE_MOMENT
from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.goodbye import GOODBYE
from paytone.flows.identify import ASK_PIN, NOT_IDENTIFIED
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.pay_bill import (
    CONFIRMATION_IS,
    NOT_CHARGED,
    PAID,
    PAYMENT_UNKNOWN,
)
from paytone.line.postgres import PrivatePostgres
from paytone.prompts import Prompt
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    GREETING,
    LEAVE,
    NO_AGENT,
    PATIENT,
    TO_AGENT,
    hear_balance,
    in_order,
    promptly,
    said,
    silence,
    to_charge,
)

A_PERSON = (TO_AGENT, NO_AGENT)
SLOW_S = 3.0
TO_REVIEW = len(to_charge(Customer("", Money(0))))
"""Answers up to the review."""


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


def _everyone(server: PrivatePostgres) -> list[int]:
    assert server.pid is not None
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [server.pid, *map(int, children)]


@dataclass(frozen=True, slots=True)
class Outage:
    """
    One way in which the database is away.

    Args:
        begin: Takes it away; may be called while calls stand.
        end: Brings it back; only once they are over.
    """

    begin: Callable[[], Awaitable[None]]
    end: Callable[[], None]


def stopped(server: PrivatePostgres) -> Outage:
    """The cluster is shut down: connections are closed and refused."""

    async def begin() -> None:
        await asyncio.to_thread(server.stop)

    return Outage(begin, server.start)


def frozen(server: PrivatePostgres) -> Outage:
    """Every process of the cluster stands still: connections stand and nothing answers."""
    held: list[int] = []

    async def begin() -> None:
        held.extend(_everyone(server))
        for pid in held:
            os.kill(pid, signal.SIGSTOP)

    def end() -> None:
        for pid in held:
            os.kill(pid, signal.SIGCONT)

    return Outage(begin, end)


WAYS: dict[str, Callable[[PrivatePostgres], Outage]] = {"stopped": stopped, "frozen": frozen}


@pytest.fixture(scope="module")
def billers(hearing: Hearing) -> Iterator[dict[str, Biller]]:
    """A line for each way in which its database is taken away."""
    with ExitStack() as opened:
        yield {
            way: opened.enter_context(Biller.opened(hearing, {USUAL: 6}, settings=PATIENT))
            for way in WAYS
        }


class Meeting:
    """Brings callers to their places, takes the database away, and lets them go on."""

    def __init__(self, biller: Biller, begin: Callable[[], Awaitable[None]]) -> None:
        self._biller = biller
        self._begin = begin
        self._ready = asyncio.Barrier(5)
        self._charging = asyncio.Event()
        self._gone = asyncio.Event()

    async def go_away(self) -> None:
        """Take the database away once all callers are in their places."""
        await self._ready.wait()
        await self._charging.wait()
        await self._begin()
        self._gone.set()

    async def from_the_start(self) -> Held:
        """Dials a line whose database is away."""
        await self._gone.wait()
        async with self._biller.dial() as call:
            await call.until_hung_up(timeout=60)
        return Held(self._biller.customer(), call)

    async def at_a_question(self, at: Prompt, before: int, keys: str) -> Held:
        """Answers *before* questions, and the one *at* that place when the database is away."""
        customer = self._biller.customer()
        async with self._biller.dial() as call:
            await script(call, (*to_charge(customer)[:before], (at, "")))
            await self._ready.wait()
            await self._gone.wait()
            await call.press(keys)
            await call.until_hung_up(timeout=60)
        return Held(customer, call)

    async def in_the_charge(self) -> Held:
        """Confirms; the database goes while Braintree is charging."""
        customer = self._biller.customer()
        async with self._biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            await self._ready.wait()
            async with self._biller.fault(when="after", act="delay", seconds=SLOW_S):
                await call.press("1")
            self._charging.set()
            await script(call, LEAVE, timeout=60)
            await call.until_hung_up(timeout=60)
        return Held(customer, call)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    One outage, when it is over.

    Args:
        states: Where payments stood before they were reconciled.
        reconciled: What the operator's command printed.
    """

    biller: Biller
    held: Together
    states: dict[str, list[str]]
    reconciled: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcomes(billers: dict[str, Biller]) -> dict[str, Outcome]:
    """Both outages at the same time, each with callers in five places."""
    outages = {way: WAYS[way](biller.line.postgres) for way, biller in billers.items()}
    try:
        held = await asyncio.gather(
            *(_hold(biller, outages[way]) for way, biller in billers.items())
        )
    finally:
        for outage in outages.values():
            outage.end()
    pairs = zip(billers.items(), held, strict=True)
    return {way: _reconciled(biller, together) for (way, biller), together in pairs}


async def _hold(biller: Biller, outage: Outage) -> Together:
    meeting = Meeting(biller, outage.begin)
    return await Together.hold(
        {
            "outage": meeting.go_away(),
            "start": meeting.from_the_start(),
            "PIN": meeting.at_a_question(ASK_PIN, 1, "2580#"),
            "menu": meeting.at_a_question(MENU, 2, "1"),
            "review": meeting.at_a_question(REVIEW_KEYS, TO_REVIEW, "1"),
            "charge": meeting.in_the_charge(),
        }
    )


def _reconciled(biller: Biller, held: Together) -> Outcome:
    states = {name: biller.states(held[name].customer) for name in ("menu", "review", "charge")}
    options = ("--settle-after", "0", "--give-up-after", "1")
    return Outcome(biller, held, states, biller.line.paytone("payments", "reconcile", *options))


@pytest.fixture(params=WAYS)
def outcome(outcomes: dict[str, Outcome], request: pytest.FixtureRequest) -> Outcome:
    """Each of the outages."""
    return outcomes[request.param]


@pytest.fixture
def biller(outcome: Outcome) -> Biller:
    """The one that had the outage."""
    return outcome.biller


def test_a_call_that_begins_then_is_greeted_and_sent_to_a_person(outcome: Outcome) -> None:
    call = outcome.held["start"].call
    assert GREETING == call.heard[0]
    assert in_order(call, GREETING, LINE_TROUBLE, *A_PERSON)
    assert NOT_CHARGED not in call.heard


def test_identifying_fails_with_an_apology_and_a_person(outcome: Outcome) -> None:
    call = outcome.held["PIN"].call
    assert in_order(call, ASK_PIN, LINE_TROUBLE, *A_PERSON)
    assert not {NOT_IDENTIFIED, NOT_CHARGED, MENU} & set(call.heard)


WORDS_BEFORE_THE_CHARGE = {
    "menu": (LINE_TROUBLE, *A_PERSON),
    "review": (LINE_TROUBLE, NOT_CHARGED, *A_PERSON),
}
"""That nothing was charged is only said where no earlier payment can be open."""


@pytest.mark.parametrize("place", WORDS_BEFORE_THE_CHARGE)
def test_before_the_charge_nothing_is_charged_and_the_caller_hears_what_is_known(
    biller: Biller, outcome: Outcome, place: str
) -> None:
    call, customer = outcome.held[place].call, outcome.held[place].customer
    words = WORDS_BEFORE_THE_CHARGE[place]
    assert list(words) == call.heard[-len(words) :]
    assert not {PAID, PAYMENT_UNKNOWN} & set(call.heard)
    assert [] == biller.charged(customer)
    assert set(biller.states(customer)) <= {"not-charged"}
    assert outcome.states[place] in ([], ["submitting"])
    assert 11240 == biller.owed_cents(customer)


def test_a_charge_that_braintree_took_is_confirmed_though_it_cannot_be_stored(
    biller: Biller, outcome: Outcome
) -> None:
    call, customer = outcome.held["charge"].call, outcome.held["charge"].customer
    (payment,) = biller.payments(customer)
    assert in_order(call, ONE_MOMENT, PAID, CONFIRMATION_IS, REPEAT_CONFIRMATION, MENU, GOODBYE)
    assert not {LINE_TROUBLE, NOT_CHARGED, PAYMENT_UNKNOWN} & set(call.heard)
    assert [payment["confirmation"]] == said(call)
    assert outcome.states["charge"] in (["submitting"], ["settling"])
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    found = f"{payment['confirmation']}  112.40 USD  settling" in outcome.reconciled
    assert found == (outcome.states["charge"] == ["submitting"])
    assert 0 == biller.owed_cents(customer)


@pytest.mark.parametrize("place", ["start", "PIN", "menu", "review", "charge"])
def test_the_line_is_never_silent_for_long(outcome: Outcome, place: str) -> None:
    call = outcome.held[place].call
    assert promptly(call), (silence(call), call.gaps, call.heard)


async def test_once_it_is_back_callers_are_served_again(
    billers: dict[str, Biller], outcomes: dict[str, Outcome]
) -> None:
    for biller in billers.values():
        customer = biller.customer()
        assert YOU_OWE in (await hear_balance(biller, customer)).heard
        assert "hung-up" == await biller.ending(customer)
