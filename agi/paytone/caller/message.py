"""SIP messages: parsed with care, written whole; no I/O (RFC 3261, section 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_HEADERS = 200
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "k": "supported",
}
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?")
_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) (\S{1,500}) SIP/2\.0")
_ANGLED = re.compile(r"<([^<>]*)>")
_TAG = re.compile(r";\s*tag\s*=\s*([^;,\s>]+)", re.IGNORECASE)


class NotSip(ValueError):
    """A datagram that is no SIP message."""


@dataclass(frozen=True, slots=True)
class Message:
    """
    A SIP request or response.

    Args:
        start: The start line, without its end of line.
        headers: Names in lower case, compact forms spelled out, in order.
    """

    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Every value of the header *name*, given in lower case."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        """The first value of the header *name*, given in lower case; empty without one."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def status(self) -> int:
        """100 to 699 on a response, 0 on a request."""
        found = _STATUS_LINE.fullmatch(self.start)
        return int(found.group(1)) if found else 0

    @property
    def reason(self) -> str:
        """The words after the status; empty on a request."""
        found = _STATUS_LINE.fullmatch(self.start)
        return (found.group(2) or "") if found else ""

    @property
    def method(self) -> str:
        """What a request asks, or what a response answers."""
        found = _REQUEST_LINE.fullmatch(self.start)
        return found.group(1) if found else self.cseq[1]

    @property
    def cseq(self) -> tuple[int, str]:
        """The number and the method of CSeq; ``(-1, "")`` when unreadable."""
        number, _, method = self.first("cseq").partition(" ")
        if not (number.isascii() and number.isdigit() and len(number) <= 10):
            return -1, ""
        return int(number), method.strip().upper()

    @property
    def branch(self) -> str:
        """The branch of the topmost Via; empty without one."""
        found = re.search(r";\s*branch\s*=\s*([^;,\s]+)", self.first("via"), re.IGNORECASE)
        return found.group(1) if found else ""

    def write(self) -> bytes:
        """The message as sent, with Content-Length."""
        lines = [self.start]
        lines += [f"{name.title()}: {value}" for name, value in self.headers]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode() + self.body


def read(datagram: bytes) -> Message:
    """
    The message in *datagram*; a body longer than Content-Length says is cut to it.

    Raises:
        NotSip: No start line of SIP 2.0, a line that is no header, or too many headers.
    """
    head, _, body = datagram.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").lstrip("\r\n").split("\r\n")
    if not (_STATUS_LINE.fullmatch(lines[0]) or _REQUEST_LINE.fullmatch(lines[0])):
        raise NotSip("no SIP start line")
    headers = _headers(lines[1:])
    message = Message(lines[0], tuple(headers))
    length = message.first("content-length")
    if length.isascii() and length.isdigit() and len(length) <= 6:
        body = body[: int(length)]
    return Message(lines[0], tuple(headers), body)


def _headers(lines: list[str]) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and headers:
            name, value = headers[-1]
            headers[-1] = name, f"{value} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not name or len(headers) >= MOST_HEADERS:
            raise NotSip("a line is no header, or there are too many")
        headers.append((_COMPACT.get(name, name), value.strip()))
    return headers


def uri_in(address: str) -> str:
    """The URI of a Contact, From, To or Route value, without brackets or header parameters."""
    found = _ANGLED.search(address)
    return found.group(1) if found else re.split("[;,]", address, maxsplit=1)[0].strip()


def tag_in(address: str) -> str:
    """The tag of a From or To value; empty without one."""
    found = _TAG.search(address.partition(">")[2] if ">" in address else address)
    return found.group(1) if found else ""
