"""Payments agreed to now and made later: on which days, and until when they can be stopped."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import count
from typing import Final

from paytone.rules import business_days
from paytone.rules.money import Money

NOTICE_DAYS: Final = 10
"""So long before the day a varying amount is told (12 CFR 1005.10(d)(1))."""

STOP_DAYS: Final = 3
"""Business days ahead that a cancellation stops a run for sure (12 CFR 1005.10(c)(1))."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What the biller sets.

    Args:
        later_days: How far ahead one payment may be put off; 0 not at all.
        notice_days: From the notice of a varying amount to its run.
        run_hour: Of the biller's day, from which on runs are made.
        retry_days: After how many days each decline that is not final is tried again.
        recurring: Whether the same amount may be agreed to again and again.
    """

    later_days: int = 60
    notice_days: int = NOTICE_DAYS
    run_hour: int = 6
    retry_days: tuple[int, ...] = (1, 3, 5)
    recurring: bool = True

    def starts(self, day: date, now: datetime) -> datetime:
        """From when on the run of *day* may be made, in the biller's zone, which is *now*'s."""
        return datetime.combine(day, time(self.run_hour), now.tzinfo)


class Kind(Enum):
    """What was agreed to."""

    ONCE = "once"
    """One payment on a later date."""
    FIXED = "fixed"
    """The same amount again and again."""
    AUTOPAY = "autopay"
    """The whole bill, every time."""


class Every(Enum):
    """How often a fixed amount is paid."""

    WEEK = "week"
    TWO_WEEKS = "two-weeks"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Once:
    """*amount* on just that day, be it a business day or not."""

    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class Fixed:
    """
    *amount* from *first* on.

    Args:
        day: Of the month, 1 to 31; in a shorter month its last. Only for MONTH.
    """

    amount: Money
    every: Every
    first: date
    day: int | None = None

    def __post_init__(self) -> None:
        if (self.every is Every.MONTH) is (self.day is None):
            raise ValueError("a day of the month belongs to what is paid every month")


@dataclass(frozen=True, slots=True)
class AutoPay:
    """
    The whole bill, *days_before* its due date; 0 is on it.

    Args:
        notice_over: The customer chose to be told beforehand only of payments over that (12 CFR
            1005.10(d)(2)); None: of every one.
    """

    days_before: int
    notice_over: Money | None = None


Terms = Once | Fixed | AutoPay


class State(Enum):
    """Where a schedule stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    ENDED = "ended"
    """The one payment was made, or came to nothing."""


class RunState(Enum):
    """Where one run of a schedule stands."""

    WAITING = "waiting"
    """For its day, or to be tried again."""
    CHARGING = "charging"
    """Its payment is open: nobody knows yet whether money moved."""
    PAID = "paid"
    SKIPPED = "skipped"
    """Nothing was owed."""
    FAILED = "failed"
    STOPPED = "stopped"
    """Before it was begun, by whoever cancelled or paused."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    One agreement to pay later.

    Args:
        id: A UUID.
        confirmation: What the caller is told; see `paytone.rules.confirmation`.
        why: Why it is not active; empty while it is.
    """

    id: str
    confirmation: str
    account_id: str
    terms: Terms
    method_id: str
    state: State
    why: str = ""

    @property
    def kind(self) -> Kind:
        match self.terms:
            case Once():
                return Kind.ONCE
            case Fixed():
                return Kind.FIXED
            case AutoPay():
                return Kind.AUTOPAY


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run: at most one payment comes of it.

    Args:
        most: The largest amount that may be charged: what was agreed to or told of beforehand.
    """

    id: str
    schedule_id: str
    on: date
    most: Money
    state: RunState


def next_run(terms: Once | Fixed, after: date) -> date | None:
    """The first day after *after* on which a payment is made; None when none is left."""
    if isinstance(terms, Once):
        return terms.on if terms.on > after else None
    return next(day for day in _days(terms) if day > after)


def autopay_day(due: date, days_before: int, *, told: date, notice_days: int = NOTICE_DAYS) -> date:
    """
    When a bill that is *due* is paid, if its amount is told of on the day *told*.

    Never later than a weekend or holiday would make it late; but never before the customer has
    known the amount for *notice_days*: a bill that came too late is paid that much later.
    """
    wanted = business_days.on_or_before(due - timedelta(days=days_before))
    earliest = told + timedelta(days=notice_days)
    return wanted if wanted >= earliest else business_days.on_or_after(earliest)


def last_day_to_stop(run_on: date) -> date:
    """The last day on which a cancellation stops the run of *run_on* for sure."""
    return business_days.before(run_on, STOP_DAYS)


def may_be_paid_on(day: date, *, today: date, later_days: int) -> bool:
    """Whether one payment may be put off to *day*: after today, at most *later_days* ahead."""
    return today < day <= today + timedelta(days=later_days)


def _days(terms: Fixed) -> Iterator[date]:
    """The days of a fixed amount: on a weekend or holiday the next business day."""
    return map(business_days.on_or_after, _nominal(terms))


def _nominal(terms: Fixed) -> Iterator[date]:
    if terms.day is None:
        weeks = 1 if terms.every is Every.WEEK else 2
        for turn in count():
            yield terms.first + timedelta(weeks=weeks * turn)
    else:
        for months in count(terms.first.year * 12 + terms.first.month - 1):
            year, month = months // 12, months % 12 + 1
            day = date(year, month, min(terms.day, monthrange(year, month)[1]))
            if day >= terms.first:
                yield day
