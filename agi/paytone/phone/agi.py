"""A caller behind Asterisk's AGI, classic or fast: the two differ only in how a command is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from paytone.phone import CannotRecord, HungUp, Keys, Manner, Phone
from paytone.phone.agi_reply import key_of, result_of, variable_of
from paytone.prompts import Prompt, own_file
from paytone.prompts.grammar import USUAL, recordings
from paytone.rules.digits import Digits
from paytone.rules.pace import SLOWLY, Pace, paced

Send = Callable[[str], Awaitable[Mapping[str, object]]]
"""Sends one AGI command and returns the library's reply with ``result`` or ``status_code``."""

FOLDER = "paytone/"
KEYS = "0123456789*#"
DONE = "#"
LANGUAGE = "CHANNEL(language)"
PACE = "PAYTONE_PACE"
"""``_slow`` once the call goes slowly: for a dialplan to set after a language."""
NO_CONTEXT = "paytone-keys"
"""A context that has no extension, so that Background returns a key and never jumps to it."""


class AgiPhone(Phone):
    """
    A caller on an Asterisk channel.

    Several prompts go in one command: `Background` may be cut short, `Playback` may not.
    Neither these nor ``WAIT FOR DIGIT`` print a key or put it into a variable, as `Read` does.

    Args:
        recordings: A folder that Asterisk and we both write; None where nothing is recorded.
        language: In which Asterisk plays prompts on the channel; it has a grammar.
    """

    def __init__(
        self,
        send: Send,
        manner: Manner,
        recordings: Path | None = None,
        *,
        language: str = USUAL,
    ) -> None:
        self.manner = manner
        self.language = language
        self._recordings = recordings
        self._send = send
        self._typed = Digits()
        self._complete = False

    async def variable(self, name: str) -> str:
        """The channel variable *name*; empty where it is not set."""
        return variable_of(await self._send(f"GET VARIABLE {name}"))

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable; anyone who may read Asterisk's events sees *value*."""
        result_of(await self._send(f'SET VARIABLE {name} "{value}"'))

    async def take_pace(self, pace: Pace) -> None:
        self.manner = self.manner.at(pace)
        spoken = await self.variable(LANGUAGE) or self.language
        await self.set_variable(LANGUAGE, paced(spoken, pace))
        await self.set_variable(PACE, SLOWLY if pace is Pace.SLOW else "")

    async def say(self, *prompts: Prompt) -> None:
        while prompts and not self._typed:
            key = key_of(
                await self._execute("Background", f"{self._files(prompts)},,,{NO_CONTEXT}")
            )
            if key is None or self._keep(key):
                return

    async def announce(self, *prompts: Prompt) -> None:
        self._forget_keys()
        await self._execute("Playback", self._files(prompts))

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        await self.say(*prompts)
        digits = Digits()
        while len(digits) < at_most:
            key = await self._next_key(self._wait_after(digits))
            if key is None or key in ends:
                return Keys(digits, ended_by=key or "")
            digits += key
        self._complete = at_most > 1
        return Keys(digits)

    async def record(self, *, longest: float, silence: float) -> bytes:
        self._forget_keys()
        async with self._sound_file() as file:
            name = file.with_suffix("")
            try:
                await self._record(f"{name} wav {DONE} {round(longest * 1000)} s={round(silence)}")
                return await asyncio.to_thread(file.read_bytes)
            except HungUp:
                raise HungUp(await asyncio.to_thread(_what_there_is, file)) from None
            except OSError as exc:
                raise CannotRecord(type(exc).__name__) from exc

    async def play(self, recording: bytes) -> None:
        if self._typed:
            return
        async with self._sound_file() as file:
            try:
                await asyncio.to_thread(file.write_bytes, recording)
            except OSError as exc:
                raise CannotRecord(type(exc).__name__) from exc
            name = file.with_suffix("")
            key = key_of(await self._execute("Background", f"{name},,,{NO_CONTEXT}"))
        if key is not None:
            self._keep(key)

    async def _record(self, arguments: str) -> None:
        try:
            result_of(await self._send(f"RECORD FILE {arguments}"))
        except HungUp:
            # Asterisk answers -1 to a file that it cannot write, too. Whoever is gone is so now.
            # Asterisk answers before it has ended the file, and the job's end comes after that.
            await self._wait_for_digit(0.05)
            raise CannotRecord("Asterisk cannot write the recording") from None

    @asynccontextmanager
    async def _sound_file(self) -> AsyncIterator[Path]:
        """A name for a file in the folder that Asterisk shares; what is there is removed after."""
        if self._recordings is None:
            raise CannotRecord("no folder for recordings is set")
        file = self._recordings / f"{uuid4()}.wav"
        try:
            yield file
        finally:
            await asyncio.to_thread(file.unlink, missing_ok=True)

    def _forget_keys(self) -> None:
        self._typed = Digits()
        self._complete = False

    async def pause(self, seconds: float) -> None:
        if seconds and not self._typed and (key := await self._wait_for_digit(seconds)):
            self._keep(key)

    async def _next_key(self, wait: float) -> str | None:
        while not self._typed:
            key = await self._wait_for_digit(wait)
            if key is None:
                return None
            self._keep(key)
        key, self._typed = self._typed[0], Digits(self._typed[1:])
        return key

    def _wait_after(self, digits: Digits) -> float:
        manner = self.manner
        if not digits:
            return manner.first_key
        return manner.after_only_key if digits in {*manner.only_keys} else manner.between_keys

    def _keep(self, key: str) -> bool:
        """
        Keep *key* for the next answer, if it is one.

        A ``#`` that ends an answer already complete is not, and neither are the keys A to D.
        """
        stray = key not in KEYS or (key == "#" and self._complete)
        self._complete = False
        if not stray:
            self._typed += key
        return not stray

    async def _wait_for_digit(self, seconds: float) -> str | None:
        return key_of(result_of(await self._send(f"WAIT FOR DIGIT {round(seconds * 1000)}")))

    async def _execute(self, application: str, arguments: str) -> int:
        return result_of(await self._send(f"EXEC {application} {arguments}"))

    def _files(self, prompts: tuple[Prompt, ...]) -> str:
        played = recordings(prompts, self.language)
        return "&".join(own_file(prompt) or f"{FOLDER}{prompt}" for prompt in played)


def _what_there_is(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
