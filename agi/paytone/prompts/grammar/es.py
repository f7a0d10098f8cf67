"""
Spanish figures, as Latin America says them: "ciento un dólares con veintiún centavos", "primero
de marzo". num2words and Babel are the authority on the words; tests compare with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from paytone.prompts import Prompt


class Form(Enum):
    """How a number ends: "veintiuno" by itself, "veintiún" pagos, "veintiuna" cuotas."""

    ALONE = ""
    MASCULINE = "-masculine"
    FEMININE = "-feminine"


COUNTED = {
    Prompt("parts-press"): Form.FEMININE,
    Prompt("autopay-days-before"): Form.MASCULINE,
    Prompt("help-autopay-days"): Form.MASCULINE,
    Prompt("terms-notice-days"): Form.MASCULINE,
    Prompt("terms-notice-smaller"): Form.MASCULINE,
    Prompt("mile-away"): Form.FEMININE,
    Prompt("miles-away"): Form.FEMININE,
}
"""Prompts that begin with what the number before them counts: "cuotas", "días", "millas"."""

MORE_THAN_A_HUNDRED = Prompt("hundred-and")
THOUSAND = Prompt("thousand")
DOLLAR = Prompt("dollar")
DOLLARS = Prompt("dollars")
DOLLAR_AND = Prompt("dollar-and")
DOLLARS_AND = Prompt("dollars-and")
CENT = Prompt("cent")
CENTS = Prompt("cents")
FIRST = Prompt("first")
OF = Prompt("of")
AT = Prompt("at")
AT_ONE = Prompt("at-one")
AND = Prompt("and")
IN_THE_MORNING = Prompt("in-the-morning")
IN_THE_AFTERNOON = Prompt("in-the-afternoon")
AT_NIGHT = Prompt("at-night")
AT_NOON = Prompt("at-noon")


BANK = "bank-"
ENDING_IN = Prompt("ending-in")
OF_BANK = {
    Prompt("checking-ending-in"): Prompt("checking-of"),
    Prompt("savings-ending-in"): Prompt("savings-of"),
}
"""What is said of an account whose bank is named: "cuenta de cheques de" Chase, "terminada en"."""


def arranged(prompts: Sequence[Prompt]) -> Sequence[Prompt]:
    """*prompts* with the kind of a bank account before the name of its bank."""
    return tuple(_arranged(prompts))


def _arranged(prompts: Sequence[Prompt]) -> Iterator[Prompt]:
    before = (None, *prompts[:-1])
    following = (*prompts[1:], None)
    for last, prompt, then in zip(before, prompts, following, strict=True) if prompts else ():
        if prompt.startswith(BANK) and then in OF_BANK:
            yield from (OF_BANK[then], prompt, ENDING_IN)
        elif not (prompt in OF_BANK and last is not None and last.startswith(BANK)):
            yield prompt


def money(dollars: int, cents: int) -> tuple[Prompt, ...]:
    """As "ciento doce dólares con cuarenta centavos"; no cents or no dollars go unsaid."""
    whole = _number(dollars, Form.MASCULINE)
    if not cents:
        return (*whole, DOLLAR if dollars == 1 else DOLLARS)
    tail = (*_number(cents, Form.MASCULINE), CENT if cents == 1 else CENTS)
    return (*whole, DOLLAR_AND if dollars == 1 else DOLLARS_AND, *tail) if dollars else tail


def number(count: int, then: Prompt | None = None) -> tuple[Prompt, ...]:
    """As "mil doscientos veintiuno", or as what it counts wants it."""
    return _number(count, Form.ALONE if then is None else COUNTED.get(then, Form.ALONE))


def ordinal(day: int) -> tuple[Prompt, ...]:
    """As in "el día cinco", "el día primero"."""
    return (Prompt(f"day-{day}"),)


def digit(digit: int) -> tuple[Prompt, ...]:
    """As "cinco"."""
    return (Prompt(f"number-{digit}"),)


def date(month: int, day: int, year: int | None) -> tuple[Prompt, ...]:
    """As "cinco de marzo", "primero de marzo de dos mil veintiséis"."""
    said = (FIRST if day == 1 else Prompt(f"number-{day}"), Prompt(f"of-month-{month}"))
    return said if year is None else (*said, OF, *number(year))


def month_year(year: int, month: int) -> tuple[Prompt, ...]:
    """As "septiembre de dos mil veintisiete"."""
    return (Prompt(f"month-{month}"), OF, *number(year))


def time(hour: int, minute: int) -> tuple[Prompt, ...]:
    """As "a las cuatro y treinta de la tarde", "a la una de la mañana", "a las doce del día"."""
    of_twelve = hour % 12 or 12
    said = (AT_ONE if of_twelve == 1 else AT, *_number(of_twelve, Form.FEMININE))
    minutes = (AND, *_number(minute, Form.ALONE)) if minute else ()
    return (*said, *minutes, _part(hour))


def _part(hour: int) -> Prompt:
    """Midnight is "las doce de la noche": "doce de la mañana" could be noon."""
    if hour == 12:
        return AT_NOON
    if 1 <= hour < 12:
        return IN_THE_MORNING
    return IN_THE_AFTERNOON if 12 < hour < 20 else AT_NIGHT


def _number(count: int, form: Form) -> tuple[Prompt, ...]:
    thousands, rest = divmod(count, 1000)
    if not thousands:
        return _below_thousand(rest, form)
    # "mil", never "un mil"; whoever counts thousands says "veintiún mil".
    head = _below_thousand(thousands, Form.MASCULINE) if thousands > 1 else ()
    return (*head, THOUSAND, *(_below_thousand(rest, form) if rest else ()))


def _below_thousand(count: int, form: Form) -> tuple[Prompt, ...]:
    hundreds, rest = divmod(count, 100)
    tail = (_below_hundred(rest, form),) if rest or not hundreds else ()
    if not hundreds:
        return tail
    if hundreds == 1:
        return (MORE_THAN_A_HUNDRED, *tail) if tail else (Prompt("number-100"),)
    ending = form.value if form is Form.FEMININE else ""
    return (Prompt(f"number-{hundreds * 100}{ending}"), *tail)


def _below_hundred(count: int, form: Form) -> Prompt:
    agrees = count % 10 == 1 and count != 11
    return Prompt(f"number-{count}{form.value}" if agrees else f"number-{count}")
