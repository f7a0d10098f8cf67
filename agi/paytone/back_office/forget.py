"""Removed methods, forgotten by the gateway too."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from paytone.gateway import Forgotten, Gateway, GatewayRefused
from paytone.store import Store, methods

log = logging.getLogger(__name__)

BATCH: Final = 100


async def forget_removed(store: Store, gateway: Gateway, *, now: datetime) -> int:
    """
    How many removed methods the gateway keeps no more; the others are tried again next time.

    May be repeated, and may run beside itself. Nothing that is removed is charged meanwhile.

    Raises:
        StoreAway: Some may be forgotten without a note of it.
    """
    count = 0
    for method in await methods.to_forget(store, limit=BATCH):
        try:
            gone = await gateway.forget(method.token)
        except GatewayRefused as exc:
            log.error("method %s is not forgotten: %s", method.id, exc)
            continue
        if isinstance(gone, Forgotten):
            await methods.forgotten(store, method, now=now)
            count += 1
    return count
