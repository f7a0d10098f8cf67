"""What transactions can be searched by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from paytone.sandbox.matching import UnknownCriterion, fits_range
from paytone.sandbox.request import Request
from paytone.sandbox.sales.transactions import Transaction
from paytone.sandbox.wire import Given, Items, Value

Plain = Callable[[Transaction], str | None]
Ranged = Callable[[Transaction], Decimal | date | None]


def _customer(name: str) -> Plain:
    return lambda sale: sale.customer.get(name)


def _address(kind: str, name: str) -> Plain:
    return lambda sale: (sale.billing if kind == "billing" else sale.shipping).get(name)


def _when(status: str) -> Ranged:
    return lambda sale: sale.when(status)


def _detail(element: str, name: str) -> Plain:
    """By a detail of what paid, where that is no card."""

    def held(sale: Transaction) -> str | None:
        other = sale.instrument.other
        found = other.details.get(name) if other and other.element == element else None
        return found if isinstance(found, str) else None

    return held


def _extra(name: str) -> Plain:
    def held(sale: Transaction) -> str | None:
        found = sale.extra.get(name)
        return found if isinstance(found, str) else None

    return held


def _instrument_type(sale: Transaction) -> str:
    other = sale.instrument.other
    return other.search if other else "CreditCardDetail"


def _created_using(sale: Transaction) -> str:
    return "token" if sale.instrument.token else "full_information"


def _disbursed(sale: Transaction) -> date | None:
    details = sale.extra.get("disbursement_details")
    found = details.get("disbursement_date") if isinstance(details, Mapping) else None
    return found if isinstance(found, date) else None


def _disputed(sale: Transaction) -> date | None:
    found = sale.disputes[-1].get("received_date") if sale.disputes else None
    return found if isinstance(found, date) else None


_PLACES = (
    "first_name", "last_name", "company", "street_address", "extended_address",
    "locality", "region", "postal_code", "country_name",
)  # fmt: skip
TEXT: dict[str, Plain] = {
    "id": lambda sale: sale.id,
    "order_id": lambda sale: sale.order_id,
    "currency": lambda sale: sale.currency,
    "payment_method_token": lambda sale: sale.instrument.token,
    "processor_authorization_code": lambda sale: sale.authorization_code,
    "settlement_batch_id": lambda sale: sale.batch,
    "credit_card_cardholder_name": lambda sale: sale.instrument.cardholder_name,
    "credit_card_expiration_date": lambda sale: sale.instrument.face.expiration,
    "credit_card_unique_identifier": lambda sale: sale.instrument.face.fingerprint,
    "customer_id": _customer("id"),
    "acquirer_reference_number": _extra("acquirer_reference_number"),
    "store_id": _extra("store_id"),
    "europe_bank_account_iban": _detail("europe_bank_account", "iban"),
    "paypal_payer_email": _detail("paypal", "payer_email"),
    "paypal_payment_id": _detail("paypal", "payment_id"),
    "paypal_authorization_id": _detail("paypal", "authorization_id"),
    "sepa_debit_paypal_v2_order_id": _detail("sepa_debit_account_detail", "paypal_v2_order_id"),
    **{
        f"customer_{name}": _customer(name)
        for name in ("first_name", "last_name", "company", "email", "fax", "phone", "website")
    },
    **{f"billing_{name}": _address("billing", name) for name in _PLACES},
    **{f"shipping_{name}": _address("shipping", name) for name in _PLACES},
}
LISTED: dict[str, Plain] = {
    "ids": lambda sale: sale.id,
    "status": lambda sale: sale.status,
    "type": lambda sale: sale.type,
    "merchant_account_id": lambda sale: sale.account,
    "credit_card_card_type": lambda sale: sale.instrument.face.brand,
    "credit_card_customer_location": lambda sale: "US",
    "payment_instrument_type": _instrument_type,
    "created_using": _created_using,
    "ach_type": _extra("ach_type"),
    "debit_network": _extra("debit_network"),
    "store_ids": _extra("store_id"),
    "source": lambda sale: "api",
    "user": lambda sale: sale.history[0].user,
}
RANGED: dict[str, Ranged] = {
    "amount": lambda sale: sale.amount,
    "created_at": lambda sale: sale.created,
    "authorization_expired_at": _when("authorization_expired"),
    "authorized_at": _when("authorized"),
    "disbursement_date": _disbursed,
    "dispute_date": _disputed,
    "failed_at": _when("failed"),
    "gateway_rejected_at": _when("gateway_rejected"),
    "processor_declined_at": _when("processor_declined"),
    "settled_at": _when("settled"),
    "submitted_for_settlement_at": _when("submitted_for_settlement"),
    "voided_at": _when("voided"),
}


def _number(sale: Transaction, wanted: Given, request: Request) -> bool:
    """By a card's number: what is kept of it answers, or its fingerprint."""
    if not isinstance(wanted, dict):
        raise UnknownCriterion
    face = sale.instrument.face
    for how, given in wanted.items():
        sought = str(given or "")
        fits = {
            "is": request.fingerprint(sought) == face.fingerprint,
            "is_not": request.fingerprint(sought) != face.fingerprint,
            "starts_with": face.bin.startswith(sought[:8]),
            "ends_with": face.last_four.endswith(sought[-4:]),
        }
        if not fits.get(how, False):
            return False
    return True


def _refund(sale: Transaction, wanted: Given, _: Request) -> bool:
    return (sale.refunded is not None) == (wanted is True or wanted == "true")


def _returns(sale: Transaction) -> list[Mapping[str, Value]]:
    """What banks have said on sending the money back."""
    found = sale.extra.get("ach_return_responses")
    values = found.values if isinstance(found, Items) else ()
    return [each for each in values if isinstance(each, Mapping)]


def _reason(sale: Transaction, wanted: Given, _: Request) -> bool:
    if not isinstance(wanted, list):
        raise UnknownCriterion
    codes = {each.get("reason_code") for each in _returns(sale)}
    return bool(codes if "any_reason_code" in wanted else codes.intersection(map(str, wanted)))


def _returned(sale: Transaction, wanted: Given, _: Request) -> bool:
    if not isinstance(wanted, dict):
        raise UnknownCriterion
    times = (each.get("created_at") for each in _returns(sale))
    return any(fits_range(at, wanted) for at in times if isinstance(at, datetime))


SPECIAL: dict[str, Callable[[Transaction, Given, Request], bool]] = {
    "credit_card_number": _number,
    "refund": _refund,
    "reason_code": _reason,
    "ach_return_responses_created_at": _returned,
}
KNOWN = TEXT.keys() | LISTED.keys() | RANGED.keys() | SPECIAL.keys()
"""Every criterion that there is."""
