"""The vault: methods that the gateway keeps, so that we need not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from paytone.gateway.outcome import Refusal, Unknown, Unreached
from paytone.rules.bank import BankAccount
from paytone.rules.card import CardNumber, Expiry
from paytone.rules.method import CardKind, Kind


@dataclass(frozen=True, slots=True)
class Mandate:
    """What the owner of a bank account authorised aloud, in words, and when."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Vaulted:
    """
    A method in the gateway's vault, by its *token*.

    Args:
        mandate: Of a bank account, what its owner authorised aloud for this debit.
    """

    token: str = field(repr=False)
    kind: Kind
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True)
class CardToKeep:
    """
    What of a card may be kept: without its CVV, which ends with the charge (PCI DSS 3.3.1).

    Args:
        postal_code: Empty where it was not asked for.
    """

    number: CardNumber
    expiry: Expiry
    postal_code: str


@dataclass(frozen=True, slots=True)
class BankToKeep:
    """
    A bank account to be checked with its bank, and kept for its debit.

    Args:
        holder: The name of its owner, as the biller holds it.
        mandate: The words by which the caller agreed to the check.
    """

    account: BankAccount
    holder: str
    mandate: str


@dataclass(frozen=True, slots=True)
class Kept:
    """
    The gateway keeps the method.

    Args:
        card_kind: What a card is by its BIN; None where that is not known, and for a bank account.
    """

    token: str = field(repr=False)
    card_kind: CardKind | None = None


@dataclass(frozen=True, slots=True)
class NotKept:
    """The gateway does not keep it. *code* and *text* are for the record."""

    refusal: Refusal
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The gateway does not keep the method, any more or at all."""


Keeping = Kept | NotKept | Unreached | Unknown
"""After Unknown it may be kept under the token that was asked for: keeping it again is harmless."""

Forgetting = Forgotten | Unreached | Unknown
