"""What nobody uses any more, forgotten by the gateway too: removed methods, and orphans."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from paytone.gateway import Forgotten, Gateway, GatewayRefused
from paytone.store import Store, methods

log = logging.getLogger(__name__)

BATCH: Final = 100
ORPHANED_AFTER: Final = timedelta(hours=2)
"""Far longer than a card takes to be saved, even where a request that was given up is done late."""


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


async def forget_orphans(store: Store, gateway: Gateway, *, now: datetime) -> int:
    """
    How many cards the gateway was asked to keep, and keeps no more, that no customer has.

    They come of a process or a database that ended between the two. May be repeated.

    Raises:
        StoreAway: Some may be forgotten without a note of it.
    """
    count = 0
    for token in await methods.orphans(store, before=now - ORPHANED_AFTER, limit=BATCH):
        try:
            gone = await gateway.forget(token)
        except GatewayRefused as exc:
            log.error("an orphaned card is not forgotten: %s", exc)
            continue
        if isinstance(gone, Forgotten):
            await methods.not_kept(store, token)
            count += 1
    return count
