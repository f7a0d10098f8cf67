"""Amounts over real calls: the minimum, more than is owed, ahead, and by card only."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.amount_entry import (
    AMOUNT_OVER_BALANCE,
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    BECOMES_CREDIT,
    IS_THAT_RIGHT,
    KEEP_SERVICE,
    MINIMUM,
    MORE_THAN_OWED,
    PAY_AHEAD,
    YOU_WILL_PAY,
)
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.menu import CAN_PAY_AHEAD, CREDIT_OF, NOTHING_DUE
from paytone.flows.method_entry import PAY_WITH_CARD, PAY_WITH_CHECK
from paytone.flows.pay_bill import NEW_BALANCE_IS, PAID
from paytone.flows.restriction import WHY
from paytone.line.demo import CHECKS
from paytone.prompts import spoken
from paytone.rules.bill import Restriction
from paytone.rules.money import Money
from paytone.rules.pin import hash_pin
from tests.call.biller import PIN, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    LEAVE,
    PAY,
    WHOLE,
    Turns,
    card,
    identified,
    in_order,
    never_heard,
    promptly,
)

COLUMNS: Final = (
    "account_number", "customer_name", "pin_hash", "payable", "payable_reason",
    "minimum", "keep_service", "bill_number", "amount", "issued", "due",
)  # fmt: skip
SETTINGS: Final = {**CHECKS, "PAYTONE_OVER_BALANCE_CENTS": "5000"}
LEAST: Final = Customer("4810000000000001", Money(17980))
RETURNED: Final = Customer("4810000000000002", Money(6400))
OVER: Final = Customer("4810000000000003", Money(11240))
AHEAD: Final = Customer("4810000000000004", Money(0))
BY_CARD: Final[Turns] = ((PAY_WITH_CHECK, "2"), *card(), *AGREE, *LEAVE)


def rows() -> list[tuple[str, ...]]:
    """One with a minimum, one whose check came back, one who owes, one who owes nothing."""
    pin_hash = hash_pin(PIN)
    return [
        (LEAST.number, "Least", pin_hash, "", "", "25.00", "60.00", "m-1", "179.80", "-5d", "+9d"),
        (
            RETURNED.number, "Returned", pin_hash, "card-only", "bank-return", "", "",
            "m-2", "64.00", "-5d", "+9d",
        ),
        (OVER.number, "Over", pin_hash, "", "", "", "", "m-3", "112.40", "-5d", "+9d"),
        (AHEAD.number, "Ahead", pin_hash, "", "", "", "", "", "", "", ""),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line that takes electronic checks, and 50 dollars more than is owed."""
    with Biller.opened(hearing, {}, settings=SETTINGS) as opened:
        file = opened.line.folder / "amounts.csv"
        with file.open("w", newline="") as text:
            csv.writer(text).writerows([COLUMNS, *rows()])
        opened.line.paytone("accounts", "import", str(file))
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """One who pays the minimum, one by card only, one too much, and one ahead."""

    async def hold(customer: Customer, *turns: Turns) -> Caller:
        async with biller.dial() as call:
            await script(call, (*identified(customer), *(turn for each in turns for turn in each)))
            await call.until_hung_up()
        return call

    too_much = ((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, "170*00#"), (AMOUNT_OVER_BALANCE, ""))
    more = ((ASK_AMOUNT, "150*00#"), (IS_THAT_RIGHT, "1"))
    ahead = ((CAN_PAY_AHEAD, "1"), (PAY_AHEAD, ""), (ASK_AMOUNT, "25*00#"), (IS_THAT_RIGHT, "1"))
    return await Together.hold(
        {
            "least": hold(LEAST, PAY, ((KEEP_SERVICE, "3"),), BY_CARD),
            "card only": hold(RETURNED, PAY, WHOLE, card(), AGREE, LEAVE),
            "over": hold(OVER, PAY, too_much, more, BY_CARD),
            "ahead": hold(AHEAD, ahead, BY_CARD),
        }
    )


def test_the_minimum_has_a_key_of_its_own_beside_what_keeps_the_service(
    biller: Biller, held: Together
) -> None:
    call = held["least"]
    assert in_order(call, MINIMUM, *spoken.money(Money(2500)), KEEP_SERVICE, PAID)
    assert ["25.00"] == biller.charged(LEAST)
    assert 15480 == biller.owed_cents(LEAST)
    assert promptly(call)


def test_an_account_for_cards_only_hears_why_and_is_offered_no_bank_account(
    biller: Biller, held: Together
) -> None:
    call = held["card only"]
    assert in_order(call, WHY[Restriction.BANK_RETURN], ASK_AMOUNT_KIND, ASK_CARD, PAID)
    assert never_heard(call, PAY_WITH_CHECK, PAY_WITH_CARD)
    assert PAY_WITH_CHECK in held["over"].heard, "the line takes checks from others"
    assert ["64.00"] == biller.charged(RETURNED)
    assert promptly(call)


def test_more_than_is_owed_is_paid_within_the_limit_and_becomes_credit(
    biller: Biller, held: Together
) -> None:
    call = held["over"]
    assert in_order(
        call,
        AMOUNT_OVER_BALANCE,
        *spoken.money(Money(16240)),
        YOU_WILL_PAY,
        *spoken.money(Money(15000)),
        MORE_THAN_OWED,
        *spoken.money(Money(3760)),
        BECOMES_CREDIT,
        IS_THAT_RIGHT,
        PAID,
        CREDIT_OF,
        *spoken.money(Money(3760)),
    )
    assert ["150.00"] == biller.charged(OVER)
    assert -3760 == biller.owed_cents(OVER)
    assert promptly(call)


def test_who_owes_nothing_pays_ahead(biller: Biller, held: Together) -> None:
    call = held["ahead"]
    assert in_order(call, NOTHING_DUE, CAN_PAY_AHEAD, PAY_AHEAD, *spoken.money(Money(5000)))
    assert in_order(call, IS_THAT_RIGHT, PAID, CREDIT_OF, *spoken.money(Money(2500)))
    assert never_heard(call, ASK_AMOUNT_KIND, NEW_BALANCE_IS, MORE_THAN_OWED)
    assert ["25.00"] == biller.charged(AHEAD)
    assert -2500 == biller.owed_cents(AHEAD)
    assert promptly(call)
