"""
Money, numbers, digits and dates as a flow says them, in no language yet.

Each is a figure, one prompt that names its value: ``money-112-40``, ``date-2026-03-05``. The phone
plays what the grammar of the caller's language makes of it (`paytone.prompts.grammar`). Every
function gives prompts to play in turn.
"""

from __future__ import annotations

import datetime

from paytone.prompts import Prompt
from paytone.rules.money import Money

PAUSE_SHORT = Prompt("pause-short")

_MOST = 999_999


def money(amount: Money) -> tuple[Prompt, ...]:
    """
    *amount*, as in "one hundred twelve dollars and forty cents".

    Raises:
        ValueError: Negative, over 999,999.99, or not in USD, whose words alone are recorded.
    """
    if amount.currency != "USD":
        raise ValueError(f"no words are recorded for {amount.currency}")
    if amount.cents < 0:
        raise ValueError("an amount is spoken without a sign")
    dollars, cents = divmod(amount.cents, 100)
    number(dollars)
    return (Prompt(f"money-{dollars}-{cents:02}"),)


def number(count: int) -> tuple[Prompt, ...]:
    """
    *count*, as in "one thousand two hundred twelve"; it agrees with the prompt it stands before.

    Raises:
        ValueError: Below 0 or over 999,999.
    """
    if not 0 <= count <= _MOST:
        raise ValueError(f"{count} is not between 0 and {_MOST}")
    return (Prompt(f"number-{count}"),)


def ordinal(count: int) -> tuple[Prompt, ...]:
    """
    *count* as a day of a month, as in "fifth".

    Raises:
        ValueError: Below 1 or over 31.
    """
    if not 1 <= count <= 31:
        raise ValueError(f"no ordinal is recorded for {count}")
    return (Prompt(f"ordinal-{count}"),)


def digits(text: str, *, group: int = 4) -> tuple[Prompt, ...]:
    """
    *text* digit by digit, with a short pause after each *group* but the last.

    Raises:
        ValueError: *text* is empty or has a character that is not a digit (the text is not shown).
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError("only digits can be read digit by digit")
    groups = (text[at : at + group] for at in range(0, len(text), group))
    return (Prompt(f"digits-{'-'.join(groups)}"),)


def date(day: datetime.date, *, year: bool = False) -> tuple[Prompt, ...]:
    """*day*, as in "March fifth"; with *year* as in "March fifth twenty twenty-six"."""
    return (Prompt(f"date-{day.isoformat()}" if year else f"date-{day:%m-%d}"),)


def time(at: datetime.time) -> tuple[Prompt, ...]:
    """*at* to the minute, as in "at four thirty P M"."""
    return (Prompt(f"time-{at:%H-%M}"),)


def month_year(year: int, month: int) -> tuple[Prompt, ...]:
    """
    A card's expiry, as in "September twenty twenty-seven".

    Raises:
        ValueError: No such month.
    """
    return (Prompt(f"month-{datetime.date(year, month, 1):%Y-%m}"),)
