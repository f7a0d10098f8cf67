"""Events told by HTTP POST, each with its signature."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, final

import requests

from paytone.callback import (
    EVENT,
    SIGNATURE,
    Courier,
    Delivered,
    Event,
    NotDelivered,
    signature,
)

PATIENCE_S: Final = 10.0


@final
class HttpCourier(Courier):
    """
    Tells each event by a POST of its own, in a thread; any answer of 200 to 299 takes it.

    Args:
        key: Of the signature.
        patience: Seconds that the connection, and then the answer, may take.
    """

    def __init__(
        self, key: bytes, clock: Callable[[], datetime], *, patience: float = PATIENCE_S
    ) -> None:
        self._key = key
        self._clock = clock
        self._patience = patience

    async def deliver(self, event: Event) -> Delivered | NotDelivered:
        return await asyncio.to_thread(self._deliver, event)

    def _deliver(self, event: Event) -> Delivered | NotDelivered:
        signed = signature(self._key, event.body, at=int(self._clock().timestamp()))
        try:
            answer = requests.post(
                event.url,
                data=event.body,
                headers={
                    "Content-Type": "application/json",
                    EVENT: str(event.id),
                    SIGNATURE: signed,
                },
                timeout=(self._patience, self._patience),
                allow_redirects=False,
            )
        except requests.RequestException as exc:
            return NotDelivered(type(exc).__name__)
        if 200 <= answer.status_code < 300:
            return Delivered()
        return NotDelivered(f"the answer is {answer.status_code}")
