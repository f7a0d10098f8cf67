"""The call's audio: silence, speech, keys out; packets in; every 20 ms by the monotonic clock."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, cast

from paytone.caller.rtp import (
    END_PACKETS,
    EVENTS,
    SAMPLES,
    SILENCE,
    TICK,
    Arrived,
    EventPacket,
    InOrder,
    NotRtp,
    Packet,
    key_event,
    read,
)
from paytone.caller.sdp import Codec, Media

_FAR_BEHIND = 10 * TICK
_PATIENCE = 0.1


@dataclass(frozen=True, slots=True)
class Touch:
    """
    How keys are pressed.

    Args:
        hold: Seconds a key is held; 0.04 is the least that most lines hear.
        gap: Seconds between two keys, at least three packets' (0.06).
        volume: Decibels below full scale, 0 to 63.
    """

    hold: float = 0.1
    gap: float = 0.06
    volume: int = 10


STEADY = Touch()

Pressed = Callable[[float, float], None]
"""Told when the first key began and the last ended, just before its end is sent."""


@dataclass(slots=True)
class _Run:
    """Keys pressed in one go."""

    told: Pressed
    done: asyncio.Future[None]
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class _Due:
    """What one tick sends: a key's packet, a piece of speech, or silence."""

    packet: EventPacket | None
    speech: bytes | None = None
    begins: _Run | None = None
    ends: _Run | None = None


class Stream(asyncio.DatagramProtocol):
    """
    The RTP side of one call.

    Args:
        on_audio: Given each audio packet, in the order sent.
        on_tick: Called every 20 ms with the time.
    """

    def __init__(
        self, codec: Codec, on_audio: Callable[[Arrived], None], on_tick: Callable[[float], None]
    ) -> None:
        self._codec = codec
        self._on_audio = on_audio
        self._on_tick = on_tick
        self._transport: asyncio.DatagramTransport
        self._media: Media | None = None
        self._incoming = InOrder()
        self.not_audio = 0
        """How many packets came that are no audio, such as of keys."""
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._clock = secrets.randbits(31)
        self._event_began = 0
        self._first = True
        self._keys: deque[_Due] = deque()
        self._timer: asyncio.Handle | None = None
        self._due = 0.0

    @classmethod
    async def open(
        cls,
        host: str,
        codec: Codec,
        on_audio: Callable[[Arrived], None],
        on_tick: Callable[[float], None],
    ) -> Self:
        """A stream on a free even port of *host*; silent until it knows where to send."""
        loop = asyncio.get_running_loop()
        while True:
            transport, stream = await loop.create_datagram_endpoint(
                lambda: cls(codec, on_audio, on_tick), local_addr=(host, 0)
            )
            if stream.port % 2 == 0:
                return stream
            transport.close()

    @property
    def port(self) -> int:
        """Where the line is to send audio."""
        return int(self._transport.get_extra_info("sockname")[1])

    def aim(self, media: Media) -> None:
        """Send to *media* from now on, in its codec; the first time, start the clock."""
        self._media = media
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._due = loop.time()
            self._timer = loop.call_soon(self._tick)

    async def press(self, keys: str, touch: Touch, told: Pressed) -> None:
        """
        Press *keys* after those still being pressed; returns when the last was let go.

        Raises:
            ValueError: A key that no phone has, or a line that takes no keys as events.
        """
        if not keys or any(key not in EVENTS for key in keys):
            raise ValueError("keys are 0-9, *, # and A-D")
        if self._media is None or self._media.events is None:
            raise ValueError("the line takes no keys as RTP events")
        run = _Run(told, asyncio.get_running_loop().create_future())
        for place, key in enumerate(keys, start=1):
            self._queue(key, touch, run, first=place == 1, last=place == len(keys))
        await run.done

    async def speak(self, audio: bytes, told: Pressed) -> None:
        """
        Say *audio*, in the call's codec, after what is still being sent; returns when it is said.

        Raises:
            ValueError: There is nothing to say.
        """
        pieces = [audio[at : at + SAMPLES] for at in range(0, len(audio) - SAMPLES + 1, SAMPLES)]
        if not pieces:
            raise ValueError("less than a packet of audio")
        run = _Run(told, asyncio.get_running_loop().create_future())
        last = len(pieces) - 1
        for place, piece in enumerate(pieces):
            begins, ends = run if place == 0 else None, run if place == last else None
            self._keys.append(_Due(None, piece, begins, ends))
        await run.done

    def close(self) -> None:
        """Stop sending and give the port back; keys not yet pressed never are."""
        if self._timer:
            self._timer.cancel()
        for due in self._keys:
            if due.ends:
                due.ends.done.cancel()
        self._keys.clear()
        self._transport.close()

    def _queue(self, key: str, touch: Touch, run: _Run, *, first: bool, last: bool) -> None:
        packets = list(key_event(key, seconds=touch.hold, volume=touch.volume))
        end = len(packets) - END_PACKETS
        for place, packet in enumerate(packets):
            begins = run if first and place == 0 else None
            ends = run if last and place == end else None
            self._keys.append(_Due(packet, None, begins, ends))
        pause = round(touch.gap / TICK) - END_PACKETS
        self._keys.extend(_Due(None) for _ in range(pause))

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._send_one(now)
        self._hand_on(self._incoming.give_up(before=now - _PATIENCE))
        self._on_tick(now)
        self._due += TICK
        if now - self._due > _FAR_BEHIND:
            self._due = now + TICK
        if not self._transport.is_closing():
            self._timer = loop.call_at(self._due, self._tick)

    def _send_one(self, now: float) -> None:
        assert self._media is not None
        due = self._keys.popleft() if self._keys else _Due(None)
        if due.begins:
            due.begins.began = now
        if due.ends:
            due.ends.told(due.ends.began, now)
        if due.packet is None or self._media.events is None:
            codec = self._media.codec
            sound = due.speech or SILENCE[codec]
            packet = self._packet(codec.payload_type, self._clock, sound, self._first)
        else:
            if due.packet.first:
                self._event_began = self._clock
            packet = self._packet(
                self._media.events, self._event_began, due.packet.payload, due.packet.first
            )
        self._first = False
        self._transport.sendto(packet.write(), (self._media.host, self._media.port))
        self._clock += SAMPLES
        if due.ends and not due.ends.done.done():
            due.ends.done.set_result(None)

    def _packet(self, kind: int, timestamp: int, payload: bytes, marker: bool) -> Packet:
        self._sequence += 1
        return Packet(kind, self._sequence, timestamp, self._ssrc, payload, marker)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        media = self._media
        if media is None or addr != (media.host, media.port):
            return
        try:
            packet = read(data)
        except NotRtp:
            return
        self._hand_on(self._incoming.take(packet, asyncio.get_running_loop().time()))

    def _hand_on(self, packets: list[Arrived]) -> None:
        for arrived in packets:
            if self._media and arrived.packet.payload_type == self._media.codec.payload_type:
                self._on_audio(arrived)
            else:
                self.not_audio += 1
