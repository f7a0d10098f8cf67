"""Calls back: places in line held by the worker, and the dial once an agent is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from paytone.back_office.calls_out import Switchboard
from paytone.rules.calling import Ask, Kind, Refused, Rules, Why, may_call
from paytone.rules.person import place_in_line
from paytone.store import Store, calls_out, hours, people
from paytone.store.calls_out import Claimed, TurnedBack
from paytone.store.people import TOO_OLD, Waiting
from paytone.trunk import HeldPlace, Placed, TrunkAway

log = logging.getLogger(__name__)

PASSES: Final = frozenset({Why.OUTSIDE_HOURS, Why.CAP_OF_A_DAY, Why.QUIET_DAY})
"""Refusals that end by themselves."""


async def hold_places(store: Store, board: Switchboard, clock: Callable[[], datetime]) -> int:
    """
    Hold a place for everybody who waits to be called back, may be called now and has none.

    Asterisk says which are held, so that it may be repeated, and mends what a restart lost: the
    place in line is told by when they asked. How many were held anew.
    """
    waiting = await people.waiting(store)
    if not waiting:
        return 0
    count = 0
    try:
        async with board.trunk.waiting_room() as room:
            held = await room.held()
            for each in waiting:
                if each.id not in held and await _is_time(store, board, each, clock()):
                    count += await room.hold(_place(each)) is Placed.YES
    except TrunkAway as exc:
        log.error("no places are held: %s", exc)
    return count


async def dial_back(store: Store, rules: Rules, person_id: str, *, now: datetime) -> Claimed | None:
    """
    The call to make to who holds that place, as an agent is there now; None: it may not be made.

    It is made once: who does not answer is not called again.
    """
    waiting = await people.one(store, person_id)
    if waiting is None:
        return None
    gate = partial(may_call, now=now, rules=rules)
    claimed = await calls_out.claim_call_back(store, gate, waiting, now=now)
    if isinstance(claimed, TurnedBack):
        await _turned_back(store, waiting, claimed.why, now)
        return None
    return claimed


async def _is_time(store: Store, board: Switchboard, waiting: Waiting, now: datetime) -> bool:
    if now - waiting.asked > TOO_OLD:
        await people.give_up(store, waiting.id, how="expired", why="nobody had time", now=now)
        return False
    if waiting.asked > now:  # by another machine's clock
        return False
    if not (await hours.of_queue(store, waiting.queue, now=now)).is_open(now):
        return False
    facts = await calls_out.facts_of_call_back(store, waiting, now=now)
    ask = Ask(Kind.CALL_BACK, waiting.number, waiting.asked + TOO_OLD, waiting.asked)
    verdict = may_call(ask, facts, now=now, rules=board.rules)
    if isinstance(verdict, Refused):
        await _turned_back(store, waiting, verdict.why, now)
        return False
    return True


async def _turned_back(store: Store, waiting: Waiting, why: Why, now: datetime) -> None:
    if why not in PASSES:
        log.warning("call back %s is not made: %s", waiting.id, why.value)
        await people.give_up(store, waiting.id, how="refused", why=why.value, now=now)


def _place(waiting: Waiting) -> HeldPlace:
    return HeldPlace(
        waiting.id,
        waiting.call_id,
        waiting.queue,
        waiting.number,
        place_in_line(waiting.asked),
        waiting.came.shown(),
        waiting.language,
    )
