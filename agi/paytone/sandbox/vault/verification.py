"""Verifications: whether a card's bank knows it, asked without taking money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from paytone.sandbox.merchants import MerchantAccount
from paytone.sandbox.sales.outcomes import Checks
from paytone.sandbox.sales.three_d_secure import ThreeDSecure
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import CardFace


@dataclass(frozen=True, slots=True)
class Verification:
    """
    One question to a card's bank, and its answer.

    Args:
        status: ``verified``, ``processor_declined``, ``failed`` or ``gateway_rejected``.
        rejection: The gateway's reason, if it was the gateway that said no.
        token: The card in the vault; None where none was kept.
        names: What the bank says of first and last name: M match, I not asked or not given.
        account_type: ``credit`` or ``debit``, where a card is both.
        risky: Whether the merchant's fraud tools had a look.
    """

    id: str
    status: str
    code: str
    rejection: str | None
    amount: Decimal
    account: MerchantAccount
    checks: Checks
    face: CardFace
    cardholder_name: str | None
    billing: Address | None
    customer: Mapping[str, str | None]
    created: datetime
    token: str | None = None
    names: tuple[str, str] = ("I", "I")
    account_type: str | None = None
    risky: bool = False
    three_d_secure: ThreeDSecure | None = None

    @property
    def verified(self) -> bool:
        return self.status == "verified"
