"""A caller behind Asterisk's AGI, classic or fast: the two differ only in how a command is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from paytone.digits import Digits
from paytone.phone import Keys, Manner, Phone
from paytone.phone.agi_reply import key_of, result_of, variable_of
from paytone.prompts import Prompt

Send = Callable[[str], Awaitable[Mapping[str, object]]]
"""Sends one AGI command and returns the library's reply with ``result`` or ``status_code``."""

FOLDER = "paytone/"
KEYS = "0123456789*#"
NO_CONTEXT = "paytone-keys"
"""A context that has no extension, so that Background returns a key and never jumps to it."""


class AgiPhone(Phone):
    """
    A caller on an Asterisk channel.

    Several prompts go in one command: `Background` may be cut short, `Playback` may not.
    Neither these nor ``WAIT FOR DIGIT`` print a key or put it into a variable, as `Read` does.
    """

    def __init__(self, send: Send, manner: Manner) -> None:
        self.manner = manner
        self._send = send
        self._typed = Digits()
        self._complete = False

    async def variable(self, name: str) -> str:
        """The channel variable *name*; empty where it is not set."""
        return variable_of(await self._send(f"GET VARIABLE {name}"))

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable; anyone who may read Asterisk's events sees *value*."""
        result_of(await self._send(f'SET VARIABLE {name} "{value}"'))

    async def say(self, *prompts: Prompt) -> None:
        while prompts and not self._typed:
            key = key_of(await self._execute("Background", f"{_files(prompts)},,,{NO_CONTEXT}"))
            if key is None or self._keep(key):
                return

    async def announce(self, *prompts: Prompt) -> None:
        self._typed = Digits()
        self._complete = False
        await self._execute("Playback", _files(prompts))

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        await self.say(*prompts)
        digits = Digits()
        while len(digits) < at_most:
            wait = self.manner.between_keys if digits else self.manner.first_key
            key = await self._next_key(wait)
            if key is None or key in ends:
                return Keys(digits, ended_by=key or "")
            digits += key
        self._complete = at_most > 1
        return Keys(digits)

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


def _files(prompts: tuple[Prompt, ...]) -> str:
    return "&".join(f"{FOLDER}{prompt}" for prompt in prompts)
