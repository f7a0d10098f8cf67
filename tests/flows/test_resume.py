"""The next call tells what became of an earlier payment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.flows.pay_bill import PAID, pay_bill
from paytone.flows.resume import (
    CONFIRMATION_WAS,
    EARLIER_PAYMENT,
    NOT_CHARGED,
    REPEAT_CONFIRMATION,
    STILL_UNKNOWN,
    WAS_NOT_PAID,
    WAS_REFUNDED,
    WAS_RETURNED,
    WENT_THROUGH,
    resume,
)
from paytone.gateway import Approved, Unknown
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from paytone.rules.payment import Heard, State
from paytone.sandbox.control.faults import Fault
from paytone.store import payments, tellings
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.store import given
from tests.teller import NOW, Counter, later

HEARD_IT = (REPEAT_CONFIRMATION, "#")


async def test_nothing_is_said_where_there_is_nothing_to_tell(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone() as phone:
        await resume(phone, counter.desk, await counter.call(), account)
    assert [] == phone.heard


async def test_who_hung_up_while_it_was_charged_hears_the_confirmation_next_time(
    counter: Counter,
) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, (PAID, None)) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    with ScriptedPhone((REPEAT_CONFIRMATION, "1"), HEARD_IT) as phone:
        await resume(phone, counter.desk, await counter.call(), account)
    words = (
        EARLIER_PAYMENT, *spoken.money(payment.amount), WENT_THROUGH, CONFIRMATION_WAS,
        *spoken.digits(payment.confirmation, group=3),
    )  # fmt: skip
    assert phone.heard_in_order(*words, *words)
    with ScriptedPhone() as phone:
        await resume(phone, counter.desk, await counter.call(), account)
    assert [] == phone.heard


async def test_an_unknown_payment_is_asked_after_and_told_once_it_is_known(
    counter: Counter,
) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone(HEARD_IT) as phone:
        await resume(phone, counter.desk, await counter.call(), account)
    assert phone.heard_in_order(EARLIER_PAYMENT, WENT_THROUGH, CONFIRMATION_WAS)
    assert 0 == await counter.owes_cents(account)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ([State.NOT_CHARGED], (WAS_NOT_PAID, NOT_CHARGED)),
        ([State.SETTLING, State.RETURNED], (WAS_RETURNED,)),
        ([State.SETTLING, State.SETTLED, State.RETURNED], (WAS_RETURNED,)),
        ([State.SETTLING, State.VOIDED], (WAS_NOT_PAID, NOT_CHARGED)),
        ([State.SETTLING, State.SETTLED, State.REFUNDED], (WAS_REFUNDED,)),
    ],
    ids=["never charged", "not settled", "taken back by the bank", "voided", "refunded"],
)
async def test_what_became_of_it_is_told_in_words(
    counter: Counter, path: list[State], words: tuple[Prompt, ...]
) -> None:
    account = await counter.account()
    payment = await given.payment(counter.store, account)
    for state in path:
        if state is State.SETTLING:
            approved = Approved("abc123", Money(5000))
            await payments.close_payment(counter.store, payment.id, approved, "approved", NOW)
        elif state is State.NOT_CHARGED:
            await payments.never_charged(counter.store, payment.id, "not found", NOW)
        elif state is State.REFUNDED:
            await given.refund(counter.store, payment)
        else:
            await payments.move(counter.store, payment.id, state, "said so", NOW)
    with ScriptedPhone() as phone:
        await resume(phone, counter.desk, await counter.call(), account)
    assert EARLIER_PAYMENT == phone.heard[0]
    assert list(words) == phone.heard[-len(words) :]


async def test_one_that_is_still_unknown_is_said_each_time(counter: Counter) -> None:
    account = await counter.account()
    payment = await given.payment(counter.store, account)
    await payments.close_payment(counter.store, payment.id, Unknown("x"), "timed out", NOW)
    for days in (0, 1):
        desk = later(counter, NOW + timedelta(days=days)).desk
        with ScriptedPhone() as phone:
            await resume(phone, desk, await counter.call(), account)
        assert [STILL_UNKNOWN] == phone.heard


async def test_who_may_have_heard_that_it_is_unknown_is_told_once_it_is_known(
    counter: Counter,
) -> None:
    """Even if "paid" was heard before: the store was away just then and does not know of it."""
    account = await counter.account()
    payment = await given.payment(counter.store, account)
    call = await counter.call()
    await tellings.tell(counter.store, payment, call_id=call.id, now=NOW, heard=Heard.PAID)
    with ScriptedPhone((STILL_UNKNOWN, None)) as phone, pytest.raises(HungUp):
        await resume(phone, counter.desk, call, account)
    approved = Approved("abc123", Money(5000))
    await payments.close_payment(counter.store, payment.id, approved, "found", NOW)
    with ScriptedPhone(HEARD_IT) as phone:
        await resume(phone, counter.desk, await counter.call(), account)
    assert WENT_THROUGH in phone.heard
