"""Level 2 and 3 data and other plain fields of a sale: tax, discount, shipping, order numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from paytone.sandbox.invalid import Invalid
from paytone.sandbox.params import flag, part, text
from paytone.sandbox.wire import Params

Details = dict[str, str | None]

_LARGEST = Decimal("99999999.99")


@dataclass(frozen=True, slots=True)
class _Amount:
    negative: str
    format: str
    too_large: str


_TAX = _Amount("81534", "81535", "81536")
_AMOUNTS = {
    "tax_amount": _TAX,
    "discount_amount": _Amount("915160", "915159", "915161"),
    "shipping_amount": _Amount("915163", "915162", "915164"),
    "shipping_tax_amount": _TAX,
    "surcharge_amount": _Amount("81501", "81503", "81528"),
    "service_fee_amount": _Amount("91554", "91555", "91556"),
}
_KEPT = ("channel", "purchase_order_number", "ships_from_postal_code", "sca_exemption")
_EXEMPTIONS = frozenset(
    {"low_value", "secure_corporate", "trusted_beneficiary", "transaction_risk_analysis"}
)


def read_levels(params: Params, invalid: Invalid) -> Details:
    """The fields that are given, amounts with two places; faults are told to *invalid*."""
    details: Details = {name: text(params, name) for name in _KEPT if name in params}
    for name, rule in _AMOUNTS.items():
        if name in params:
            details[name] = _amount(params, name, rule, invalid)
    if "tax_exempt" in params:
        details["tax_exempt"] = "true" if flag(params, "tax_exempt") else None
    _check_order_number(details.get("purchase_order_number"), invalid)
    _check_ships_from(details.get("ships_from_postal_code"), invalid)
    return details


def check_terms(params: Params, invalid: Invalid) -> None:
    """Tell *invalid* what is wrong with the fields of a sale that are read and not shown."""
    if len(text(params, "order_id") or "") > 255:
        invalid.add("order_id", "91501")
    if len(text(params, "channel") or "") > 255:
        invalid.add("channel", "91550")
    if len(text(params, "exchange_rate_quote_id") or "") > 4000:
        invalid.add("exchange_rate_quote_id", "915229")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text(params, "product_sku") or ""):
        invalid.add("product_sku", "915202")
    if not re.fullmatch(r"[0-9]{4}", text(params, "processing_merchant_category_code") or "0000"):
        invalid.add("processing_merchant_category_code", "915265")
    if (text(params, "sca_exemption") or "low_value") not in _EXEMPTIONS:
        invalid.add("sca_exemption", "915213")
    _check_risk(part(params, "risk_data"), invalid.at("risk_data"))


def _amount(params: Params, name: str, rule: _Amount, invalid: Invalid) -> str | None:
    said = text(params, name)
    if said is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,2})?", said):
        invalid.add(name, rule.format)
        return None
    amount = Decimal(said)
    if amount < 0:
        invalid.add(name, rule.negative)
    elif amount > _LARGEST:
        invalid.add(name, rule.too_large)
    return f"{amount:.2f}"


def _check_order_number(number: str | None, invalid: Invalid) -> None:
    if number is None:
        return
    if not number.isascii():
        invalid.add("purchase_order_number", "91548")
    elif len(number) > 17:
        invalid.add("purchase_order_number", "91537")


def _check_ships_from(postal_code: str | None, invalid: Invalid) -> None:
    if postal_code is None:
        return
    if not re.fullmatch(r"[A-Za-z0-9 -]+", postal_code):
        invalid.add("ships_from_postal_code", "915167")
    elif len(re.sub(r"[ -]", "", postal_code)) > 9:
        invalid.add("ships_from_postal_code", "915165")


def _check_risk(risk: Params, invalid: Invalid) -> None:
    if len(text(risk, "customer_device_id") or "") > 255:
        invalid.add("customer_device_id", "94702")
    if not re.fullmatch(r"[A-Za-z0-9 -]*", text(risk, "customer_location_zip") or ""):
        invalid.add("customer_location_zip", "94703")
