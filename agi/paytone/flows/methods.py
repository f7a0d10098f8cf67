"""Saved methods: heard one by one, and removed."""

from __future__ import annotations

from datetime import date
from typing import Final

from paytone.ask import BACK, choose, patiently
from paytone.flows import Talk
from paytone.flows.method_entry import face_in_words
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import CardFace, Face, SavedMethod
from paytone.store import methods, schedules
from paytone.store.methods import Removal

NONE_SAVED: Final = Prompt("methods-none")
SAVED: Final = Prompt("methods-saved")
EXPIRES_IN: Final = Prompt("method-expires-in")
EXPIRES_SOON: Final = Prompt("method-expires-soon")
HAS_EXPIRED: Final = Prompt("method-has-expired")
REMOVE: Final = Prompt("method-remove")
NEXT: Final = Prompt("method-next")
GO_ON: Final = Prompt("for-the-main-menu")
IN_USE: Final = Prompt("method-in-use")
REMOVING: Final = Prompt("method-removing")
CONFIRM: Final = Prompt("method-confirm")
REMOVED: Final = Prompt("method-removed")
PAYING: Final = Prompt("method-paying")


async def saved_methods(talk: Talk) -> Ended:
    """
    Say each saved method, the last saved first, and remove those that the caller wants removed.

    One that a payment set up earlier is paid from is kept until that is changed or cancelled. A
    removed one is never charged again; the worker has the gateway forget it.
    """
    kept = await patiently(talk.phone, methods.of_customer(talk.desk.store, _customer(talk)))
    if not kept:
        await talk.phone.say(NONE_SAVED)
    for at, method in enumerate(kept, start=1):
        more = at < len(kept)
        options, keys = ((REMOVE, NEXT, GO_ON), "12#") if more else ((REMOVE, GO_ON), "1#")
        words = (SAVED, *face_in_words(method.face), *expiry_in_words(method.face, _today(talk)))
        choice = await choose(talk.phone, *words, *options, keys=keys)
        if choice == "1":
            await _remove(talk, method)
        elif choice != "2":
            break
    return Ended(Status.DONE, Next.MENU)


def expiry_in_words(face: Face, today: date) -> tuple[Prompt, ...]:
    """When a card expires, and whether that is soon or past; nothing for a bank account."""
    if not isinstance(face, CardFace):
        return ()
    if face.expiry.is_past(today):
        return (HAS_EXPIRED,)
    lead = EXPIRES_SOON if face.expiry.months_from(today) <= 1 else EXPIRES_IN
    return (lead, *spoken.month_year(face.expiry.year, face.expiry.month))


async def _remove(talk: Talk, method: SavedMethod) -> None:
    phone, store = talk.phone, talk.desk.store
    if await patiently(phone, schedules.paid_with(store, method.id)):
        await phone.announce(IN_USE)
        return
    words = (REMOVING, *face_in_words(method.face))
    if await choose(phone, CONFIRM, keys="1", announce=words) is BACK:
        return
    why = f"asked in call {talk.call.id}"
    work = methods.remove(store, method, why=why, now=talk.desk.clock())
    removal = await patiently(phone, work)
    await phone.announce(PAYING if removal is Removal.PAYING else REMOVED)


def _customer(talk: Talk) -> str:
    return talk.account.customer_id


def _today(talk: Talk) -> date:
    return talk.desk.clock().date()
