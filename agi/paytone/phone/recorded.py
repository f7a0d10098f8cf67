"""What was said and asked in a call, for its record: never a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paytone.phone import HungUp, Keys, Manner, Phone
from paytone.prompts import Prompt
from paytone.rules.pace import Pace


@dataclass(frozen=True, slots=True)
class Event:
    """
    One thing that happened.

    Args:
        kind: ``said``, ``announced``, ``asked``, ``answered``, ``not-answered``, ``recording``,
            ``recorded``, ``played-back`` or ``hung-up``.
        prompts: What was played; empty for what the caller did.
    """

    at: datetime
    kind: str
    prompts: tuple[Prompt, ...] = ()


class RecordedPhone(Phone):
    """Passes everything on to *phone* and keeps what happened in `events`."""

    def __init__(self, phone: Phone, clock: Callable[[], datetime]) -> None:
        self._phone = phone
        self._clock = clock
        self.events: list[Event] = []

    @property
    def manner(self) -> Manner:
        """The wrapped phone's."""
        return self._phone.manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        self._phone.manner = manner

    @property
    def language(self) -> str:
        """The wrapped phone's."""
        return self._phone.language

    @language.setter
    def language(self, language: str) -> None:
        self._phone.language = language

    def take(self) -> list[Event]:
        """What happened since the last time this was asked."""
        taken, self.events = self.events, []
        return taken

    async def take_pace(self, pace: Pace) -> None:
        await self._phone.take_pace(pace)

    async def say(self, *prompts: Prompt) -> None:
        self._happened("said", *prompts)
        await self._phone.say(*prompts)

    async def announce(self, *prompts: Prompt) -> None:
        self._happened("announced", *prompts)
        await self._phone.announce(*prompts)

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        self._happened("asked", *prompts)
        try:
            keys = await self._phone.collect(*prompts, at_most=at_most, ends=ends)
        except HungUp:
            self._happened("hung-up")
            raise
        self._happened("answered" if keys.digits or keys.ended_by else "not-answered")
        return keys

    async def record(self, *, longest: float, silence: float) -> bytes:
        self._happened("recording")
        try:
            audio = await self._phone.record(longest=longest, silence=silence)
        except HungUp:
            self._happened("hung-up")
            raise
        self._happened("recorded")
        return audio

    async def play(self, recording: bytes) -> None:
        self._happened("played-back")
        await self._phone.play(recording)

    async def pause(self, seconds: float) -> None:
        await self._phone.pause(seconds)

    def _happened(self, kind: str, *prompts: Prompt) -> None:
        self.events.append(Event(self._clock(), kind, prompts))
