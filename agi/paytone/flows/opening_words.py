"""When somebody is there, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from paytone.prompts import Prompt, spoken
from paytone.rules.hours import Hours

NEXT: Final = Prompt("opening-next")
TODAY: Final = Prompt("opening-today")
TOMORROW: Final = Prompt("opening-tomorrow")
CLOSED: Final = Prompt("closed-now")
CLOSES: Final = Prompt("opening-closes")

WEEKDAYS: Final = (
    Prompt("opening-monday"),
    Prompt("opening-tuesday"),
    Prompt("opening-wednesday"),
    Prompt("opening-thursday"),
    Prompt("opening-friday"),
    Prompt("opening-saturday"),
    Prompt("opening-sunday"),
)


def hours_in_words(hours: Hours, now: datetime) -> tuple[Prompt, ...]:
    """When it closes or opens, as it is now; nothing where it never does."""
    if not hours.is_open(now):
        opens = hours.next_opening(now)
        return (CLOSED, *opening_in_words(opens, now)) if opens else (CLOSED,)
    closes = hours.next_closing(now)
    return (CLOSES, *_moment(closes, now)) if closes else ()


def opening_in_words(opens: datetime, now: datetime) -> tuple[Prompt, ...]:
    """As "someone is here again on Monday, March ninth, at 8 a.m."; both on one wall clock."""
    return (NEXT, *_moment(opens, now))


def _moment(at: datetime, now: datetime) -> tuple[Prompt, ...]:
    return (*_day(at, now), *spoken.time(at.time()))


def _day(at: datetime, now: datetime) -> tuple[Prompt, ...]:
    if at.date() == now.date():
        return (TODAY,)
    if at.date() == now.date() + timedelta(days=1):
        return (TOMORROW,)
    return (WEEKDAYS[at.weekday()], *spoken.date(at.date()))
