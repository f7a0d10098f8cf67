"""Payments that a dialplan asks for: every result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.flows.agreement import REVIEW_FROM, REVIEW_KEYS, REVIEW_PAY, REVIEW_TODAY
from paytone.flows.card_entry import ASK_CARD, ASK_POSTAL, CARD_DECLINED_HARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.pay_bill import (
    CANCELLED,
    CONFIRMATION_IS,
    LINE_TROUBLE,
    NOT_CHARGED,
    PAID,
    TRY_ANOTHER_CARD,
    YOU_PAID,
)
from paytone.flows.take_payment import BEING_PAID, PAID_BEFORE, UNKNOWN, WILL_BE_TOLD
from paytone.gateway.braintree import connect
from paytone.phone import HungUp, Manner
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from paytone.rules.pay_result import Result
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from tests.flows.taking import AGREE, CARD, DONE, VISA, request
from tests.teller import Counter


async def test_a_payment_is_read_back_charged_once_and_confirmed(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    payment = taken.payment
    assert payment is not None
    assert (Result.SUCCESS, "1111") == (taken.result, payment.face.last_four)
    assert (State.SETTLING, Money(4999)) == (payment.state, payment.amount)
    assert [(payment.id, "49.99", "submitted_for_settlement")] == counter.charges()
    assert phone.heard_in_order(
        REVIEW_PAY,
        *spoken.money(Money(4999)),
        REVIEW_FROM,
        Prompt("brand-visa"),
        *spoken.digits("1111"),
        REVIEW_TODAY,
        REVIEW_KEYS,
        PAID,
        CONFIRMATION_IS,
        *spoken.digits(payment.confirmation, group=3),
        YOU_PAID,
        *spoken.money(Money(4999)),
        REPEAT_CONFIRMATION,
    )


async def test_a_one_typed_ahead_does_not_confirm(counter: Counter) -> None:
    asked = await request(counter)
    turns = (*CARD[:3], (ASK_POSTAL, "606011"), (REVIEW_KEYS, None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await asked.take(counter, phone)
    assert [] == counter.charges()


async def test_two_at_the_review_asks_for_another_card(counter: Counter) -> None:
    other = ((ASK_CARD, "5555555555554444#"), *CARD[1:])
    asked = await request(counter)
    with ScriptedPhone(*CARD, (REVIEW_KEYS, "2"), *other, AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert taken.payment is not None
    assert "4444" == taken.payment.face.last_four
    assert 1 == len(counter.charges())


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("sale", "before", "drop"), id="dropped before the charge"),
        pytest.param(Fault("sale", "after", "drop"), id="dropped after the charge"),
        pytest.param(Fault("sale", "after", "status", status=503), id="server error after"),
    ],
)
async def test_without_an_answer_it_is_unknown_and_not_to_be_paid_again(
    counter: Counter, fault: Fault
) -> None:
    asked = await request(counter)
    counter.sandbox.faults.inject(fault)
    with ScriptedPhone(*CARD, AGREE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.UNKNOWN is taken.result
    assert [UNKNOWN, WILL_BE_TOLD] == phone.heard[-2:]
    assert NOT_CHARGED not in phone.heard


async def test_an_unknown_one_that_was_charged_is_told_and_not_taken_again(
    counter: Counter,
) -> None:
    asked = await request(counter)
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(*CARD, AGREE) as phone:
        await asked.take(counter, phone)
    with ScriptedPhone(DONE) as phone:
        taken = await asked.take(counter, phone)
    assert (Result.SUCCESS, True) == (taken.result, taken.earlier)
    assert PAID_BEFORE in phone.heard
    assert 1 == len(counter.charges())


async def test_while_an_earlier_one_is_unknown_no_other_is_taken(counter: Counter) -> None:
    asked = await request(counter)
    counter.sandbox.faults.inject(Fault("sale", "before", "drop"))
    with ScriptedPhone(*CARD, AGREE) as phone:
        await asked.take(counter, phone)
    with ScriptedPhone() as phone:
        taken = await asked.take(counter, phone)
    assert (Result.UNKNOWN, True) == (taken.result, taken.earlier)
    assert [BEING_PAID] == phone.heard


async def test_a_gateway_that_was_never_reached_charged_nothing(counter: Counter) -> None:
    nobody = connect(
        environment="local",
        merchant_id="m",
        public_key="p",
        private_key="k",
        local_url="http://127.0.0.1:9",
    )
    asked = await request(counter)
    away = replace(counter, desk=replace(counter.desk, open_gateway=lambda: nobody))
    with ScriptedPhone(*CARD, AGREE) as phone:
        taken = await asked.take(away, phone)
    assert Result.CONNECTOR_ERROR is taken.result
    assert taken.error
    assert [LINE_TROUBLE, NOT_CHARGED] == phone.heard[-2:]


async def test_a_decline_has_its_code_and_its_words(counter: Counter) -> None:
    asked = await request(counter, AMOUNT="2001.00")
    with ScriptedPhone(*CARD, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        taken = await asked.take(counter, phone)
    assert (Result.DECLINED, "2001", "Insufficient Funds") == (
        taken.result,
        taken.code,
        taken.error,
    )
    assert Prompt("declined-funds") in phone.heard


async def test_a_card_declined_for_good_is_not_charged_twice(counter: Counter) -> None:
    asked = await request(counter, AMOUNT="2004.00")
    turns: tuple[Turn, ...] = (
        (TRY_ANOTHER_CARD, "1"),
        (ASK_CARD, f"{VISA}#"),
        (CARD_DECLINED_HARD, ""),
        (ASK_CARD, "*"),
    )
    with ScriptedPhone(*CARD, AGREE, *turns) as phone:
        taken = await asked.take(counter, phone)
    assert Result.STAR is taken.result
    assert 1 == len(counter.charges())


async def test_one_card_and_no_more_where_the_dialplan_says_so(counter: Counter) -> None:
    asked = await request(counter, AMOUNT="2001.00")
    with ScriptedPhone(*CARD, AGREE, manner=Manner(card_tries=1)) as phone:
        taken = await asked.take(counter, phone)
    assert Result.DECLINED is taken.result
    assert TRY_ANOTHER_CARD not in phone.heard


@pytest.mark.parametrize("at", range(len(CARD) + 1))
async def test_star_goes_back_to_the_first_question_and_then_cancels(
    counter: Counter, at: int
) -> None:
    whole = (*CARD, AGREE)
    back = [(whole[place][0], "*") for place in range(min(at, len(CARD) - 1), -1, -1)]
    turns = back if at < len(CARD) else [(REVIEW_KEYS, "*")]
    with ScriptedPhone(*whole[:at], *turns) as phone:
        taken = await (await request(counter)).take(counter, phone)
    assert Result.STAR is taken.result
    assert CANCELLED == phone.heard[-1]
    assert [] == counter.charges()


@pytest.mark.parametrize("at", range(len(CARD) + 1))
async def test_zero_is_a_person_at_each_question(counter: Counter, at: int) -> None:
    whole = (*CARD, AGREE)
    asked_for = "0" if at == len(CARD) else "0#"
    with ScriptedPhone(*whole[:at], (whole[at][0], asked_for)) as phone:
        taken = await (await request(counter)).take(counter, phone)
    assert Result.PERSON is taken.result
    assert [] == counter.charges()


@pytest.mark.parametrize("at", range(len(CARD) + 1))
async def test_who_answers_nothing_is_told_that_nothing_was_charged(
    counter: Counter, at: int
) -> None:
    with ScriptedPhone(*(*CARD, AGREE)[:at]) as phone:
        taken = await (await request(counter)).take(counter, phone)
    assert Result.TOO_MANY is taken.result
    assert NOT_CHARGED == phone.heard[-1]
    steps = ("card-number", "expiration-date", "security-code", "postal-code", "confirmation")
    assert steps[at] == taken.error
    assert [] == counter.charges()


@pytest.mark.parametrize("at", range(len(CARD) + 1))
async def test_hanging_up_at_each_question_charges_nothing(counter: Counter, at: int) -> None:
    whole = (*CARD, AGREE)
    with (
        ScriptedPhone(*whole[:at], (whole[at][0], None)) as phone,
        pytest.raises(HungUp),
    ):
        await (await request(counter)).take(counter, phone)
    assert [] == counter.charges()


@pytest.mark.parametrize("at", [PAID, REPEAT_CONFIRMATION])
async def test_hanging_up_after_the_charge_takes_nothing_back(counter: Counter, at: Prompt) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, (at, None)) as phone, pytest.raises(HungUp):
        await asked.take(counter, phone)
    (payment,) = await counter.payments(asked.account)
    assert State.SETTLING is payment.state


async def test_a_person_after_the_confirmation_is_told_with_the_success(counter: Counter) -> None:
    with ScriptedPhone(*CARD, AGREE, (REPEAT_CONFIRMATION, "0")) as phone:
        taken = await (await request(counter)).take(counter, phone)
    assert (Result.SUCCESS, True) == (taken.result, taken.wants_person)


async def test_no_confirmation_is_said_where_the_dialplan_says_it_itself(counter: Counter) -> None:
    asked = await request(counter, TELL="no")
    with ScriptedPhone(*CARD, AGREE) as phone:
        taken = await asked.take(counter, phone)
    assert Result.SUCCESS is taken.result
    assert PAID == phone.heard[-1]
