"""More time to pay, other ways to pay, and a saved card, each over real calls."""

from __future__ import annotations

from datetime import timedelta

from paytone.caller import script
from paytone.config import Settings
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.keep_card import ACCEPT as AGREE_TO_KEEP
from paytone.flows.keep_card import CARD_KEPT
from paytone.flows.menu import BY_ARRANGEMENT, MENU
from paytone.flows.methods import CONFIRM, REMOVE, REMOVED
from paytone.flows.more_time import (
    ACCEPT,
    NOTHING_CHARGED,
    ON_DATE,
    REPEAT,
    UNDO,
    UNDONE,
    YOU_PROMISE,
)
from paytone.flows.more_time_entry import (
    ALL_LATER,
    ASK_DAY,
    EARLIER_DAY,
    EXTEND_TO,
    HOW_MANY,
)
from paytone.flows.other_ways import WAYS
from paytone.flows.pay_bill import PAID
from paytone.flows.save_offer import SAVE_CARD
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import Biller
from tests.call.conversation import PAY, WHOLE, card, identified, in_order, other

PLANS_METHODS = Prompt("plans-methods")
WEB = Prompt("other-ways-web")
MORE = Prompt("more-other-ways")


async def test_more_time_is_arranged_told_and_undone(biller: Biller) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        await script(
            call,
            (
                *identified(customer), (MENU, "5"), (MORE, "1"), (WAYS, "2"), (WEB, "#"),
                (MENU, "2"), (ALL_LATER, "1"),
                (EXTEND_TO, "1"), (ACCEPT, "1"), (REPEAT, "#"), (MENU, "#"),
            ),
        )  # fmt: skip
        await call.until_hung_up()
    assert in_order(call, NOTHING_CHARGED, Prompt("arrangement-made"))
    async with biller.dial() as call:
        await script(
            call,
            (*identified(customer), (BY_ARRANGEMENT, ""), (MENU, "2"), (UNDO, "1"), (UNDONE, "")),
        )
    assert [] == biller.payments(customer)


async def test_instalments_from_a_day_of_the_callers_choice(biller: Biller) -> None:
    customer = biller.customer()
    tomorrow = (Settings.from_env({}).now() + timedelta(days=1)).date()
    async with biller.dial() as call:
        await script(
            call,
            (
                *identified(customer), (MENU, "2"), (ALL_LATER, "2"), (HOW_MANY, "2"),
                (EARLIER_DAY, "2"), (ASK_DAY, f"{tomorrow:%m%d}"), (ACCEPT, "1"), (REPEAT, "#"),
                (MENU, "#"),
            ),
        )  # fmt: skip
        await call.until_hung_up()
    half = spoken.money(Money(customer.owes.cents // 2))
    days = (tomorrow, tomorrow + timedelta(days=14))
    promised = [said for day in days for said in (*half, ON_DATE, *spoken.date(day))]
    assert in_order(call, YOU_PROMISE, *promised, NOTHING_CHARGED, Prompt("arrangement-made"))
    assert [] == biller.payments(customer)


async def test_a_saved_card_pays_the_next_call_and_is_removed(biller: Biller) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        turns = (*identified(customer), *PAY, *other("40*00#"), *card(), (REVIEW_KEYS, "1"))
        await script(call, (*turns, (SAVE_CARD, "4"), (AGREE_TO_KEEP, "1"), (CARD_KEPT, "")))
    async with biller.dial() as call:
        await script(
            call,
            (
                *identified(customer), (MENU, "1"), *WHOLE,
                (REVIEW_KEYS, "1"), (REPEAT_CONFIRMATION, "#"), (MENU, "3"),
                (PLANS_METHODS, "3"), (REMOVE, "1"), (CONFIRM, "1"), (REMOVED, ""),
            ),
        )  # fmt: skip
    assert in_order(call, PAID, REMOVED)
    assert ASK_CARD not in call.heard
    assert 2 == len(biller.payments(customer))
