"""The daily comparison with Braintree, both ways."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from paytone.back_office.compare import NotCompared, compare
from paytone.back_office.reconcile import reconcile
from paytone.difference import EXPLAINED, Kind
from paytone.gateway import Approved, Declined, Refusal, Unreached
from paytone.rules.card import Brand, Card, CardNumber, Expiry, SecurityCode
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.sales.life import settle
from paytone.sandbox.sales.returns import returned
from paytone.sandbox.strategy import gateway_for
from paytone.store import differences, payments
from tests.back_office.test_settlement import comes_back, paid
from tests.store import given
from tests.teller import Counter, later

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def today(counter: Counter) -> Counter:
    """The counter at the sandbox's own time, which its list goes by."""
    return later(counter, datetime.now(UTC))


async def found(counter: Counter, after: timedelta = HOUR) -> list[Kind]:
    """The kinds of differences that a comparison up to then finds."""
    now = counter.desk.clock() + after
    span = await compare(counter.store, counter.desk.gateway, since=now - DAY, until=now, now=now)
    return [each.kind for each in span.found]


async def standing(counter: Counter) -> list[Kind]:
    """The kinds that the report shows."""
    return [row["kind"] for row in await differences.listed(counter.store, since=None, until=None)]


async def the_payment(counter: Counter) -> Payment:
    row = await counter.store.one("SELECT * FROM payments")
    assert row is not None
    return payments.payment_of_row(row)


def change(counter: Counter, name: str, **fields: Any) -> None:
    books = counter.sandbox.books_of()
    books.keep(replace(books.transactions[name], **fields))


async def charge(counter: Counter, order: str, cents: int = 11240) -> str:
    """A charge that no call made."""
    keyed = CardNumber("5555555555554444")
    card = Card(keyed, Brand.MASTERCARD, Expiry(2030, 9), SecurityCode("123"), "60601")
    gateway = gateway_for(counter.sandbox)
    result = gateway.transaction.sale({
        "amount": Money(cents).decimal,
        "order_id": order,
        "credit_card": {"number": card.number.digits, "expiration_date": "09/2030", "cvv": "123"},
        "options": {"submit_for_settlement": True},
    })  # fmt: skip
    return str(result.transaction.id)


async def test_nothing_is_found_where_both_agree(today: Counter) -> None:
    account, name = await paid(today)
    assert [] == await found(today)
    settle(today.sandbox.books_of(), name, datetime.now(UTC))
    assert [] == await found(today)
    assert State.SETTLED is (await the_payment(today)).state
    comes_back(today, name)
    assert [] == await found(today)
    assert 11240 == await today.owes_cents(account)


async def test_a_charge_that_no_payment_knows(today: Counter, caplog: Any) -> None:
    await charge(today, "another-program")
    with caplog.at_level(logging.ERROR):
        assert [Kind.STRANGE_CHARGE] == await found(today)
    assert "Control Panel" in caplog.text


async def test_a_payment_that_counts_without_a_charge(today: Counter) -> None:
    _, name = await paid(today)
    del today.sandbox.books_of().transactions[name]
    assert [Kind.NO_CHARGE] == await found(today)


async def test_a_charge_that_the_index_does_not_hold_yet_is_no_difference(today: Counter) -> None:
    await paid(today)
    today.sandbox.set(replace(today.sandbox.books_of().settings, search_lag_s=86_400))
    assert [] == await found(today)


async def test_amounts_that_differ(today: Counter) -> None:
    _, name = await paid(today)
    change(today, name, amount=Decimal("112.41"))
    assert [Kind.AMOUNT] == await found(today)


async def test_states_that_differ(today: Counter) -> None:
    _, name = await paid(today)
    settle(today.sandbox.books_of(), name, datetime.now(UTC))
    assert [] == await found(today)
    change(today, name, status="voided")
    assert [Kind.STATE] == await found(today)


@pytest.mark.parametrize("how", ["returned", "disputed"])
async def test_an_old_charge_that_is_taken_back_now_is_owed_again(today: Counter, how: str) -> None:
    account, name = await paid(today)
    settle(today.sandbox.books_of(), name, datetime.now(UTC))
    assert [] == await found(today)
    taken_back = datetime.now(UTC) + 47 * HOUR
    held = today.sandbox.books_of().transactions[name]
    if how == "returned":
        today.sandbox.books_of().keep(returned(held, "R01", taken_back, None))
    else:
        received = {"received_date": taken_back.date()}
        change(today, name, disputes=({"id": "d", "status": "lost", "reason": "x", **received},))
    assert [] == await found(today, 48 * HOUR)  # of the last day, in which no payment was made
    assert State.RETURNED is (await the_payment(today)).state
    assert 11240 == await today.owes_cents(account)


async def test_two_charges_with_one_order_id(today: Counter) -> None:
    await paid(today)
    await charge(today, (await the_payment(today)).id)
    assert [Kind.CHARGED_TWICE] == await found(today)


@pytest.mark.parametrize("declined", [False, True], ids=["not charged", "declined"])
async def test_a_charge_that_turns_up_goes_back(today: Counter, declined: bool) -> None:
    account = await today.account()
    payment = await given.payment(today.store, account, 11240, at=today.desk.clock())
    outcome = (
        Declined("earlier", Refusal.FUNDS, False, "2001", "no") if declined else Unreached("away")
    )
    now = today.desk.clock()
    await payments.close_payment(today.store, payment.id, outcome, "test", now)
    await charge(today, payment.id)
    assert [Kind.TURNED_UP] == await found(today)
    await reconcile(today.store, today.desk.gateway, now=now + 2 * HOUR)
    assert State.VOIDED is (await the_payment(today)).state
    assert ["voided"] == [status for _, _, status in today.charges()]
    assert [] == await found(today, 3 * HOUR)
    assert [] == await standing(today)


async def test_a_charge_that_was_refunded_as_a_mistake_agrees(today: Counter) -> None:
    payment = await given.payment(today.store, await today.account(), 11240, at=today.desk.clock())
    now = today.desk.clock()
    name = await charge(today, payment.id)
    await payments.never_charged(today.store, payment.id, "not found", now)
    settle(today.sandbox.books_of(), name, datetime.now(UTC))
    assert [Kind.TURNED_UP] == await found(today)
    await reconcile(today.store, today.desk.gateway, now=now + 2 * HOUR)
    assert 2 == len(today.charges())
    assert [] == await found(today, 3 * HOUR)


async def test_a_refund_made_elsewhere_and_one_that_failed(today: Counter) -> None:
    _, name = await paid(today)
    settle(today.sandbox.books_of(), name, datetime.now(UTC))
    assert [] == await found(today)
    payment = await the_payment(today)
    ours = await given.refund(today.store, payment, 500)
    sdk = gateway_for(today.sandbox)
    made = sdk.transaction.refund(name, {"amount": "5.00", "order_id": ours.id}).transaction
    assert [] == await found(today)
    change(today, made.id, status="settlement_declined")
    assert [Kind.FAILED_REFUND] == await found(today)
    sdk.transaction.refund(name, {"amount": "7.00"})
    assert [Kind.STRANGE_REFUND, Kind.FAILED_REFUND] == await found(today)


async def test_what_lasts_for_a_day_is_told(today: Counter) -> None:
    account = await today.account()
    now = today.desk.clock()
    payment = await given.payment(today.store, account, at=now - 2 * DAY)
    assert [Kind.STILL_OPEN] == await found(today)
    approved = Approved("abc", payment.amount)
    await payments.never_charged(today.store, payment.id, "not found", now)
    await payments.close_payment(today.store, payment.id, approved, "found", now, late=True)
    assert [Kind.STILL_VOIDING] == await found(today)


async def test_one_difference_is_one_row_and_is_cleared_when_it_is_gone(today: Counter) -> None:
    _, name = await paid(today)
    change(today, name, amount=Decimal("112.41"))
    for hours in (1, 2):
        await found(today, hours * HOUR)
    assert [Kind.AMOUNT] == await standing(today)
    change(today, name, amount=Decimal("112.40"))
    await found(today, 3 * HOUR)
    assert [] == await standing(today)
    since = today.desk.clock() - DAY
    (cleared,) = await differences.listed(today.store, since=since, until=None)
    assert cleared["cleared_at"] is not None


async def test_a_gateway_that_does_not_list_finds_and_clears_nothing(today: Counter) -> None:
    await charge(today, "another-program")
    await found(today)
    today.sandbox.faults.inject(Fault("search", "before", "drop"))
    with pytest.raises(NotCompared):
        await found(today, 2 * HOUR)
    assert [Kind.STRANGE_CHARGE] == await standing(today)


def test_every_kind_is_explained() -> None:
    assert set(Kind) == set(EXPLAINED)
