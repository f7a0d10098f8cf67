"""Calls out through Asterisk's manager interface: a Local channel that dials the trunk."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from paytone.ami import Ami, AmiAway, AmiRefused
from paytone.trunk import OutCall, Place, Placed, Trunk, TrunkAway

log = logging.getLogger(__name__)

CHANNEL: Final = "Local/s@paytone-out-dial/n"
CONTEXT: Final = "paytone-out"
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


class AsteriskTrunk(Trunk):
    """Hands calls to the Asterisk of *way*, whose dialplan has paytone-out."""

    def __init__(self, way: Way) -> None:
        self._way = way

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Place]:
        way = self._way
        connecting = Ami.connect(way.host, way.port, user=way.user, secret=way.secret)
        try:
            ami = await connecting.__aenter__()
        except (AmiAway, AmiRefused) as exc:
            raise TrunkAway(str(exc)) from exc
        try:
            yield partial(self._place, ami)
        finally:
            await connecting.__aexit__(None, None, None)

    async def _place(self, ami: Ami, call: OutCall) -> Placed:
        try:
            await ami.act("Originate", **self._fields(call))
        except AmiRefused as exc:
            log.error("call %s is not made: %s", call.id, exc)
            return Placed.NO
        except AmiAway as exc:
            log.error("call %s may be made: %s", call.id, exc)
            return Placed.UNKNOWN
        return Placed.YES

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
