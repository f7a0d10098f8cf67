"""Verifications as the gateway shows them."""

from __future__ import annotations

from paytone.sandbox.books import Books
from paytone.sandbox.sales.instrument_view import flag_fields, global_id
from paytone.sandbox.sales.responses import text_of, type_of
from paytone.sandbox.vault.addresses import show_address_fields
from paytone.sandbox.vault.verification import Verification
from paytone.sandbox.wire import Items, Value


def verifications_of(token: str, books: Books) -> Items:
    """The verifications of the card with that *token*, newest first."""
    every = reversed(books.verifications.values())
    return Items("verification", tuple(show(one) for one in every if one.token == token))


def show(one: Verification) -> dict[str, Value]:
    """The content of ``<verification>``."""
    shown: dict[str, Value] = {
        "id": one.id,
        "global_id": global_id("verification", one.id),
        "status": one.status,
        "amount": one.amount,
        "currency_iso_code": one.account.currency,
        "merchant_account_id": one.account.id,
        "gateway_rejection_reason": one.rejection,
        **_answers(one),
        "billing": show_address_fields(one.billing) if one.billing else None,
        "credit_card": _card(one),
        "three_d_secure_info": one.three_d_secure.shown() if one.three_d_secure else None,
        "created_at": one.created,
        "updated_at": one.created,
    }
    if one.risky:
        shown["risk_data"] = _risk(one)
    if one.face.brand == "MasterCard":
        shown["mastercard_transaction_link_id"] = _digits(one, 22)
    return shown


def _answers(one: Verification) -> dict[str, Value]:
    return {
        "cvv_response_code": one.checks.cvv,
        "avs_error_response_code": None,
        "avs_postal_code_response_code": one.checks.postal_code,
        "avs_street_address_response_code": one.checks.street,
        "ani_first_name_response_code": one.names[0],
        "ani_last_name_response_code": one.names[1],
        "processor_response_code": one.code,
        "processor_response_text": text_of(one.code),
        "processor_response_type": type_of(one.code),
        "network_response_code": "XX",
        "network_response_text": "sample network response text",
        "network_transaction_id": _digits(one, 15),
    }


def _card(one: Verification) -> dict[str, Value]:
    face = one.face
    return {
        "token": one.token,
        "bin": face.bin[:6],
        "last_4": face.last_four,
        "card_type": face.brand,
        "cardholder_name": one.cardholder_name,
        "expiration_month": face.month,
        "expiration_year": face.year,
        "expiration_date": face.expiration,
        "unique_number_identifier": face.fingerprint,
        "customer_location": "US",
        "account_type": one.account_type,
        "payment_account_reference": None,
        **flag_fields(face.flags),
    }


def _risk(one: Verification) -> dict[str, Value]:
    approved = one.code == "1000"
    return {
        "id": f"risk_{one.id}",
        "decision": "Approve" if approved else "Decline",
        "decision_reasons": Items("item", () if approved else ("sandbox decision",)),
        "device_data_captured": False,
        "fraud_service_provider": "fraud_protection_enterprise",
        "transaction_risk_score": "1",
    }


def _digits(one: Verification, length: int) -> str:
    """Digits that look like a network's reference, the same for one verification each time."""
    return f"{one.created:%Y%m%d%H%M%S%f}".ljust(length, "0")[:length]
