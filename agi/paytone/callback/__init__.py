"""The port to whoever is told of a payment: one event at a time, signed."""

from __future__ import annotations

import hashlib
import hmac
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final

SIGNATURE: Final = "Paytone-Signature"
EVENT: Final = "Paytone-Event"


@dataclass(frozen=True, slots=True)
class Event:
    """
    What is told.

    Args:
        id: The same each time that it is told again.
        body: JSON.
    """

    id: int
    url: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """They have it."""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """They may or may not have it. *why* is for the record."""

    why: str


class Courier(ABC):
    """Tells."""

    @abstractmethod
    async def deliver(self, event: Event) -> Delivered | NotDelivered:
        """Tell *event* once; may be repeated."""


def signature(key: bytes, body: bytes, *, at: int) -> str:
    """
    What proves that *body* is ours and was sent *at* that time: HMAC-SHA-256 over both.

    Args:
        at: Seconds since 1970; a receiver refuses one that is old, so that nothing is replayed.
    """
    proof = hmac.new(key, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={proof}"
