"""The load's own RTP, captured on loopback: how long each last key waits for the next audio."""

from __future__ import annotations

import struct
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from paytone.bench import BenchFailed

SNAP: Final = 64
"""Bytes kept of each packet: enough for a key's event, too few for audio."""
EVENTS: Final = 96
AUDIO: Final = 0
QUIET_S: Final = 0.06

_FILE: Final = struct.Struct("<IHHiIII")
_RECORD: Final = struct.Struct("<IIII")
_MAGIC: Final = {0xA1B2C3D4: 1e-6, 0xA1B23C4D: 1e-9}
_ETHERNET: Final = 14
_RTP: Final = _ETHERNET + 20 + 8


@dataclass(frozen=True, slots=True)
class Gap:
    """
    From the end of a key's event to the line's next audio.

    Args:
        keys: How many keys the caller had pressed in the call by then.
        at: When the key ended, seconds since the epoch.
    """

    keys: int
    seconds: float
    at: float


@dataclass(slots=True)
class _Talk:
    """One call's packets so far."""

    keys: int = 0
    event: tuple[int, int] = (-1, -1)
    ended: float = 0.0
    sounded: float = 0.0
    quiet: bool = False
    waiting: bool = False
    gaps: list[Gap] = field(default_factory=list)

    def key(self, at: float, event: tuple[int, int], *, end: bool) -> None:
        if event != self.event:
            self.event = event
            self.keys += 1
            self.quiet = at - self.sounded > QUIET_S
            self.waiting = False
            self.ended = 0.0
        if end and not self.ended:
            self.waiting = True
            self.ended = at

    def sound(self, at: float) -> None:
        if self.waiting and self.quiet:
            self.gaps.append(Gap(self.keys, at - self.ended, self.ended))
        self.waiting = self.quiet = False
        self.sounded = at


class Capture:
    """
    dumpcap on loopback, for a ``with`` block.

    Args:
        file: Where the packets go.
        port: The load's RTP port; every call's audio comes to it.
    """

    def __init__(self, file: Path, port: int) -> None:
        self._file = file
        self._port = port

    def __enter__(self) -> Self:
        said = self._file.with_suffix(".log")
        with said.open("wb") as log:
            self._dumpcap = subprocess.Popen(
                [
                    "dumpcap", "-q", "-P", "-B", "32", "-i", "lo", "-s", str(SNAP),
                    "-f", f"udp port {self._port}", "-w", str(self._file),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 10
        while not self._file.exists():
            if self._dumpcap.poll() is not None or time.monotonic() > deadline:
                self._stop()
                raise BenchFailed(f"dumpcap does not capture: {said.read_text().strip()}")
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def gaps(self) -> list[Gap]:
        """Every gap that began in silence, call by call."""
        return gaps_in(read(self._file, self._port))

    def _stop(self) -> None:
        self._dumpcap.terminate()
        try:
            self._dumpcap.wait(10)
        except subprocess.TimeoutExpired:
            self._dumpcap.kill()
            self._dumpcap.wait()


@dataclass(frozen=True, slots=True)
class Seen:
    """
    One RTP packet.

    Args:
        port: The line's.
        event: The timestamp that all packets of one key share; None for audio.
        end: The key's event is over.
    """

    at: float
    port: int
    ssrc: int
    event: int | None = None
    end: bool = False


def read(file: Path, port: int) -> Iterator[Seen]:
    """
    The RTP packets in the pcap *file*, to or from *port*, in order.

    Raises:
        BenchFailed: It is no pcap file.
    """
    with file.open("rb") as packets:
        head = packets.read(_FILE.size)
        magic = _FILE.unpack(head)[0] if len(head) == _FILE.size else 0
        if magic not in _MAGIC:
            raise BenchFailed(f"{file} is no capture")
        while len(record := packets.read(_RECORD.size)) == _RECORD.size:
            second, part, kept, _ = _RECORD.unpack(record)
            packet = packets.read(kept)
            if len(packet) == kept and kept >= _RTP + 12:
                seen = _seen(packet, port, second + part * _MAGIC[magic])
                if seen:
                    yield seen


def _seen(packet: bytes, port: int, at: float) -> Seen | None:
    source, target = struct.unpack_from(">HH", packet, _RTP - 8)
    kind = packet[_RTP + 1] & 0x7F
    stamp, ssrc = struct.unpack_from(">II", packet, _RTP + 4)
    if kind == EVENTS and source == port and len(packet) >= _RTP + 16:
        return Seen(at, target, ssrc, stamp, bool(packet[_RTP + 13] & 0x80))
    if kind == AUDIO and target == port:
        return Seen(at, source, ssrc)
    return None


def gaps_in(packets: Iterable[Seen]) -> list[Gap]:
    """The gaps between keys and audio; a key pressed while the line spoke has none."""
    talks: dict[int, _Talk] = {}
    speakers: dict[int, int] = {}
    gaps: list[Gap] = []
    for seen in packets:
        if seen.event is None:
            if speakers.get(seen.port) != seen.ssrc:  # a new call on that port
                speakers[seen.port] = seen.ssrc
                talks[seen.port] = _Talk(gaps=gaps)
            talks[seen.port].sound(seen.at)
        elif talk := talks.get(seen.port):
            talk.key(seen.at, (seen.ssrc, seen.event), end=seen.end)
    return gaps
