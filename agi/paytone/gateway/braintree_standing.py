"""How a transaction stands, by Braintree's own words for it; no I/O."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Any

from paytone.gateway import Fate, Standing, Unknown
from paytone.rules.money import Money

FATES = {
    **dict.fromkeys(
        (
            "authorizing", "authorized", "submitted_for_settlement", "settlement_pending",
            "settlement_confirmed", "settling",
        ),
        Fate.UNDER_WAY,
    ),
    "settled": Fate.SETTLED,
    **dict.fromkeys(("voided", "authorization_expired"), Fate.VOIDED),
    "settlement_declined": Fate.RETURNED,
    **dict.fromkeys(("processor_declined", "gateway_rejected", "failed"), Fate.REFUSED),
}  # fmt: skip


def standing_of(transaction: Any) -> Standing | Unknown:
    """How *transaction* stands; Unknown for a status that Braintree's documents do not have."""
    fate = FATES.get(transaction.status)
    if fate is None:
        return Unknown(f"status {transaction.status}")
    code, text = _why(transaction, fate)
    is_credit = transaction.type == "credit"
    return Standing(
        transaction=transaction.id,
        reference=transaction.order_id or "",
        amount=Money.of(Decimal(transaction.amount), transaction.currency_iso_code),
        fate=Fate.RETURNED if _taken_back(transaction) else fate,
        gives_back=(transaction.refunded_transaction_id or "") if is_credit else None,
        code=code,
        text=text,
        created=transaction.created_at.replace(tzinfo=UTC),
    )


def _taken_back(transaction: Any) -> bool:
    if transaction.status == "settled" and getattr(transaction, "ach_return_code", None):
        return True
    return _lost(transaction) is not None


def _lost(transaction: Any) -> Any:
    disputes = getattr(transaction, "disputes", None) or []
    return next((dispute for dispute in disputes if dispute.status == "lost"), None)


def _why(transaction: Any, fate: Fate) -> tuple[str, str]:
    if (lost := _lost(transaction)) is not None:
        return "dispute", f"dispute lost: {lost.reason}"
    if code := getattr(transaction, "ach_return_code", None):
        return str(code), str(getattr(transaction, "ach_reject_reason", None) or "returned")
    if fate is Fate.RETURNED:
        code = getattr(transaction, "processor_settlement_response_code", None)
        text = getattr(transaction, "processor_settlement_response_text", None)
        return str(code or transaction.status), str(text or "settlement declined")
    if fate is Fate.REFUSED:
        code = transaction.gateway_rejection_reason or transaction.processor_response_code
        return str(code or transaction.status), str(transaction.processor_response_text or "")
    return "", ""
