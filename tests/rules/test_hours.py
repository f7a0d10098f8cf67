"""When people answer: weekdays, nights, special days, and the days when the clocks change."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from paytone.rules.hours import Hours, Span
from paytone.rules.person import place_in_line

ZONE = ZoneInfo("America/New_York")
DAY = Span(time(8), time(20))
NIGHT = Span(time(22), time(2, 30))
LUNCH = (Span(time(8), time(12)), Span(time(13), time(17)))
ROUND = Span(time(0), time(0))
WEEK = dict.fromkeys(range(1, 6), (DAY,))
FRIDAY_NIGHT = {5: (NIGHT,)}


def at(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold)


CASES = {
    "nothing is set": (Hours(ZONE), "2026-03-01 03:00", True),
    "before it opens": (Hours(ZONE, WEEK), "2026-03-02 07:59:59", False),
    "as it opens": (Hours(ZONE, WEEK), "2026-03-02 08:00", True),
    "as it closes": (Hours(ZONE, WEEK), "2026-03-02 20:00", False),
    "a weekday without hours": (Hours(ZONE, WEEK), "2026-03-01 12:00", False),
    "at lunch": (Hours(ZONE, {1: LUNCH}), "2026-03-02 12:30", False),
    "after lunch": (Hours(ZONE, {1: LUNCH}), "2026-03-02 13:00", True),
    "a night, its evening": (Hours(ZONE, FRIDAY_NIGHT), "2026-03-06 23:00", True),
    "a night, past midnight": (Hours(ZONE, FRIDAY_NIGHT), "2026-03-07 02:29", True),
    "a night, its end": (Hours(ZONE, FRIDAY_NIGHT), "2026-03-07 02:30", False),
    "a night, the evening after": (Hours(ZONE, FRIDAY_NIGHT), "2026-03-07 23:00", False),
    "a night that a holiday follows": (
        Hours(ZONE, FRIDAY_NIGHT, {date(2026, 3, 7): ()}), "2026-03-07 01:00", True,
    ),
    "a holiday": (Hours(ZONE, WEEK, {date(2026, 3, 2): ()}), "2026-03-02 12:00", False),
    "a Sunday that is open": (
        Hours(ZONE, WEEK, {date(2026, 3, 1): (DAY,)}), "2026-03-01 12:00", True,
    ),
    "a holiday where nothing else is set": (
        Hours(ZONE, {}, {date(2026, 3, 2): ()}), "2026-03-02 12:00", False,
    ),
    "round the clock": (Hours(ZONE, {1: (ROUND,)}), "2026-03-02 23:59", True),
    "8 on the day the clocks go forward": (Hours(ZONE, {7: (DAY,)}), "2026-03-08 08:00", True),
    "7:59 on that day": (Hours(ZONE, {7: (DAY,)}), "2026-03-08 07:59", False),
    "a night that loses an hour": (Hours(ZONE, {6: (NIGHT,)}), "2026-03-08 01:59", True),
    "8 on the day the clocks go back": (Hours(ZONE, {7: (DAY,)}), "2026-11-01 08:00", True),
    "7:59 on that other day": (Hours(ZONE, {7: (DAY,)}), "2026-11-01 07:59", False),
}  # fmt: skip


@pytest.mark.parametrize(("hours", "moment", "is_open"), CASES.values(), ids=CASES)
def test_whether_somebody_is_there(hours: Hours, moment: str, is_open: bool) -> None:
    assert is_open is hours.is_open(at(moment))


def test_a_span_in_the_hour_that_comes_twice_is_open_for_both() -> None:
    hours = Hours(ZONE, {7: (Span(time(0), time(3)),)})
    assert hours.is_open(at("2026-11-01 01:30"))
    assert hours.is_open(at("2026-11-01 01:30", fold=1))


def test_a_span_that_ends_in_the_hour_that_comes_twice_ends_the_first_time() -> None:
    hours = Hours(ZONE, {7: (Span(time(0), time(1, 30)),)})
    assert hours.is_open(at("2026-11-01 01:15"))
    assert not hours.is_open(at("2026-11-01 01:15", fold=1))


NEXT = {
    "later today": (Hours(ZONE, WEEK), "2026-03-02 06:00", "2026-03-02 08:00"),
    "tomorrow": (Hours(ZONE, WEEK), "2026-03-02 21:00", "2026-03-03 08:00"),
    "after the weekend": (Hours(ZONE, WEEK), "2026-03-06 20:00", "2026-03-09 08:00"),
    "after lunch": (Hours(ZONE, {1: LUNCH}), "2026-03-02 12:30", "2026-03-02 13:00"),
    "after a holiday": (
        Hours(ZONE, WEEK, {date(2026, 3, 9): ()}), "2026-03-07 12:00", "2026-03-10 08:00",
    ),
    "over the change of the clocks": (
        Hours(ZONE, {7: (DAY,)}), "2026-03-07 12:00", "2026-03-08 08:00",
    ),
    "never": (Hours(ZONE, {1: ()}), "2026-03-07 12:00", None),
}  # fmt: skip


@pytest.mark.parametrize(("hours", "moment", "opens"), NEXT.values(), ids=NEXT)
def test_when_somebody_is_there_next(hours: Hours, moment: str, opens: str | None) -> None:
    found = hours.next_opening(at(moment))
    assert (opens and at(opens)) == found
    if found is not None:
        assert opens == f"{found:%Y-%m-%d %H:%M}", "as the wall clock says it"


CLOSES = {
    "today": (Hours(ZONE, WEEK), "2026-03-02 09:00", "2026-03-02 20:00"),
    "at lunch": (Hours(ZONE, {1: LUNCH}), "2026-03-02 08:00", "2026-03-02 12:00"),
    "tonight": (Hours(ZONE, FRIDAY_NIGHT), "2026-03-06 23:00", "2026-03-07 02:30"),
    "this night": (Hours(ZONE, FRIDAY_NIGHT), "2026-03-07 01:00", "2026-03-07 02:30"),
    "after two days round the clock": (
        Hours(ZONE, {1: (ROUND,), 2: (ROUND,)}), "2026-03-02 09:00", "2026-03-04 00:00",
    ),
    "before a holiday": (
        Hours(ZONE, dict.fromkeys(range(1, 8), (ROUND,)), {date(2026, 3, 9): ()}),
        "2026-03-02 09:00", "2026-03-09 00:00",
    ),
    "never": (Hours(ZONE), "2026-03-02 09:00", None),
}  # fmt: skip


@pytest.mark.parametrize(("hours", "moment", "closes"), CLOSES.values(), ids=CLOSES)
def test_until_when_somebody_is_there(hours: Hours, moment: str, closes: str | None) -> None:
    found = hours.next_closing(at(moment))
    assert (closes and at(closes)) == found
    if found is not None:
        assert closes == f"{found:%Y-%m-%d %H:%M}", "as the wall clock says it"


def test_who_asked_earlier_is_before_whoever_asked_later() -> None:
    first, second = at("2026-03-02 09:00:00"), at("2026-03-02 09:00:01")
    assert place_in_line(first) > place_in_line(second) > 0
    assert place_in_line(at("2026-01-01 00:00")) < 2**31
