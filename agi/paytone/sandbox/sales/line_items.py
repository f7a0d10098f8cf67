"""Line items: what was bought, item by item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from paytone.sandbox.answer import Answer
from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import text
from paytone.sandbox.request import MISSING, Request
from paytone.sandbox.wire import Items, Params, Value, write

Item = Mapping[str, Value]

_MOST = 249
_LARGEST = Decimal(2**31 - 1)
_KINDS = frozenset({"debit", "credit"})
_UPC_TYPES = frozenset({"UPC-A", "UPC-B", "UPC-C", "UPC-D", "UPC-E", "UPC-2", "UPC-5"})


@dataclass(frozen=True, slots=True)
class _Amount:
    """The codes of what one number of an item may break; None for what it may."""

    places: int
    format: str
    too_large: str
    required: str | None = None
    positive: str | None = None
    negative: str | None = None


_AMOUNTS = {
    "quantity": _Amount(4, "95810", "95812", required="95811"),
    "unit_amount": _Amount(4, "95817", "95819", required="95818", positive="95820"),
    "unit_tax_amount": _Amount(2, "95824", "95825", negative="95826"),
    "total_amount": _Amount(2, "95813", "95815", required="95814", positive="95816"),
    "discount_amount": _Amount(2, "95804", "95805", negative="95806"),
    "tax_amount": _Amount(2, "95827", "95828", negative="95829"),
}
_LONGEST = {
    "name": (35, "95823"),
    "description": (127, "95803"),
    "product_code": (12, "95809"),
    "commodity_code": (12, "95801"),
    "unit_of_measure": (12, "95821"),
    "upc_code": (17, "95831"),
}
_SHOWN = (
    "quantity", "name", "description", "kind", "unit_amount", "unit_tax_amount", "total_amount",
    "discount_amount", "tax_amount", "unit_of_measure", "product_code", "commodity_code", "url",
    "image_url", "upc_code", "upc_type",
)  # fmt: skip


def find_all(request: Request) -> Answer:
    """The line items of a transaction, or 404."""
    sale = request.books.transactions.get(request.names[0])
    if sale is None:
        return MISSING
    return Answer(200, write("line_items", Items("line_item", sale.items)))


def read_line_items(params: Params, invalid: Invalid) -> tuple[Item, ...]:
    """The items in *params*, each with every field; faults are told to *invalid*."""
    given = params.get("line_items")
    if not isinstance(given, list):
        return ()
    if len(given) > _MOST:
        invalid.add("line_items", "915157")
        return ()
    scope = invalid.at("line_items")
    items = [item if isinstance(item, dict) else {} for item in given]
    return tuple(_item(item, scope.at(f"index_{place}")) for place, item in enumerate(items))


def _item(given: Params, invalid: Invalid) -> Item:
    item: dict[str, Value] = {name: text(given, name) for name in _SHOWN}
    for name, (longest, code) in _LONGEST.items():
        if len(text(given, name) or "") > longest:
            invalid.add(name, code)
    if text(given, "name") is None:
        invalid.add("name", "95822")
    _check_kind(text(given, "kind"), invalid)
    _check_upc(text(given, "upc_code"), text(given, "upc_type"), invalid)
    amounts = {name: _amount(given, name, rule, invalid) for name, rule in _AMOUNTS.items()}
    return {**item, **amounts}


def _check_kind(kind: str | None, invalid: Invalid) -> None:
    if kind is None:
        invalid.add("kind", "95808")
    elif kind not in _KINDS:
        invalid.add("kind", "95807")


def _check_upc(code: str | None, kind: str | None, invalid: Invalid) -> None:
    if code is None and kind is not None:
        invalid.add("upc_code", "95830")
    if kind is None and code is not None:
        invalid.add("upc_type", "95832")
    if kind is not None and kind not in _UPC_TYPES:
        invalid.add("upc_type", "95833")


def _amount(given: Params, name: str, rule: _Amount, invalid: Invalid) -> str | None:
    """The number as it is shown: cents always with two places, finer ones as given."""
    said = text(given, name)
    if said is None:
        if rule.required:
            invalid.add(name, rule.required)
        return None
    if not re.fullmatch(rf"-?[0-9]{{1,30}}(\.[0-9]{{1,{rule.places}}})?", said):
        invalid.add(name, rule.format)
        return said
    amount = Decimal(said)
    if amount > _LARGEST:
        invalid.add(name, rule.too_large)
    elif rule.positive and amount <= 0:
        invalid.add(name, rule.positive)
    elif amount < 0:
        invalid.add(name, rule.negative or rule.format)
    return f"{amount:.2f}" if rule.places == 2 else said
