"""Paying over a real call: what is heard, stored and charged when every part works."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio

from paytone.caller import Caller, script
from paytone.flows.agreement import (
    REVIEW_ACCOUNT,
    REVIEW_FROM,
    REVIEW_KEYS,
    REVIEW_PAY,
    REVIEW_TODAY,
)
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.goodbye import GOODBYE
from paytone.flows.history import GO_ON, LAST_PAYMENTS, PAYMENT_OF, PROCESSING
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import DUE_ON, MENU, RECORDS, YOU_OWE
from paytone.flows.pay_bill import (
    ANOTHER_OPEN,
    BALANCE_MOVED,
    CONFIRMATION_IS,
    NEW_BALANCE_IS,
    NOT_CHARGED,
    PAID,
    YOU_PAID,
)
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import Biller, Customer, Together
from tests.call.conversation import (
    GREETING,
    in_order,
    paid,
    promptly,
    said,
    silence,
    slow_card,
    to_charge,
)

ANYTHING_ELSE = Prompt("anything-else")


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """A call that hears everything out, and two that confirm on one account at once."""
    shared = biller.customer()
    meeting = asyncio.Barrier(2)

    async def hear_out(customer: Customer) -> Held:
        async with biller.dial() as call:
            await script(
                call,
                (
                    (ASK_ACCOUNT, customer.number),
                    (ASK_PIN, f"{customer.pin}#"),
                    (MENU, "1"),
                    (ASK_AMOUNT_KIND, "2"),
                    *slow_card(),
                    (REVIEW_KEYS, "1"),
                    (REPEAT_CONFIRMATION, "#"),
                    (MENU, "4"),
                    (RECORDS, "1"),
                    (GO_ON, "#"),
                    (MENU, "#"),
                ),
            )
            await call.until_hung_up()
        return Held(customer, call)

    async def meet(customer: Customer) -> Held:
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            await meeting.wait()
            await call.press("1")
            await call.hear(PAID, ANOTHER_OPEN, BALANCE_MOVED, timeout=30)
            await script(call, ((REPEAT_CONFIRMATION if paid(call) else MENU, None),))
        return Held(customer, call)

    return await Together.hold(
        {"whole": hear_out(biller.customer()), "first": meet(shared), "second": meet(shared)}
    )


def test_a_caller_hears_the_whole_conversation_in_order(held: Together) -> None:
    call, customer = held["whole"].call, held["whole"].customer
    assert in_order(
        call,
        GREETING,
        Prompt("global-keys"),
        ASK_ACCOUNT,
        ASK_PIN,
        YOU_OWE,
        *spoken.money(customer.owes),
        DUE_ON,
        MENU,
        ASK_AMOUNT_KIND,
        ASK_CARD,
        Prompt("brand-visa"),
        *spoken.digits("1111"),
        ASK_EXPIRY,
        ASK_CVV_3,
        ASK_POSTAL,
        REVIEW_PAY,
        *spoken.money(customer.owes),
        REVIEW_FROM,
        *spoken.digits("1111"),
        REVIEW_ACCOUNT,
        *spoken.digits(customer.number[-4:]),
        REVIEW_TODAY,
        REVIEW_KEYS,
        PAID,
        YOU_PAID,
        *spoken.money(customer.owes),
        CONFIRMATION_IS,
        NEW_BALANCE_IS,
        *spoken.money(Money(0)),
        REPEAT_CONFIRMATION,
        ANYTHING_ELSE,
        MENU,
        LAST_PAYMENTS,
        PAYMENT_OF,
        *spoken.money(customer.owes),
        PROCESSING,
        ANYTHING_ELSE,
        MENU,
        GOODBYE,
    )


def test_the_payment_is_stored_and_charged_once(biller: Biller, held: Together) -> None:
    customer = held["whole"].customer
    (payment,) = biller.payments(customer)
    assert ("settling", "Visa", "1111") == (
        payment["state"],
        payment["brand"],
        payment["last_four"],
    )
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert 0 == biller.owed_cents(customer)


def test_the_confirmation_number_said_is_the_one_stored(biller: Biller, held: Together) -> None:
    (payment,) = biller.payments(held["whole"].customer)
    assert {payment["confirmation"]} == set(said(held["whole"].call))


def test_the_call_is_recorded_without_a_key(biller: Biller, held: Together) -> None:
    (call,) = biller.calls(held["whole"].customer)
    events = biller.events(call)
    assert "goodbye" == call["ending"]
    assert call["identified_at"] is not None
    assert _runs([event["verb"] for event in events]) == [
        "identify", "resume", "menu", "pay-bill", "menu", "history", "menu", "goodbye",
    ]  # fmt: skip
    assert {"said", "announced", "asked", "answered"} == {event["kind"] for event in events}
    answers = [event["prompts"] for event in events if event["kind"] == "answered"]
    assert [[]] * len(answers) == answers
    assert 14 == len(answers)


def _runs(verbs: list[str]) -> list[str]:
    return [verb for verb, before in zip(verbs, [None, *verbs], strict=False) if verb != before]


@pytest.mark.parametrize("name", ["whole", "first", "second"])
def test_the_line_is_never_silent_for_long(held: Together, name: str) -> None:
    call = held[name].call
    assert promptly(call), (silence(call), call.gaps)


def test_of_two_callers_who_confirm_on_one_account_at_once_one_pays(
    biller: Biller, held: Together
) -> None:
    """The other hears that the account is being paid, and that nothing was charged."""
    customer = held["first"].customer
    calls = [held[name].call for name in ("first", "second")]
    (payment,) = biller.payments(customer)
    (payer,) = [call for call in calls if paid(call)]
    (other,) = [call for call in calls if not paid(call)]
    assert ["112.40"] == biller.charged(customer)
    assert 0 == biller.owed_cents(customer)
    assert [payment["confirmation"]] == said(payer)
    assert in_order(other, REVIEW_KEYS, ANOTHER_OPEN, NOT_CHARGED)
