"""
Money, numbers, digits and dates as the prompts that say them, in English.

Each name here is one recording, and ``sounds/en.toml`` says its words. num2words and Babel are the
authority on the words; the tests compare with them. Every function gives prompts to play in turn.
"""

from __future__ import annotations

import datetime

from paytone.prompts import Prompt
from paytone.rules.money import Money

THOUSAND = Prompt("thousand")
DOLLAR = Prompt("dollar")
DOLLARS = Prompt("dollars")
DOLLAR_AND = Prompt("dollar-and")
DOLLARS_AND = Prompt("dollars-and")
CENT = Prompt("cent")
CENTS = Prompt("cents")
PAUSE_SHORT = Prompt("pause-short")

_MOST = 999_999


def money(amount: Money) -> tuple[Prompt, ...]:
    """
    *amount* as "one hundred twelve dollars and forty cents"; no cents or no dollars go unsaid.

    Raises:
        ValueError: Negative, over 999,999.99, or not in USD, whose words alone are recorded.
    """
    if amount.currency != "USD":
        raise ValueError(f"no words are recorded for {amount.currency}")
    if amount.cents < 0:
        raise ValueError("an amount is spoken without a sign")
    dollars, cents = divmod(amount.cents, 100)
    if not cents:
        return (*number(dollars), DOLLAR if dollars == 1 else DOLLARS)
    tail = (*number(cents), CENT if cents == 1 else CENTS)
    if not dollars:
        return tail
    return (*number(dollars), DOLLAR_AND if dollars == 1 else DOLLARS_AND, *tail)


def number(count: int) -> tuple[Prompt, ...]:
    """
    *count* as "one thousand two hundred twelve".

    Raises:
        ValueError: Below 0 or over 999,999.
    """
    if not 0 <= count <= _MOST:
        raise ValueError(f"{count} is not between 0 and {_MOST}")
    thousands, rest = divmod(count, 1000)
    if not thousands:
        return _below_thousand(rest)
    head = (*_below_thousand(thousands), THOUSAND)
    return (*head, *_below_thousand(rest)) if rest else head


def ordinal(count: int) -> tuple[Prompt, ...]:
    """
    *count* as "fifth": the days of a month.

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
    said: list[Prompt] = []
    for at, digit in enumerate(text):
        if at and at % group == 0:
            said.append(PAUSE_SHORT)
        said.append(Prompt(f"number-{digit}"))
    return tuple(said)


def date(day: datetime.date, *, year: bool = False) -> tuple[Prompt, ...]:
    """*day* as "March fifth"; with *year* as "March fifth twenty twenty-six"."""
    said = (_month(day.month), *ordinal(day.day))
    return (*said, *_year(day.year)) if year else said


def month_year(year: int, month: int) -> tuple[Prompt, ...]:
    """A card's expiry as "September twenty twenty-seven"."""
    return (_month(month), *_year(year))


def _below_thousand(count: int) -> tuple[Prompt, ...]:
    rest = count % 100
    hundreds = count - rest
    if not hundreds:
        return (Prompt(f"number-{rest}"),)
    head = Prompt(f"number-{hundreds}")
    return (head, Prompt(f"number-{rest}")) if rest else (head,)


def _month(month: int) -> Prompt:
    if not 1 <= month <= 12:
        raise ValueError(f"{month} is not a month")
    return Prompt(f"month-{month}")


def _year(year: int) -> tuple[Prompt, ...]:
    if 2010 <= year <= 2099:
        return (*number(year // 100), *number(year % 100))
    return number(year)
