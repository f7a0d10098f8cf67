"""The port to what the gateway tells by itself: notifications over HTTP."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """
    One notification: only that something happened, never what it means for the money.

    Args:
        kind: The gateway's word for it, for the record.
        transaction: Whose fate it is about; None where it is about no transaction.
    """

    kind: str
    transaction: str | None


class Forged(Exception):
    """The gateway did not send this, or it was changed on its way; it says nothing of money."""


class Notices(ABC):
    """What the gateway sends, read; no I/O."""

    @abstractmethod
    def answer(self, challenge: str) -> str:
        """
        What proves to the gateway that this address is ours.

        Raises:
            Forged: The gateway does not ask so.
        """

    @abstractmethod
    def read(self, signature: str, payload: str) -> Notice:
        """
        The notification in *payload*.

        Raises:
            Forged: The signature is not the gateway's.
        """
