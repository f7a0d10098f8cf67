"""English figures. num2words and Babel are the authority on the words; tests compare with them."""

from __future__ import annotations

from collections.abc import Sequence

from paytone.prompts import Prompt

THOUSAND = Prompt("thousand")
DOLLAR = Prompt("dollar")
DOLLARS = Prompt("dollars")
DOLLAR_AND = Prompt("dollar-and")
DOLLARS_AND = Prompt("dollars-and")
CENT = Prompt("cent")
CENTS = Prompt("cents")
AT = Prompt("at")
IN_THE_MORNING = Prompt("in-the-morning")
IN_THE_AFTERNOON = Prompt("in-the-afternoon")


def arranged(prompts: Sequence[Prompt]) -> Sequence[Prompt]:
    """*prompts*: flows speak in the order of English."""
    return prompts


def money(dollars: int, cents: int) -> tuple[Prompt, ...]:
    """As "one hundred twelve dollars and forty cents"; no cents or no dollars go unsaid."""
    if not cents:
        return (*number(dollars), DOLLAR if dollars == 1 else DOLLARS)
    tail = (*number(cents), CENT if cents == 1 else CENTS)
    if not dollars:
        return tail
    return (*number(dollars), DOLLAR_AND if dollars == 1 else DOLLARS_AND, *tail)


def number(count: int, then: Prompt | None = None) -> tuple[Prompt, ...]:  # noqa: ARG001
    """As "one thousand two hundred twelve", whatever it counts."""
    thousands, rest = divmod(count, 1000)
    if not thousands:
        return _below_thousand(rest)
    head = (*_below_thousand(thousands), THOUSAND)
    return (*head, *_below_thousand(rest)) if rest else head


def ordinal(day: int) -> tuple[Prompt, ...]:
    """As "fifth"."""
    return (Prompt(f"ordinal-{day}"),)


def digit(digit: int) -> tuple[Prompt, ...]:
    """As "five"."""
    return (Prompt(f"number-{digit}"),)


def date(month: int, day: int, year: int | None) -> tuple[Prompt, ...]:
    """As "March fifth", or "March fifth twenty twenty-six"."""
    said = (_month(month), *ordinal(day))
    return said if year is None else (*said, *_year(year))


def month_year(year: int, month: int) -> tuple[Prompt, ...]:
    """As "September twenty twenty-seven"."""
    return (_month(month), *_year(year))


def time(hour: int, minute: int) -> tuple[Prompt, ...]:
    """As "at four thirty P M", "at nine zero five A M"."""
    zero = number(0) if 0 < minute < 10 else ()
    minutes = (*zero, *number(minute)) if minute else ()
    half = IN_THE_MORNING if hour < 12 else IN_THE_AFTERNOON
    return (AT, *number(hour % 12 or 12), *minutes, half)


def _below_thousand(count: int) -> tuple[Prompt, ...]:
    rest = count % 100
    hundreds = count - rest
    if not hundreds:
        return (Prompt(f"number-{rest}"),)
    head = Prompt(f"number-{hundreds}")
    return (head, Prompt(f"number-{rest}")) if rest else (head,)


def _month(month: int) -> Prompt:
    return Prompt(f"month-{month}")


def _year(year: int) -> tuple[Prompt, ...]:
    if 2010 <= year <= 2099:
        return (*number(year // 100), *number(year % 100))
    return number(year)
