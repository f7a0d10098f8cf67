"""Whether a value is as a search wants it: texts and ranges."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from paytone.sandbox.wire import Given, Params


class UnknownCriterion(Exception):
    """A search by something that the sandbox does not know; matching all would be worse."""


def fits_text(held: str, wanted: Params) -> bool:
    """Whether *held* is, begins, ends or contains as *wanted* says; case does not count."""
    held = held.casefold()
    for how, given in wanted.items():
        sought = str(given if given is not None else "").casefold()
        match how:
            case "is":
                fits = held == sought
            case "is_not":
                fits = held != sought
            case "starts_with":
                fits = held.startswith(sought)
            case "ends_with":
                fits = held.endswith(sought)
            case "contains":
                fits = sought in held
            case _:
                raise UnknownCriterion
        if not fits:
            return False
    return True


def fits_range(held: Decimal | date | None, wanted: Params) -> bool:
    """Whether *held* lies in the range *wanted*; what never happened lies in none."""
    if held is None:
        return False
    for how, given in wanted.items():
        if how not in {"min", "max", "is"}:
            raise UnknownCriterion
        place = _place(held, given)
        if (place < 0 and how != "max") or (place > 0 and how != "min"):
            return False
    return True


def _place(held: Decimal | date, given: Given) -> int:
    """Below 0, 0 or above 0: how *held* lies to *given*."""
    if isinstance(held, datetime):
        if not isinstance(given, datetime):
            raise UnknownCriterion
        whole = held.replace(microsecond=0)
        return (whole > given) - (whole < given)
    if isinstance(held, date):
        if not isinstance(given, datetime):
            raise UnknownCriterion
        return (held > given.date()) - (held < given.date())
    try:
        bound = Decimal(str(given))
    except InvalidOperation:
        raise UnknownCriterion from None
    if not bound.is_finite():
        raise UnknownCriterion
    return (held > bound) - (held < bound)
