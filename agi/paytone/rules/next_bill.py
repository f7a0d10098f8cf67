"""When the next bill comes: a rule."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

EARLY: Final = timedelta(days=7)
"""A bill that comes so long before its day is that day's."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The next bill comes on this day."""

    on: date


@dataclass(frozen=True, slots=True)
class LastCame:
    """When it comes is not known, but when the last ones came is; the newest first."""

    on: tuple[date, date]


def next_bill(
    today: date, *, billing_day: int | None, issued: Sequence[date]
) -> Expected | LastCame | None:
    """
    When the next bill comes, or what is known of it; None where nothing is.

    Args:
        billing_day: The day of the month; the last one in months that are shorter.
        issued: When bills came, the newest first.
    """
    if billing_day is not None:
        on = _in_month(today.year, today.month, billing_day)
        while on < today or (issued and issued[0] > on - EARLY):
            on = _in_month(on.year + on.month // 12, on.month % 12 + 1, billing_day)
        return Expected(on)
    if len(issued) >= 2:
        return LastCame((issued[0], issued[1]))
    return None


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
