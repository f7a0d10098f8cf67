"""When somebody is there next, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from paytone.prompts import Prompt, spoken

NEXT: Final = Prompt("opening-next")
TODAY: Final = Prompt("opening-today")
TOMORROW: Final = Prompt("opening-tomorrow")
AT: Final = Prompt("opening-at")
AM: Final = Prompt("opening-am")
PM: Final = Prompt("opening-pm")

WEEKDAYS: Final = (
    Prompt("opening-monday"),
    Prompt("opening-tuesday"),
    Prompt("opening-wednesday"),
    Prompt("opening-thursday"),
    Prompt("opening-friday"),
    Prompt("opening-saturday"),
    Prompt("opening-sunday"),
)


def opening_in_words(opens: datetime, now: datetime) -> tuple[Prompt, ...]:
    """As "someone is here again on Monday, March ninth, at 8 a.m."; both on one wall clock."""
    return (NEXT, *_day(opens, now), AT, *_clock(opens))


def _day(opens: datetime, now: datetime) -> tuple[Prompt, ...]:
    if opens.date() == now.date():
        return (TODAY,)
    if opens.date() == now.date() + timedelta(days=1):
        return (TOMORROW,)
    return (WEEKDAYS[opens.weekday()], *spoken.date(opens.date()))


def _clock(at: datetime) -> tuple[Prompt, ...]:
    minutes = spoken.number(at.minute) if at.minute else ()
    return (*spoken.number(at.hour % 12 or 12), *minutes, AM if at.hour < 12 else PM)
