"""What a charge can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from paytone.rules.method import CardKind
from paytone.rules.money import Money


class Refusal(Enum):
    """Why a card was declined, as far as the caller can do something about it."""

    FUNDS = "funds"
    """Not enough money or over a limit; another card, or later."""
    EXPIRED = "expired"
    NUMBER = "number"
    """The number was not recognised; key it again."""
    SECURITY_CODE = "security-code"
    """CVV or expiry did not match; one message for both, so that neither can be guessed alone."""
    ADDRESS = "address"
    """The billing ZIP did not match."""
    GONE = "gone"
    """A saved method that the gateway keeps no more."""
    NOT_VERIFIED = "not-verified"
    """A bank account whose bank cannot be asked at once whether it exists."""
    ISSUER = "issuer"
    """The bank said no without a reason that a caller can mend."""


@dataclass(frozen=True, slots=True)
class Approved:
    """
    The money moves, or for a bank account is asked for.

    Args:
        transaction: The gateway's id.
        card_kind: What the card is by its BIN; None where that is not known.
    """

    transaction: str
    amount: Money
    card_kind: CardKind | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """
    No money moves.

    Args:
        transaction: The gateway's id of the attempt; None where it made none.
        refusal: What the caller is told.
        hard: The same card must not be tried again (Braintree's hard_declined; Visa category 1).
        code: The processor's response code or the gateway's reason, for the record.
        text: The processor's words, for the record; never spoken.
    """

    transaction: str | None
    refusal: Refusal
    hard: bool
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    Money may or may not have moved: ask `Gateway.find` later, never charge again.

    *why* is for the record.
    """

    why: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """The gateway was never asked, so no money moves. *why* is for the record."""

    why: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The gateway knows no charge with that reference, as far as its index tells now."""


Outcome = Approved | Declined | Unreached | Unknown
Found = Approved | Declined | Unknown | NotFound
