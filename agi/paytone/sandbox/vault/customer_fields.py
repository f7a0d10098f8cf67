"""What may stand in the fields of a customer."""

from __future__ import annotations

import re

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS
from paytone.sandbox.wire import Params

_LONGEST = {
    "first_name": "81608",
    "last_name": "81613",
    "company": "81601",
    "email": "81605",
    "website": "81615",
    "phone": "81614",
    "fax": "81607",
}
_RESERVED = frozenset({"new", "all"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def read_fields(params: Params, invalid: Invalid) -> dict[str, str | None]:
    """CUSTOMER_FIELDS as *params* have them; *invalid* is told what is wrong."""
    fields = {name: text(params, name) for name in CUSTOMER_FIELDS}
    for name, code in _LONGEST.items():
        if len(fields[name] or "") > 255:
            invalid.add(name, code)
    email = fields["email"]
    if email is not None and not _EMAIL.fullmatch(email):
        invalid.add("email", "81604")
    return fields


def read_custom_fields(request: Request, params: Params, invalid: Invalid) -> dict[str, str]:
    """The custom fields in *params*; *invalid* is told of those that are not registered."""
    given = part(params, "custom_fields")
    unknown = given.keys() - set(request.books.settings.custom_fields)
    if unknown:
        listed = ", ".join(sorted(unknown))
        invalid.add("custom_fields", "91602", f"Custom field is invalid: {listed}.")
    return {name: text(given, name) or "" for name in given}


def read_id(request: Request, params: Params, invalid: Invalid) -> str | None:
    """The id that *params* want for a new customer, None for any."""
    wanted = text(params, "id")
    if wanted is None:
        return None
    if wanted in request.books.customers:
        invalid.add("id", "91609")
    elif len(wanted) > 36:
        invalid.add("id", "91612")
    elif wanted in _RESERVED:
        invalid.add("id", "91611")
    elif not re.fullmatch(r"[A-Za-z0-9_-]+", wanted):
        invalid.add("id", "91610")
    return wanted
