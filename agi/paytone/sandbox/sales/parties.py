"""Who pays and where they live: customer, billing and shipping address of a sale."""

from __future__ import annotations

import re

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import part, text
from paytone.sandbox.request import Request
from paytone.sandbox.sales.paying import Means
from paytone.sandbox.sales.transactions import CustomerFace
from paytone.sandbox.vault.addresses import EMPTY, Address, read_address, read_phone
from paytone.sandbox.vault.keeping import address_of
from paytone.sandbox.vault.kept import CUSTOMER_FIELDS
from paytone.sandbox.wire import Params

_PHONE = re.compile(r"[0-9 ().+x-]{1,30}", re.IGNORECASE)
_METHODS = frozenset(
    {
        "same_day", "next_day", "priority", "ground", "electronic", "ship_to_store",
        "pickup_in_store", "expedited",
    }
)  # fmt: skip


def read_billing(request: Request, params: Params, invalid: Invalid) -> Address:
    """The address that is billed: given, or by its id in the customer's vault."""
    return _address(request, params, "billing", "915206", invalid)


def read_shipping(request: Request, params: Params, invalid: Invalid) -> Address:
    """The address that is shipped to: given, or by its id in the customer's vault."""
    method = text(part(params, "shipping"), "shipping_method")
    if method is not None and method not in _METHODS:
        invalid.at("shipping").add("shipping_method", "915203")
    return _address(request, params, "shipping", "915204", invalid)


def read_customer(
    request: Request, params: Params, means: Means | None, invalid: Invalid
) -> CustomerFace:
    """The customer as the transaction shows them: from the vault, or as given."""
    given = part(params, "customer")
    owner = means.instrument.customer_id if means else None
    known = request.books.customers.get(text(params, "customer_id") or owner or "")
    if known:
        return known.face()
    phone = read_phone(given)
    _check_phone(phone, invalid.at("customer"))
    return {name: text(given, name) for name in ("id", *CUSTOMER_FIELDS)} | phone


def _address(
    request: Request, params: Params, name: str, bad_phone: str, invalid: Invalid
) -> Address:
    given, wanted = part(params, name), text(params, f"{name}_address_id")
    if wanted is None or given:
        if wanted is not None and name == "billing":
            invalid.add("base", "91530")
        phone = text(given, "phone_number")
        if phone is not None and not _PHONE.fullmatch(phone):
            invalid.at(name).add("phone_number", bad_phone)
        return read_address(given, invalid.at(name))
    customer = request.books.customers.get(text(params, "customer_id") or "")
    found = address_of(customer, wanted)
    if found is None:
        invalid.add(f"{name}_address_id", "91581")
    return found or EMPTY


def _check_phone(phone: Address, invalid: Invalid) -> None:
    country, number = phone.values()
    if country is not None and not re.fullmatch(r"[1-9][0-9]{0,2}", country):
        invalid.add("international_phone", "91625")
    longest = 10 if country == "1" else 14
    if number is not None and not re.fullmatch(rf"[0-9]{{4,{longest}}}", number):
        invalid.add("international_phone", "91626")
