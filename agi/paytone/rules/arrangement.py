"""Arrangements for more time: who may have one, and which dates and amounts it comes to."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from itertools import accumulate

from paytone.rules.bill import Owed
from paytone.rules.money import Money

MOST_INSTALMENTS = 6
"""Each number of instalments is offered with its own key: 2 to 6, which are five choices."""

A_DAY = timedelta(days=1)


class Kind(Enum):
    """What an arrangement is."""

    EXTENSION = "extension"
    """All of it on one later date."""
    INSTALMENTS = "instalments"


class Ineligible(Enum):
    """Why an account may not have more time now."""

    NOTHING_OWED = "nothing-owed"
    TOO_LITTLE = "too-little"
    TOO_MUCH = "too-much"
    PAST_DUE = "past-due"
    """Past due for longer than the rules allow."""
    TOO_NEW = "too-new"
    BROKEN = "broken"
    """An earlier arrangement was broken not long ago."""
    TOO_SOON = "too-soon"
    """The last one was made not long ago, or there were too many within a year."""
    NOT_OFFERED = "not-offered"
    """No date or amount can be offered that keeps to the rules."""


@dataclass(frozen=True, slots=True)
class Every:
    """From one instalment to the next: *count* days or months."""

    count: int
    months: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What the biller grants.

    Args:
        balance_least: The smallest balance that may be arranged.
        balance_most: The largest.
        past_due_at_most_days: Longer past due is for a person to decide.
        billed_for_at_least_days: Since the account's first bill.
        none_broken_for_days: Since an arrangement was broken.
        none_made_for_days: Since the last one was made.
        at_most_a_year: Arrangements made within 365 days.
        extension_at_most_days: After the due date; 0 offers none.
        counts: Numbers of instalments to choose from, of 2 to `MOST_INSTALMENTS`; none offers none.
        first_within_days: The latest first instalment, from today.
        every: From one to the next.
        least: The smallest instalment.
        skip_weekends: No date falls on a Saturday or Sunday.
        holidays: Dates that none falls on.
        remind_days_before: When the customer is written to before an instalment; 0 for never.
    """

    balance_least: Money = Money(2_000)
    balance_most: Money = Money(200_000)
    past_due_at_most_days: int = 30
    billed_for_at_least_days: int = 0
    none_broken_for_days: int = 180
    none_made_for_days: int = 30
    at_most_a_year: int = 3
    extension_at_most_days: int = 14
    counts: tuple[int, ...] = (2, 3, 4)
    first_within_days: int = 7
    every: Every = Every(14)
    least: Money = Money(1_000)
    skip_weekends: bool = False
    holidays: frozenset[date] = field(default=frozenset())
    remind_days_before: int = 3


@dataclass(frozen=True, slots=True)
class Record:
    """
    What an account's history says of it.

    Args:
        billed_since: The day of its first bill; None where there is none.
        broken: The day that an arrangement was last broken.
        made: The days that arrangements were made within the last 365, the undone left out.
    """

    billed_since: date | None = None
    broken: date | None = None
    made: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Instalment:
    """An amount that the customer promises to pay on *due* or before."""

    due: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised; the amounts come to the balance, to the cent."""

    kind: Kind
    instalments: tuple[Instalment, ...]

    @property
    def total(self) -> Money:
        """What the instalments come to."""
        *_, total = accumulate(each.amount for each in self.instalments)
        return total


def refusal(owed: Owed, record: Record, rules: Rules, today: date) -> Ineligible | None:
    """Why the account may not have more time *today*; None if it may have some."""
    if why := _refused_balance(owed, rules, today):
        return why
    if _within(record.billed_since, rules.billed_for_at_least_days, today):
        return Ineligible.TOO_NEW
    if _within(record.broken, rules.none_broken_for_days, today):
        return Ineligible.BROKEN
    last = max(record.made, default=None)
    if _within(last, rules.none_made_for_days, today) or len(record.made) >= rules.at_most_a_year:
        return Ineligible.TOO_SOON
    if not extension_days(owed, rules, today) and not counts(owed, rules):
        return Ineligible.NOT_OFFERED
    return None


def _refused_balance(owed: Owed, rules: Rules, today: date) -> Ineligible | None:
    if owed.balance <= Money(0, owed.balance.currency):
        return Ineligible.NOTHING_OWED
    if owed.balance < rules.balance_least:
        return Ineligible.TOO_LITTLE
    if owed.balance > rules.balance_most:
        return Ineligible.TOO_MUCH
    if owed.due is not None and (today - owed.due).days > rules.past_due_at_most_days:
        return Ineligible.PAST_DUE
    return None


def _within(day: date | None, days: int, today: date) -> bool:
    return day is not None and (today - day).days < days


def extension_days(owed: Owed, rules: Rules, today: date) -> tuple[date, ...]:
    """The days that all may be paid on, ascending: after today and the due date, not too late."""
    due = owed.due or today
    return _open_days(
        max(due, today) + A_DAY, due + timedelta(days=rules.extension_at_most_days), rules
    )


def extension(day: date, owed: Owed) -> Terms:
    """All that is *owed*, on *day*."""
    return Terms(Kind.EXTENSION, (Instalment(day, owed.balance),))


def counts(owed: Owed, rules: Rules) -> tuple[int, ...]:
    """In how many instalments the balance may be paid, each large enough; ascending."""
    return tuple(n for n in sorted(rules.counts) if owed.balance.cents // n >= rules.least.cents)


def first_days(rules: Rules, today: date) -> tuple[date, ...]:
    """
    The days that a first instalment may be due on, ascending; never empty.

    The next that is not skipped, where all of those that the rules grant are.
    """
    last = today + timedelta(days=rules.first_within_days)
    return _open_days(today, last, rules) or (_open_after(last, rules),)


def instalments(count: int, first: date, owed: Owed, rules: Rules) -> Terms:
    """
    What is *owed* in *count* instalments from *first* on; the first carries the odd cents.

    A later one that would fall on a day that is skipped falls on the next that is not.
    """
    share, currency = owed.balance.cents // count, owed.balance.currency
    odd = owed.balance.cents - share * count
    days = [first, *(_open_after(_later(first, rules.every, n), rules) for n in range(1, count))]
    return Terms(
        Kind.INSTALMENTS,
        tuple(
            Instalment(day, Money(share + (odd if n == 0 else 0), currency))
            for n, day in enumerate(days)
        ),
    )


def is_open(day: date, rules: Rules) -> bool:
    """Whether something may be due on *day*."""
    return not (rules.skip_weekends and day.weekday() >= 5) and day not in rules.holidays


def kept(terms: Sequence[Instalment], paid: Money) -> int:
    """How many of the instalments, in turn, *paid* covers."""
    return sum(total <= paid for total in accumulate(each.amount for each in terms))


def _later(first: date, every: Every, times: int) -> date:
    if not every.months:
        return first + timedelta(days=every.count * times)
    years, month = divmod(first.month - 1 + every.count * times, 12)
    year = first.year + years
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _open_after(day: date, rules: Rules) -> date:
    while not is_open(day, rules):
        day += timedelta(days=1)
    return day


def _open_days(first: date, last: date, rules: Rules) -> tuple[date, ...]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if is_open(day, rules))
