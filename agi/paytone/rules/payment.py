"""A payment, its states, and the one table of allowed moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from paytone.rules.method import CardKind, Face
from paytone.rules.money import Money

NO_FEE: Final = Money(0)


class Heard(Enum):
    """What a caller was told of a payment."""

    PAID = "paid"
    NOT_PAID = "not-paid"
    UNKNOWN = "unknown"
    RETURNED = "returned"
    REFUNDED = "refunded"


class Occasion(Enum):
    """When a payment is charged, and who is there."""

    CALL = "call"
    """At once, while the caller who agreed is on the line."""
    LATER = "later"
    """Once, on the later date that was agreed."""
    RECURRING = "recurring"
    AUTOPAY = "autopay"
    INSTALMENT = "instalment"


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
    VOIDING = "voiding"
    """Charged though the caller was told that it was not: it does not count and goes back."""
    VOIDED = "voided"
    REFUNDED = "refunded"
    """All of it went back, by refunds, after it was settled."""
    RETURNED = "returned"
    """Taken back by the bank: settlement declined, an ACH return, a dispute lost."""


_CHARGED = {State.SETTLING, State.VOIDING}
_FOUND = _CHARGED | {State.DECLINED, State.NOT_CHARGED}

MOVES: dict[State, frozenset[State]] = {
    State.SUBMITTING: frozenset(_FOUND | {State.UNKNOWN}),
    State.UNKNOWN: frozenset(_FOUND),
    State.NOT_CHARGED: frozenset(_CHARGED),
    State.DECLINED: frozenset({State.VOIDING}),
    State.SETTLING: frozenset({State.SETTLED, State.VOIDED, State.RETURNED}),
    State.SETTLED: frozenset({State.REFUNDED, State.RETURNED}),
    State.VOIDING: frozenset({State.VOIDED}),
    State.RETURNED: frozenset({State.SETTLING}),
    State.VOIDED: frozenset(),
    State.REFUNDED: frozenset(),
}
"""From each state, those that may follow it. From returned: the bank is asked once more."""

COUNTED = frozenset({State.SETTLING, State.SETTLED})
"""States in which a payment lowers the balance."""

HEARD: dict[State, Heard] = {
    State.SUBMITTING: Heard.UNKNOWN,
    State.UNKNOWN: Heard.UNKNOWN,
    State.SETTLING: Heard.PAID,
    State.SETTLED: Heard.PAID,
    State.DECLINED: Heard.NOT_PAID,
    State.NOT_CHARGED: Heard.NOT_PAID,
    State.VOIDING: Heard.NOT_PAID,
    State.VOIDED: Heard.NOT_PAID,
    State.REFUNDED: Heard.REFUNDED,
    State.RETURNED: Heard.RETURNED,
}
"""What a caller must have heard of a payment in each state; else the next call tells."""

OPEN = frozenset({State.SUBMITTING, State.UNKNOWN})
"""States in which nobody knows yet whether money moved."""


@dataclass(frozen=True, slots=True)
class Payment:
    """
    One payment on one account.

    Args:
        id: A UUID; the gateway's order id and idempotency key.
        confirmation: What the caller is told; see `paytone.rules.confirmation`.
        amount: All that is charged.
        face: What may be told of the card or bank account that pays.
        transaction: The gateway's id, once known.
        opened: When it was stored, in UTC.
        fee: The part of the amount that is the fee.
        method_id: The saved method that pays; None for one that was keyed.
        card_kind: What the gateway said of the card; None until it did, or does not know.
    """

    id: str
    confirmation: str
    account_id: str
    amount: Money
    state: State
    face: Face
    transaction: str | None
    opened: datetime
    occasion: Occasion = Occasion.CALL
    fee: Money = NO_FEE
    method_id: str | None = None
    card_kind: CardKind | None = None

    @property
    def towards_bill(self) -> Money:
        """What it lowers the balance by."""
        return self.amount - self.fee
