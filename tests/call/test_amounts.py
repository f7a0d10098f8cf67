"""Which amounts are offered over real calls, and several accounts paid in one."""

from __future__ import annotations

import csv
from typing import Final

import pytest_asyncio

from paytone.caller import Caller, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import (
    ASK_AMOUNT,
    ASK_AMOUNT_KIND,
    IS_THAT_RIGHT,
    KEEP_SERVICE,
    MINIMUM,
    PAST_DUE,
)
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.menu import KEEP_SERVICE_TODAY, MENU, PAST_DUE_IS
from paytone.flows.pay_bill import PAID
from paytone.flows.restriction import TO_MENU, WHY
from paytone.flows.shares_entry import SPLIT
from paytone.flows.shares_told import NUMBER_IS, SHARE_FOR, WENT_THROUGH
from paytone.prompts import spoken
from paytone.rules.bill import Restriction
from paytone.rules.money import Money
from paytone.rules.pin import hash_pin
from tests.call.biller import PIN, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    LEAVE,
    PAY,
    Turns,
    card,
    identified,
    in_order,
    never_heard,
    promptly,
)

COLUMNS: Final = (
    "account_number", "customer_name", "customer_number", "pin_hash", "payable", "payable_reason",
    "minimum", "keep_service", "bill_number", "amount", "issued", "due",
)  # fmt: skip
LATE: Final = Customer("4800000000000001", Money(17980))
SHUT: Final = Customer("4800000000000002", Money(31000))
FIRST: Final = Customer("4800000000000003", Money(3550))
SECOND: Final = Customer("4800000000000004", Money(8000))


def rows() -> list[tuple[str, ...]]:
    """An account that is partly late, one that is closed to the phone, and a customer's two."""
    late = (LATE.number, "Late", "", "", "", "", "25.00", "60.00")
    shut = (SHUT.number, "Shut", "", "", "no", "closed", "", "")
    first = (FIRST.number, "Two", "call-test-2", "", "", "", "", "")
    second = (SECOND.number, "Two", "call-test-2", "", "", "", "", "")
    return [
        (*late, "late-1", "89.90", "-35d", "-5d"),
        (*late, "late-2", "89.90", "-5d", "+25d"),
        (*shut, "shut-1", "310.00", "-90d", "-60d"),
        (*first, "two-1", "35.50", "-6d", "+12d"),
        (*second, "two-2", "80.00", "-35d", "-5d"),
    ]


def bring(biller: Biller) -> None:
    """Import these accounts, as an operator does."""
    file = biller.line.folder / "amounts.csv"
    pin_hash = hash_pin(PIN)
    with file.open("w", newline="") as text:
        written = csv.writer(text)
        written.writerow(COLUMNS)
        written.writerows((*row[:3], pin_hash, *row[4:]) for row in rows())
    biller.line.paytone("accounts", "import", str(file))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """A caller who pays what is late, one who may not pay, and one who splits an amount."""
    bring(biller)

    async def hold(customer: Customer, turns: Turns) -> Caller:
        async with biller.dial() as call:
            await script(call, (*identified(customer), *turns))
            await call.until_hung_up()
        return call

    split = ((SPLIT, "3"), (ASK_AMOUNT, "100*00#"), (IS_THAT_RIGHT, "1"))
    late = ((KEEP_SERVICE_TODAY, "1"), (KEEP_SERVICE, "1"))
    told = ((NUMBER_IS, ""), (NUMBER_IS, ""))  # it takes longer than a script waits for one prompt
    return await Together.hold(
        {
            "late": hold(LATE, (*late, *card(), *AGREE, *LEAVE)),
            "shut": hold(SHUT, (*PAY, (TO_MENU, "#"), (MENU, "#"))),
            "split": hold(FIRST, (*PAY, *split, *card(), *AGREE, *told, *LEAVE)),
        }
    )


def test_who_is_late_hears_how_much_and_pays_it(biller: Biller, held: Together) -> None:
    call = held["late"]
    assert in_order(
        call,
        PAST_DUE_IS,
        *spoken.money(Money(8990)),
        KEEP_SERVICE_TODAY,
        ASK_AMOUNT_KIND,
        PAST_DUE,
        *spoken.money(Money(8990)),
        MINIMUM,
        KEEP_SERVICE,
        PAID,
    )
    assert ["89.90"] == biller.charged(LATE)
    assert 8990 == biller.owed_cents(LATE)
    assert promptly(call)


def test_who_may_not_pay_hears_why_and_is_asked_for_nothing(biller: Biller, held: Together) -> None:
    call = held["shut"]
    assert in_order(call, WHY[Restriction.CLOSED], TO_MENU, MENU)
    assert never_heard(call, ASK_AMOUNT_KIND, ASK_CARD)
    assert [] == biller.payments(SHUT)
    assert promptly(call)


def test_an_amount_is_split_and_each_share_charged_once(biller: Biller, held: Together) -> None:
    call = held["split"]
    assert in_order(
        call,
        SHARE_FOR,
        *spoken.digits(FIRST.number[-4:]),
        *spoken.money(Money(2000)),
        SHARE_FOR,
        *spoken.digits(SECOND.number[-4:]),
        *spoken.money(Money(8000)),
        REVIEW_KEYS,
        WENT_THROUGH,
        WENT_THROUGH,
        NUMBER_IS,
        NUMBER_IS,
        REPEAT_CONFIRMATION,
    )
    assert (["20.00"], ["80.00"]) == (biller.charged(FIRST), biller.charged(SECOND))
    assert [1550, 0] == [biller.owed_cents(each) for each in (FIRST, SECOND)]
    assert promptly(call)
