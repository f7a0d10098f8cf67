"""Banners as a caller hears them: a recording, or the words that are ready for their kind."""

from __future__ import annotations

import logging
from typing import Final

from paytone.flows import Call, Desk
from paytone.prompts import Prompt, sound_file, spoken
from paytone.rules.banner import Banner, Kind, to_say
from paytone.store import StoreAway, banners

log = logging.getLogger(__name__)

OUTAGE: Final = Prompt("banner-outage")
OUTAGE_UNTIL: Final = Prompt("banner-outage-until")
CLOSURE: Final = Prompt("banner-closure")
CLOSURE_UNTIL: Final = Prompt("banner-closure-until")
MAINTENANCE: Final = Prompt("banner-maintenance")
MAINTENANCE_UNTIL: Final = Prompt("banner-maintenance-until")

READY: Final = {
    Kind.OUTAGE: (OUTAGE, OUTAGE_UNTIL),
    Kind.CLOSURE: (CLOSURE, CLOSURE_UNTIL),
    Kind.MAINTENANCE: (MAINTENANCE, MAINTENANCE_UNTIL),
}
"""What is said of each kind, and before the time of its end."""


async def banners_now(desk: Desk, call: Call, language: str) -> tuple[Prompt, ...]:
    """
    The banners that the caller has not had yet, to be said now; noted as had.

    None while the store is away: nobody waits for a banner.
    """
    now = desk.clock()
    try:
        on = await banners.current(desk.store, now)
        if not on:
            return ()
        caller = await banners.whereabouts(
            desk.store, call.id, called=call.called, calling=call.calling
        )
        heard = await banners.heard(desk.store, call.id)
        chosen = to_say(on, caller, heard=heard, language=language, now=now)
        if chosen:
            ids = [each.id for each in chosen]
            await banners.played(desk.store, call.id, ids, language=language, now=now)
    except StoreAway:
        log.warning("call %s: no banners: the store is away", call.id)
        return ()
    return tuple(prompt for each in chosen for prompt in words_of(each, desk, language))


def words_of(banner: Banner, desk: Desk, language: str) -> tuple[Prompt, ...]:
    """*banner* as it is said in *language*: recorded, if its recording is in that or is all."""
    ready = READY.get(banner.kind)
    if banner.recording and (banner.language == language or ready is None):
        return (sound_file(str(desk.banners / banner.recording)), spoken.PAUSE_SHORT)
    assert ready is not None
    return (ready[0], ready[1], *ends_at(banner, desk))


def ends_at(banner: Banner, desk: Desk) -> tuple[Prompt, ...]:
    """The day and time of its end, where the biller is."""
    ends = banner.ends.astimezone(desk.clock().tzinfo)
    return (*spoken.date(ends.date()), *spoken.time(ends.time()))
