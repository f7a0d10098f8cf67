"""What becomes of a sale: the sandbox's test amounts, CVVs and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from paytone.sandbox.merchants import Settings
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import CardFace


@dataclass(frozen=True, slots=True)
class Checks:
    """What the bank says of CVV and address: M match, N no match, U not verified, I not given …"""

    cvv: str = "I"
    postal_code: str = "I"
    street: str = "I"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What becomes of a sale.

    Args:
        status: The transaction's first status.
        code: The processor's response code; None if it was never asked.
        amount: What was authorized.
        rejection: The gateway's reason, if it was the gateway that said no.
        checks: CVV and address codes.
    """

    status: str
    code: str | None
    amount: Decimal
    checks: Checks
    rejection: str | None = None


_PARTIAL = Decimal("1004.00")
_INCOMPLETE = Decimal("5001.00")
_CVV = {"200": "N", "201": "U", "301": "S", "2000": "N", "2011": "U", "3011": "S"}
_POSTAL = {"20000": "N", "20001": "U"}
_MISMATCHES = frozenset("NU")


def cvv_code(cvv: str | None) -> str:
    """The bank's answer to *cvv*."""
    return "I" if cvv is None else _CVV.get(cvv, "M")


def checks_of(cvv: str, billing: Address | None, *, skip_cvv: bool, skip_avs: bool) -> Checks:
    """The bank's answers; *cvv* is already its code, so that no CVV comes this far."""
    postal_code = billing["postal_code"] if billing else None
    street = billing["street_address"] if billing else None
    if skip_avs:
        avs = ("B", "B")
    else:
        avs = (
            _POSTAL.get(postal_code, "M") if postal_code else "I",
            {"200": "N", "201": "U"}.get(street.split()[0], "M") if street else "I",
        )
    return Checks("B" if skip_cvv else cvv, *avs)


def judge(
    amount: Decimal, card: CardFace, checks: Checks, settings: Settings, *, partial: bool
) -> Verdict:
    """
    What becomes of a sale of *amount*.

    Args:
        partial: Less may be authorized.
    """
    reason = {"fraud": "fraud", "risk": "risk_threshold"}.get(card.trait)
    if settings.fraud_tools and reason:
        return Verdict("gateway_rejected", None, amount, checks, reason)
    if amount == _INCOMPLETE:
        return Verdict("gateway_rejected", None, amount, checks, "application_incomplete")
    if 2000 <= amount < 3000:
        return Verdict("processor_declined", str(int(amount)), amount, checks)
    if 3000 <= amount < 3001:
        return Verdict("failed", "3000", amount, checks)
    if amount == _PARTIAL and partial:
        return Verdict("authorized", "1004", amount / 2, checks)
    if broken := broken_rules(checks, settings):
        return Verdict("gateway_rejected", "1000", amount, checks, broken)
    return Verdict("authorized", "1000", amount, checks)


def broken_rules(checks: Checks, settings: Settings) -> str | None:
    """The reason for which the merchant's own rules reject what the bank approved, if any."""
    avs = settings.avs_rules and _MISMATCHES & {checks.postal_code, checks.street}
    cvv = settings.cvv_rules and checks.cvv in _MISMATCHES
    if avs and cvv:
        return "avs_and_cvv"
    return "avs" if avs else "cvv" if cvv else None
