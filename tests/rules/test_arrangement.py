"""The rules of more time: who may have it, and the dates and amounts it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from paytone.rules.arrangement import (
    MOST_INSTALMENTS,
    Every,
    Ineligible,
    Instalment,
    Kind,
    Record,
    Rules,
    counts,
    extension,
    extension_days,
    first_days,
    instalments,
    kept,
    refusal,
)
from paytone.rules.bill import Owed
from paytone.rules.money import Money

TODAY = date(2026, 3, 2)
DUE = date(2026, 3, 5)
RULES = Rules()


def owed(cents: int = 11240, due: date | None = DUE) -> Owed:
    return Owed(balance=Money(cents), due=due)


@pytest.mark.parametrize(
    ("balance", "record", "rules", "why"),
    [
        pytest.param(owed(), Record(), RULES, None, id="nothing against it"),
        pytest.param(owed(0), Record(), RULES, Ineligible.NOTHING_OWED, id="owes nothing"),
        pytest.param(owed(-1), Record(), RULES, Ineligible.NOTHING_OWED, id="has a credit"),
        pytest.param(owed(1999), Record(), RULES, Ineligible.TOO_LITTLE, id="owes too little"),
        pytest.param(owed(2000), Record(), RULES, None, id="owes just enough"),
        pytest.param(owed(200_000), Record(), RULES, None, id="owes the most"),
        pytest.param(owed(200_001), Record(), RULES, Ineligible.TOO_MUCH, id="owes too much"),
        pytest.param(owed(due=date(2026, 1, 31)), Record(), RULES, None, id="30 days late"),
        pytest.param(
            owed(due=date(2026, 1, 30)), Record(), RULES, Ineligible.PAST_DUE, id="31 days late"
        ),
        pytest.param(
            owed(),
            Record(billed_since=date(2026, 2, 20)),
            replace(RULES, billed_for_at_least_days=11),
            Ineligible.TOO_NEW,
            id="a new account",
        ),
        pytest.param(
            owed(),
            Record(broken=date(2025, 9, 4)),
            RULES,
            Ineligible.BROKEN,
            id="broke one 179 days ago",
        ),
        pytest.param(
            owed(), Record(broken=date(2025, 9, 3)), RULES, None, id="broke one 180 days ago"
        ),
        pytest.param(
            owed(),
            Record(made=(date(2026, 2, 1),)),
            RULES,
            Ineligible.TOO_SOON,
            id="made one 29 days ago",
        ),
        pytest.param(
            owed(), Record(made=(date(2026, 1, 31),)), RULES, None, id="made one 30 days ago"
        ),
        pytest.param(
            owed(),
            Record(made=(date(2025, 5, 1), date(2025, 8, 1), date(2025, 11, 1))),
            RULES,
            Ineligible.TOO_SOON,
            id="three within a year",
        ),
        pytest.param(
            owed(),
            Record(),
            replace(RULES, extension_at_most_days=0, counts=()),
            Ineligible.NOT_OFFERED,
            id="nothing is offered",
        ),
    ],
)
def test_who_may_have_more_time(
    balance: Owed, record: Record, rules: Rules, why: Ineligible | None
) -> None:
    assert why is refusal(balance, record, rules, TODAY)


@pytest.mark.parametrize(
    ("due", "rules", "latest"),
    [
        pytest.param(DUE, RULES, date(2026, 3, 19), id="fourteen days after the due date"),
        pytest.param(date(2026, 2, 20), RULES, date(2026, 3, 6), id="past due"),
        pytest.param(date(2026, 2, 16), RULES, None, id="no later than today"),
        pytest.param(None, RULES, date(2026, 3, 16), id="no bill"),
        pytest.param(
            DUE,
            replace(RULES, extension_at_most_days=16, skip_weekends=True),
            date(2026, 3, 20),
            id="a Saturday becomes the Friday before",
        ),
        pytest.param(
            DUE,
            replace(RULES, holidays=frozenset({date(2026, 3, 19)})),
            date(2026, 3, 18),
            id="a holiday becomes the day before",
        ),
    ],
)
def test_how_far_the_due_date_may_move(due: date | None, rules: Rules, latest: date | None) -> None:
    assert latest == max(extension_days(owed(due=due), rules, TODAY), default=None)


@pytest.mark.parametrize(
    ("due", "rules", "days"),
    [
        pytest.param(DUE, RULES, [*range(6, 20)], id="from the day after the due date on"),
        pytest.param(date(2026, 2, 20), RULES, [3, 4, 5, 6], id="past due, from tomorrow on"),
        pytest.param(
            DUE,
            replace(RULES, skip_weekends=True, holidays=frozenset({date(2026, 3, 10)})),
            [6, 9, 11, 12, 13, 16, 17, 18, 19],
            id="neither on weekends nor on holidays",
        ),
        pytest.param(DUE, replace(RULES, extension_at_most_days=1), [6], id="one day alone"),
        pytest.param(DUE, replace(RULES, extension_at_most_days=0), [], id="none"),
    ],
)
def test_the_days_that_all_may_be_paid_on(due: date, rules: Rules, days: list[int]) -> None:
    assert days == [day.day for day in extension_days(owed(due=due), rules, TODAY)]


def test_an_extension_is_all_of_it_on_one_day() -> None:
    terms = extension(date(2026, 3, 19), owed())
    assert (Kind.EXTENSION, (Instalment(date(2026, 3, 19), Money(11240)),)) == (
        terms.kind, terms.instalments,
    )  # fmt: skip


@pytest.mark.parametrize("cents", [2000, 9999, 10000, 10001, 11240, 199_999])
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_instalments_come_to_the_balance_and_the_first_has_the_odd_cents(
    cents: int, count: int
) -> None:
    terms = instalments(count, TODAY, owed(cents), RULES)
    first, *others = [each.amount.cents for each in terms.instalments]
    assert Money(cents) == terms.total
    assert {cents // count} == set(others)
    assert 0 <= first - cents // count < count


@pytest.mark.parametrize(
    ("every", "first", "days"),
    [
        pytest.param(Every(14), date(2026, 3, 9), ["03-09", "03-23", "04-06"], id="two weeks"),
        pytest.param(
            Every(1, months=True),
            date(2027, 1, 31),
            ["01-31", "02-28", "03-31"],
            id="a month, from its last day",
        ),
        pytest.param(
            Every(1, months=True), date(2026, 11, 9), ["11-09", "12-09", "01-09"], id="over a year"
        ),
    ],
)
def test_the_days_of_instalments(every: Every, first: date, days: list[str]) -> None:
    terms = instalments(3, first, owed(), replace(RULES, every=every))
    assert days == [f"{each.due:%m-%d}" for each in terms.instalments]


def test_a_later_instalment_on_a_weekend_falls_on_the_monday_after() -> None:
    rules = replace(RULES, every=Every(5), skip_weekends=True)
    terms = instalments(2, date(2026, 3, 9), owed(), rules)
    assert date(2026, 3, 16) == terms.instalments[1].due


def test_numbers_of_instalments_that_would_be_too_small_are_left_out() -> None:
    assert (2, 3) == counts(owed(3999), RULES)
    assert (2, 3, 4) == counts(owed(4000), RULES)


@pytest.mark.parametrize(
    ("closed", "within", "days"),
    [
        pytest.param((), 7, [*range(2, 10)], id="today and within the week"),
        pytest.param((), 0, [2], id="today alone"),
        pytest.param((2, 5, 9), 7, [3, 4, 6, 7, 8], id="on none that is skipped"),
        pytest.param(range(1, 10), 7, [10], id="on the next, where all of them are"),
    ],
)
def test_the_days_of_a_first_instalment(
    closed: Iterable[int], within: int, days: list[int]
) -> None:
    holidays = frozenset(date(2026, 3, day) for day in closed)
    rules = replace(RULES, holidays=holidays, first_within_days=within)
    assert days == [day.day for day in first_days(rules, TODAY)]


def test_five_numbers_of_instalments_are_the_most_there_can_be() -> None:
    rules = replace(RULES, counts=tuple(range(2, MOST_INSTALMENTS + 1)))
    assert (2, 3, 4, 5, 6) == counts(owed(), rules)


def test_payments_cover_instalments_in_turn() -> None:
    terms = instalments(3, TODAY, owed(10000), RULES).instalments
    assert [0, 0, 1, 1, 3] == [kept(terms, Money(cents)) for cents in (0, 3333, 3334, 6666, 10000)]
