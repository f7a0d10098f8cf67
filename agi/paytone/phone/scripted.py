"""A caller who follows a script: the phone of conversation tests and of simulations."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from paytone.phone import HungUp, Keys, Manner, Phone
from paytone.prompts import Prompt
from paytone.prompts.audio import silence, wav
from paytone.rules.pace import Pace

SILENCE = wav(silence(1500, 8000))

Turn = tuple[Prompt, str | None]
"""A prompt, and what the caller keys on hearing it; None hangs up."""


class OffScript(AssertionError):
    """The line asked for keys at a moment for which the script has none, or never came to one."""


class ScriptedPhone(Phone):
    """
    A caller who waits for each turn's prompt, in order, and then keys that turn's keys.

    A question that no turn answers gets no key, as from a caller who says nothing. Keys are
    typed as on a real phone: those left over are typed ahead, ``announce`` throws them away.

    Args:
        voice: What the caller says each time something is recorded; None hangs up, `HungUp` does so
            while they say what it holds, and a caller who has nothing more to say is silent.

    Attributes:
        heard: Every prompt of every sentence, in order.
        played: Every recording that was played back.
    """

    def __init__(
        self,
        *turns: Turn,
        manner: Manner | None = None,
        voice: Sequence[bytes | HungUp | None] = (),
        language: str = "en",
    ) -> None:
        self.language = language
        self._voice = deque(voice)
        self.played: list[bytes] = []
        self.manner = manner or Manner()
        self.heard: list[Prompt] = []
        self.waits: list[float] = []
        self._turns = deque(turns)
        self._typed = ""
        self._complete = False
        self._gone = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None and self._turns:
            raise OffScript(f"never came to {self._turns[0][0]}; heard {self.heard}")

    def heard_in_order(self, *prompts: Prompt) -> bool:
        """Whether *prompts* were heard in this order, whatever else was said between."""
        rest = iter(self.heard)
        return all(prompt in rest for prompt in prompts)

    async def take_pace(self, pace: Pace) -> None:
        self._stay()
        self.manner = self.manner.at(pace)

    async def say(self, *prompts: Prompt) -> None:
        self._stay()
        if not self._typed:
            self._hear(prompts)

    async def announce(self, *prompts: Prompt) -> None:
        self._stay()
        self._typed = ""
        self._complete = False
        self._hear(prompts)
        self._typed = ""

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        self._stay()
        if not self._typed:
            self._hear(prompts)
        digits = ""
        while len(digits) < at_most:
            key = self._next_key()
            if not key or key in ends:
                return Keys(digits, ended_by=key)
            digits += key
        self._complete = at_most > 1
        return Keys(digits)

    async def record(self, *, longest: float, silence: float) -> bytes:
        self._stay()
        self._typed = ""
        self._complete = False
        self.waits += [longest, silence]
        said = self._voice.popleft() if self._voice else SILENCE
        if said is None or isinstance(said, HungUp):
            self._gone = True
            raise said or HungUp
        return said

    async def play(self, recording: bytes) -> None:
        self._stay()
        if not self._typed:
            self.played.append(recording)

    async def pause(self, seconds: float) -> None:
        self._stay()
        self.waits.append(seconds)

    def _hear(self, prompts: Sequence[Prompt]) -> None:
        self.heard.extend(prompts)
        if self._turns and self._turns[0][0] in prompts:
            _, keys = self._turns.popleft()
            self._gone = keys is None
            self._stay()
            self._type(keys or "")

    def _type(self, keys: str) -> None:
        if self._complete and keys.startswith("#"):
            keys = keys[1:]
        self._complete = False
        self._typed += keys

    def _next_key(self) -> str:
        key, self._typed = self._typed[:1], self._typed[1:]
        if key == "#" and self._complete:
            self._complete = False
            return self._next_key()
        self._complete = False
        return key

    def _stay(self) -> None:
        if self._gone:
            raise HungUp
