"""The port to the card gateway: charging, and what becomes of a charge."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from paytone.card import Card
from paytone.gateway.outcome import (
    Approved,
    Declined,
    Found,
    NotFound,
    Outcome,
    Refusal,
    Unknown,
    Unreached,
)
from paytone.gateway.standing import Fate, NotUndone, Standing, Stands, Undoing, Undone
from paytone.money import Money

__all__ = [
    "Approved",
    "Declined",
    "Fate",
    "Found",
    "Gateway",
    "GatewayRefused",
    "NotFound",
    "NotUndone",
    "Outcome",
    "Refusal",
    "Standing",
    "Stands",
    "Undoing",
    "Undone",
    "Unknown",
    "Unreached",
]


class GatewayRefused(Exception):
    """Our credentials, settings or request are wrong; no money moved."""


class Gateway(ABC):
    """A card gateway."""

    @abstractmethod
    async def charge(self, amount: Money, card: Card, *, reference: str) -> Outcome:
        """
        Charge *card* once, for immediate settlement.

        Never retries, and is not to be repeated: after Unknown, ask `find`.

        Args:
            amount: More than zero, in the merchant account's currency.
            reference: Our payment id; sent as order id and as idempotency key.

        Raises:
            GatewayRefused: Our credentials or request are wrong; no money moved.
        """

    @abstractmethod
    async def find(self, reference: str, amount: Money) -> Found:
        """What became of the charge with *reference*. Never moves money; may be called again."""

    @abstractmethod
    async def standing(self, transaction: str) -> Stands:
        """How *transaction* stands now. Never moves money; may be called again."""

    @abstractmethod
    async def void(self, transaction: str) -> Undoing:
        """Call *transaction* off before it settles. Repeating it voids nothing more."""

    @abstractmethod
    async def refund(self, transaction: str, amount: Money, *, reference: str) -> Undoing:
        """
        Give *amount* of a settled *transaction* back, all of it or less.

        Not to be repeated before `find_refund` was asked, after Unknown too.

        Args:
            reference: Our refund's id; sent as order id and as idempotency key.
        """

    @abstractmethod
    async def find_refund(self, transaction: str, *, reference: str) -> Stands:
        """The refund of *transaction* with *reference*. Never moves money; may be called again."""

    @abstractmethod
    async def between(self, since: datetime, until: datetime) -> list[Standing] | Unknown:
        """
        Every transaction made, returned by a bank or disputed from *since* to *until*; none twice.

        Never moves money; may be called again. The latest may lack while the gateway's index lags.
        """

    @abstractmethod
    async def reach(self) -> str:
        """``ok``, or why the gateway cannot be used now, in words for an admin."""
