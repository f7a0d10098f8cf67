"""What others say of a sale: a fraud service's review, a cardholder's dispute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from paytone.sandbox.request import Request
from paytone.sandbox.sales.transactions import Instrument
from paytone.sandbox.wire import Items, Value

_REPLY_WITHIN = timedelta(days=14)


def review_of(request: Request, instrument: Instrument) -> dict[str, Value]:
    """What the merchant's fraud service says; nothing where there is none."""
    review = request.books.settings.review
    if review == "none" or instrument.other is not None:
        return {}
    risk: dict[str, Value] = {
        "id": request.books.new_id(12),
        "decision": "Approve",
        "decision_reasons": Items("decision_reason"),
        "device_data_captured": "device_data" in request.params("transaction"),
        "fraud_service_provider": "fraud_protection_enterprise",
        "transaction_risk_score": "12",
    }
    if review == "protection":
        risk["fraud_service_provider"] = "chargeback_protection"
        risk["liability_shift"] = {
            "responsible_party": "paypal",
            "conditions": Items("condition", ("item_not_received", "unauthorized")),
        }
    return {"risk_data": risk}


def disputes_of(request: Request, trait: str, amount: Decimal) -> tuple[Mapping[str, Value], ...]:
    """The dispute that one published card brings with it."""
    if trait != "disputes":
        return ()
    today = request.now.date()
    dispute: dict[str, Value] = {
        "id": request.books.new_id(16),
        "amount": amount,
        "amount_disputed": amount,
        "amount_won": "0.00",
        "case_number": request.books.new_id(10).upper(),
        "currency_iso_code": "USD",
        "kind": "chargeback",
        "reason": "fraud",
        "reason_code": "83",
        "status": "open",
        "received_date": today,
        "date_opened": today,
        "date_won": None,
        "reply_by_date": today + _REPLY_WITHIN,
        "evidence": Items("evidence"),
    }
    return (dispute,)
