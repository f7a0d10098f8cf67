"""One job of one call: the channel that it is done on, and what is kept of it."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Mapping
from typing import Final

from paytone.ask import patiently
from paytone.config import Settings
from paytone.flows import Call, Desk
from paytone.flows.banners import banners_now
from paytone.phone import Phone
from paytone.phone.agi import AgiPhone, Send
from paytone.phone.recorded import RecordedPhone
from paytone.prompts import Prompt, recorded_name
from paytone.prompts.grammar import spoken_language
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next
from paytone.rules.pace import Pace, pace_of, paced
from paytone.rules.person import PERSON, reason_of
from paytone.store import StoreAway, calls, dials, paces
from paytone.store.contacts import Source

log = logging.getLogger(__name__)

PROMPT_LIST: Final = re.compile(r"[a-z0-9/_-]+(&[a-z0-9/_-]+)*")

BANNERS: Final = "banners"
"""The word of PAYTONE_INTRO that stands for the banners of now."""


class NotIdentified(Exception):
    """The dialplan asked for a job that needs an account before `identify`. No money moved."""


class OnlyPays(NotIdentified):
    """The caller may pay for the account, and this job tells of it. No money moved."""


class Visit:
    """
    One job of one call: the phone, the desk and the channel's variables.

    Args:
        headers: The ``agi_*`` variables.

    Attributes:
        is_stored: This visit has stored the call.
    """

    def __init__(self, send: Send, headers: Mapping[str, str], settings: Settings, desk: Desk):
        spoken = headers.get("agi_language", "")
        manner, language = settings.manner.at(pace_of(spoken)), spoken_language(spoken)
        self._channel = AgiPhone(send, manner, settings.recordings, language=language)
        self._headers = headers
        self.settings = settings
        self.desk = desk
        self.phone = RecordedPhone(self._channel, desk.clock)
        self.call = Call("", "", None)
        self.is_stored = False
        self._storing: asyncio.Task[None] | None = None
        self._afterwards: list[Awaitable[object]] = []

    @property
    def unrecorded(self) -> Phone:
        """The phone without a record of what is said: for a code, which nobody may read later."""
        return self._channel

    async def begin(self) -> None:
        """Find out which call this is; a call without PAYTONE_CALL gets one and is stored."""
        given = await self._channel.variable("PAYTONE_CALL")
        number = re.sub(r"\D", "", self._headers.get("agi_callerid", ""))
        calling = number[-10:] if len(number) in {10, 11} else None
        called = self._headers.get("agi_dnid", "")
        self.call = Call(given or str(uuid.uuid4()), called, calling)
        if not given:
            await self._channel.set_variable("PAYTONE_CALL", self.call.id)
            self._storing = asyncio.create_task(self.store_call())

    async def stored(self) -> None:
        """Return once the call is stored, or could not be; the greeting does not wait for it."""
        if self._storing is not None:
            await self._storing

    async def store_call(self) -> None:
        """Store the call; may be repeated. While the store is away the call goes on without."""
        try:
            await calls.open_call(
                self.desk.store,
                self.call.id,
                called=self.call.called,
                calling=self.call.calling,
                now=self.desk.clock(),
            )
            self.is_stored = True
        except StoreAway:
            log.warning("call %s is not stored: the store is away", self.call.id)

    async def store_call_out(self, met: str) -> None:
        """Store a call that we made, and whom we *met*; may be repeated, as `store_call`."""
        await self.store_call()
        try:
            await dials.met(self.desk.store, self.call.id, met)
        except StoreAway:
            log.warning("call %s: whom it met is not stored: the store is away", self.call.id)

    @property
    def channel(self) -> str:
        """The channel's device, as Asterisk dials it: ``PJSIP/agent``."""
        name = self._headers.get("agi_channel", "")
        return re.sub(r"(@[^;]*)?-[0-9a-f]{8}(;[12])?$", r"\1", name)

    async def prompts(self, variable: str) -> tuple[Prompt, ...]:
        """The prompts that the dialplan names in *variable*, joined with ``&``; used up by this."""
        value = await self._channel.variable(variable)
        if not value:
            return ()
        await self._channel.set_variable(variable, "")
        if not PROMPT_LIST.fullmatch(value):
            log.error("%s does not name prompts", variable)
            return ()
        return tuple(map(Prompt, value.split("&")))

    async def introduce(self) -> None:
        """Say what PAYTONE_INTRO names, and where it says so the banners of now."""
        prompts = await self.prompts("PAYTONE_INTRO")
        if BANNERS not in prompts:
            await self.phone.say(*prompts)
            return
        at = prompts.index(BANNERS)
        looking = asyncio.create_task(banners_now(self.desk, self.call, self.phone.language))
        try:
            await self.phone.say(*prompts[:at])
        finally:
            await asyncio.wait({looking})
        await self.phone.say(*looking.result(), *prompts[at + 1 :])

    async def variable(self, name: str) -> str:
        """A channel variable that the dialplan sets; empty where it is not set."""
        return await self._channel.variable(name)

    async def tell(self, name: str, value: str) -> None:
        """Set a channel variable, also of a caller who is gone, but for what AGI cannot carry."""
        plain = "".join(sign if sign.isprintable() else " " for sign in value)
        await self._channel.set_variable(name, plain.replace('"', "'").replace("\\", ""))

    async def account(self) -> Account:
        """
        The account that the caller identified for.

        Raises:
            NotIdentified: The dialplan asks for this job too early.
            OnlyPays: The caller hears nothing of the account.
        """
        account = await self.account_if_known()
        if account is None:
            raise OnlyPays if await self.pays_for() else NotIdentified
        return account

    async def account_to_pay(self) -> Account:
        """
        The account that the caller may pay, hearing of it or not.

        Raises:
            NotIdentified: There is none yet.
        """
        account = await self.pays_for() or await self.account_if_known()
        if account is None:
            raise NotIdentified
        return account

    async def home(self, *, verified: Next) -> Next:
        """
        Where a job leads that anybody may ask for: *verified* for who has identified.

        There too while the store is away: what follows cannot tell anything either.
        """
        try:
            if await self.account_if_known() is not None:
                return verified
            return Next.PAY_ONLY if await self.pays_for() else Next.IDENTIFY
        except StoreAway:
            return verified

    async def pays_for(self) -> Account | None:
        """The account that the caller may pay and hear nothing of; None for any other caller."""
        return await patiently(self.phone, calls.pays_for(self.desk.store, self.call.id))

    async def account_if_known(self) -> Account | None:
        """The account that the caller identified for; None before they have."""
        return await patiently(self.phone, calls.account_of(self.desk.store, self.call.id))

    async def end(self, verb: str, ended: Ended) -> None:
        """Tell the dialplan how the job ended."""
        if ended.choice:
            await self._channel.set_variable("PAYTONE_CHOICE", ended.choice)
        if ended.language:
            await self._channel.set_variable(
                "PAYTONE_LANGUAGE", paced(ended.language, self.phone.manner.pace)
            )
        if ended.level is not None:
            await self._channel.set_variable("PAYTONE_LEVEL", ended.level.value)
        if ended.next is Next.AGENT and verb != PERSON:
            await self._channel.set_variable("PAYTONE_WHERE", verb)
            await self._channel.set_variable("PAYTONE_WHY", reason_of(ended.status))
        await self._channel.set_variable("PAYTONE_NEXT", ended.next.value)
        await self._channel.set_variable("PAYTONE_STATUS", ended.status.value)
        log.info("call %s: %s ended %s", self.call.id, verb, ended.status.value)

    def afterwards(self, work: Awaitable[object]) -> None:
        """Let *work* be done to its end once the channel is left; nobody waits for it."""
        self._afterwards.append(work)

    async def finish(self) -> None:
        """Do what was put off; what the store does not take is logged."""
        for work in self._afterwards:
            try:
                await work
            except StoreAway:
                log.warning("call %s: something is not stored: the store is away", self.call.id)

    async def record(self, verb: str, how: str | None) -> None:
        """Store what happened, and *how* the call ended if it did; nothing for one lost unnamed."""
        if not self.call.id:
            return
        events = [
            calls.CallEvent(
                at=event.at,
                verb=verb,
                kind=event.kind,
                prompts=tuple(map(recorded_name, event.prompts)),
            )
            for event in self.phone.take()
        ]
        now = self.desk.clock()
        await self.stored()
        try:
            await calls.record(self.desk.store, self.call.id, events)
            await self._remember_pace()
            if how is not None:
                await calls.close_call(self.desk.store, self.call.id, how, now)
        except StoreAway:
            log.warning("call %s: what happened is not stored: the store is away", self.call.id)

    async def _remember_pace(self) -> None:
        """Let later calls of a caller who goes slowly do so, too, once it is known who they are."""
        if self.phone.manner.pace is not Pace.SLOW:
            return
        account = await calls.account_of(self.desk.store, self.call.id)
        if account is not None:
            await paces.set_pace(
                self.desk.store,
                account.id,
                Pace.SLOW,
                why="asked for more time",
                source=Source.caller(self.call.id),
                now=self.desk.clock(),
            )
