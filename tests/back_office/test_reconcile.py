"""Payments that were left open, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paytone.back_office.reconcile import USUAL, Patience, reconcile
from paytone.flows.pay_bill import pay_bill
from paytone.gateway import Approved
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.bill import Account
from paytone.rules.payment import Heard, State
from paytone.rules.refund import Answer
from paytone.sandbox.control.faults import Fault, When
from paytone.sandbox.sales.life import settle
from paytone.store import payments, refunds, tellings
from tests.flows.test_pay_bill import AGREE, CARD, WHOLE
from tests.teller import NOW, Counter


async def left_open(counter: Counter, fault: Fault, cents: int = 11240) -> Account:
    """An account whose payment met *fault* at the gateway."""
    account = await counter.account(owes_cents=cents)
    counter.sandbox.faults.inject(fault)
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    return account


async def state_after(
    counter: Counter, account: Account, seconds: int, patience: Patience = USUAL
) -> State:
    """The payment's state once it was asked after, *seconds* after it was opened."""
    now = NOW + timedelta(seconds=seconds)
    await reconcile(counter.store, counter.desk.gateway, now=now, patience=patience)
    (payment,) = await counter.payments(account)
    return payment.state


async def test_a_payment_that_was_charged_is_found(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    assert State.SETTLING is await state_after(counter, account, 120)
    assert 0 == await counter.owes_cents(account)
    assert 1 == len(counter.charges())


async def test_a_payment_that_was_declined_is_found(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"), cents=200_100)
    assert State.DECLINED is await state_after(counter, account, 120)


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        pytest.param(30, State.UNKNOWN, id="too young to ask"),
        pytest.param(120, State.UNKNOWN, id="not found yet"),
        pytest.param(900, State.UNKNOWN, id="not found once, however late"),
    ],
)
async def test_a_payment_that_was_not_charged_is_let_go_in_time(
    counter: Counter, seconds: int, state: State
) -> None:
    account = await left_open(counter, Fault("sale", "before", "drop"))
    assert state is await state_after(counter, account, seconds)


async def test_a_payment_that_is_not_found_for_long_was_never_charged(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "before", "drop"))
    assert State.UNKNOWN is await state_after(counter, account, 120)
    assert State.UNKNOWN is await state_after(counter, account, 1010)
    assert State.NOT_CHARGED is await state_after(counter, account, 1200)


async def test_a_gateway_that_was_away_did_not_say_that_it_has_no_charge(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "before", "drop"))
    counter.sandbox.faults.inject(Fault("search", "before", "drop"))
    assert State.UNKNOWN is await state_after(counter, account, 120)
    assert State.UNKNOWN is await state_after(counter, account, 1800)


async def test_pauses_between_askings_grow(counter: Counter) -> None:
    await left_open(counter, Fault("sale", "before", "drop"))
    asked = []
    for minute in range(1, 16):
        now = NOW + timedelta(minutes=minute)
        if await reconcile(counter.store, counter.desk.gateway, now=now):
            asked.append(minute)
    assert [1, 2, 4, 8] == asked


async def test_an_admin_asks_after_all_of_them_now(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "before", "drop"))
    for _ in range(2):
        assert State.UNKNOWN is await state_after(counter, account, 120, Patience(all_now=True))
    at_once = Patience(give_up_after=timedelta(seconds=1), missing_for=timedelta(), all_now=True)
    assert State.NOT_CHARGED is await state_after(counter, account, 120, at_once)


async def told_not_paid(counter: Counter, account: Account) -> None:
    """The caller heard that nothing was charged."""
    (payment,) = await counter.payments(account)
    call = await counter.call()
    await tellings.tell(counter.store, payment, call_id=call.id, now=NOW, heard=Heard.NOT_PAID)


async def test_a_charge_that_was_told_of_as_not_made_is_voided(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    await told_not_paid(counter, account)
    assert State.VOIDED is await state_after(counter, account, 120)
    assert ["voided"] == [status for _, _, status in counter.charges()]
    assert 11240 == await counter.owes_cents(account)
    assert [] == await tellings.pending(counter.store, account.id)


async def test_a_charge_that_turns_up_late_is_voided(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    settings = counter.sandbox.books_of().settings
    counter.sandbox.set(replace(settings, search_lag_s=86_400))
    await state_after(counter, account, 120)
    assert State.NOT_CHARGED is await state_after(counter, account, 1200)
    counter.sandbox.set(replace(settings, search_lag_s=0))
    assert State.VOIDED is await state_after(counter, account, 1300)
    assert ["voided"] == [status for _, _, status in counter.charges()]


async def test_a_payment_that_was_never_charged_is_asked_after_for_two_days(
    counter: Counter,
) -> None:
    account = await left_open(counter, Fault("sale", "before", "drop"))
    await state_after(counter, account, 120)
    assert State.NOT_CHARGED is await state_after(counter, account, 1200)
    counter.sandbox.faults.inject(Fault("search", "before", "drop", times=0))
    await state_after(counter, account, 47 * 3600)
    await state_after(counter, account, 49 * 3600)
    await state_after(counter, account, 99 * 3600)
    asked = [strike for strike in counter.sandbox.faults.struck if strike.kind == "search"]
    assert 1 == len(asked)


async def test_a_charge_that_has_settled_by_then_is_refunded(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    await told_not_paid(counter, account)
    (name,) = counter.sandbox.books_of().transactions
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    assert State.VOIDED is await state_after(counter, account, 120)
    (payment,) = await counter.payments(account)
    assert [(payment.id, "112.40", "settled")] == counter.charges()[:1]
    assert [("112.40", "submitted_for_settlement")] == [
        (amount, status) for _, amount, status in counter.charges()[1:]
    ]
    assert 11240 == await counter.owes_cents(account)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_void_that_is_not_answered_is_asked_for_until_it_is(
    counter: Counter, when: When
) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    await told_not_paid(counter, account)
    counter.sandbox.faults.inject(Fault("void", when, "drop"))
    assert State.VOIDING is await state_after(counter, account, 120)
    assert State.VOIDING is await state_after(counter, account, 130)
    assert State.VOIDED is await state_after(counter, account, 300)
    assert ["voided"] == [status for _, _, status in counter.charges()]
    assert [Answer.MADE] == [
        refund.answer
        for payment in await counter.payments(account)
        for refund in await refunds.of_payment(counter.store, payment.id)
    ]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_refund_that_is_not_answered_is_made_once(counter: Counter, when: When) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    await told_not_paid(counter, account)
    books = counter.sandbox.books_of()
    counter.sandbox.set(replace(books.settings, request_keys=False))
    (name,) = books.transactions
    settle(books, name, datetime.now(UTC))
    counter.sandbox.faults.inject(Fault("refund", when, "drop"))
    assert State.VOIDING is await state_after(counter, account, 120)
    assert State.VOIDED is await state_after(counter, account, 300)
    assert 2 == len(counter.charges())


async def test_another_charge_for_a_declined_payment_goes_back(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"), cents=200_100)
    assert State.DECLINED is await state_after(counter, account, 120)
    (payment,) = await counter.payments(account)
    turned_up = Approved("another", payment.amount)
    moved = await payments.close_payment(
        counter.store, payment.id, turned_up, "found", NOW, late=True
    )
    assert (State.VOIDING, "another") == (moved.state, moved.transaction)


async def test_a_gateway_that_is_away_leaves_the_payment_open(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    counter.sandbox.faults.inject(Fault("search", "before", "drop"))
    assert State.UNKNOWN is await state_after(counter, account, 3600)


async def test_asking_twice_changes_nothing_more(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    for _ in range(2):
        assert State.SETTLING is await state_after(counter, account, 120)
    assert [] == await reconcile(counter.store, counter.desk.gateway, now=NOW + timedelta(days=1))
