"""Others at the same account, bill or row while a caller pays: charged once, on what was agreed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
import pytest_asyncio

from paytone.app import LINE_TROUBLE
from paytone.ask import ONE_MOMENT
from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import ANOTHER_OPEN, BALANCE_MOVED, CONFIRMATION_IS, NOT_CHARGED, PAID
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    LEAVE,
    NO_AGENT,
    PATIENT,
    TO_AGENT,
    WHOLE,
    in_order,
    promptly,
    silence,
    to_charge,
)

HOLD_ACCOUNT = "SELECT FROM accounts WHERE number = %(number)s FOR UPDATE"
HOLD_PAYMENT = """
    SELECT FROM payments JOIN accounts ON accounts.id = account_id
    WHERE accounts.number = %(number)s FOR UPDATE OF payments
"""
SLOW_S = 3.2
LOCKING_S = 0.3
TOO_SLOW_S = 12.0
"""Far longer than a statement may take."""


@dataclass(frozen=True, slots=True)
class Held:
    """Calls that are over, and whose they were."""

    customer: Customer
    call: Caller
    other: Caller | None = None


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose callers wait for each other."""
    with Biller.opened(hearing, {USUAL: 6}, settings=PATIENT) as opened:
        yield opened


class Lock:
    """A row that someone else holds."""

    def __init__(self, biller: Biller, query: str, customer: Customer) -> None:
        self._url = biller.line.database_url
        self._query = query.encode()
        self._number = customer.number

    async def hold(self, seconds: float) -> None:
        """Hold it for so long."""
        async with await psycopg.AsyncConnection.connect(self._url) as connection:
            await connection.execute(self._query, {"number": self._number})
            await asyncio.sleep(seconds)


async def pay_slowly(biller: Biller, seconds: float) -> Held:
    """Confirms while the account is held by someone else."""
    customer = biller.customer()
    async with biller.dial() as call:
        await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
        holding = asyncio.create_task(Lock(biller, HOLD_ACCOUNT, customer).hold(seconds))
        await asyncio.sleep(LOCKING_S)
        await call.press("1")
        if seconds < TOO_SLOW_S:
            await script(call, LEAVE)
        await call.until_hung_up()
        await holding
    return Held(customer, call)


async def close_slowly(biller: Biller) -> Held:
    """Confirms; the payment is held by someone else when Braintree answers."""
    customer = biller.customer()
    async with biller.dial() as call:
        await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
        async with biller.fault(when="after", act="delay", seconds=SLOW_S):
            await call.press("1")
        holding = asyncio.create_task(Lock(biller, HOLD_PAYMENT, customer).hold(TOO_SLOW_S))
        await script(call, LEAVE)
        await call.until_hung_up()
        await holding
    return Held(customer, call)


async def pay_both(biller: Biller, *, meanwhile: bool) -> Held:
    """Two calls pay one bill: the second agrees while the first is charged, or after it."""
    customer = biller.customer()
    async with biller.dial() as first, biller.dial() as second:
        to_review = (*to_charge(customer), (REVIEW_KEYS, ""))
        await asyncio.gather(script(first, to_review), script(second, to_review))
        async with biller.fault(when="after", act="delay", seconds=SLOW_S):
            await first.press("1")
        if not meanwhile:
            await first.hear(PAID)
        await second.press("1")
        if not meanwhile:
            await script(second, ((BALANCE_MOVED, ""), (ASK_AMOUNT, "*#")))
        await asyncio.gather(script(first, LEAVE), script(second, ((MENU, "#"),)))
        await asyncio.gather(first.until_hung_up(), second.until_hung_up())
    return Held(customer, first, second)


async def reissue(biller: Biller) -> Held:
    """The bill is loaded with another amount while the review is heard."""
    customer = biller.customer()
    async with biller.dial() as call:
        await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
        await asyncio.to_thread(biller.reissue, customer, "90.00")
        await call.press("1")
        await script(call, ((BALANCE_MOVED, ""), *WHOLE, *AGREE, *LEAVE))
        await call.until_hung_up()
    return Held(customer, call)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """All of it at the same time, on an account each."""
    return await Together.hold(
        {
            "slow": pay_slowly(biller, LOCKING_S + SLOW_S),
            "too slow": pay_slowly(biller, TOO_SLOW_S),
            "too slow to close": close_slowly(biller),
            "meanwhile": pay_both(biller, meanwhile=True),
            "after": pay_both(biller, meanwhile=False),
            "reissued": reissue(biller),
        }
    )


def test_a_database_that_is_slow_is_talked_over(biller: Biller, held: Together) -> None:
    call, customer = held["slow"].call, held["slow"].customer
    assert in_order(call, REVIEW_KEYS, ONE_MOMENT, PAID, CONFIRMATION_IS)
    assert ["112.40"] == biller.charged(customer)
    assert 0 == biller.owed_cents(customer)


def test_one_that_is_too_slow_before_the_charge_charges_nothing(
    biller: Biller, held: Together
) -> None:
    call, customer = held["too slow"].call, held["too slow"].customer
    assert [LINE_TROUBLE, NOT_CHARGED, TO_AGENT, NO_AGENT] == call.heard[-4:]
    assert [] == biller.payments(customer)
    assert 11240 == biller.owed_cents(customer)


def test_one_that_is_too_slow_after_it_is_told_and_reconciled(
    biller: Biller, held: Together
) -> None:
    call, customer = held["too slow to close"].call, held["too slow to close"].customer
    assert in_order(call, ONE_MOMENT, PAID, CONFIRMATION_IS, MENU)
    assert ["submitting"] == biller.states(customer)
    biller.line.paytone("payments", "reconcile", "--settle-after", "0")
    assert ["settling"] == biller.states(customer)
    assert ["112.40"] == biller.charged(customer)


def test_of_two_calls_at_once_the_second_hears_of_the_first(biller: Biller, held: Together) -> None:
    first, second, customer = (
        held["meanwhile"].call,
        held["meanwhile"].other,
        held["meanwhile"].customer,
    )
    assert PAID in first.heard
    assert in_order(second, REVIEW_KEYS, ANOTHER_OPEN, NOT_CHARGED)
    assert PAID not in second.heard
    assert ["112.40"] == biller.charged(customer)
    assert 0 == biller.owed_cents(customer)


def test_of_two_calls_the_later_hears_that_the_balance_moved(
    biller: Biller, held: Together
) -> None:
    first, second, customer = held["after"].call, held["after"].other, held["after"].customer
    assert PAID in first.heard
    assert in_order(second, REVIEW_KEYS, BALANCE_MOVED, ASK_AMOUNT)
    assert PAID not in second.heard
    assert ["112.40"] == biller.charged(customer)


def test_a_bill_reissued_in_mid_call_is_paid_as_it_is_now(biller: Biller, held: Together) -> None:
    call, customer = held["reissued"].call, held["reissued"].customer
    assert in_order(call, REVIEW_KEYS, BALANCE_MOVED, ASK_AMOUNT_KIND, REVIEW_KEYS, PAID)
    assert ["90.00"] == biller.charged(customer)
    assert 0 == biller.owed_cents(customer)


@pytest.mark.parametrize(
    "name", ["slow", "too slow", "too slow to close", "meanwhile", "after", "reissued"]
)
def test_the_line_is_never_silent_for_long(held: Together, name: str) -> None:
    for call in filter(None, (held[name].call, held[name].other)):
        assert promptly(call), (silence(call), call.gaps, call.heard)
