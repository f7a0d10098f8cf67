"""AutoPay whose customer is told beforehand only of payments over an amount (Regulation E)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.flows.autopay import AUTOPAY_ON, CHANGE_NOTICE, DONE, SET_UP, TOLD_OVER, autopay
from paytone.flows.plan_agree import NOT_AGREED, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_NOTICE_OVER,
    NOTICE_ALWAYS,
    NOTICE_OVER,
    NOTICE_OVER_MISREAD,
    WHICH_METHOD,
)
from paytone.flows.plan_words import (
    TERMS_NOTICE,
    TERMS_NOTICE_AHEAD,
    TERMS_NOTICE_OVER,
    TERMS_NOTICE_SMALLER,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import spoken
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay
from paytone.store import schedules
from tests.flows.enrolling import ACCEPT, DUE, only, reached_account, talk
from tests.plans import agreed, delivered, letters_of, make, saved_card, writing
from tests.teller import NOW, Counter

OVER = Money(15000)
ENROL: tuple[Turn, ...] = (
    (SET_UP, "1"),
    (ASK_AUTOPAY_DAY, "1"),
    (NOTICE_OVER, "2"),
    (ASK_NOTICE_OVER, "150#"),
    (WHICH_METHOD, "1"),
    ACCEPT,
)
CHANGE: tuple[Turn, ...] = (
    (CHANGE_NOTICE, "5"),
    (NOTICE_OVER, "2"),
    (ASK_NOTICE_OVER, "150#"),
    ACCEPT,
)


async def test_the_amount_is_read_with_the_terms_and_smaller_bills_are_paid_untold(
    counter: Counter,
) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    phone = await talk(counter, account, *ENROL)
    assert AutoPay(0, OVER) == (await only(counter, account)).terms
    assert phone.heard_in_order(
        TERMS_NOTICE_OVER,
        *spoken.money(OVER),
        TERMS_NOTICE_AHEAD,
        *spoken.number(10),
        TERMS_NOTICE_SMALLER,
        TERMS_ACCEPT,
        DONE,
    )
    assert TERMS_NOTICE not in phone.heard
    (letter,) = await letters_of(counter, "autopay-terms")
    assert (15000, None) == (letter["notice_over_cents"], letter["notice_always"])
    await make(counter, DUE)
    assert [] == await letters_of(counter, "run-notice")
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


@pytest.mark.parametrize("keys", ["00#", "10001#"], ids=["nothing", "over the limit"])
async def test_an_amount_that_cannot_be_meant_is_asked_again(counter: Counter, keys: str) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    limits = replace(counter.desk.limits, most=Money(1_000_000))
    limited = replace(counter, desk=replace(counter.desk, limits=limits))
    turns = (*ENROL[:3], (ASK_NOTICE_OVER, keys), *ENROL[3:])
    phone = await talk(limited, account, *turns)
    assert phone.heard_in_order(NOTICE_OVER_MISREAD, *spoken.money(limits.most), DONE)
    assert AutoPay(0, OVER) == (await only(counter, account)).terms


async def test_star_goes_back_a_question(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    turns = (
        *ENROL[:3], (ASK_NOTICE_OVER, "*"), *ENROL[2:4], (WHICH_METHOD, "*"), (NOTICE_ALWAYS, "*"),
        (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"), *ENROL[4:],
    )  # fmt: skip
    await talk(counter, account, *turns)
    assert AutoPay(0) == (await only(counter, account)).terms


@pytest.mark.parametrize("at", range(len(ENROL)), ids=[prompt for prompt, _ in ENROL])
async def test_hanging_up_while_enrolling_sets_nothing_up(counter: Counter, at: int) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    with ScriptedPhone(*ENROL[:at], (ENROL[at][0], None)) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert [] == await schedules.of_account(counter.store, account.id)


@pytest.mark.parametrize("at", range(len(CHANGE)), ids=[prompt for prompt, _ in CHANGE])
async def test_hanging_up_while_changing_changes_nothing(counter: Counter, at: int) -> None:
    account = await reached_account(counter)
    schedule = await agreed(counter, account, AutoPay(0))
    with ScriptedPhone(*CHANGE[:at], (CHANGE[at][0], None)) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert schedule == await only(counter, account)


async def test_it_is_told_and_changed_and_the_day_stays(counter: Counter) -> None:
    account = await reached_account(counter)
    await agreed(counter, account, AutoPay(3))
    phone = await talk(counter, account, *CHANGE)
    assert TOLD_OVER not in phone.heard[: phone.heard.index(CHANGE_NOTICE)]
    assert AutoPay(3, OVER) == (await only(counter, account)).terms
    phone = await talk(counter, account, (CHANGE_NOTICE, "2"), (ASK_AUTOPAY_DAY, "1"), ACCEPT)
    assert phone.heard_in_order(AUTOPAY_ON, TOLD_OVER, *spoken.money(OVER), CHANGE_NOTICE)
    assert AutoPay(0, OVER) == (await only(counter, account)).terms


async def test_star_at_the_changed_terms_changes_nothing(counter: Counter) -> None:
    account = await reached_account(counter)
    schedule = await agreed(counter, account, AutoPay(0))
    phone = await talk(counter, account, *CHANGE[:-1], (TERMS_ACCEPT, "*"))
    assert NOT_AGREED == phone.heard[-1]
    assert schedule == await only(counter, account)


async def test_who_asks_to_be_told_again_is_told_of_what_was_planned_untold(
    counter: Counter,
) -> None:
    account = await reached_account(counter)
    await agreed(counter, account, AutoPay(0, OVER))
    await make(counter, NOW.date())
    assert [] == await letters_of(counter, "run-notice")
    await talk(counter, account, CHANGE[0], (NOTICE_ALWAYS, "1"), ACCEPT)
    (notice,) = await letters_of(counter, "run-notice")
    assert (11240, "2026-03-20") == (notice["amount_cents"], notice["on"])
    await delivered(counter, NOW)
    await make(counter, DUE)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]
