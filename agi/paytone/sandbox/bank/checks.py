"""Verifications of bank accounts: three ways to ask, and the published accounts' answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from paytone.sandbox.sales.responses import text_of
from paytone.sandbox.wire import Value

if TYPE_CHECKING:
    from paytone.sandbox.bank.accounts import BankFace

NETWORK, MICRO, INDEPENDENT = "network_check", "micro_transfers", "independent_check"
TOKENIZED = "tokenized_check"
METHODS = frozenset({NETWORK, MICRO, INDEPENDENT, "instant_verification_account_validation"})
AMOUNTS = (17, 29)
"""The cents of the two small credits, for every account."""
ATTEMPTS = 5

Outcome = tuple[str, str, str | None]

_NETWORK: dict[str, Outcome] = {
    "0": ("verified", "1000", None),
    "1": ("verified", "1003", None),
    "2": ("failed", "3000", None),
    "4": ("processor_declined", "2046", None),
    "5": ("processor_declined", "2061", "Invalid routing number"),
    "6": ("processor_declined", "2092", None),
    "7": ("processor_declined", "2092", None),
    "8": ("processor_declined", "2061", "Invalid account number"),
    "9": ("processor_declined", "2061", "Invalid account type"),
}
_MICRO: dict[str, Outcome] = {
    "2": ("failed", "3000", None),
    "3": ("processor_declined", "2005", None),
}


@dataclass(frozen=True, slots=True)
class BankCheck:
    """
    One verification of one bank account.

    Args:
        attempts: How often wrong amounts were given.
        confirmed: The right amounts were given; verified once the credits have settled.
    """

    id: str
    token: str
    account: str
    method: str
    status: str
    code: str
    additional: str | None
    created: datetime
    updated: datetime
    add_ons: str | None = None
    attempts: int = 0
    confirmed: bool = False

    def moved(self, status: str, at: datetime) -> BankCheck:
        """This verification in its next status."""
        return replace(self, status=status, updated=at)

    def shown(self) -> dict[str, Value]:
        """The content of ``<us-bank-account-verification>``, without the account."""
        pending = self.status == "pending"
        return {
            "id": self.id,
            "status": self.status,
            "verification_method": self.method,
            "verification_add_ons": self.add_ons,
            "merchant_account_id": self.account,
            "processor_response_code": None if pending else self.code,
            "processor_response_text": None if pending else text_of(self.code),
            "additional_processor_response": self.additional,
            "gateway_rejection_reason": None,
            "verification_determined_at": None if pending else self.updated,
            "created_at": self.created,
            "updated_at": self.updated,
        }


def outcome(method: str, face: BankFace) -> Outcome:
    """Status, processor's code and further words for *face* when it is checked by *method*."""
    if method == MICRO:
        return _MICRO.get(face.trait, ("pending", "1000", None))
    if method == NETWORK:
        if face.trait == "9" and face.account_type != "checking":
            return "verified", "1000", None
        return _NETWORK.get(face.trait, ("processor_declined", "2038", None))
    return "verified", "1000", None


def settles_at_once(face: BankFace) -> bool:
    """Whether the small credits to *face* arrive the moment they are asked about."""
    return face.trait != "1"
