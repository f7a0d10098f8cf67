"""Declined cards over real calls: plain words, what to do, and no card twice that may not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD, CARD_DECLINED_HARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import (
    CONFIRMATION_IS,
    DECLINED_HARD,
    PAID,
    TRY_ANOTHER_CARD,
)
from paytone.prompts import Prompt
from paytone.rules.money import Money
from tests.call.biller import Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    MASTERCARD,
    NO_AGENT,
    TO_AGENT,
    VISA,
    card,
    in_order,
    other,
    promptly,
    said,
    silence,
    to_charge,
)

FUNDS, EXPIRED = Prompt("declined-funds"), Prompt("declined-expired")
LOW, HARD = "2001.00", "2004.00"
"""Braintree's sandbox declines these: not enough money, and an expired card."""


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose customers owe what the sandbox declines."""
    with Biller.opened(hearing, {LOW: 2, HARD: 1}) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """Three callers whose first card is declined."""

    async def talk(owes: str, *turns: tuple[Prompt, str | None]) -> Held:
        customer = biller.customer(owes)
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), *AGREE, *turns))
            await call.until_hung_up()
        await biller.ending(customer)
        return Held(customer, call)

    return await Together.hold(
        {
            "pays less with another card": talk(
                LOW,
                (TRY_ANOTHER_CARD, "1"),
                (ASK_CARD, "*"),
                *other("100*00#"),
                *card(MASTERCARD),
                *AGREE,
                (REPEAT_CONFIRMATION, "#"),
                (MENU, "#"),
            ),
            "wants a person": talk(LOW, (TRY_ANOTHER_CARD, "0")),
            "keys the refused card again": talk(
                HARD,
                (TRY_ANOTHER_CARD, "1"),
                (ASK_CARD, f"{VISA}#"),
                (CARD_DECLINED_HARD, ""),
                (ASK_CARD, "*"),
                (ASK_AMOUNT_KIND, "4"),
                *other("100*00#")[1:],
                *card(MASTERCARD),
                *AGREE,
                (REPEAT_CONFIRMATION, "#"),
                (MENU, "#"),
            ),
        }
    )


def test_after_a_soft_decline_another_card_pays_a_part(biller: Biller, held: Together) -> None:
    call, customer = (
        held["pays less with another card"].call,
        held["pays less with another card"].customer,
    )
    declined, settling = biller.payments(customer)
    assert in_order(call, FUNDS, TRY_ANOTHER_CARD, ASK_CARD, PAID, CONFIRMATION_IS)
    assert DECLINED_HARD not in call.heard
    assert ["submitting", "declined"] == biller.moves(declined)
    assert ("funds", False, "2001") == (
        declined["refusal"],
        declined["refusal_hard"],
        declined["refusal_code"],
    )
    assert [("2001.00", "processor_declined")] == biller.charges(declined)
    assert ["submitting", "settling"] == biller.moves(settling)
    assert ("MasterCard", "4444") == (settling["brand"], settling["last_four"])
    assert [("100.00", "submitted_for_settlement")] == biller.charges(settling)
    assert [settling["confirmation"]] == said(call)
    assert customer.owes - Money(10000) == Money(biller.owed_cents(customer))


def test_a_caller_may_take_a_declined_card_to_a_person(biller: Biller, held: Together) -> None:
    call, customer = held["wants a person"].call, held["wants a person"].customer
    assert in_order(call, FUNDS, TRY_ANOTHER_CARD, TO_AGENT, NO_AGENT)
    assert PAID not in call.heard
    assert ["declined"] == biller.states(customer)
    assert "person" == biller.calls(customer)[0]["ending"]
    assert customer.owes.cents == biller.owed_cents(customer)


def test_a_card_declined_for_good_is_not_taken_again(biller: Biller, held: Together) -> None:
    call = held["keys the refused card again"].call
    customer = held["keys the refused card again"].customer
    declined, settling = biller.payments(customer)
    assert in_order(
        call, EXPIRED, DECLINED_HARD, TRY_ANOTHER_CARD, ASK_CARD, CARD_DECLINED_HARD, ASK_CARD, PAID
    )
    assert ("declined", True, "1111") == (
        declined["state"],
        declined["refusal_hard"],
        declined["last_four"],
    )
    assert [("2004.00", "processor_declined")] == biller.charges(declined)
    assert ("settling", "4444") == (settling["state"], settling["last_four"])
    assert [("100.00", "submitted_for_settlement")] == biller.charges(settling)


@pytest.mark.parametrize(
    "name", ["pays less with another card", "wants a person", "keys the refused card again"]
)
def test_the_line_is_never_silent_for_long(held: Together, name: str) -> None:
    call = held[name].call
    assert promptly(call), (silence(call), call.gaps)
