"""RTP packets and telephone events as bytes; no I/O (RFC 3550, RFC 4733)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from paytone.caller.sdp import Codec

TICK = 0.02
"""Seconds of audio in a packet."""
SAMPLES = 160
"""What a packet adds to the RTP clock; G.722's too."""
END_PACKETS = 3
EVENTS = "0123456789*#ABCD"
SILENCE = {
    Codec.ULAW: b"\xff" * SAMPLES,
    Codec.ALAW: b"\xd5" * SAMPLES,
    Codec.G722: b"\xfa" * SAMPLES,
}
_HEADER = struct.Struct(">BBHII")
_EVENT = struct.Struct(">BBH")
_LATE = 0x8000
_WAITING = 3


class NotRtp(ValueError):
    """A datagram that is no RTP packet."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet; *marker* begins a talk spurt or an event."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def write(self) -> bytes:
        """The packet as sent; sequence and timestamp wrap around."""
        kind = self.payload_type | (0x80 if self.marker else 0)
        head = _HEADER.pack(
            0x80, kind, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.ssrc
        )
        return head + self.payload


def read(datagram: bytes) -> Packet:
    """
    The packet in *datagram*, without contributors, extension and padding.

    Raises:
        NotRtp: Too short for what it claims to hold, or another version.
    """
    if len(datagram) < _HEADER.size:
        raise NotRtp("too short")
    first, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(datagram)
    start, end = _HEADER.size, len(datagram)
    if first != 0x80:
        start, end = _bounds(datagram, first)
    payload = datagram[start:end]
    return Packet(kind & 0x7F, sequence, timestamp, ssrc, payload, bool(kind & 0x80))


def _bounds(datagram: bytes, first: int) -> tuple[int, int]:
    if first >> 6 != 2:
        raise NotRtp("not version 2")
    start, end = _HEADER.size + 4 * (first & 0x0F), len(datagram)
    if first & 0x10:
        if start + 4 > end:
            raise NotRtp("no room for its extension")
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    if first & 0x20:
        end -= datagram[-1]
    if start > end:
        raise NotRtp("shorter than it claims")
    return start, end


@dataclass(frozen=True, slots=True)
class EventPacket:
    """One packet of a key's event: its payload, and its place in the event."""

    payload: bytes
    first: bool
    last: bool


def key_event(key: str, *, seconds: float = 0.1, volume: int = 10) -> Iterator[EventPacket]:
    """
    The packets that press *key*, one a tick; the end is said three times (RFC 4733, 2.5.1.4).

    Args:
        key: One of ``0``-``9``, ``*``, ``#``, ``A``-``D``.
        seconds: How long the key is held, rounded up to whole ticks, at least one.
        volume: Decibels below full scale, 0 to 63.
    """
    code = EVENTS.index(key)
    steps = max(1, math.ceil(seconds / TICK - 1e-9))
    for step in range(1, steps):
        payload = _EVENT.pack(code, volume, step * SAMPLES)
        yield EventPacket(payload, first=step == 1, last=False)
    ending = _EVENT.pack(code, 0x80 | volume, steps * SAMPLES)
    for repeat in range(END_PACKETS):
        yield EventPacket(ending, first=steps == 1 and repeat == 0, last=True)


@dataclass(frozen=True, slots=True)
class Arrived:
    """
    A packet in its turn.

    Args:
        at: When it arrived, in seconds of the monotonic clock.
        lost: How many packets before it never came.
    """

    packet: Packet
    at: float
    lost: int


class InOrder:
    """Puts packets in the order sent; waits for a missing one until three came after it."""

    __slots__ = ("_next", "_ssrc", "_waiting")

    def __init__(self) -> None:
        self._next = -1
        self._ssrc = -1
        self._waiting: dict[int, tuple[Packet, float]] = {}

    def take(self, packet: Packet, at: float) -> list[Arrived]:
        """What may be heard now that *packet* came; duplicates and latecomers are dropped."""
        if packet.ssrc != self._ssrc:
            self._ssrc, self._next = packet.ssrc, packet.sequence
            self._waiting.clear()
        if packet.sequence == self._next and not self._waiting:
            self._next = (self._next + 1) & 0xFFFF
            return [Arrived(packet, at, 0)]
        if (packet.sequence - self._next) & 0xFFFF >= _LATE:
            return []
        self._waiting.setdefault(packet.sequence, (packet, at))
        return self._ready(all_of_them=False)

    def give_up(self, *, before: float) -> list[Arrived]:
        """What still waits for a missing packet since earlier than *before*, if anything."""
        if any(at < before for _, at in self._waiting.values()):
            return self._ready(all_of_them=True)
        return []

    def _ready(self, *, all_of_them: bool) -> list[Arrived]:
        ready: list[Arrived] = []
        while self._waiting:
            first = min(self._waiting, key=lambda sequence: (sequence - self._next) & 0xFFFF)
            lost = (first - self._next) & 0xFFFF
            if lost and not all_of_them and len(self._waiting) < _WAITING:
                break
            packet, at = self._waiting.pop(first)
            ready.append(Arrived(packet, at, lost))
            self._next = (first + 1) & 0xFFFF
        return ready
