"""Business days of United States banks."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.rules import business_days


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        pytest.param(date(2026, 11, 25), True, id="a Wednesday"),
        pytest.param(date(2026, 11, 26), False, id="Thanksgiving"),
        pytest.param(date(2026, 11, 28), False, id="a Saturday"),
        pytest.param(date(2026, 7, 3), True, id="the Friday before a holiday on a Saturday"),
        pytest.param(date(2027, 7, 5), False, id="the Monday after a holiday on a Sunday"),
        pytest.param(date(2026, 10, 12), False, id="Columbus Day, on which shops are open"),
    ],
)
def test_the_federal_reserve_says_which_days_count(day: date, open_: bool) -> None:
    assert open_ is business_days.is_business_day(day)


def test_a_weekend_and_a_holiday_are_stepped_over() -> None:
    assert date(2026, 5, 26) == business_days.on_or_after(date(2026, 5, 23))
    assert date(2026, 5, 22) == business_days.on_or_before(date(2026, 5, 25))


@pytest.mark.parametrize(
    ("day", "third_before"),
    [
        pytest.param(date(2026, 11, 20), date(2026, 11, 17), id="within a week"),
        pytest.param(date(2026, 11, 24), date(2026, 11, 19), id="over a weekend"),
        pytest.param(date(2026, 11, 30), date(2026, 11, 24), id="over Thanksgiving"),
        pytest.param(date(2026, 11, 29), date(2026, 11, 24), id="before a Sunday"),
    ],
)
def test_business_days_are_counted_backwards(day: date, third_before: date) -> None:
    assert third_before == business_days.before(day, 3)
