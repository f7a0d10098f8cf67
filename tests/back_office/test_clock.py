"""A clock that jumps between the opening and the closing of a payment: the money stays right."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from paytone.back_office.reconcile import reconcile
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID, pay_bill
from paytone.flows.resume import WENT_THROUGH, resume
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.teller import NOW, Counter, later
from tests.test_till import charged

JUMPS = {"forwards": timedelta(hours=1), "backwards": -timedelta(hours=1)}


@pytest.mark.parametrize("way", JUMPS)
async def test_a_jump_during_the_charge_changes_nothing_but_the_time(
    counter: Counter, way: str
) -> None:
    account = await counter.account()
    clock = [NOW]
    desk = replace(counter.desk, clock=lambda: clock[0])
    counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.5))

    async def jump() -> None:
        await charged(counter)
        clock[0] += JUMPS[way]

    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await asyncio.gather(pay_bill(phone, desk, await counter.call(), account), jump())
    (payment,) = await counter.payments(account)
    assert State.SETTLING is payment.state
    assert phone.heard_in_order(PAID, CONFIRMATION_IS)
    assert 0 == await counter.owes_cents(account)


async def test_a_payment_given_up_by_a_clock_far_ahead_counts_once_the_answer_comes(
    counter: Counter,
) -> None:
    """By that clock the payment is an hour old and not found, while Braintree is still at it."""
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "before", "delay", seconds=0.8))

    async def ask_after() -> None:
        while not await counter.payments(account):  # noqa: ASYNC110 - nothing to wait for
            await asyncio.sleep(0.01)
        await reconcile(counter.store, counter.desk.gateway, now=NOW + timedelta(hours=1))

    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        paying = pay_bill(phone, counter.desk, await counter.call(), account)
        await asyncio.gather(paying, ask_after())
    (payment,) = await counter.payments(account)
    assert State.SETTLING is payment.state
    assert PAID in phone.heard
    assert 1 == len(counter.charges())
    assert 0 == await counter.owes_cents(account)


async def test_one_left_open_by_a_clock_that_was_ahead_is_told_in_the_next_call(
    counter: Counter,
) -> None:
    """Set right, the clock is before the payment's opening: reconciling waits, callers need not."""
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    ahead = later(counter, NOW + timedelta(hours=1))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, ahead.desk, await counter.call(), account)
    await reconcile(counter.store, counter.desk.gateway, now=NOW + timedelta(minutes=2))
    with ScriptedPhone(DONE) as again:
        await resume(again, counter.desk, await counter.call(), account)
    assert WENT_THROUGH in again.heard
    assert 0 == await counter.owes_cents(account)
