"""A payment, its states, and the one table of allowed moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from paytone.card import Brand
from paytone.money import Money


class State(Enum):
    """Where a payment stands. The database holds the same names and the same moves."""

    SUBMITTING = "submitting"
    """Stored; the gateway is being asked, or was when the line broke."""
    SETTLING = "settling"
    """Approved and sent for settlement: it counts."""
    SETTLED = "settled"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    """The gateway did not say; only asking it moves the payment on."""
    NOT_CHARGED = "not-charged"
    """The gateway never had it."""
    VOIDED = "voided"
    REFUNDED = "refunded"


MOVES: dict[State, frozenset[State]] = {
    State.SUBMITTING: frozenset({State.SETTLING, State.DECLINED, State.UNKNOWN, State.NOT_CHARGED}),
    State.UNKNOWN: frozenset({State.SETTLING, State.DECLINED, State.NOT_CHARGED}),
    State.SETTLING: frozenset({State.SETTLED, State.VOIDED, State.REFUNDED}),
    State.SETTLED: frozenset({State.REFUNDED}),
    State.DECLINED: frozenset(),
    State.NOT_CHARGED: frozenset(),
    State.VOIDED: frozenset(),
    State.REFUNDED: frozenset(),
}
"""From each state, those that may follow it."""

COUNTED = frozenset({State.SETTLING, State.SETTLED})
"""States in which a payment lowers the balance."""

OPEN = frozenset({State.SUBMITTING, State.UNKNOWN})
"""States in which nobody knows yet whether money moved."""


@dataclass(frozen=True, slots=True)
class Payment:
    """
    One payment by one caller.

    Args:
        id: A UUID; the gateway's order id and idempotency key.
        confirmation: What the caller is told; see `paytone.confirmation`.
        transaction: The gateway's id, once known.
        opened: When it was stored, in UTC.
    """

    id: str
    confirmation: str
    account_id: str
    amount: Money
    state: State
    brand: Brand
    last_four: str
    transaction: str | None
    opened: datetime
