"""The port to the trunk: dialling out, once, without waiting for what comes of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """
    A place in a queue, held for somebody who is called once an agent has answered it.

    Args:
        id: A UUID.
        call_id: The call in which they asked for it.
        number: Ten digits, shown to the agent.
        priority: Higher comes first.
        shown: Channel variables that the agent's phone shows.
        language: What is spoken to who is called back, two letters; empty for the usual one.
    """

    id: str
    call_id: str
    queue: str
    number: str = field(repr=False)
    priority: int
    shown: Mapping[str, str]
    language: str


class WaitingRoom(ABC):
    """The queues in which places are held."""

    @abstractmethod
    async def held(self) -> frozenset[str]:
        """
        The ids of the places that are held now, or whose agent is talking.

        Raises:
            TrunkAway: Nobody can say.
        """

    @abstractmethod
    async def hold(self, place: HeldPlace) -> Placed:
        """Hold a place; not to be repeated while it is held."""


class Trunk(ABC):
    """Who dials out."""

    @abstractmethod
    def line(self) -> AbstractAsyncContextManager[Place]:
        """
        A line to whoever dials, for the ``async with`` block.

        Raises:
            TrunkAway: On entering; see there.
        """

    @abstractmethod
    def waiting_room(self) -> AbstractAsyncContextManager[WaitingRoom]:
        """
        The queues of whoever dials, for the ``async with`` block.

        Raises:
            TrunkAway: On entering; see there.
        """
