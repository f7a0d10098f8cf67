"""Paying by card: every way that it can end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.flows.agreement import (
    ASK_CHANGE,
    REVIEW_ACCOUNT,
    REVIEW_FROM,
    REVIEW_KEYS,
    REVIEW_PAY,
    REVIEW_TODAY,
)
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.card_entry import (
    ASK_CARD,
    ASK_CVV_3,
    ASK_EXPIRY,
    ASK_POSTAL,
    CARD_DECLINED_HARD,
)
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.pay_bill import (
    CANCELLED,
    CONFIRMATION_IS,
    DECLINED_HARD,
    LINE_TROUBLE,
    NEW_BALANCE_IS,
    NOT_CHARGED,
    PAID,
    PAYMENT_UNKNOWN,
    TODAY,
    TRY_ANOTHER_CARD,
    YOU_PAID,
    pay_bill,
)
from paytone.flows.resume import EARLIER_PAYMENT, STILL_UNKNOWN, WENT_THROUGH
from paytone.gateway.braintree import connect
from paytone.phone import HungUp, Manner
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from tests.teller import Counter

VISA = "4111111111111111"
CARD: tuple[Turn, ...] = (
    (ASK_CARD, f"{VISA}#"),
    (ASK_EXPIRY, "0927"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
)
WHOLE: Turn = (ASK_AMOUNT_KIND, "2")
AGREE: Turn = (REVIEW_KEYS, "1")
OTHER_METHOD: tuple[Turn, ...] = ((REVIEW_KEYS, "2"), (ASK_CHANGE, "2"))
DONE: Turn = (REPEAT_CONFIRMATION, "#")


def other(keys: str) -> tuple[Turn, ...]:
    """The turns that choose another amount."""
    return ((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, keys), (IS_THAT_RIGHT, "1"))


async def test_paying_the_whole_bill_by_card(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert (State.SETTLING, Money(11240), "1111") == (
        payment.state,
        payment.amount,
        payment.face.last_four,
    )
    assert [(payment.id, "112.40", "submitted_for_settlement")] == counter.charges()
    assert 0 == await counter.owes_cents(account)
    assert phone.heard_in_order(
        PAID,
        YOU_PAID,
        *spoken.money(Money(11240)),
        TODAY,
        CONFIRMATION_IS,
        *spoken.digits(payment.confirmation, group=3),
        NEW_BALANCE_IS,
        *spoken.money(Money(0)),
        REPEAT_CONFIRMATION,
    )


async def test_everything_is_read_back_before_the_charge(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert phone.heard_in_order(
        REVIEW_PAY,
        *spoken.money(Money(11240)),
        REVIEW_FROM,
        Prompt("brand-visa"),
        *spoken.digits("1111"),
        REVIEW_ACCOUNT,
        *spoken.digits("4412"),
        REVIEW_TODAY,
        REVIEW_KEYS,
        PAID,
    )


async def test_a_part_of_the_bill_leaves_the_rest(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(*other("40*00#"), *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert 7240 == await counter.owes_cents(account)
    assert phone.heard_in_order(NEW_BALANCE_IS, *spoken.money(Money(7240)))


async def test_a_one_typed_ahead_does_not_confirm(counter: Counter) -> None:
    """Nothing is charged that was not heard: what is typed before the review is thrown away."""
    account = await counter.account()
    ahead = (*CARD[:3], (ASK_POSTAL, "606011"))
    with ScriptedPhone(WHOLE, *ahead, (REVIEW_KEYS, "*")) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Status.CANCELLED is ended.status
    assert [] == counter.charges()


TURNS: tuple[Turn, ...] = (*other("40*00#"), *CARD, AGREE)


@pytest.mark.parametrize("at", range(len(TURNS)), ids=[prompt for prompt, _ in TURNS])
async def test_hanging_up_at_a_question_charges_nothing(counter: Counter, at: int) -> None:
    account = await counter.account()
    turns = (*TURNS[:at], (TURNS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert [] == counter.charges()
    assert [] == await counter.payments(account)


async def test_hanging_up_after_the_one_is_charged_and_stored(counter: Counter) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.3))
    manner = Manner(filler_after=0.05)
    with (
        ScriptedPhone(WHOLE, *CARD, AGREE, (Prompt("one-moment"), None), manner=manner) as phone,
        pytest.raises(HungUp),
    ):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert State.SETTLING is payment.state
    assert 1 == len(counter.charges())


async def test_a_long_charge_is_talked_over(counter: Counter) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.4))
    manner = Manner(filler_after=0.1, filler_every=0.1)
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE, manner=manner) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert phone.heard_in_order(Prompt("one-moment"), Prompt("still-working"), PAID)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        pytest.param("2001", Prompt("declined-funds"), id="insufficient funds"),
        pytest.param("2046", Prompt("declined-issuer"), id="declined without reason"),
        pytest.param("2010", Prompt("declined-code"), id="cvv"),
        pytest.param("2004", Prompt("declined-expired"), id="expired"),
    ],
)
async def test_a_decline_is_told_in_plain_words(
    counter: Counter, amount: str, words: Prompt
) -> None:
    account = await counter.account(owes_cents=int(amount) * 100)
    with ScriptedPhone(WHOLE, *CARD, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert Ended(Status.DECLINED, Next.MENU) == ended
    assert State.DECLINED is payment.state
    assert words in phone.heard
    assert PAID not in phone.heard


async def test_after_a_decline_another_card_pays_the_same_amount(counter: Counter) -> None:
    account = await counter.account(owes_cents=200_000)
    again = ((ASK_CARD, "5555555555554444#"), *CARD[1:])
    with ScriptedPhone(
        WHOLE, *CARD, AGREE, (TRY_ANOTHER_CARD, "1"), *again, AGREE, (TRY_ANOTHER_CARD, "*")
    ) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert 1 == phone.heard.count(ASK_AMOUNT_KIND)
    assert {"4444", "1111"} == {p.face.last_four for p in await counter.payments(account)}


async def test_a_card_declined_for_good_is_not_charged_twice(counter: Counter) -> None:
    account = await counter.account(owes_cents=200_400)
    same = (ASK_CARD, f"{VISA}#")
    with ScriptedPhone(
        WHOLE, *CARD, AGREE, (TRY_ANOTHER_CARD, "1"), same, (ASK_CARD, "*"), (ASK_AMOUNT_KIND, "*")
    ) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert phone.heard_in_order(DECLINED_HARD, ASK_CARD, CARD_DECLINED_HARD, ASK_CARD)
    assert 1 == len(counter.charges())


async def test_three_declined_cards_end_with_a_person(counter: Counter) -> None:
    account = await counter.account(owes_cents=200_000)
    once = (*CARD, AGREE, (TRY_ANOTHER_CARD, "1"))
    with ScriptedPhone(WHOLE, *once, *once, *once) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.DECLINED, Next.AGENT) == ended


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("sale", "before", "drop"), id="dropped before the charge"),
        pytest.param(Fault("sale", "after", "drop"), id="dropped after the charge"),
        pytest.param(Fault("sale", "before", "delay", seconds=9), id="timeout before"),
        pytest.param(Fault("sale", "after", "delay", seconds=9), id="timeout after"),
        pytest.param(Fault("sale", "before", "status", status=500), id="server error before"),
        pytest.param(Fault("sale", "after", "status", status=503), id="server error after"),
        pytest.param(Fault("sale", "after", "garble"), id="answer that is no XML"),
    ],
)
async def test_when_the_gateway_does_not_say_the_caller_is_told_not_to_pay_again(
    counter: Counter, fault: Fault
) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(fault)
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert Ended(Status.UNKNOWN, Next.MENU) == ended
    assert State.UNKNOWN is payment.state
    assert PAYMENT_UNKNOWN == phone.heard[-1]
    assert 1 == len(counter.sandbox.faults.struck)


async def test_an_unknown_payment_that_was_charged_is_told_before_another_is_taken(
    counter: Counter,
) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone(DONE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert phone.heard_in_order(EARLIER_PAYMENT, WENT_THROUGH, CONFIRMATION_IS)
    assert 1 == len(counter.charges())
    assert 0 == await counter.owes_cents(account)


async def test_an_unknown_payment_that_is_not_found_takes_no_other(counter: Counter) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "before", "drop"))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    with ScriptedPhone() as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.UNKNOWN, Next.MENU) == ended
    assert [STILL_UNKNOWN] == phone.heard


async def test_a_gateway_that_was_never_reached_charged_nothing(counter: Counter) -> None:
    nobody = connect(
        environment="local",
        merchant_id="m",
        public_key="p",
        private_key="k",
        local_url="http://127.0.0.1:9",
    )
    account = await counter.account()
    desk = replace(counter.desk, open_gateway=lambda: nobody)
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        ended = await pay_bill(phone, desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert Ended(Status.TROUBLE, Next.AGENT) == ended
    assert State.NOT_CHARGED is payment.state
    assert [LINE_TROUBLE, NOT_CHARGED] == phone.heard[-2:]


async def test_star_at_the_review_cancels(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, (REVIEW_KEYS, "*")) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.CANCELLED, Next.MENU) == ended
    assert CANCELLED == phone.heard[-1]
    assert [] == counter.charges()


async def test_the_amount_can_be_changed_at_the_review(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(
        WHOLE, *CARD, (REVIEW_KEYS, "2"), (ASK_CHANGE, "1"), *other("50*00#"), AGREE, DONE
    ) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]
    assert 1 == phone.heard.count(ASK_CARD)


async def test_the_card_can_be_changed_at_the_review(counter: Counter) -> None:
    account = await counter.account()
    mastercard = ((ASK_CARD, "5555555555554444#"), *CARD[1:])
    with ScriptedPhone(
        WHOLE, *CARD, (REVIEW_KEYS, "2"), (ASK_CHANGE, "2"), *mastercard, AGREE, DONE
    ) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert ["4444"] == [payment.face.last_four for payment in await counter.payments(account)]


async def test_the_confirmation_is_repeated_as_often_as_asked(counter: Counter) -> None:
    account = await counter.account()
    again: Turn = (REPEAT_CONFIRMATION, "1")
    with ScriptedPhone(WHOLE, *CARD, AGREE, again, again, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert 3 == phone.heard.count(CONFIRMATION_IS)
    words = (YOU_PAID, *spoken.money(Money(11240)), TODAY, CONFIRMATION_IS, NEW_BALANCE_IS)
    assert phone.heard_in_order(*words, REPEAT_CONFIRMATION, *words, REPEAT_CONFIRMATION, *words)


async def test_a_merchant_without_moto_or_idempotency_keys_is_charged_once(
    counter: Counter,
) -> None:
    account = await counter.account()
    settings = counter.sandbox.books_of().settings
    counter.sandbox.set(replace(settings, moto="refused-by-account", request_keys=False))
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Status.PAID is ended.status
    assert 1 == len(counter.charges())


async def test_who_says_nothing_after_paying_has_paid_and_goes_on(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.PAID, Next.MENU) == ended


async def test_who_wants_a_person_after_paying_has_paid(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(WHOLE, *CARD, AGREE, (REPEAT_CONFIRMATION, "0")) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.PAID, Next.AGENT) == ended
