"""Ways to pay, as far as they may be kept and told: brand or bank, last four, expiry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from paytone.rules.card import Brand, Card, Expiry


class Kind(Enum):
    """What kind of method pays."""

    CARD = "card"
    BANK = "bank"
    """An electronic check (ACH)."""


class AccountType(Enum):
    """What kind of bank account is debited."""

    CHECKING = "checking"
    SAVINGS = "savings"


class CardKind(Enum):
    """What the gateway says of a card, from its BIN."""

    CREDIT = "credit"
    DEBIT = "debit"
    PREPAID = "prepaid"


@dataclass(frozen=True, slots=True)
class CardFace:
    """All of a card that may be shown, spoken and kept (PCI DSS 4.0.1, 3.4.1)."""

    brand: Brand
    last_four: str
    expiry: Expiry

    @property
    def kind(self) -> Kind:
        return Kind.CARD

    def __str__(self) -> str:
        return f"{self.brand.value} ending in {self.last_four}"


@dataclass(frozen=True, slots=True)
class BankFace:
    """All of a bank account that may be shown, spoken and kept."""

    bank_name: str
    last_four: str
    account_type: AccountType

    @property
    def kind(self) -> Kind:
        return Kind.BANK

    def __str__(self) -> str:
        return f"{self.bank_name} {self.account_type.value} account ending in {self.last_four}"


Face = CardFace | BankFace


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """
    A method that the gateway keeps for a customer who agreed to that.

    Args:
        token: The gateway's name for it.
        fingerprint: The card's, see `paytone.rules.fingerprint`; None for a bank account,
            or where the line has no key for it.
    """

    id: str
    customer_id: str
    face: Face
    token: str = field(repr=False)
    fingerprint: str | None = field(default=None, repr=False)

    def is_past(self, today: date) -> bool:
        """Whether it is a card that has expired on *today*."""
        return isinstance(self.face, CardFace) and self.face.expiry.is_past(today)

    def is_same(self, face: Face, fingerprint: str | None) -> bool:
        """Whether it is what *face* shows, as far as that can be known without the numbers."""
        known = fingerprint is not None and self.fingerprint is not None
        return self.face == face and (not known or self.fingerprint == fingerprint)


@dataclass(frozen=True, slots=True)
class CheckedAccount:
    """
    A bank account keyed in this call, which its bank knows; kept at the gateway for its debit.

    Args:
        token: The gateway's name for it.
    """

    face: BankFace
    token: str = field(repr=False)


Means = Card | SavedMethod | CheckedAccount
"""What a caller pays with: a card or account keyed in this call, or one of the saved methods."""


def face_of(means: Means) -> Face:
    """What may be told of *means*."""
    if isinstance(means, SavedMethod | CheckedAccount):
        return means.face
    return CardFace(means.brand, means.number.last_four, means.expiry)
