"""Reading what a request says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.wire import Given, Params

_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
_LARGEST = Decimal("9999999999.99")
_CENT = Decimal("0.01")


def text(params: Mapping[str, Given], name: str) -> str | None:
    """The text of one field; None where it is absent, empty or not a plain value."""
    given = params.get(name)
    if given is None or isinstance(given, dict | list):
        return None
    return str(given).strip() or None


def flag(params: Mapping[str, Given], name: str) -> bool:
    """Whether a field says true, as a boolean or in words."""
    given = params.get(name)
    return given is True or given in ("true", "1")


def part(params: Mapping[str, Given], name: str) -> Params:
    """The fields of a nested object; empty where there is none."""
    given = params.get(name)
    return given if isinstance(given, dict) else {}


def read_amount(
    params: Params, invalid: Invalid, *, name: str = "amount", zero: Literal["refused", "allowed"]
) -> Decimal | None:
    """The amount in *params* to two places; None after telling *invalid* what is wrong."""
    given = text(params, name)
    if given is None:
        invalid.add(name, "81502")
    elif not _AMOUNT.fullmatch(given):
        invalid.add(name, "81503")
    else:
        amount = Decimal(given).quantize(_CENT) if len(given) < 20 else _LARGEST + 1
        if amount < 0:
            invalid.add(name, "81501")
        elif amount > _LARGEST:
            invalid.add(name, "81528")
        elif amount == 0 and zero == "refused":
            invalid.add(name, "81531")
        else:
            return amount
    return None
