"""Refunds and voids that a clerk asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paytone.back_office.clerk import Wish, grant
from paytone.back_office.give_back import CannotGoBack, carry_on, carry_on_all
from paytone.rules.bill import Account
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.rules.refund import Answer, Refund, Way
from paytone.sandbox.control.faults import Fault, When
from paytone.sandbox.sales.life import settle
from paytone.store import refunds
from paytone.store.refunds import NotNow
from tests.back_office.test_settlement import comes_back, paid
from tests.teller import NOW, Counter

MINUTES = timedelta(minutes=2)


async def settled(counter: Counter) -> Account:
    """An account whose payment has settled at Braintree, of which nothing is known here yet."""
    account, name = await paid(counter)
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    return account


async def gives_back(
    counter: Counter,
    account: Account,
    cents: int | None = None,
    *,
    way: Way = Way.REFUND,
    again: bool = False,
    after: timedelta = timedelta(),
) -> Refund:
    """What comes of a clerk's wish."""
    payment = await the_payment(counter, account)
    wish = Wish(way, None if cents is None else Money(cents), "ann", "paid twice", again)
    return await grant(
        counter.store, counter.desk.gateway, payment, wish, now=NOW + timedelta(days=1) + after
    )


async def the_payment(counter: Counter, account: Account) -> Payment:
    (payment,) = await counter.payments(account)
    return payment


def amounts(counter: Counter) -> list[str]:
    """What Braintree holds, charge first."""
    return [amount for _, amount, _ in counter.charges()]


async def test_a_settled_payment_is_refunded_and_the_books_follow(counter: Counter) -> None:
    account = await settled(counter)
    refund = await gives_back(counter, account)
    assert (Answer.MADE, Way.REFUND, Money(11240)) == (refund.answer, refund.way, refund.amount)
    assert State.REFUNDED is (await the_payment(counter, account)).state
    assert 11240 == await counter.owes_cents(account)
    assert ["112.40", "112.40"] == amounts(counter)


async def test_one_that_has_not_settled_is_voided_instead(counter: Counter) -> None:
    account, _ = await paid(counter)
    refund = await gives_back(counter, account)
    assert (Answer.MADE, Way.VOID) == (refund.answer, refund.way)
    assert State.VOIDED is (await the_payment(counter, account)).state
    assert ["voided"] == [status for _, _, status in counter.charges()]


async def test_a_part_goes_back_only_once_it_has_settled(counter: Counter) -> None:
    account, _ = await paid(counter)
    with pytest.raises(CannotGoBack, match="not settled"):
        await gives_back(counter, account, 500)
    assert ["112.40"] == amounts(counter)


async def test_a_settled_payment_is_not_voided(counter: Counter) -> None:
    account = await settled(counter)
    with pytest.raises(CannotGoBack, match="refund it"):
        await gives_back(counter, account, way=Way.VOID)


async def test_asking_again_gives_nothing_back_again(counter: Counter) -> None:
    account = await settled(counter)
    first = await gives_back(counter, account, 500)
    assert first == await gives_back(counter, account, 500)
    assert ["112.40", "5.00"] == amounts(counter)
    await gives_back(counter, account, 500, again=True)
    assert ["112.40", "5.00", "5.00"] == amounts(counter)
    rest = await gives_back(counter, account, after=MINUTES)
    assert Money(10240) == rest.amount
    assert rest == await gives_back(counter, account)
    assert State.REFUNDED is (await the_payment(counter, account)).state
    with pytest.raises(NotNow):
        await refunds.ask(
            counter.store, first.payment_id, Way.REFUND, Money(1), by="x", reason="x", now=NOW
        )


async def test_a_payment_that_was_returned_or_never_charged_does_not_go_back(
    counter: Counter,
) -> None:
    account, name = await paid(counter)
    comes_back(counter, name)
    with pytest.raises(CannotGoBack, match="returned"):
        await gives_back(counter, account)
    assert State.RETURNED is (await the_payment(counter, account)).state


@pytest.mark.parametrize("reason", ["", "  ", "card 4111 1111 1111 1111 was wrong"])
async def test_a_reason_is_needed_and_holds_no_card_number(counter: Counter, reason: str) -> None:
    account = await settled(counter)
    payment = await the_payment(counter, account)
    wish = Wish(Way.REFUND, None, "ann", reason)
    with pytest.raises(CannotGoBack, match="reason"):
        await grant(counter.store, counter.desk.gateway, payment, wish, now=NOW)


@pytest.mark.parametrize("request_keys", [True, False], ids=["keys", "no keys"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_one_in_doubt_goes_back_once(
    counter: Counter, when: When, request_keys: bool
) -> None:
    account = await settled(counter)
    settings = counter.sandbox.books_of().settings
    counter.sandbox.set(replace(settings, request_keys=request_keys))
    await gives_back(counter, account, 100)  # by which we learn whether keys are taken
    counter.sandbox.faults.inject(Fault("refund", when, "drop"))
    doubtful = await gives_back(counter, account, 500)
    assert Answer.ASKED is doubtful.answer
    assert 100 == await counter.owes_cents(account)
    assert doubtful == await gives_back(counter, account, 500)  # too soon to repeat it
    again = await gives_back(counter, account, 500, after=MINUTES)
    assert (doubtful.id, Answer.MADE) == (again.id, again.answer)
    assert ["112.40", "1.00", "5.00"] == amounts(counter)
    assert 600 == await counter.owes_cents(account)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_worker_carries_on_what_was_in_doubt(counter: Counter, when: When) -> None:
    account = await settled(counter)
    counter.sandbox.faults.inject(Fault("refund", when, "drop"))
    await gives_back(counter, account, 500)
    gateway = counter.desk.gateway
    now = NOW + timedelta(days=1)
    assert [] == await carry_on_all(counter.store, gateway, now=now)
    (carried,) = await carry_on_all(counter.store, gateway, now=now + MINUTES)
    assert Answer.MADE is carried.answer
    assert ["112.40", "5.00"] == amounts(counter)


async def test_of_two_that_carry_one_on_at_once_one_asks(counter: Counter) -> None:
    account = await settled(counter)
    counter.sandbox.set(replace(counter.sandbox.books_of().settings, request_keys=False))
    await gives_back(counter, account, 100)
    counter.sandbox.faults.inject(Fault("refund", "before", "drop"))
    doubtful = await gives_back(counter, account, 500)
    payment = await the_payment(counter, account)
    now = NOW + timedelta(days=1) + MINUTES
    gateway = counter.desk.gateway
    await asyncio.gather(
        *(carry_on(counter.store, gateway, payment, doubtful, now=now) for _ in range(4))
    )
    assert ["112.40", "1.00", "5.00"] == amounts(counter)


async def test_a_refund_that_the_bank_refuses_changes_nothing(counter: Counter) -> None:
    account = await counter.account(owes_cents=450_000)
    account, name = await paid(counter, account)
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    refund = await gives_back(counter, account, 200_400)
    assert Answer.REFUSED is refund.answer
    assert State.SETTLED is (await the_payment(counter, account)).state
    assert 0 == await counter.owes_cents(account)
