"""Callbacks told: each until it is taken, with growing pauses, for three days."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Final

from paytone.callback import Courier, Delivered, Event
from paytone.rules.pause import grown
from paytone.store import Store, callbacks
from paytone.store.callbacks import Due

log = logging.getLogger(__name__)

CLAIMED_FOR: Final = timedelta(minutes=1)
"""Longer than one may take; then its worker counts as dead."""

PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(days=3)
BATCH: Final = 200


async def tell_due(store: Store, courier: Courier, *, now: datetime) -> int:
    """
    Tell the callbacks that are due, oldest first, and return how many were taken.

    May be repeated and may run beside itself. One that is not taken holds up others to the same
    URL for this time; it is told again later, so that a receiver may get it twice, or after others.

    Raises:
        StoreAway: Some may have been told.
    """
    taken, silent = 0, set[str]()
    for _ in range(BATCH):
        due = await callbacks.claim(store, now=now, until=now + CLAIMED_FOR, but_for=silent)
        if due is None:
            break
        body = json.dumps(due.body, separators=(",", ":"), sort_keys=True).encode()
        answer = await courier.deliver(Event(due.id, due.url, body))
        if isinstance(answer, Delivered):
            await callbacks.done(store, due, said="taken", delivered=now)
            taken += 1
        else:
            silent.add(due.url)
            await _again(store, due, answer.why, now)
    return taken


async def _again(store: Store, due: Due, why: str, now: datetime) -> None:
    if now - due.queued > GIVE_UP_AFTER:
        log.error("callback %s is given up: %s", due.id, why)
        await callbacks.done(store, due, said=f"given up: {why}")
        return
    log.warning("callback %s is not taken: %s", due.id, why)
    pause = grown(PAUSE, due.tries - 1, longest=LONGEST_PAUSE)
    await callbacks.again(store, due, said=why, at=now + pause)
