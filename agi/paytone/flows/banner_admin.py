"""An administrator at a phone: records banners, switches them on and off."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, choose, in_turn, patiently
from paytone.flows import Call, Desk
from paytone.flows.banner_entry import Reach, ask_hours, ask_kind, ask_reach, ask_recording
from paytone.flows.banners import ends_at, words_of
from paytone.flows.claim import count_failure, number_is_locked
from paytone.phone import CannotRecord, Phone
from paytone.prompts import Prompt
from paytone.rules.banner import USUAL_PRIORITY, Banner, Kind, Scope, ends_after
from paytone.rules.job import Ended, Next, Status
from paytone.rules.pin import is_pin, pin_matches
from paytone.store import banner_admins, banners

log = logging.getLogger(__name__)

ASK_ADMIN: Final = Prompt("admin-ask-number")
ASK_PIN: Final = Prompt("admin-ask-pin")
MISREAD: Final = Prompt("admin-misread")
REFUSED: Final = Prompt("admin-refused")
NOT_FROM_THERE: Final = Prompt("admin-not-from-there")
TO_RECORD: Final = Prompt("admin-to-record")
TO_CHOOSE: Final = Prompt("admin-to-choose")
TO_LIST: Final = Prompt("admin-to-list")
TO_LEAVE: Final = Prompt("admin-to-leave")
CANNOT_RECORD: Final = Prompt("admin-cannot-record")
UNTIL: Final = Prompt("admin-until")
SWITCH_ON: Final = Prompt("admin-switch-on")
IS_ON: Final = Prompt("admin-is-on")
SWITCH_OFF: Final = Prompt("admin-switch-off")
IS_OFF: Final = Prompt("admin-is-off")
NO_MORE: Final = Prompt("admin-no-more")

ADMIN_DIGITS: Final = 8


def _read_admin(digits: str) -> str:
    if not 4 <= len(digits) <= ADMIN_DIGITS:
        raise BadAnswer(MISREAD)
    return digits


def _read_pin(digits: str) -> str:
    if not is_pin(digits):
        raise BadAnswer(MISREAD)
    return digits


ADMIN = Question((ASK_ADMIN,), _read_admin, at_most=ADMIN_DIGITS + 1)
PIN = Question((ASK_PIN,), _read_pin, at_most=7)
"""Both take one key more than there are digits, so that no ``#`` is left over."""


async def banner_admin(phone: Phone, desk: Desk, call: Call) -> Ended:
    """
    Let an administrator record banners and switch them on and off.

    An unknown number, a wrong PIN and a locked number sound alike. Wrong PINs lock the number, and
    the telephone that they came from.
    """
    if desk.admin_callers and call.calling not in desk.admin_callers:
        await patiently(phone, _note(desk, call, "", "not-from-there"))
        await phone.announce(NOT_FROM_THERE)
        return Ended(Status.REFUSED, Next.GOODBYE)
    admin = await _let_in(phone, desk, call)
    if admin is None:
        return Ended(Status.REFUSED, Next.GOODBYE)
    work = _Work(phone, desk, call, admin)
    while True:
        words = (TO_RECORD, TO_CHOOSE, TO_LIST, TO_LEAVE)
        match await choose(phone, *words, keys="123#"):
            case "1":
                await work.record()
            case "2":
                await work.new(None)
            case "3":
                await work.go_through()
            case _:
                return Ended(Status.DONE, Next.GOODBYE)


async def _let_in(phone: Phone, desk: Desk, call: Call) -> str | None:
    """The number of the administrator; None for anybody else."""
    for _ in range(phone.manner.identify_tries):
        number = await ask(phone, ADMIN)
        if number is BACK:
            continue
        pin = await ask(phone, PIN)
        if pin is BACK:
            continue
        if await patiently(phone, _check(desk, call, number, pin)):
            return number
        await phone.say(REFUSED)
    return None


async def _check(desk: Desk, call: Call, number: str, pin: str) -> bool:
    """Whether *number* and *pin* open; a failure is counted, whatever came before."""
    now, rule = desk.clock(), desk.lock_rule
    pin_hash, locked = await banner_admins.pin_hash_of(desk.store, number, now)
    locked |= await number_is_locked(desk, call)
    matches = await asyncio.to_thread(pin_matches, pin_hash, pin)
    if matches and not locked:
        await banner_admins.opened(desk.store, number)
        await _note(desk, call, number, "opened")
        return True
    await banner_admins.failed(desk.store, number, limit=rule.limit, lock_s=rule.lock_s, now=now)
    await count_failure(desk, None, call)
    await _note(desk, call, number, "locked" if locked else "refused")
    return False


async def _note(desk: Desk, call: Call, number: str, result: str) -> None:
    await banner_admins.note(
        desk.store,
        result,
        number=number,
        calling=call.calling,
        call_id=call.id,
        now=desk.clock(),
    )


@dataclass(slots=True)
class _Draft:
    """A new banner as far as it has been said; *recording* None for ready words."""

    recording: bytes | None
    kind: Kind = Kind.OUTAGE
    reach: Reach = field(default_factory=lambda: Reach(Scope.ALL))
    hours: int = 0
    ends: datetime | None = None


class _Work:
    """What an administrator who was let in may do."""

    def __init__(self, phone: Phone, desk: Desk, call: Call, admin: str) -> None:
        self._phone = phone
        self._desk = desk
        self._call = call
        self._by = f"admin {admin} by phone"

    async def record(self) -> None:
        """Record a new one; kept only if it is switched on."""
        try:
            recording = await ask_recording(self._phone)
            if recording is not BACK:
                await self.new(recording)
        except (CannotRecord, OSError) as exc:
            log.error("call %s: a banner is not recorded: %s", self._call.id, type(exc).__name__)
            await self._phone.announce(CANNOT_RECORD)

    async def new(self, recording: bytes | None) -> None:
        """Ask what it is, for whom and how long, read that back, and switch it on with 1."""
        draft = _Draft(recording)

        async def kind() -> object:
            answer = await ask_kind(self._phone, is_recorded=recording is not None)
            draft.kind = draft.kind if answer is BACK else answer
            return answer

        async def reach() -> object:
            answer = await ask_reach(self._phone)
            draft.reach = draft.reach if answer is BACK else answer
            return answer

        async def hours() -> object:
            answer = await ask_hours(self._phone)
            draft.hours = draft.hours if answer is BACK else answer
            return answer

        if await in_turn(kind, reach, hours, lambda: self._confirm(draft)):
            await self._switch_on(draft)

    async def _confirm(self, draft: _Draft) -> str | Back:
        """1, after all of it was read back in full; what is recorded was heard before."""
        banner = self._as_banner(draft)
        words = (*draft.reach.words(), UNTIL, *ends_at(banner, self._desk))
        if draft.recording is None:
            words = (*words_of(banner, self._desk, self._phone.language), *words)
        return await choose(self._phone, SWITCH_ON, keys="1", announce=words)

    def _as_banner(self, draft: _Draft) -> Banner:
        now = self._desk.clock()
        draft.ends = ends_after(now, draft.hours)
        scope, places = draft.reach.scope, draft.reach.places
        return Banner("", draft.kind, scope, places, USUAL_PRIORITY, now, draft.ends)

    async def _switch_on(self, draft: _Draft) -> None:
        await patiently(self._phone, self._store(draft))
        await self._phone.announce(IS_ON)

    async def _store(self, draft: _Draft) -> None:
        assert draft.ends is not None
        desk, recording = self._desk, None
        if draft.recording is not None:
            recording = await banners.keep_recording(desk.banners, draft.recording)
        await banners.add(
            desk.store,
            kind=draft.kind,
            scope=draft.reach.scope,
            places=draft.reach.places,
            starts=desk.clock(),
            ends=draft.ends,
            priority=USUAL_PRIORITY,
            recording=recording,
            language=self._phone.language if recording else None,
            by=self._by,
            now=desk.clock(),
            call_id=self._call.id,
        )

    async def go_through(self) -> None:
        """Say each banner that is on or still to come; 1 switches it off, 2 goes on."""
        desk = self._desk
        for banner in await patiently(self._phone, banners.current(desk.store, desk.clock())):
            reach = Reach(banner.scope, banner.places)
            said = words_of(banner, desk, self._phone.language)
            words = (*said, *reach.words(), UNTIL, *ends_at(banner, desk))
            choice = await choose(self._phone, *words, SWITCH_OFF, keys="12")
            if choice is BACK:
                return
            if choice == "1":
                end = banners.end(desk.store, banner.id, by=self._by, now=desk.clock())
                await patiently(self._phone, end)
                await self._phone.announce(IS_OFF)
        await self._phone.say(NO_MORE)
