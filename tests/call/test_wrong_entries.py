"""Wrong entries of every kind over real calls: each has its words, and none is charged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from paytone.ask import NOT_A_CHOICE, NOT_HEARD
from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.amount_entry import (
    AMOUNT_MISREAD,
    AMOUNT_OVER_BALANCE,
    AMOUNT_OVER_LIMIT,
    AMOUNT_TOO_SMALL,
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    DID_YOU_MEAN,
    FOR,
    IS_THAT_RIGHT,
    YOU_WILL_PAY,
)
from paytone.flows.card_entry import (
    ASK_CARD,
    ASK_CVV_3,
    ASK_CVV_4,
    ASK_EXPIRY,
    ASK_POSTAL,
    CARD_MISREAD,
    CARD_NOT_TAKEN,
    CARD_WRONG_LENGTH,
    CVV_MISREAD,
    EXPIRES,
    EXPIRY_MISREAD,
    EXPIRY_PAST,
    POSTAL_MISREAD,
)
from paytone.flows.claim import ACCOUNT_MISREAD
from paytone.flows.identify import (
    ASK_ACCOUNT,
    ASK_PIN,
    NOT_IDENTIFIED,
    PIN_MISREAD,
    TRY_AGAIN,
)
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.no_pin import PAY_ONLY
from paytone.flows.pay_bill import CANCELLED, PAID
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    EXPIRY,
    GREETING,
    NO_AGENT,
    PAY,
    TO_AGENT,
    WHOLE,
    Turns,
    card,
    identified,
    in_order,
    promptly,
    slow_card,
)

QUICKLY = {
    "PAYTONE_FIRST_KEY_S": "1.5",
    "PAYTONE_BETWEEN_KEYS_S": "1",
    "PAYTONE_KEY_TRIES": "2",
}
AMEX = "378282246310005"
JCB = "3530111333300000"
A_PERSON = (TO_AGENT, NO_AGENT)
TO_CARD = (*PAY, *WHOLE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """
    What a caller keys once identified, and what the line says to it.

    Args:
        person: The call ends with a person; otherwise the caller hangs up.
    """

    turns: Turns
    heard: tuple[Prompt, ...]
    owes: str = USUAL
    person: bool = False


MISTAKES = {
    "a key that the menu lacks": Mistake(
        ((YOU_OWE, "6"), (NOT_A_CHOICE, ""), (MENU, "7")),
        (NOT_A_CHOICE, MENU, NOT_A_CHOICE, *A_PERSON),
        person=True,
    ),
    "silence at the menu": Mistake(
        ((MENU, ""),), (NOT_HEARD, MENU, NOT_HEARD, *A_PERSON), person=True
    ),
    "an amount too small, then unreadable": Mistake(
        (
            *PAY,
            (ASK_AMOUNT_KIND, "4"),
            (ASK_AMOUNT, "0*99#"),
            (ASK_AMOUNT, "1*2*3#"),
            (ASK_AMOUNT, "1*00#"),
            (IS_THAT_RIGHT, ""),
        ),
        (
            AMOUNT_TOO_SMALL,
            *spoken.money(Money(100)),
            ASK_AMOUNT,
            AMOUNT_MISREAD,
            ASK_AMOUNT,
            YOU_WILL_PAY,
            *spoken.money(Money(100)),
            IS_THAT_RIGHT,
        ),
    ),
    "an amount over the balance, three times": Mistake(
        (*PAY, (ASK_AMOUNT_KIND, "4"), *((ASK_AMOUNT, "212*41#"),) * 3),
        (AMOUNT_OVER_BALANCE, *spoken.money(Money(21240)), ASK_AMOUNT, *A_PERSON),
        person=True,
    ),
    "an amount over the limit, then one with two readings": Mistake(
        (*PAY, (ASK_AMOUNT, "5000*01#"), (ASK_AMOUNT, "4550#"), (FOR, "1"), (IS_THAT_RIGHT, "")),
        (
            AMOUNT_OVER_LIMIT,
            *spoken.money(Money(500_000)),
            ASK_AMOUNT,
            DID_YOU_MEAN,
            FOR,
            YOU_WILL_PAY,
            *spoken.money(Money(4550)),
            IS_THAT_RIGHT,
        ),
        owes="6000.00",
    ),
    "card numbers, each wrong in its way": Mistake(
        (
            *TO_CARD,
            (ASK_CARD, "4111111111111112#"),
            (ASK_CARD, "411111111111#"),
            (ASK_CARD, f"{JCB}#"),
        ),
        (CARD_MISREAD, ASK_CARD, CARD_WRONG_LENGTH, ASK_CARD, CARD_NOT_TAKEN, *A_PERSON),
        person=True,
    ),
    "silence at the card": Mistake(
        (*TO_CARD, (ASK_CARD, "")),
        (NOT_HEARD, ASK_CARD, NOT_HEARD, ASK_CARD, NOT_HEARD, *A_PERSON),
        person=True,
    ),
    "a card number broken off": Mistake(
        (*TO_CARD, (ASK_CARD, "41111111"), (CARD_WRONG_LENGTH, ""), (ASK_CARD, "")),
        (CARD_WRONG_LENGTH, ASK_CARD),
    ),
    "expiries past and impossible": Mistake(
        (
            *TO_CARD,
            *card()[:1],
            (ASK_EXPIRY, "0120"),
            (EXPIRY_PAST, ""),
            (ASK_EXPIRY, "1330"),
            (EXPIRY_MISREAD, ""),
            (ASK_EXPIRY, EXPIRY),
            (ASK_CVV_3, ""),
        ),
        (EXPIRY_PAST, ASK_EXPIRY, EXPIRY_MISREAD, ASK_EXPIRY, EXPIRES, ASK_CVV_3),
    ),
    "a short security code, then a short ZIP": Mistake(
        (
            *TO_CARD,
            *slow_card()[:2],
            (ASK_CVV_3, "12#"),
            (CVV_MISREAD, ""),
            (ASK_CVV_3, "123"),
            (ASK_POSTAL, "1234#"),
            (POSTAL_MISREAD, ""),
            (ASK_POSTAL, "10001"),
            (REVIEW_PAY, ""),
        ),
        (CVV_MISREAD, ASK_CVV_3, ASK_POSTAL, POSTAL_MISREAD, ASK_POSTAL, REVIEW_PAY),
    ),
    "three digits of an American Express code": Mistake(
        (
            *TO_CARD,
            (ASK_CARD, f"{AMEX}#"),
            (ASK_EXPIRY, EXPIRY),
            (ASK_CVV_4, "123#"),
            (ASK_CVV_4, ""),
        ),
        (Prompt("brand-amex"), ASK_CVV_4, CVV_MISREAD, ASK_CVV_4),
    ),
    "a 1 during the review, then star": Mistake(
        (*TO_CARD, *card(), (REVIEW_PAY, "1"), (REVIEW_KEYS, "*"), (CANCELLED, ""), (MENU, "")),
        (REVIEW_PAY, REVIEW_KEYS, CANCELLED, MENU),
    ),
    "silence after the review": Mistake(
        (*TO_CARD, *card(), (REVIEW_KEYS, "")),
        (REVIEW_KEYS, NOT_HEARD, REVIEW_PAY, REVIEW_KEYS, NOT_HEARD, *A_PERSON),
        person=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line that waits less for keys and asks less often."""
    owing = {USUAL: len(MISTAKES) + 4, "6000.00": 1}
    with Biller.opened(hearing, owing, settings=QUICKLY) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """Everyone who errs, at the same time."""

    async def talk(customer: Customer, *turns: tuple[Prompt, str | None], person: bool) -> Held:
        async with biller.dial() as call:
            await script(call, turns)
            if person:
                await call.until_hung_up(timeout=120)
        return Held(customer, call)

    async def err(mistake: Mistake) -> Held:
        customer = biller.customer(mistake.owes)
        turns = (*identified(customer), *mistake.turns)
        held = await talk(customer, *turns, person=mistake.person)
        await biller.ending(customer)
        return held

    async def guess(number: str) -> Held:
        wrong = ((ASK_ACCOUNT, number), (ASK_PIN, "0000#"))
        customer = Customer(number, Money(0))
        turns = ((GREETING, number), *wrong[1:], *wrong, *wrong, (PAY_ONLY, "*"))
        return await talk(customer, *turns, person=True)

    async def misdial() -> Held:
        wrong = ((ASK_ACCOUNT, "123#"), (ACCOUNT_MISREAD, ""))
        return await talk(
            biller.customer(), (GREETING, "12345#"), (ACCOUNT_MISREAD, ""), *wrong, *wrong,
            person=True,
        )  # fmt: skip

    async def mistype_pin() -> Held:
        customer = biller.customer()
        turns = ((GREETING, customer.number), (ASK_PIN, "12#"), (PIN_MISREAD, ""))
        right = ((ASK_PIN, f"{customer.pin}#"), (YOU_OWE, ""))
        return await talk(customer, *turns, *right, person=False)

    return await Together.hold(
        {name: err(mistake) for name, mistake in MISTAKES.items()}
        | {
            "wrong PIN": guess(biller.customer().number),
            "no such account": guess("9999999999999999"),
            "misdialled account": misdial(),
            "short PIN": mistype_pin(),
        }
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_has_its_words(biller: Biller, held: Together, name: str) -> None:
    mistake, call = MISTAKES[name], held[name].call
    assert in_order(call, *mistake.heard), call.heard
    assert PAID not in call.heard
    if mistake.person:
        assert list(mistake.heard[-len(A_PERSON) :]) == call.heard[-len(A_PERSON) :]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_charges_nothing(biller: Biller, held: Together, name: str) -> None:
    customer = held[name].customer
    assert [] == biller.payments(customer)
    (call,) = biller.calls(customer)
    assert ("person" if MISTAKES[name].person else "hung-up") == call["ending"]


FAILURES = """
    SELECT count(*) AS failed FROM failures JOIN accounts ON accounts.id = failures.account_id
    WHERE accounts.number = %(number)s
"""


def test_three_wrong_pins_end_with_a_person_and_are_counted(biller: Biller, held: Together) -> None:
    call, customer = held["wrong PIN"].call, held["wrong PIN"].customer
    again = (NOT_IDENTIFIED, TRY_AGAIN, ASK_ACCOUNT, ASK_PIN)
    assert in_order(call, ASK_PIN, *again, *again, NOT_IDENTIFIED, *A_PERSON), call.heard
    assert 2 == call.heard.count(TRY_AGAIN)
    assert [{"failed": 3}] == biller.rows(FAILURES, number=customer.number)
    assert [] == biller.calls(customer)


def test_what_is_heard_does_not_tell_whether_an_account_exists(held: Together) -> None:
    assert held["wrong PIN"].call.heard == held["no such account"].call.heard


def test_an_account_number_of_another_length_is_explained(held: Together) -> None:
    call = held["misdialled account"].call
    assert 3 == call.heard.count(ACCOUNT_MISREAD)
    assert list(A_PERSON) == call.heard[-2:]
    assert ASK_PIN not in call.heard


def test_a_pin_of_another_length_is_explained_and_asked_again(held: Together) -> None:
    call = held["short PIN"].call
    assert in_order(call, ASK_PIN, PIN_MISREAD, ASK_PIN, YOU_OWE)
    assert NOT_IDENTIFIED not in call.heard


@pytest.mark.parametrize(
    "name", [*MISTAKES, "wrong PIN", "no such account", "misdialled account", "short PIN"]
)
def test_the_line_is_never_silent_for_long(held: Together, name: str) -> None:
    assert promptly(held[name].call), held[name].call.gaps
