"""Transactions: what is kept of one, and how it moves from status to status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from paytone.sandbox.sales.outcomes import Checks
from paytone.sandbox.vault.addresses import Address
from paytone.sandbox.vault.cards import NO_CARD, CardFace
from paytone.sandbox.wire import Value

CustomerFace = dict[str, str | None]
"""The customer as the transaction shows them: see `paytone.sandbox.vault.kept.CUSTOMER_FIELDS`."""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """When a transaction came into a status; *source* is ``api`` or empty."""

    at: datetime
    status: str
    amount: Decimal
    user: str | None
    source: str = "api"


@dataclass(frozen=True, slots=True)
class Other:
    """
    What a transaction is paid with that is no card.

    Args:
        type: As ``payment_instrument_type`` says it: ``paypal_account``, ``us_bank_account`` …
        element: The element of the transaction that holds *details*.
        search: What searches call the type: ``PayPalDetail`` …
    """

    type: str
    element: str
    search: str
    details: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Instrument:
    """
    What a transaction is paid with.

    Args:
        face: The card; NO_CARD where *other* says what pays instead.
        token: The vault's, None for what is not in it.
        default_billing: The address in the vault, used where the request gives none.
        cvv: The code that the CVV earned.
        by_nonce: Given as a nonce.
        extra: Further elements of the transaction's card.
    """

    face: CardFace = NO_CARD
    cardholder_name: str | None = None
    token: str | None = None
    customer_id: str | None = None
    default_billing: Address | None = None
    cvv: str = "I"
    other: Other | None = None
    by_nonce: bool = False
    extra: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transaction:
    """
    A sale, a credit or a refund.

    Args:
        amount: What was authorized, or settled if less.
        code: The processor's; None where it was not asked.
        details: Text fields that are only kept and shown: channel, descriptor, tax and the like.
        items: Line items, each as it is shown.
        disputes: Each as it is shown.
        extra: Elements that are shown beside or in place of the usual ones.
    """

    id: str
    type: str
    status: str
    amount: Decimal
    requested: Decimal
    account: str
    currency: str
    order_id: str | None
    created: datetime
    updated: datetime
    instrument: Instrument
    customer: CustomerFace
    billing: Address
    shipping: Address
    checks: Checks
    code: str | None
    rejection: str | None
    source: str | None
    custom_fields: dict[str, str]
    details: dict[str, str | None]
    history: tuple[StatusEvent, ...] = ()
    additional: str | None = None
    authorization_code: str | None = None
    network_id: str | None = None
    refunds: tuple[str, ...] = ()
    refunded: str | None = None
    partials: tuple[str, ...] = ()
    authorized_by: str | None = None
    batch: str | None = None
    settlement_code: str | None = None
    items: tuple[Mapping[str, Value], ...] = ()
    disputes: tuple[Mapping[str, Value], ...] = ()
    extra: Mapping[str, Value] = field(default_factory=dict)

    @property
    def approved(self) -> bool:
        return self.status not in {"processor_declined", "gateway_rejected", "failed"}

    @property
    def authorized(self) -> Decimal:
        """What was authorized, and may be settled at most."""
        first = self.history[0] if self.history else None
        return first.amount if first and first.status == "authorized" else self.amount

    def moved(
        self, status: str, at: datetime, *, user: str | None, source: str = "api"
    ) -> Transaction:
        """This transaction in its next status, with the move in its history."""
        event = StatusEvent(at, status, self.amount, user, source)
        return replace(self, status=status, updated=at, history=(*self.history, event))

    def when(self, status: str) -> datetime | None:
        """When it last came into *status*."""
        return next((event.at for event in reversed(self.history) if event.status == status), None)
