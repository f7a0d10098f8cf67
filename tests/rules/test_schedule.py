"""On which days payments are made that were agreed to before; until when they can be stopped."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from paytone.rules.money import Money
from paytone.rules.schedule import (
    Every,
    Fixed,
    Once,
    autopay_day,
    last_day_to_stop,
    may_be_paid_on,
    next_run,
)

FIFTY = Money(5000)


def runs(terms: Fixed, after: date, count: int) -> list[date]:
    """The next *count* days."""
    days: list[date] = []
    for _ in range(count):
        day = next_run(terms, days[-1] if days else after)
        assert day is not None
        days.append(day)
    return days


def test_once_is_on_its_day_even_on_a_sunday_and_never_again() -> None:
    terms = Once(FIFTY, date(2026, 11, 29))
    assert date(2026, 11, 29) == next_run(terms, date(2026, 11, 25))
    assert next_run(terms, date(2026, 11, 29)) is None


def test_every_week_keeps_its_weekday_past_a_holiday() -> None:
    """Thanksgiving, a Thursday, moves one run to the Friday; the next is a Thursday again."""
    terms = Fixed(FIFTY, Every.WEEK, date(2026, 11, 19))
    assert [date(2026, 11, 19), date(2026, 11, 27), date(2026, 12, 3)] == runs(
        terms, date(2026, 11, 18), 3
    )


def test_every_two_weeks_counts_from_the_first() -> None:
    terms = Fixed(FIFTY, Every.TWO_WEEKS, date(2026, 12, 2))
    assert [date(2026, 12, 16), date(2026, 12, 30)] == runs(terms, date(2026, 12, 2), 2)


def test_the_31st_is_the_last_day_of_shorter_months() -> None:
    terms = Fixed(FIFTY, Every.MONTH, date(2027, 3, 2), day=31)
    assert [date(2027, 3, 31), date(2027, 4, 30), date(2027, 6, 1)] == runs(
        terms, date(2027, 3, 1), 3
    )


def test_a_month_starts_with_its_first_day_not_before() -> None:
    terms = Fixed(FIFTY, Every.MONTH, date(2026, 12, 16), day=15)
    assert date(2027, 1, 15) == next_run(terms, date(2026, 12, 1))


@pytest.mark.parametrize("every", Every)
def test_no_two_runs_fall_on_one_day_for_years(every: Every) -> None:
    """Whatever weekends and holidays move: a day is run once at most."""
    day = 31 if every is Every.MONTH else None
    days = runs(Fixed(FIFTY, every, date(2026, 1, 1), day), date(2025, 12, 31), 60)
    assert all(earlier < later for earlier, later in pairwise(days))


@pytest.mark.parametrize(
    ("every", "day"),
    [pytest.param(Every.MONTH, None, id="a month"), pytest.param(Every.WEEK, 3, id="a week")],
)
def test_a_day_of_the_month_belongs_to_months(every: Every, day: int | None) -> None:
    with pytest.raises(ValueError, match="day of the month"):
        Fixed(FIFTY, every, date(2026, 1, 1), day)


@pytest.mark.parametrize(
    ("due", "days_before", "told", "paid"),
    [
        pytest.param(date(2026, 12, 15), 0, date(2026, 11, 25), date(2026, 12, 15), id="due date"),
        pytest.param(date(2026, 12, 15), 4, date(2026, 11, 25), date(2026, 12, 11), id="before it"),
        pytest.param(date(2026, 12, 13), 0, date(2026, 11, 25), date(2026, 12, 11), id="a Sunday"),
        pytest.param(date(2026, 12, 1), 0, date(2026, 11, 25), date(2026, 12, 7), id="bill late"),
        pytest.param(date(2026, 12, 7), 0, date(2026, 11, 27), date(2026, 12, 7), id="just so"),
        pytest.param(date(2026, 11, 1), 0, date(2026, 11, 25), date(2026, 12, 7), id="past due"),
    ],
)
def test_autopay_pays_in_time_but_never_sooner_than_ten_days_after_its_notice(
    due: date, days_before: int, told: date, paid: date
) -> None:
    assert paid == autopay_day(due, days_before, told=told)


def test_three_business_days_ahead_stop_a_run() -> None:
    """12 CFR 1005.10(c)(1): the run of the Monday after Thanksgiving, cancelled on the Tuesday."""
    assert date(2026, 11, 24) == last_day_to_stop(date(2026, 11, 30))


@pytest.mark.parametrize(
    ("day", "may"),
    [
        pytest.param(date(2026, 11, 25), False, id="today"),
        pytest.param(date(2026, 11, 26), True, id="tomorrow"),
        pytest.param(date(2026, 12, 25), True, id="the last day"),
        pytest.param(date(2026, 12, 26), False, id="too far ahead"),
    ],
)
def test_a_payment_can_be_put_off_as_far_as_the_biller_lets(day: date, may: bool) -> None:
    assert may is may_be_paid_on(day, today=date(2026, 11, 25), later_days=30)
