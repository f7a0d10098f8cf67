"""Calls out: claimed through the gate, handed to the trunk, given up where nothing came of them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, assert_never

from paytone.rules.calling import Rules, may_call
from paytone.rules.redial import Result
from paytone.store import Store, calls_out, dials
from paytone.store.calls_out import Claimed, TurnedBack
from paytone.trunk import OutCall, Place, Placed, Trunk, TrunkAway

log = logging.getLogger(__name__)

LOST_AFTER: Final = timedelta(hours=1)
"""Longer than any call of ours; then whoever dialled died before the call could tell."""

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Switchboard:
    """
    Where calls are made from.

    Args:
        at_once: Calls under way at one time, whoever makes them.
        days_before: How many days before a bill or an instalment is due it is called about.
    """

    trunk: Trunk
    rules: Rules = field(default_factory=Rules)
    at_once: int = 4
    days_before: tuple[int, ...] = ()


async def make_calls(
    store: Store, board: Switchboard, clock: Callable[[], datetime]
) -> Mapping[str, int]:
    """
    Make the calls that are due, as many at a time as there are lines; how many came to what.

    May be repeated and may run beside itself: each dial is one allowance of the gate's. What comes
    of a call the call itself stores.

    Raises:
        StoreAway: A dial may be stored that was not made.
    """
    made: Counter[str] = Counter()
    try:
        async with board.trunk.line() as place:
            for _ in range(BATCH):
                done = await _one(store, board, place, clock())
                if done is None:
                    break
                made[done] += 1
    except TrunkAway as exc:
        log.error("no calls are made: %s", exc)
    return made


async def _one(store: Store, board: Switchboard, place: Place, now: datetime) -> str | None:
    gate = partial(may_call, now=now, rules=board.rules)
    claimed = await calls_out.claim(store, gate, now=now, at_once=board.at_once)
    match claimed:
        case None:
            return None
        case TurnedBack(why=why):
            return why.value
        case Claimed():
            placed = await place(
                OutCall(claimed.id, claimed.kind, claimed.number, claimed.language)
            )
            if placed is Placed.NO:
                await dials.ended(store, claimed.id, Result.FAILED, now=now)
            return "dialled" if placed is Placed.YES else f"placed {placed.value}"
        case _:
            assert_never(claimed)


async def give_up(store: Store, *, now: datetime) -> int:
    """End the dials of which nobody said what came of them; may be repeated."""
    count = await dials.give_up(store, before=now - LOST_AFTER, now=now)
    if count:
        log.warning("calls of which nobody knows what came: %d", count)
    return count


async def queue_reminders(store: Store, board: Switchboard, *, now: datetime) -> int:
    """How many calls were queued of what is due soon; each once, whoever asks."""
    if not board.days_before:
        return 0
    days = [now.date() + timedelta(days=before) for before in board.days_before]
    return await calls_out.queue_reminders(store, days=days, now=now)
