"""What the sandbox answers, and when: data that a server or a strategy carries out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]

XML: Headers = (("content-type", "application/xml; charset=utf-8"),)
JSON: Headers = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One answer to one request.

    Args:
        before_s: Seconds to wait before calling *then*.
        then: The work, not yet done; its Answer replaces this one. None when this is the answer.
        after_s: Seconds to wait before sending.
        drop: Send nothing and break the connection.
        drip_s: Seconds over which the answer is sent, byte by byte.
        cut: Send half of the answer and break the connection.
    """

    status: int
    body: bytes = b""
    headers: Headers = XML
    before_s: float = 0.0
    then: Callable[[], Answer] | None = None
    after_s: float = 0.0
    drop: bool = False
    drip_s: float = 0.0
    cut: bool = False
