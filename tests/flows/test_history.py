"""The last payments, as they are told, one by one."""

from __future__ import annotations

import pytest

from paytone.flows.history import (
    CHECKING,
    EARLIER_ONE,
    GO_ON,
    ITS_CONFIRMATION,
    NO_PAYMENTS,
    NOT_CHARGED,
    PAYMENT_OF,
    PROCESSING,
    STATUS_WORDS,
    history,
)
from paytone.flows.method_entry import face_in_words
from paytone.flows.pay_bill import pay_bill
from paytone.flows.receipt_offer import (
    RECEIPT_BY_EMAIL,
    RECEIPT_BY_TEXT,
    RECEIPT_COMES_BY_EMAIL,
    RECEIPT_COMES_BY_TEXT,
)
from paytone.gateway import Unreached
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.till import close
from tests.flows.reached import EMAIL, agreed, knows, queued, writing
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE, other
from tests.store import given
from tests.teller import NOW, Counter


async def pays(counter: Counter, account: Account, *turns: Turn) -> None:
    with ScriptedPhone(*turns) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)


async def hears(counter: Counter, account: Account, *turns: Turn) -> list[Prompt]:
    """What is heard of the last payments by a caller who keys *turns*."""
    with ScriptedPhone(*turns) as phone:
        ended = await history(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone.heard


async def test_an_account_without_payments_is_told_so(counter: Counter) -> None:
    assert [NO_PAYMENTS] == await hears(counter, await counter.account())


async def test_a_payment_shows_at_once_with_all_that_is_known_of_it(counter: Counter) -> None:
    account = await counter.account()
    await pays(counter, account, WHOLE, *CARD, AGREE, DONE)
    (payment,) = await counter.payments(account)
    heard = await hears(counter, account, (GO_ON, "#"))
    rest = iter(heard)
    assert all(
        prompt in rest
        for prompt in (
            PAYMENT_OF, *spoken.money(Money(11240)), *face_in_words(payment.face),
            *spoken.date(NOW.date()), PROCESSING, ITS_CONFIRMATION,
            *spoken.digits(payment.confirmation, group=3), GO_ON,
        )
    )  # fmt: skip
    assert EARLIER_ONE not in heard


async def test_an_unknown_payment_is_being_checked(counter: Counter) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    await pays(counter, account, WHOLE, *CARD, AGREE)
    assert CHECKING in await hears(counter, account, (GO_ON, "#"))


async def test_a_payment_that_never_reached_braintree_was_not_declined(counter: Counter) -> None:
    account = await counter.account()
    payment = await given.payment(counter.store, account)
    await close(counter.desk.till, payment, Unreached("refused"))
    assert NOT_CHARGED in await hears(counter, account, (GO_ON, "#"))


def test_every_state_has_words_of_its_own_but_the_uncertain_two() -> None:
    """A voided payment was never taken, so it was not refunded; one never sent was not declined."""
    assert set(State) == set(STATUS_WORDS)
    assert len(State) - 1 == len(set(STATUS_WORDS.values()))


async def four_payments(counter: Counter) -> Account:
    account = await counter.account()
    for dollars in (10, 11, 12, 13):
        await pays(counter, account, *other(f"{dollars}*00#"), *CARD, AGREE, DONE)
    return account


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (((GO_ON, "#"),), 1),
        (((GO_ON, "1"), (GO_ON, "*")), 2),
        (((GO_ON, "1"), (GO_ON, "1"), (GO_ON, "1"), (GO_ON, "#")), 4),
        ((), 1),
    ],
    ids=["the last", "two", "all", "says nothing"],
)
async def test_earlier_ones_are_told_as_far_as_wanted(
    counter: Counter, turns: tuple[Turn, ...], told: int
) -> None:
    heard = await hears(counter, await four_payments(counter), *turns)
    amounts = [Money(cents) for cents in (1300, 1200, 1100, 1000)]
    assert told == sum(1 for at in amounts if _has(heard, (PAYMENT_OF, *spoken.money(at))))


def _has(heard: list[Prompt], words: tuple[Prompt, ...]) -> bool:
    return any(tuple(heard[at : at + len(words)]) == words for at in range(len(heard)))


@pytest.mark.parametrize(
    "turns", [((PAYMENT_OF, None),), ((GO_ON, "1"), (GO_ON, None))], ids=["first", "second"]
)
async def test_hanging_up_ends_it(counter: Counter, turns: tuple[Turn, ...]) -> None:
    account = await four_payments(counter)
    with pytest.raises(HungUp):
        await hears(counter, account, *turns)


async def test_its_receipt_is_sent_again(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL)
    await agreed(counter, account)
    await pays(counter, account, WHOLE, *CARD, AGREE, DONE)
    before = await queued(counter)
    heard = await hears(writing(counter), account, (GO_ON, "3"), (GO_ON, "2"), (GO_ON, "#"))
    assert {RECEIPT_BY_TEXT, RECEIPT_BY_EMAIL} < set(heard)
    assert {RECEIPT_COMES_BY_TEXT, RECEIPT_COMES_BY_EMAIL} < set(heard)
    assert 1 == heard.count(PAYMENT_OF)
    assert [("receipt", "email"), ("receipt", "sms")] == (await queued(counter))[len(before) :]


async def test_what_does_not_count_has_no_receipt(counter: Counter) -> None:
    account = await counter.account()
    payment = await given.payment(counter.store, account)
    await close(counter.desk.till, payment, Unreached("refused"))
    await knows(counter, email=EMAIL)
    assert RECEIPT_BY_EMAIL not in await hears(writing(counter), account, (GO_ON, "#"))
