"""Session descriptions: what the caller offers, and what the line answers; no I/O (RFC 4566)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import Enum

EVENTS_OFFERED = 101


class Codec(Enum):
    """The codecs a call may use, by the ending of the prompts' files."""

    ULAW = "ulaw"
    ALAW = "alaw"
    G722 = "g722"

    @property
    def payload_type(self) -> int:
        """The static RTP payload type (RFC 3551)."""
        return {Codec.ULAW: 0, Codec.ALAW: 8, Codec.G722: 9}[self]

    @property
    def rtpmap(self) -> str:
        """The name in SDP; G.722 says 8000 though it samples at 16000 (RFC 3551, 4.5.2)."""
        return {Codec.ULAW: "PCMU", Codec.ALAW: "PCMA", Codec.G722: "G722"}[self] + "/8000"


class NoAudio(ValueError):
    """A description without audio that this caller can use."""


@dataclass(frozen=True, slots=True)
class Media:
    """
    Where the line takes audio.

    Args:
        events: Payload type of telephone-event; None when the line takes no keys as events.
    """

    host: str
    port: int
    codec: Codec
    events: int | None


def offer(host: str, port: int, codec: Codec, *, session: int) -> bytes:
    """The description of a caller at *host* and *port* who takes *codec* and telephone-event."""
    lines = [
        "v=0",
        f"o=- {session} {session} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {codec.payload_type} {EVENTS_OFFERED}",
        f"a=rtpmap:{codec.payload_type} {codec.rtpmap}",
        f"a=rtpmap:{EVENTS_OFFERED} telephone-event/8000",
        f"a=fmtp:{EVENTS_OFFERED} 0-15",
        "a=ptime:20",
        "a=sendrecv",
        "",
    ]
    return "\r\n".join(lines).encode()


def read(body: bytes) -> Media:
    """
    Where audio goes by the description *body*.

    Raises:
        NoAudio: No audio stream, a port or address out of range, or none of our codecs.
    """
    lines = body[:8000].decode("ascii", "replace").splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("m=")]
    audio = next((i for i in starts if lines[i].startswith("m=audio ")), None)
    if audio is None:
        raise NoAudio("no audio stream")
    own = lines[audio : next((i for i in starts if i > audio), len(lines))]
    fields = own[0].split()
    offered = {int(pt) for pt in fields[3:] if re.fullmatch(r"\d{1,3}", pt)}
    codec = next((codec for codec in Codec if codec.payload_type in offered), None)
    if len(fields) < 4 or codec is None:
        raise NoAudio("no codec in common")
    host = _host(own) or _host(lines[: starts[0]])
    if not host:
        raise NoAudio("no IPv4 address for audio")
    return Media(host, _port(fields[1]), codec, _events(own, offered))


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) < 65536:
        raise NoAudio("no port for audio")
    return int(text)


def _host(lines: list[str]) -> str:
    for line in lines:
        if found := re.fullmatch(r"c=IN IP4 ([0-9.]{7,15})(?:/.*)?", line):
            try:
                return str(ipaddress.IPv4Address(found.group(1)))
            except ValueError:
                raise NoAudio("an address that is none") from None
    return ""


def _events(lines: list[str], offered: set[int]) -> int | None:
    for line in lines:
        found = re.fullmatch(r"a=rtpmap:(\d{1,3}) telephone-event/8000", line, re.IGNORECASE)
        if found and int(found.group(1)) in offered:
            return int(found.group(1))
    return None
