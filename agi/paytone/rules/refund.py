"""A refund: money that is to go back, by whose word and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from paytone.rules.money import Money


class Way(Enum):
    """How money goes back."""

    VOID = "void"
    """The charge is called off before it settles: all of it."""
    REFUND = "refund"
    """A settled charge is given back, all of it or less."""


class Answer(Enum):
    """What the gateway said of a refund."""

    ASKED = "asked"
    """Nothing yet: it may or may not go back, and only asking tells."""
    MADE = "made"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refund:
    """
    One refund or void of a payment.

    Args:
        id: A UUID; a refund's order id and idempotency key at the gateway.
        by: Who asked for it.
        said: What the gateway said last, for the record.
        transaction: The gateway's id, once it is made; a void's is the charge's own.
        changed: When the gateway was last asked, in UTC.
    """

    id: str
    payment_id: str
    way: Way
    amount: Money
    answer: Answer
    by: str
    reason: str
    said: str
    transaction: str | None
    asked: datetime
    changed: datetime
