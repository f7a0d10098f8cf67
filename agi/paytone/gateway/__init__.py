"""The port to the card gateway: charging, and what becomes of a charge."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

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
from paytone.gateway.vault import (
    BankToKeep,
    CardToKeep,
    Forgetting,
    Forgotten,
    Keeping,
    Kept,
    Mandate,
    NotKept,
    Vaulted,
)
from paytone.rules.card import Card
from paytone.rules.money import Money
from paytone.rules.payment import Occasion

__all__ = [
    "Approved",
    "BankToKeep",
    "CardToKeep",
    "Declined",
    "Fate",
    "Forgetting",
    "Forgotten",
    "Found",
    "Gateway",
    "GatewayRefused",
    "Keeping",
    "Kept",
    "Mandate",
    "NotFound",
    "NotKept",
    "NotUndone",
    "Outcome",
    "Refusal",
    "Standing",
    "Stands",
    "Undoing",
    "Undone",
    "Unknown",
    "Unreached",
    "Vaulted",
]


class GatewayRefused(Exception):
    """Our credentials, settings or request are wrong; no money moved."""


class Gateway(ABC):
    """A card gateway."""

    @abstractmethod
    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        """
        Charge *source* once, for immediate settlement. A bank account is Approved when its debit
        is under way: it settles in days, and may be returned after that.

        Never retries, and is not to be repeated: after Unknown, ask `find`.

        Args:
            amount: More than zero, in the merchant account's currency.
            reference: Our payment id; sent as order id and as idempotency key.
            occasion: Who agreed when; the card networks want it told.

        Raises:
            GatewayRefused: Our credentials or request are wrong; no money moved.
        """

    @abstractmethod
    async def save_card(self, card: CardToKeep | Card, *, customer: str, token: str) -> Keeping:
        """
        Keep *card* for *customer* under *token*; may be repeated with the same token.

        Args:
            card: With its CVV its bank is asked first whether the card is good, and nothing is
                charged; without, it has just paid.
            customer: Our customer's id, with which the gateway's is made if it has none.

        Raises:
            GatewayRefused: Our credentials or request are wrong; nothing is kept.
        """

    @abstractmethod
    async def save_bank(self, account: BankToKeep, *, customer: str, token: str) -> Keeping:
        """
        Check *account* with its bank at once, and keep it for *customer* under *token*.

        What cannot be verified so is not kept: NotKept says NOT_VERIFIED where only its bank
        cannot be asked, which proves nothing, else NUMBER.

        Args:
            customer, token: As in `save_card`.

        Raises:
            GatewayRefused: Our credentials or request are wrong; nothing is kept.
        """

    @abstractmethod
    async def forget(self, token: str) -> Forgetting:
        """Keep the method no more; may be repeated."""

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
