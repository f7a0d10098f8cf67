"""The port to a caller: what a flow can say, and what a caller can key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import final

from paytone.prompts import Prompt
from paytone.rules.digits import Digits
from paytone.rules.pace import Pace


class HungUp(Exception):
    """
    The caller is gone. Raised only by a Phone's methods; no money moved in them.

    Args:
        said: What was recorded of a caller who was gone as they spoke, a WAV file; usually empty.
    """

    def __init__(self, said: bytes = b"") -> None:
        super().__init__()  # without it, so that no text or repr holds it
        self.said = said


@final
@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """
    What a caller keyed in answer to one question.

    It hides itself: neither ``repr`` nor ``str`` nor formatting shows a digit.

    Args:
        digits: The keys as keyed, without the one that ended them; may be empty.
        ended_by: That key, ``#`` or ``*``; empty when time or room ran out.
    """

    digits: str
    ended_by: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digits", Digits(self.digits))

    def __repr__(self) -> str:
        return "<Keys>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("<Keys>", spec)


@dataclass(frozen=True, slots=True)
class Manner:
    """
    How patient the line is. Waits are in seconds; the numbers are the usual ones of the field
    (Kortum; Avaya's IR guide; ivrsworld.com).

    Args:
        first_key: From the end of a question to the first key.
        between_keys: From one key of a long entry to the next.
        after_only_key: The same after a first key that may be all of the answer.
        phone_to_ear: From the end of a long entry to the next word.
        entry_tries: How often a long entry is asked for.
        key_tries: How often a choice of one key is asked for.
        identify_tries: How often an account and PIN may fail together.
        card_tries: How many cards may be declined.
        filler_after: Silent work that the caller bears before a word is said.
        filler_every: Silence between two such words.
        more_time: By how much the key 8 stretches the waits for keys.
        pace: Slow once that was pressed.
        only_keys: First keys that may be all of an answer.
    """

    first_key: float = 7.0
    between_keys: float = 4.0
    after_only_key: float = 2.0
    phone_to_ear: float = 0.5
    entry_tries: int = 3
    key_tries: int = 4
    identify_tries: int = 3
    card_tries: int = 3
    filler_after: float = 2.5
    filler_every: float = 2.5
    more_time: float = 3.0
    pace: Pace = Pace.USUAL
    only_keys: str = ""

    def at(self, pace: Pace) -> Manner:
        """The manner at *pace*: waits for keys are *more_time* times as long at the slow one."""
        if pace is self.pace:
            return self
        times = self.more_time if pace is Pace.SLOW else 1 / self.more_time
        return replace(
            self,
            first_key=self.first_key * times,
            between_keys=self.between_keys * times,
            after_only_key=self.after_only_key * times,
            pace=pace,
        )


class CannotRecord(Exception):
    """The line has nowhere to record to: a fault of ours. The caller is there; no money moved."""


class Phone(ABC):
    """
    One caller on one call.

    Every method raises `HungUp` once the caller is gone, and nothing else that a flow should catch.
    Keys pressed while the line speaks are kept for the next `collect` (type-ahead), until
    `announce` throws them away. A ``#`` that follows a long answer which was already
    complete is dropped.
    """

    manner: Manner
    language: str
    """What is spoken on this call, such as ``en``; figures are put into its words."""

    @abstractmethod
    async def take_pace(self, pace: Pace) -> None:
        """Wait and speak at *pace* for the rest of the call; may be repeated."""

    @abstractmethod
    async def say(self, *prompts: Prompt) -> None:
        """Play *prompts* in turn; a key cuts them short and is kept as the next answer's first."""

    @abstractmethod
    async def announce(self, *prompts: Prompt) -> None:
        """Play *prompts* in full; keys pressed before or during them are thrown away."""

    @abstractmethod
    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        """
        Play *prompts*, which a key cuts short, and return what is keyed.

        Ends at a key of *ends*, at *at_most* keys, or when the manner's waits run out.
        """

    @abstractmethod
    async def record(self, *, longest: float, silence: float) -> bytes:
        """
        What the caller says from now on, a WAV file of 16 bits at 8000 Hz; keys are not in it.

        Ends at ``#``, after *silence* seconds without a sound, or after *longest*. Keys pressed
        before or during it are thrown away. Nothing of it is left on the line's disk.

        Raises:
            CannotRecord: See there.
        """

    @abstractmethod
    async def play(self, recording: bytes) -> None:
        """Play what was recorded; a key cuts it short and is kept as the next answer's first."""

    @abstractmethod
    async def pause(self, seconds: float) -> None:
        """Say nothing for *seconds*, less if a key is pressed; the key is kept."""
