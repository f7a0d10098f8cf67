"""What Braintree's answers say of the money; no I/O."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from paytone.gateway import Approved, Declined, GatewayRefused, Outcome, Refusal, Unknown
from paytone.rules.method import CardKind
from paytone.rules.money import Money

TAKEN = {
    "authorizing",
    "authorized",
    "submitted_for_settlement",
    "settlement_pending",
    "settlement_confirmed",
    "settling",
    "settled",
}
NOT_TAKEN = {
    "processor_declined",
    "gateway_rejected",
    "failed",
    "voided",
    "authorization_expired",
    "settlement_declined",
}

REFUSALS = {
    **dict.fromkeys(("2001", "2002", "2003", "2016", "2052", "2057"), Refusal.FUNDS),
    **dict.fromkeys(("2004", "81710", "81711", "81712", "81713"), Refusal.EXPIRED),
    **dict.fromkeys(("2005", "2006", "2008", "81703", "81714"), Refusal.NUMBER),
    **dict.fromkeys(("81715", "81716", "81717", "81723", "81750"), Refusal.NUMBER),
    **dict.fromkeys(("2010", "cvv", "avs_and_cvv", "81706", "81707"), Refusal.SECURITY_CODE),
    **dict.fromkeys(("avs", "81737", "81809", "81813"), Refusal.ADDRESS),
    "91518": Refusal.GONE,
}
"""Processor codes, rejection reasons and validation codes that a caller can do something about."""

YES, NO = "Yes", "No"

IN_FLIGHT = "915233"
"""An earlier request with the same idempotency key is still under way."""


def validation_codes(result: Any) -> set[str]:
    """The codes of a request that Braintree did not act on; empty for any other answer."""
    if result.is_success or result.transaction is not None:
        return set()
    return {error.code for error in result.errors.deep_errors}


def outcome_of(result: Any, codes: set[str], amount: Money) -> Outcome:
    """
    What a sale of *amount* came to.

    Raises:
        GatewayRefused: The request was not acted on, for a reason that no caller can mend.
    """
    if result.is_success:
        transaction = result.transaction
        return (
            approved(transaction, amount)
            if transaction.status in TAKEN
            else Unknown(f"status {transaction.status}")
        )
    if result.transaction is not None:
        if result.transaction.status in NOT_TAKEN:
            return declined(result.transaction)
        return Unknown(f"status {result.transaction.status}")
    if IN_FLIGHT in codes:
        return Unknown("an earlier request with this key is in flight")
    mendable = sorted(codes & REFUSALS.keys())
    if not mendable:
        raise GatewayRefused("validation " + " ".join(sorted(codes)))
    code, refusal = mendable[0], REFUSALS[mendable[0]]
    return Declined(None, refusal, hard=refusal is Refusal.GONE, code=code, text="validation")


def approved(transaction: Any, amount: Money) -> Approved | Unknown:
    """A transaction that Braintree took; Unknown if it is for another amount."""
    charged = Money.of(Decimal(transaction.amount), transaction.currency_iso_code)
    if charged != amount:
        return Unknown(f"{transaction.id} is for {charged}, not {amount}")
    return Approved(transaction.id, charged, card_kind_of(transaction.credit_card_details))


def card_kind_of(card: Any) -> CardKind | None:
    """What a card's BIN says; None where Braintree does not know, and for no card at all."""
    prepaid, debit = getattr(card, "prepaid", None), getattr(card, "debit", None)
    if prepaid == YES:
        return CardKind.PREPAID
    if debit == YES:
        return CardKind.DEBIT
    return CardKind.CREDIT if (prepaid, debit) == (NO, NO) else None


def declined(transaction: Any) -> Declined | Unknown:
    """A transaction that came to nothing; Unknown where it stands back behind an earlier one."""
    if transaction.gateway_rejection_reason == "duplicate":
        return Unknown("taken for a duplicate of an earlier request")
    code = str(transaction.gateway_rejection_reason or transaction.processor_response_code or "")
    return Declined(
        transaction.id,
        REFUSALS.get(code, Refusal.ISSUER),
        hard=transaction.processor_response_type == "hard_declined",
        code=code or str(transaction.status),
        text=str(transaction.processor_response_text or transaction.status),
    )
