"""Calls out through Asterisk's manager interface: a Local channel that dials the trunk."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from paytone.ami import Ami, AmiAway, AmiRefused
from paytone.trunk import HeldPlace, OutCall, Place, Placed, Trunk, TrunkAway, WaitingRoom

log = logging.getLogger(__name__)

CHANNEL: Final = "Local/s@paytone-out-dial/n"
CONTEXT: Final = "paytone-out"
PLACE: Final = "paytone-place-"
PLACE_CHANNEL: Final = "Local/s@paytone-place/n"
PLACE_CONTEXT: Final = "paytone-place-call"
HELD_S: Final = 1800
"""Then it is given up and held anew, if the customer may be called still."""
SLACK_S: Final = 10
"""By how much Asterisk lets the Local channel ring longer than the trunk."""


@dataclass(frozen=True, slots=True)
class Way:
    """
    How calls leave.

    Args:
        dial: What Dial() is given, with ``{number}`` for the ten digits.
        caller_id: The biller's number, which the called party sees.
        ring_s: Seconds that it rings.
    """

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    dial: str
    caller_id: str
    ring_s: int = 30


async def _originated(ami: Ami, name: str, fields: Mapping[str, str]) -> Placed:
    try:
        await ami.act("Originate", **fields)
    except AmiRefused as exc:
        log.error("call %s is not made: %s", name, exc)
        return Placed.NO
    except AmiAway as exc:
        log.error("call %s may be made: %s", name, exc)
        return Placed.UNKNOWN
    return Placed.YES


class AsteriskQueues(WaitingRoom):
    """
    Places in queues as channels: one end waits there; the other is answered with it, and dials.

    The channel's own id is that of the place, so that Asterisk itself says which are held.
    """

    def __init__(self, ami: Ami) -> None:
        self._ami = ami

    async def held(self) -> frozenset[str]:
        try:
            channels = await self._ami.channels()
        except (AmiAway, AmiRefused) as exc:
            raise TrunkAway(str(exc)) from exc
        names = {each.get("Uniqueid", "").partition(";")[0] for each in channels}
        return frozenset(name.removeprefix(PLACE) for name in names if name.startswith(PLACE))

    async def hold(self, place: HeldPlace) -> Placed:
        variables = {
            "PAYTONE_CALL": place.call_id,
            "PAYTONE_PERSON": place.id,
            "PAYTONE_QUEUE": place.queue,
            "PAYTONE_NUMBER": place.number,
            "PAYTONE_PLACE": str(place.priority),
            "PAYTONE_LANGUAGE": place.language,
            **place.shown,
        }
        fields = {
            "Channel": PLACE_CHANNEL,
            "ChannelId": f"{PLACE}{place.id}",
            "Context": PLACE_CONTEXT,
            "Exten": "s",
            "Priority": "1",
            "Codecs": "ulaw",
            "Async": "true",
            "Timeout": str(HELD_S * 1000),
            "Variable": ",".join(f"{name}={value}" for name, value in variables.items()),
        }
        return await _originated(self._ami, place.id, fields)


class AsteriskTrunk(Trunk):
    """Hands calls to the Asterisk of *way*, whose dialplan has paytone-out."""

    def __init__(self, way: Way) -> None:
        self._way = way

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Place]:
        async with self._ami() as ami:
            yield partial(self._place, ami)

    @asynccontextmanager
    async def waiting_room(self) -> AsyncIterator[WaitingRoom]:
        async with self._ami() as ami:
            yield AsteriskQueues(ami)

    @asynccontextmanager
    async def _ami(self) -> AsyncIterator[Ami]:
        way = self._way
        connecting = Ami.connect(way.host, way.port, user=way.user, secret=way.secret)
        try:
            ami = await connecting.__aenter__()
        except (AmiAway, AmiRefused) as exc:
            raise TrunkAway(str(exc)) from exc
        try:
            yield ami
        finally:
            await connecting.__aexit__(None, None, None)

    async def _place(self, ami: Ami, call: OutCall) -> Placed:
        return await _originated(ami, call.id, self._fields(call))

    def _fields(self, call: OutCall) -> dict[str, str]:
        variables = {
            "PAYTONE_CALL": call.id,
            "PAYTONE_OUT_KIND": call.kind.value,
            "PAYTONE_NUMBER": call.number,
            "PAYTONE_LANGUAGE": call.language,
            "PAYTONE_CALLER_ID": self._way.caller_id,
            "PAYTONE_TRUNK": self._way.dial.format(number=call.number),
            "PAYTONE_RING": str(self._way.ring_s),
        }
        return {
            "Channel": CHANNEL,
            "Context": CONTEXT,
            "Exten": "s",
            "Priority": "1",
            "Codecs": "ulaw",
            "Async": "true",
            "Timeout": str((self._way.ring_s + SLACK_S) * 1000),
            "Variable": ",".join(f"{name}={value}" for name, value in variables.items()),
        }
