"""The port to the trunk: dialling out, once, without waiting for what comes of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum

from paytone.rules.calling import Kind


class TrunkAway(Exception):
    """Nobody takes calls to be made just now; none was made."""


class Placed(Enum):
    """What is known once a call was handed over."""

    YES = "yes"
    """It is being dialled; what comes of it is told later, by the call itself."""
    NO = "no"
    """It is not, and will not be."""
    UNKNOWN = "unknown"
    """It may be."""


@dataclass(frozen=True, slots=True)
class OutCall:
    """
    A call to make.

    Args:
        id: A UUID; the call's own from now on.
        number: Ten digits.
        language: What is spoken, two letters.
    """

    id: str
    kind: Kind
    number: str = field(repr=False)
    language: str


Place = Callable[[OutCall], Awaitable[Placed]]
"""Hands one call over; not to be repeated."""


class Trunk(ABC):
    """Who dials out."""

    @abstractmethod
    def line(self) -> AbstractAsyncContextManager[Place]:
        """
        A line to whoever dials, for the ``async with`` block.

        Raises:
            TrunkAway: On entering; see there.
        """
