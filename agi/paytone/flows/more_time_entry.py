"""Which arrangement the caller would like: all of it later or in instalments, from which day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, choose
from paytone.flows import Talk
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.arrangement import (
    Kind,
    Terms,
    counts,
    extension,
    extension_days,
    first_days,
    instalments,
)
from paytone.rules.bill import Owed

ALL_LATER: Final = Prompt("all-later")
IN_INSTALMENTS: Final = Prompt("in-instalments")
EXTEND_TO: Final = Prompt("extend-to")
FIRST_ON: Final = Prompt("first-instalment-on")
PRESS_1: Final = Prompt("press-1")
EARLIER_DAY: Final = Prompt("choose-earlier-day")
ASK_DAY: Final = Prompt("ask-arrangement-day")
NOT_A_DAY: Final = Prompt("later-day-misread")
DAY_SKIPPED: Final = Prompt("arrangement-day-skipped")
DAYS_FROM: Final = Prompt("arrangement-days-from")
DAYS_TO: Final = Prompt("arrangement-days-to")
HOW_MANY: Final = Prompt("how-many-instalments")
TO_PAY_IN: Final = Prompt("to-pay-in")
PARTS_PRESS: Final = Prompt("parts-press")

A_LEAP_YEAR: Final = 2000


async def ask_terms(talk: Talk, owed: Owed) -> Terms | Back:
    """
    What the caller would like of what may be had; what there is no choice of is not asked.

    Args:
        owed: What `paytone.rules.arrangement.refusal` grants more time for.
    """
    rules, today = talk.desk.grants, talk.desk.clock().date()
    days, numbers = extension_days(owed, rules, today), counts(owed, rules)
    while True:
        kind = await _ask_kind(talk.phone, days, numbers)
        if kind is BACK:
            return BACK
        if kind is Kind.EXTENSION:
            day = await _ask_day(talk.phone, EXTEND_TO, days)
            terms = BACK if day is BACK else extension(day, owed)
        else:
            terms = await _ask_instalments(talk, owed, numbers)
        if terms is not BACK or not (days and numbers):
            return terms


def read_day(digits: str, days: Sequence[date]) -> date:
    """
    The one of *days* that ``0305``, March fifth, means.

    Args:
        days: Ascending, within a year and a day.

    Raises:
        BadAnswer: It is none of them; it says from when to when they are.
    """
    day = next((each for each in days if f"{each:%m%d}" == digits), None)
    if day is not None:
        return day
    first, last = days[0], days[-1]
    between = (DAYS_FROM, *spoken.date(first), DAYS_TO, *spoken.date(last))
    try:
        month_day = date(A_LEAP_YEAR, int(digits[:-2]), int(digits[-2:]))
        years = {first.year, last.year}
        skipped = any(first < month_day.replace(year=year) < last for year in years)
    except ValueError:
        raise BadAnswer(NOT_A_DAY, *between) from None
    raise BadAnswer(*((DAY_SKIPPED,) if skipped else ()), *between)


async def _ask_kind(phone: Phone, days: Sequence[date], numbers: Sequence[int]) -> Kind | Back:
    if not (days and numbers):
        return Kind.EXTENSION if days else Kind.INSTALMENTS
    choice = await choose(phone, ALL_LATER, IN_INSTALMENTS, keys="12")
    if choice is BACK:
        return BACK
    return Kind.EXTENSION if choice == "1" else Kind.INSTALMENTS


async def _ask_day(phone: Phone, lead: Prompt, days: Sequence[date]) -> date | Back:
    """The last of *days* by one key, or another that is keyed; it is read back with the terms."""
    latest, may_be_earlier = days[-1], len(days) > 1
    words = (lead, *spoken.date(latest), PRESS_1, *((EARLIER_DAY,) if may_be_earlier else ()))
    question = Question((ASK_DAY,), partial(read_day, days=days), at_most=4)
    while True:
        choice = await choose(phone, *words, keys="12" if may_be_earlier else "1")
        if choice is BACK:
            return BACK
        if choice == "1":
            return latest
        day = await ask(phone, question)
        if day is not BACK:
            return day


async def _ask_instalments(talk: Talk, owed: Owed, numbers: Sequence[int]) -> Terms | Back:
    rules = talk.desk.grants
    days = first_days(rules, talk.desk.clock().date())
    while (count := await _ask_number(talk.phone, numbers)) is not BACK:
        first = await _ask_day(talk.phone, FIRST_ON, days) if len(days) > 1 else days[0]
        if first is not BACK:
            return instalments(count, first, owed, rules)
    return BACK


async def _ask_number(phone: Phone, numbers: Sequence[int]) -> int | Back:
    words = [HOW_MANY]
    for number in numbers:
        words += [TO_PAY_IN, *spoken.number(number), PARTS_PRESS, *spoken.number(number)]
    choice = await choose(phone, *words, keys="".join(map(str, numbers)))
    return BACK if choice is BACK else int(choice)
