"""Payments that were left open, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.bill import Account
from paytone.flows.pay_bill import pay_bill
from paytone.payment import State
from paytone.phone.scripted import ScriptedPhone
from paytone.reconcile import reconcile
from paytone.sandbox.faults import Fault
from tests.flows.test_pay_bill import AGREE, CARD, WHOLE
from tests.teller import NOW, Counter


async def left_open(counter: Counter, fault: Fault, cents: int = 11240) -> Account:
    """An account whose payment met *fault* at the gateway."""
    account = await counter.account(owes_cents=cents)
    counter.sandbox.faults.inject(fault)
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    return account


async def state_after(counter: Counter, account: Account, seconds: int) -> State:
    """The payment's state once it was asked after, *seconds* after it was opened."""
    now = NOW + timedelta(seconds=seconds)
    await reconcile(counter.store, counter.desk.gateway, now=now)
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
        pytest.param(900, State.NOT_CHARGED, id="never found"),
    ],
)
async def test_a_payment_that_was_not_charged_is_let_go_in_time(
    counter: Counter, seconds: int, state: State
) -> None:
    account = await left_open(counter, Fault("sale", "before", "drop"))
    assert state is await state_after(counter, account, seconds)


async def test_a_gateway_that_is_away_leaves_the_payment_open(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    counter.sandbox.faults.inject(Fault("search", "before", "drop"))
    assert State.UNKNOWN is await state_after(counter, account, 3600)


async def test_asking_twice_changes_nothing_more(counter: Counter) -> None:
    account = await left_open(counter, Fault("sale", "after", "drop"))
    for _ in range(2):
        assert State.SETTLING is await state_after(counter, account, 120)
    assert [] == await reconcile(counter.store, counter.desk.gateway, now=NOW + timedelta(days=1))
