"""What an HTTP request brings, and no more than is wanted."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

LARGEST: Final = 1_000_000


class TooLarge(Exception):
    """More was sent than any notification holds; nothing was read of it."""


async def body_of(request: Request, encoding: str) -> str:
    """
    The request's body.

    Raises:
        TooLarge: See there.
        UnicodeDecodeError: It is not in *encoding*.
        ClientDisconnect: It was cut short.
    """
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge
        parts.append(chunk)
    return b"".join(parts).decode(encoding)
