"""Payments that a dialplan asks for: every result, and what is charged under which reference."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paytone.back_office.clerk import Wish, grant
from paytone.back_office.settlement import poll
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
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.pay_result import Result
from paytone.rules.payment import State
from paytone.rules.refund import Way
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.sales.life import settle
from paytone.store import ledger, payments
from tests.flows.taking import AGREE, CARD, DONE, VISA, request
from tests.teller import NOW, Counter


async def booked(counter: Counter) -> list[tuple[str, str, str, int]]:
    """Every posting."""
    rows = await counter.store.all("SELECT * FROM ledger ORDER BY id")
    return [(row["kind"], row["debit"], row["credit"], row["amount_cents"]) for row in rows]


async def faults(counter: Counter) -> list[str]:
    """What `paytone ledger check` finds wrong."""
    return [fault for proof in await ledger.proofs(counter.store) for fault in proof.faults]


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


# Books


async def test_it_is_booked_as_sold_and_owed_by_nobody(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    assert [("payment", "gateway", "sales", 4999)] == await booked(counter)
    assert 0 == await counter.owes_cents(asked.account)
    assert [] == await faults(counter)


async def test_it_settles_and_is_refunded_as_a_bill_is(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        taken = await asked.take(counter, phone)
    assert taken.payment is not None
    (name,) = counter.sandbox.books_of().transactions
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    tomorrow = NOW + timedelta(days=1)
    await poll(counter.store, counter.desk.gateway, now=tomorrow)
    for cents in (1000, None):
        (payment,) = await counter.payments(asked.account)
        wish = Wish(Way.REFUND, Money(cents) if cents else None, "ann", "sent back", again=False)
        await grant(counter.store, counter.desk.gateway, payment, wish, now=tomorrow)
    assert [
        ("payment", "gateway", "sales", 4999),
        ("settlement", "bank", "gateway", 4999),
        ("refund", "sales", "bank", 1000),
        ("refund", "sales", "bank", 3999),
    ] == await booked(counter)
    assert [] == await faults(counter)


async def test_a_posting_that_is_not_a_sales_is_found(counter: Counter) -> None:
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    await counter.store.run("ALTER TABLE ledger DISABLE TRIGGER ledger_stays")
    await counter.store.run("UPDATE ledger SET amount_cents = 1")
    await counter.store.run("ALTER TABLE ledger ENABLE TRIGGER ledger_stays")
    assert any("sale:INV-1001" in fault for fault in await faults(counter))


async def test_a_sale_is_never_billed(counter: Counter) -> None:
    asked = await request(counter)
    with pytest.raises(Exception, match="a sale has no bills"):
        await counter.store.run(
            "INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)"
            " VALUES (%(account)s, 'b1', 100, 'USD', '2026-03-01', '2026-03-02')",
            account=asked.account.id,
        )


# One reference


async def test_the_same_reference_after_success_tells_and_never_charges_again(
    counter: Counter,
) -> None:
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        first = await (await request(counter)).take(counter, phone)
    with ScriptedPhone(DONE) as phone:
        again = await (await request(counter)).take(counter, phone)
    assert first.payment is not None
    assert again.payment is not None
    assert (Result.SUCCESS, True) == (again.result, again.earlier)
    assert first.payment.confirmation == again.payment.confirmation
    assert 1 == len(counter.charges())
    assert phone.heard_in_order(PAID_BEFORE, *spoken.digits(first.payment.confirmation, group=3))
    assert ASK_CARD not in phone.heard


async def test_two_calls_at_once_with_one_reference_charge_once(counter: Counter) -> None:
    """Both have read back and press 1 at the same moment."""
    asked = [await request(counter) for _ in range(2)]
    phones = [ScriptedPhone(*CARD, AGREE, DONE) for _ in range(2)]
    taken = await asyncio.gather(
        *(each.take(counter, phone) for each, phone in zip(asked, phones, strict=True))
    )
    assert 1 == len(counter.charges())
    assert [Result.SUCCESS] == [each.result for each in taken if not each.earlier]
    (second,) = [each for each in taken if each.earlier]
    assert second.result in {Result.SUCCESS, Result.UNKNOWN}
    assert [] == await faults(counter)


class Overtaken(ScriptedPhone):
    """While this caller hears the review, *other* is done."""

    other: Awaitable[object] | None = None

    async def announce(self, *prompts: Prompt) -> None:
        if REVIEW_PAY in prompts and self.other is not None:
            other, self.other = self.other, None
            await other
        await super().announce(*prompts)


async def test_who_is_overtaken_at_the_review_is_not_charged_and_told_so(counter: Counter) -> None:
    first, second = await request(counter), await request(counter)
    with Overtaken(*CARD, AGREE, DONE) as phone, ScriptedPhone(*CARD, AGREE, DONE) as other:
        phone.other = first.take(counter, other)
        taken = await second.take(counter, phone)
    assert (Result.SUCCESS, True) == (taken.result, taken.earlier)
    assert phone.heard_in_order(REVIEW_KEYS, PAID_BEFORE)
    assert 1 == len(counter.charges())


async def test_the_database_itself_refuses_a_second_payment(counter: Counter) -> None:
    """Whoever opens it, and whatever was looked up before."""
    asked = await request(counter)
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        await asked.take(counter, phone)
    with pytest.raises(payments.AlreadyPaid):
        await payments.open_payment(
            counter.store,
            call_id=None,
            account_id=asked.account.id,
            heard=Money(0),
            amount=Money(4999),
            face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
            now=NOW,
        )


async def test_another_reference_is_another_payment(counter: Counter) -> None:
    for reference in ("INV-1", "INV-2"):
        with ScriptedPhone(*CARD, AGREE, DONE) as phone:
            await (await request(counter, REFERENCE=reference)).take(counter, phone)
    assert 2 == len(counter.charges())


async def test_a_reference_that_was_declined_may_be_paid(counter: Counter) -> None:
    asked = await request(counter, AMOUNT="2001.00")
    with ScriptedPhone(*CARD, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        assert Result.DECLINED is (await asked.take(counter, phone)).result
    with ScriptedPhone(*CARD, AGREE, DONE) as phone:
        assert Result.SUCCESS is (await (await request(counter)).take(counter, phone)).result


# Results


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
