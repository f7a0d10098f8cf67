"""More time to pay: what is asked, and which days may be chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from paytone.ask import BadAnswer
from paytone.flows.more_time import NOT_ARRANGED, NOTHING_CHARGED, YOU_PROMISE
from paytone.flows.more_time_entry import (
    ASK_DAY,
    DAY_SKIPPED,
    DAYS_FROM,
    DAYS_TO,
    EARLIER_DAY,
    EXTEND_TO,
    FIRST_ON,
    HOW_MANY,
    NOT_A_DAY,
    read_day,
)
from paytone.phone.scripted import Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.arrangement import Rules
from paytone.rules.job import Status
from paytone.store import arrangements
from tests.flows.promising import BY_DAY, BY_FIRST_DAY, DONE, FIRST, IN_TWO, LATEST, YES, asked
from tests.teller import TODAY, Counter


@pytest.mark.parametrize(
    ("turns", "days"),
    [
        pytest.param(BY_DAY, [date(2026, 3, 12)], id="all of it"),
        pytest.param(BY_FIRST_DAY, [date(2026, 3, 4), date(2026, 3, 18)], id="the first payment"),
    ],
)
async def test_a_day_of_the_callers_choice_is_read_back_and_arranged(
    counter: Counter, turns: tuple[Turn, ...], days: list[date]
) -> None:
    account = await counter.account()
    _, heard = await asked(counter, account, *turns, DONE)
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert days == [each.due for each in made.terms.instalments]
    said = heard[heard.index(YOU_PROMISE) : heard.index(NOTHING_CHARGED)]
    assert all(spoken.date(day)[0] in said for day in days)


async def test_a_day_that_is_too_late_is_refused_with_the_days_there_are(
    counter: Counter,
) -> None:
    account = await counter.account()
    turns = (*BY_DAY[:2], (ASK_DAY, "0320"), (ASK_DAY, "0319"), YES, DONE)
    _, heard = await asked(counter, account, *turns)
    at = heard.index(DAYS_FROM)
    between = [DAYS_FROM, *spoken.date(date(2026, 3, 6)), DAYS_TO, *spoken.date(LATEST)]
    assert between == heard[at : at + len(between)]
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert [LATEST] == [each.due for each in made.terms.instalments]


CLOSED = (date(2026, 12, 28), date(2026, 12, 29), date(2027, 1, 4))


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        pytest.param("1227", DAYS_FROM, id="too early"),
        pytest.param("0105", DAYS_FROM, id="too late"),
        pytest.param("0102", DAY_SKIPPED, id="skipped, in the next year"),
        pytest.param("1230", DAY_SKIPPED, id="skipped, in this year"),
        pytest.param("0230", NOT_A_DAY, id="no such day"),
        pytest.param("1301", NOT_A_DAY, id="no such month"),
        pytest.param("14", NOT_A_DAY, id="two digits"),
    ],
)
def test_a_day_that_may_not_be_chosen_is_told_why(keys: str, why: Prompt) -> None:
    with pytest.raises(BadAnswer) as refused:
        read_day(keys, CLOSED)
    assert why == refused.value.say[0]
    between = (DAYS_FROM, *spoken.date(CLOSED[0]), DAYS_TO, *spoken.date(CLOSED[-1]))
    assert between == refused.value.say[-len(between) :]


def test_a_day_of_the_next_year_may_be_chosen() -> None:
    assert date(2027, 1, 4) == read_day("0104", CLOSED)


async def test_star_goes_back_a_question(counter: Counter) -> None:
    account = await counter.account()
    turns: tuple[Turn, ...] = (
        *BY_DAY[:2], (ASK_DAY, "*"), (EXTEND_TO, "*"),
        *IN_TWO[:2], (FIRST_ON, "*"), (HOW_MANY, "3"), (FIRST_ON, "2"), (ASK_DAY, "*"),
        (FIRST_ON, "1"), YES, DONE,
    )  # fmt: skip
    await asked(counter, account, *turns)
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert [FIRST + timedelta(days=14 * n) for n in range(3)] == [
        each.due for each in made.terms.instalments
    ]


def granting(counter: Counter, rules: Rules) -> Counter:
    """The counter of a biller with those rules."""
    return replace(counter, desk=replace(counter.desk, grants=rules))


async def test_without_extensions_the_number_of_instalments_is_asked_at_once(
    counter: Counter,
) -> None:
    account = await counter.account()
    rules = Rules(extension_at_most_days=0, counts=(2, 3, 4, 5, 6), first_within_days=0)
    _, heard = await asked(granting(counter, rules), account, (HOW_MANY, "6"), YES, DONE)
    assert HOW_MANY == heard[0]
    assert FIRST_ON not in heard  # there is one day alone
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert (6, TODAY) == (len(made.terms.instalments), made.terms.instalments[0].due)


async def test_without_instalments_the_day_is_asked_at_once(counter: Counter) -> None:
    account = await counter.account()
    rules = Rules(counts=(), extension_at_most_days=1)
    _, heard = await asked(granting(counter, rules), account, (EXTEND_TO, "1"), YES, DONE)
    assert EXTEND_TO == heard[0]
    assert EARLIER_DAY not in heard  # there is one day alone


async def test_star_at_the_only_question_arranges_nothing(counter: Counter) -> None:
    account = await counter.account()
    ended, heard = await asked(granting(counter, Rules(counts=())), account, (EXTEND_TO, "*"))
    assert (Status.CANCELLED, NOT_ARRANGED) == (ended.status, heard[-1])
