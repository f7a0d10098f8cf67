"""Answers to questions: true of the settings, whatever they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from paytone.ask import WantsPerson
from paytone.flows import Checks, Desk
from paytone.flows.fee import FEE_FOR_PHONE, FEE_IS
from paytone.flows.help import (
    ANSWERS,
    AUTOPAY_DAYS,
    CHECKS,
    COUNTS,
    COUNTS_CHECK,
    DECLINED,
    DECLINED_NEXT,
    ENQUIRIES,
    GO_ON,
    HOURS,
    NEEDED_CARD,
    NEEDED_CARD_OR_CHECK,
    NO_CHECKS,
    NO_FEE,
    NO_NEW_PIN,
    PIN_FORGOTTEN,
    answer,
)
from paytone.flows.opening_words import CLOSED, CLOSES, TODAY
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt, spoken
from paytone.prompts.catalogue import load
from paytone.rules.hours import Span
from paytone.rules.money import Money
from paytone.rules.schedule import Rule
from paytone.store import Store, hours
from tests.flows.unproved import helping
from tests.teller import Counter

PHONE = "8005550100"


async def heard(desk: Desk, topic: str) -> list[Prompt]:
    """What is said to *topic*, but for the last words."""
    with ScriptedPhone((GO_ON, "#")) as phone:
        await answer(phone, desk, topic)
    assert GO_ON == phone.heard[-1]
    return phone.heard[:-1]


async def test_a_fee_is_told_as_it_is_set(counter: Counter) -> None:
    assert [NO_FEE] == await heard(counter.desk, "fee")
    told = await heard(replace(counter.desk, fee=Money(295)), "fee")
    assert [FEE_IS, *spoken.money(Money(295)), FEE_FOR_PHONE] == told[:3]
    assert NO_FEE not in told


@pytest.mark.parametrize(
    ("topic", "only_with", "only_without"),
    [
        ("methods", CHECKS, NO_CHECKS),
        ("needed", NEEDED_CARD_OR_CHECK, NEEDED_CARD),
        ("counts", COUNTS_CHECK, None),
        ("hours", ENQUIRIES, None),
    ],
)
async def test_checks_are_told_of_where_they_are_taken(
    counter: Counter, topic: str, only_with: Prompt, only_without: Prompt | None
) -> None:
    without = await heard(counter.desk, topic)
    taking = await heard(replace(counter.desk, checks=Checks(PHONE)), topic)
    assert only_with in taking
    assert only_with not in without
    assert only_without is None or only_without in without
    assert only_without not in taking


async def test_hours_are_those_of_the_people(counter: Counter) -> None:
    assert [HOURS] == await heard(counter.desk, "hours")
    every_day = range(1, 8)
    await hours.set_week(counter.store, "", every_day, [Span(time(8), time(20))])
    until = [CLOSES, TODAY, *spoken.time(time(20))]
    assert [HOURS, *until] == await heard(counter.desk, "hours")
    await hours.set_week(counter.store, "", every_day, [])
    assert [HOURS, CLOSED] == await heard(counter.desk, "hours")


async def test_hours_without_the_store_are_the_lines_own(counter: Counter) -> None:
    async with Store.open("postgresql://127.0.0.1:9/nobody", at_most=1, patience_s=0.2) as away:
        assert [HOURS] == await heard(replace(counter.desk, store=away), "hours")


async def test_the_notice_of_autopay_is_as_many_days_as_is_set(counter: Counter) -> None:
    told = await heard(replace(counter.desk, rule=Rule(notice_days=14)), "autopay")
    assert [*spoken.number(14), AUTOPAY_DAYS] == told[2:4]


async def test_what_counts_when_is_told_of_what_is_taken(counter: Counter) -> None:
    assert [COUNTS] == await heard(counter.desk, "counts")
    taking = replace(counter.desk, checks=Checks(PHONE))
    assert [COUNTS, COUNTS_CHECK] == await heard(taking, "counts")
    assert (
        "A card payment counts at once. "
        "An electronic check takes your bank a few days, and counts unless it comes back."
    ) == load("en").transcript(await heard(taking, "counts"))


async def test_a_decline_is_explained_and_what_to_do_then(counter: Counter) -> None:
    told = await heard(counter.desk, "declined")
    assert [DECLINED, DECLINED_NEXT] == told
    assert (
        "A decline means that your bank did not pay. You were not charged. "
        "Check what you entered, use another card, or ask your bank."
    ) == load("en").transcript(told)


async def test_a_new_pin_is_promised_where_there_is_one(counter: Counter) -> None:
    assert [PIN_FORGOTTEN] == await heard(helping(counter).desk, "pin")
    assert [NO_NEW_PIN] == await heard(counter.desk, "pin")


@pytest.mark.parametrize("topic", ANSWERS)
async def test_hanging_up_in_an_answer_is_all_right(counter: Counter, topic: str) -> None:
    with ScriptedPhone((GO_ON, None)) as phone, pytest.raises(HungUp):
        await answer(phone, counter.desk, topic)


@pytest.mark.parametrize("topic", ANSWERS)
async def test_who_says_nothing_goes_on(counter: Counter, topic: str) -> None:
    with ScriptedPhone() as phone:
        await answer(phone, counter.desk, topic)


async def test_zero_is_a_person(counter: Counter) -> None:
    with ScriptedPhone((GO_ON, "0")) as phone, pytest.raises(WantsPerson):
        await answer(phone, counter.desk, "fee")
