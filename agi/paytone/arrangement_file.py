"""The biller's rules for more time, read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from paytone.rules.arrangement import MOST_INSTALMENTS, Every, Rules
from paytone.rules.money import Money

_EVERY = re.compile(r"([1-9][0-9]?) (day|week|month)s?")
_USUAL = Rules()

Days = Annotated[int, Field(ge=0, le=3650)]
FewDays = Annotated[int, Field(ge=0, le=366)]
Cents = Annotated[int, Field(gt=0, le=99_999_999)]
Count = Annotated[int, Field(ge=2, le=MOST_INSTALMENTS)]


class RulesWrong(ValueError):
    """The file cannot be used; the text has every fault, one a line."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Eligibility(_Table):
    balance_least_cents: Cents = _USUAL.balance_least.cents
    balance_most_cents: Cents = _USUAL.balance_most.cents
    past_due_at_most_days: Days = _USUAL.past_due_at_most_days
    billed_for_at_least_days: Days = _USUAL.billed_for_at_least_days
    none_broken_for_days: Days = _USUAL.none_broken_for_days
    none_made_for_days: Days = _USUAL.none_made_for_days
    at_most_a_year: Annotated[int, Field(ge=0, le=100)] = _USUAL.at_most_a_year


class _Extension(_Table):
    at_most_days: FewDays = _USUAL.extension_at_most_days


class _Instalments(_Table):
    counts: Annotated[list[Count], Field(max_length=5)] = list(_USUAL.counts)
    first_within_days: FewDays = _USUAL.first_within_days
    every: str = "2 weeks"
    least_cents: Cents = _USUAL.least.cents

    @field_validator("every")
    @classmethod
    def _readable(cls, every: str) -> str:
        _every(every)
        return every


class _Dates(_Table):
    skip_weekends: bool = _USUAL.skip_weekends
    holidays: list[date] = []
    remind_days_before: Annotated[int, Field(ge=0, le=60)] = _USUAL.remind_days_before


class _File(_Table):
    eligibility: _Eligibility = _Eligibility()
    extension: _Extension = _Extension()
    instalments: _Instalments = _Instalments()
    dates: _Dates = _Dates()


def load(path: Path | None, currency: str = "USD") -> Rules:
    """
    The rules in *path*, the usual ones for what it leaves out and for None.

    Raises:
        RulesWrong: No such file, or something in it is wrong.
    """
    if path is None:
        return _USUAL
    try:
        return _rules(_File.model_validate(tomllib.loads(path.read_text("utf-8"))), currency)
    except ValidationError as exc:
        raise RulesWrong(
            "\n".join(f"{path}: {fault}" for fault in map(_fault, exc.errors()))
        ) from None
    except (OSError, ValueError) as exc:
        raise RulesWrong(f"{path}: {exc}") from exc


def _rules(file: _File, currency: str) -> Rules:
    who, parts = file.eligibility, file.instalments
    if who.balance_least_cents > who.balance_most_cents:
        raise ValueError("eligibility.balance_least_cents is more than balance_most_cents")
    return Rules(
        balance_least=Money(who.balance_least_cents, currency),
        balance_most=Money(who.balance_most_cents, currency),
        past_due_at_most_days=who.past_due_at_most_days,
        billed_for_at_least_days=who.billed_for_at_least_days,
        none_broken_for_days=who.none_broken_for_days,
        none_made_for_days=who.none_made_for_days,
        at_most_a_year=who.at_most_a_year,
        extension_at_most_days=file.extension.at_most_days,
        counts=tuple(sorted(set(parts.counts))),
        first_within_days=parts.first_within_days,
        every=_every(parts.every),
        least=Money(parts.least_cents, currency),
        skip_weekends=file.dates.skip_weekends,
        holidays=frozenset(file.dates.holidays),
        remind_days_before=file.dates.remind_days_before,
    )


def _every(written: str) -> Every:
    match = _EVERY.fullmatch(written)
    if match is None:
        raise ValueError('must be such as "10 days", "2 weeks" or "1 month"')
    count, unit = int(match[1]), match[2]
    return Every(count * 7 if unit == "week" else count, months=unit == "month")


def _fault(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
