"""The last payments, as they are told."""

from __future__ import annotations

from paytone.flows.history import (
    CHECKING,
    NO_PAYMENTS,
    NOT_CHARGED,
    PAYMENT_OF,
    PROCESSING,
    STATUS_WORDS,
    history,
)
from paytone.flows.pay_bill import pay_bill
from paytone.gateway import Unreached
from paytone.money import Money
from paytone.payment import State
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import spoken
from paytone.sandbox.control.faults import Fault
from paytone.till import close
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE, other
from tests.store import given
from tests.teller import NOW, Counter


async def test_an_account_without_payments_is_told_so(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone() as phone:
        await history(phone, counter.desk, account)
    assert [NO_PAYMENTS] == phone.heard


async def test_a_payment_shows_at_once(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone() as phone:
        await history(phone, counter.desk, account)
    assert phone.heard_in_order(
        PAYMENT_OF, *spoken.money(Money(11240)), *spoken.date(NOW.date()), PROCESSING
    )


async def test_an_unknown_payment_is_being_checked(counter: Counter) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone() as phone:
        await history(phone, counter.desk, account)
    assert CHECKING == phone.heard[-1]


async def test_a_payment_that_never_reached_braintree_was_not_declined(counter: Counter) -> None:
    account = await counter.account()
    payment = await given.payment(counter.store, account)
    await close(counter.desk.till, payment, Unreached("refused"))
    with ScriptedPhone() as phone:
        await history(phone, counter.desk, account)
    assert NOT_CHARGED == phone.heard[-1]


def test_every_state_has_words_of_its_own_but_the_uncertain_two() -> None:
    """A voided payment was never taken, so it was not refunded; one never sent was not declined."""
    assert set(State) == set(STATUS_WORDS)
    assert len(State) - 1 == len(set(STATUS_WORDS.values()))


async def test_three_payments_are_told(counter: Counter) -> None:
    account = await counter.account()
    for dollars in (10, 11, 12, 13):
        turns = (*other(f"{dollars}*00#"), *CARD, AGREE, DONE)
        with ScriptedPhone(*turns) as phone:
            await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone() as phone:
        await history(phone, counter.desk, account)
    assert 3 == phone.heard.count(PAYMENT_OF)
