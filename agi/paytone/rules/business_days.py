"""Business days: those on which United States banks move money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Final

A_DAY: Final = timedelta(days=1)


def is_business_day(day: date) -> bool:
    """Whether the Federal Reserve's banks are open on *day*; weekends and its holidays are not."""
    return day.weekday() < 5 and not _is_holiday()(day)


def is_holiday(day: date) -> bool:
    """Whether *day* is a holiday of the Federal Reserve's banks."""
    return _is_holiday()(day)


def holidays_of(year: int) -> list[tuple[date, str]]:
    """The holidays of the Federal Reserve's banks in *year*, by date, each with its name."""
    import holidays

    return sorted(holidays.financial_holidays("XFED", years=year).items())


def on_or_after(day: date) -> date:
    """*day*, or the first business day after it."""
    while not is_business_day(day):
        day += A_DAY
    return day


def on_or_before(day: date) -> date:
    """*day*, or the last business day before it."""
    while not is_business_day(day):
        day -= A_DAY
    return day


def before(day: date, count: int) -> date:
    """The business day that is *count* business days before *day*, whatever *day* itself is."""
    for _ in range(count):
        day = on_or_before(day - A_DAY)
    return day


@cache
def _is_holiday() -> Callable[[date], bool]:
    # Imported late: most jobs ask for no date.
    import holidays

    return holidays.financial_holidays("XFED").__contains__
