"""Paying in Spanish over real calls: by key, by the number dialled, and as remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio

from paytone.caller import Caller, script
from paytone.flows.agreement import REVIEW_PAY, REVIEW_TODAY
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import DUE_ON, MENU, YOU_OWE
from paytone.flows.pay_bill import CONFIRMATION_IS, NEW_BALANCE_IS, PAID
from paytone.line.demo import SPANISH_NUMBER
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Customer
from tests.call.conversation import (
    AGREE,
    GREETING,
    LEAVE,
    WHOLE,
    Turns,
    card,
    promptly,
)
from tests.call.spanish import every_prompt, heard_in_order, identified, in_spanish, spanish

OFFER = Prompt("other-language")
LANGUAGE = """
    SELECT language FROM customers JOIN accounts ON accounts.customer_id = customers.id
    WHERE number = %(number)s
"""
TO_THE_END: Turns = ((MENU, "1"), *WHOLE, *card(), *AGREE, *LEAVE)


@pytest.fixture(scope="module")
def biller() -> Iterator[Biller]:
    """A line whose callers know every prompt of both languages."""
    with Biller.opened(every_prompt(), {USUAL: 2}) as opened:
        yield opened


@pytest.fixture(scope="module")
def regular(biller: Biller) -> Customer:
    """Chooses Spanish by key in a first call, and calls again."""
    return biller.customer()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def by_key(biller: Biller, regular: Customer) -> Caller:
    async with biller.dial() as call:
        await script(call, ((OFFER, "2"), *identified(regular), *in_spanish(TO_THE_END)))
        await call.until_hung_up()
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def remembered(biller: Biller, regular: Customer, by_key: Caller) -> Caller:
    async with biller.dial() as call:
        who: Turns = ((GREETING, regular.number), (ASK_PIN, f"{regular.pin}#"))
        await script(call, (*who, *in_spanish(((MENU, "#"), (Prompt("goodbye"), "")))))
        await call.until_hung_up()
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def by_number(biller: Biller) -> tuple[Customer, Caller]:
    customer = biller.customer()
    async with biller.dial(SPANISH_NUMBER) as call:
        await script(call, (*identified(customer), *in_spanish(TO_THE_END)))
        await call.until_hung_up()
    return customer, call


PAYING = spanish(
    ASK_PIN,
    YOU_OWE,
    *spoken.money(Money(11240)),
    DUE_ON,
    MENU,
    REVIEW_PAY,
    *spoken.money(Money(11240)),
    Prompt("review-from"),
    Prompt("brand-visa"),
    *spoken.digits("1111"),
    REVIEW_TODAY,
    PAID,
    CONFIRMATION_IS,
    NEW_BALANCE_IS,
    *spoken.money(Money(0)),
    Prompt("goodbye"),
)


def test_one_key_turns_the_call_to_spanish(by_key: Caller) -> None:
    assert [GREETING, OFFER] == by_key.heard[:2]
    assert heard_in_order(by_key, OFFER, *spanish(GREETING), *PAYING), by_key.heard
    assert all(str(prompt).startswith("es/") for prompt in by_key.heard[2:]), by_key.heard
    assert promptly(by_key)


def test_the_payment_counts_and_the_language_is_remembered(
    biller: Biller, regular: Customer, by_key: Caller
) -> None:
    assert ["settling"] == biller.states(regular)
    assert [{"language": "es"}] == biller.rows(LANGUAGE, number=regular.number)


def test_a_customer_who_chose_spanish_is_spoken_to_in_spanish_once_verified(
    remembered: Caller,
) -> None:
    menu = spanish(MENU)[0]
    assert heard_in_order(remembered, GREETING, ASK_PIN, *spanish(Prompt("nothing-due")), menu)
    after = remembered.heard[remembered.heard.index(ASK_PIN) + 1 :]
    assert all(str(prompt).startswith("es/") for prompt in after), remembered.heard


def test_the_spanish_number_speaks_spanish_from_the_first_word(
    biller: Biller, by_number: tuple[Customer, Caller]
) -> None:
    customer, call = by_number
    assert spanish(GREETING)[0] == call.heard[0]
    assert heard_in_order(call, *PAYING), call.heard
    assert not {OFFER, GREETING, ASK_ACCOUNT, *spanish(OFFER)} & set(call.heard)
    assert ["settling"] == biller.states(customer)
    assert [{"language": "en"}] == biller.rows(LANGUAGE, number=customer.number)
