"""When the next bill comes."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.rules.next_bill import Expected, LastCame, next_bill


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("today", "billing_day", "issued", "next_one"),
    [
        ("2026-03-02", 20, ["2026-02-20"], "2026-03-20"),
        ("2026-03-20", 20, ["2026-02-20"], "2026-03-20"),
        ("2026-03-20", 20, ["2026-03-20"], "2026-04-20"),
        ("2026-03-16", 20, ["2026-03-15"], "2026-04-20"),
        ("2026-03-21", 20, [], "2026-04-20"),
        ("2026-02-10", 31, ["2026-01-31"], "2026-02-28"),
        ("2028-02-10", 30, ["2028-01-30"], "2028-02-29"),
        ("2026-02-28", 31, ["2026-02-28"], "2026-03-31"),
        ("2026-12-22", 20, ["2026-12-20"], "2027-01-20"),
    ],
    ids=[
        "this month", "today, not yet there", "today, already there", "came early",
        "past, none known", "short month", "leap year", "last day back", "over the year",
    ],
)  # fmt: skip
def test_a_billing_day_tells(
    today: str, billing_day: int, issued: list[str], next_one: str
) -> None:
    told = next_bill(day(today), billing_day=billing_day, issued=[*map(day, issued)])
    assert Expected(day(next_one)) == told


def test_without_a_billing_day_the_last_two_are_told() -> None:
    issued = [day("2026-02-20"), day("2026-01-21"), day("2025-12-20")]
    told = next_bill(day("2026-03-02"), billing_day=None, issued=issued)
    assert LastCame((issued[0], issued[1])) == told


@pytest.mark.parametrize("issued", [[], [day("2026-02-20")]])
def test_one_bill_tells_nothing(issued: list[date]) -> None:
    assert next_bill(day("2026-03-02"), billing_day=None, issued=issued) is None
