"""Addresses: which fields they have, and what may stand in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.vault.countries import COUNTRIES
from paytone.sandbox.wire import Params, Value

Address = dict[str, str | None]
"""Each of FIELDS, and ``id`` once it is in the vault."""

_LONGEST = {
    "first_name": "81805",
    "last_name": "81806",
    "company": "81802",
    "street_address": "81812",
    "extended_address": "81804",
    "locality": "81807",
    "region": "81810",
}

COUNTRY_FIELDS = (
    "country_name",
    "country_code_alpha2",
    "country_code_alpha3",
    "country_code_numeric",
)
FIELDS = (*_LONGEST, "postal_code", *COUNTRY_FIELDS, "phone_number")
_ABROAD = ("country_code", "national_number")
PHONE_FIELDS = tuple(f"international_phone_{name}" for name in _ABROAD)
EMPTY: Address = dict.fromkeys(("id", *FIELDS, *PHONE_FIELDS))

_REFUSED = dict(zip(COUNTRY_FIELDS, ("91803", "91814", "91816", "91817"), strict=True))


def read_address(params: Params, invalid: Invalid) -> Address:
    """The address in *params*, every field present; faults are told to *invalid*."""
    address: Address = {name: text(params, name) for name in ("id", *FIELDS)}
    address["id"] = None
    address |= read_phone(params)
    for name, code in _LONGEST.items():
        if len(address[name] or "") > 255:
            invalid.add(name, code)
    _check_postal_code(address["postal_code"], invalid)
    return address | _country(address, invalid)


def _check_postal_code(postal_code: str | None, invalid: Invalid) -> None:
    if postal_code is None:
        return
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]*", postal_code):
        invalid.add("postal_code", "81813")
    elif len(re.sub(r"[ -]", "", postal_code)) > 9:
        invalid.add("postal_code", "81809")


def merged(address: Address, given: Address, params: Params) -> Address:
    """*address* with what *params* name taken from *given*, which was read from them."""
    names = (*FIELDS, *PHONE_FIELDS)
    named = {name for name in names if given[name] is not None or name in params}
    return {**address, **{name: given[name] for name in named}}


def read_phone(params: Params) -> Address:
    """The international phone number in *params*, as two fields."""
    phone = part(params, "international_phone")
    return {f"international_phone_{name}": text(phone, name) for name in _ABROAD}


def show_phone(fields: Mapping[str, str | None]) -> Value:
    """The international phone number in *fields* as one element; None where there is none."""
    phone = {name: fields.get(f"international_phone_{name}") for name in _ABROAD}
    return phone if any(phone.values()) else None


def show_address_fields(address: Address) -> dict[str, Value]:
    """The elements of an address that are the same wherever it is shown."""
    return {
        **{name: address.get(name) for name in FIELDS},
        "international_phone": show_phone(address),
    }


def _country(address: Address, invalid: Invalid) -> Address:
    """The four names of the country that any of them names."""
    found = set()
    for place, name in enumerate(COUNTRY_FIELDS):
        given = address[name]
        if given is None:
            continue
        if country := _KNOWN.get((place, given.upper())):
            found.add(country)
        else:
            invalid.add(name, _REFUSED[name])
    if len(found) > 1:
        invalid.add("base", "91815")
    return dict(zip(COUNTRY_FIELDS, found.pop(), strict=True)) if len(found) == 1 else {}


_KNOWN = {
    (place, name.upper()): country for country in COUNTRIES for place, name in enumerate(country)
}
