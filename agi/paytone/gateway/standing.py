"""What becomes of a transaction after the charge: how it stands, and giving it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from paytone.gateway.outcome import NotFound, Unknown, Unreached
from paytone.rules.money import Money


class Fate(Enum):
    """Where the money of a transaction is."""

    UNDER_WAY = "under way"
    """Approved, on its way to the biller, not yet settled."""
    SETTLED = "settled"
    VOIDED = "voided"
    """Called off, or lapsed, before it was settled: no money moves."""
    RETURNED = "returned"
    """Taken back: settlement declined, a debit returned by the bank, a dispute lost."""
    REFUSED = "refused"
    """Never taken: declined or rejected at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    One transaction as the gateway holds it now.

    Args:
        reference: The order id it was made with; empty if it had none.
        gives_back: For a refund, the transaction that it gives back; None for a charge.
        code: Why it was returned or refused, such as R01 or 2001; else empty.
        text: The same in words, for the record.
        created: When it was made, in UTC.
    """

    transaction: str
    reference: str
    amount: Money
    fate: Fate
    gives_back: str | None
    code: str
    text: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Undone:
    """
    The money goes back.

    Args:
        transaction: Of a void, the charge itself; of a refund, the refund's own.
    """

    transaction: str


@dataclass(frozen=True, slots=True)
class NotUndone:
    """The gateway will not give it back, so nothing goes back. *code*, *text* for the record."""

    code: str
    text: str


Stands = Standing | NotFound | Unknown
Undoing = Undone | NotUndone | Unreached | Unknown
"""After Unknown money may or may not go back: ask first, see `Gateway.find_refund`."""
