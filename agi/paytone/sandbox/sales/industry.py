"""Industry data: hotels, cruises and flights, checked and not shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.wire import Given, Params

_LARGEST = Decimal("99999999.99")
_PACKAGES = frozenset({"flight", "car", "cruise", "hotel", "both"})
_CHARGES = frozenset({"restaurant", "gift_shop", "mini_bar", "telephone", "laundry", "other"})
_MOST_LEGS = 10

_FLIGHT_AMOUNTS = {
    "fare_amount": ("93417", "93418", "93419"),
    "fee_amount": ("93420", "93421", "93422"),
    "tax_amount": ("93427", "93428", "93429"),
}
_LEG_AMOUNTS = {
    "fare_amount": ("96309", "96310", "96311"),
    "fee_amount": ("96313", "96314", "96315"),
    "tax_amount": ("96317", "96318", "96319"),
}


def check_industry(params: Params, invalid: Invalid) -> None:
    """Tell *invalid* what is wrong with the industry data in *params*."""
    industry, scope = part(params, "industry"), invalid.at("industry")
    if not industry:
        return
    checks = {"lodging": _lodging, "travel_cruise": _cruise, "travel_flight": _flight}
    kind, said = text(industry, "industry_type"), part(industry, "data")
    if kind not in checks:
        scope.add("industry_type", "93401")
    elif not said:
        empty = {"lodging": "93402", "travel_cruise": "93408", "travel_flight": "93414"}
        scope.add("base", empty[kind])
    else:
        checks[kind](said, scope)


def _lodging(said: Params, invalid: Invalid) -> None:
    arrives = _date(said, "check_in_date", "93404", invalid)
    leaves = _date(said, "check_out_date", "93405", invalid)
    if arrives and leaves and leaves <= arrives:
        invalid.add("check_out_date", "93406")
    _amount(said, "room_rate", ("93433", "93434", "93435"), invalid)
    _amount(said, "room_tax", ("93436", "93437", "93438"), invalid)
    seen: set[str | None] = set()
    for place, charge in enumerate(_listed(said, "additional_charges")):
        scope = invalid.at("additional_charges").at(f"index_{place}")
        kind = text(charge, "kind")
        if kind not in _CHARGES:
            scope.add("kind", "96601")
        elif kind in seen:
            scope.add("kind", "96602")
        seen.add(kind)
        if text(charge, "amount") is None:
            scope.add("amount", "96606")
        _amount(charge, "amount", ("96603", "96604", "96605"), scope)


def _cruise(said: Params, invalid: Invalid) -> None:
    if text(said, "travel_package") not in _PACKAGES:
        invalid.add("travel_package", "93410")
    _date(said, "departure_date", "93411", invalid)
    _date(said, "lodging_check_in_date", "93412", invalid)
    _date(said, "lodging_check_out_date", "93413", invalid)


def _flight(said: Params, invalid: Invalid) -> None:
    _date(said, "issued_date", "93423", invalid)
    for name, codes in _FLIGHT_AMOUNTS.items():
        _amount(said, name, codes, invalid)
    legs = _listed(said, "legs")
    if len(legs) > _MOST_LEGS:
        invalid.add("legs", "93432")
    for place, leg in enumerate(legs):
        scope = invalid.at("legs").at(f"index_{place}")
        for name, codes in _LEG_AMOUNTS.items():
            _amount(leg, name, codes, scope)


def _listed(said: Params, name: str) -> list[Params]:
    given = said.get(name)
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _date(said: Mapping[str, Given], name: str, code: str, invalid: Invalid) -> date | None:
    given = said.get(name)
    if isinstance(given, datetime):
        return given.date()
    if given is None:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        invalid.add(name, code)
        return None


def _amount(said: Params, name: str, codes: tuple[str, str, str], invalid: Invalid) -> None:
    """Tell *invalid* if the amount is negative, no amount, or too large."""
    given = text(said, name)
    if given is None:
        return
    negative, unreadable, too_large = codes
    if not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,2})?", given):
        invalid.add(name, unreadable)
    elif Decimal(given) < 0:
        invalid.add(name, negative)
    elif Decimal(given) > _LARGEST:
        invalid.add(name, too_large)
