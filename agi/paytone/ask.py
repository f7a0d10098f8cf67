"""Questions, and the retry loop that every flow asks them with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from paytone.phone import HungUp, Keys, Phone
from paytone.prompts import Prompt

NOT_HEARD: Final = Prompt("not-heard")
NOT_A_CHOICE: Final = Prompt("menu-misread")
MORE_TIME: Final = Prompt("more-time")
ONE_MOMENT: Final = Prompt("one-moment")
STILL_WORKING: Final = Prompt("still-working")

PERSON, REPEAT, SLOWER = "0", "9", "8"

T = TypeVar("T")


class Back(Enum):
    """The caller pressed ``*``: one step back."""

    BACK = "*"


BACK: Final = Back.BACK


class GaveUp(Exception):
    """The conversation ends early. Raised only where no payment is being made; no money moved."""


class WantsPerson(GaveUp):
    """The caller pressed 0."""


class TooManyTries(GaveUp):
    """The caller was asked as often as the line's manner allows."""


class BadAnswer(Exception):
    """An answer that cannot be meant; *say* tells the caller why. No money moved."""

    def __init__(self, *say: Prompt) -> None:
        super().__init__()
        self.say = say


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """
    One long entry.

    Args:
        prompts: What is asked.
        read: Turns the keys into a value, or raises `BadAnswer`; empty only with *may_be_empty*.
        at_most: Keys that complete the answer without ``#``.
        star: ``*`` belongs to the answer (a decimal point) unless it comes alone.
        may_be_empty: ``#`` alone is an answer.
    """

    prompts: tuple[Prompt, ...]
    read: Callable[[str], T]
    at_most: int
    star: bool = False
    may_be_empty: bool = False


async def ask(phone: Phone, question: Question[T]) -> T | Back:
    """
    What the caller answers, asked again after a mistake.

    While digits are entered 0, 8 and 9 are digits; alone before ``#`` they mean a person, more
    time and repeat (8 and 9 not where they could be an amount). ``*`` alone goes back a step;
    ``*`` after digits takes them back and asks again.

    Raises:
        WantsPerson: 0 alone.
        TooManyTries: After the manner's *entry_tries*.
    """
    tries = 0
    while tries < phone.manner.entry_tries:
        ends = "#" if question.star else "#*"
        keys = await phone.collect(*question.prompts, at_most=question.at_most, ends=ends)
        if question.star and keys.digits == "*":
            keys = Keys("", ended_by="*")
        if keys.ended_by == "*":
            if not keys.digits:
                return BACK
            continue
        if await _asked_for_help(phone, keys, amount=question.star):
            continue
        tries += 1
        try:
            answer = _read(question, keys)
        except BadAnswer as bad:
            await phone.say(*bad.say)
        else:
            await phone.pause(phone.manner.phone_to_ear)
            return answer
    raise TooManyTries


def _read(question: Question[T], keys: Keys) -> T:
    if not keys.digits and not (question.may_be_empty and keys.ended_by):
        raise BadAnswer(NOT_HEARD)
    return question.read(keys.digits)


async def _asked_for_help(phone: Phone, keys: Keys, *, amount: bool) -> bool:
    """Whether *keys* are a lone 9 or 8, which is then done; a lone 0 raises."""
    if keys.digits == PERSON:
        raise WantsPerson
    if amount or keys.digits not in {REPEAT, SLOWER} or not keys.ended_by:
        return False
    if keys.digits == SLOWER:
        await more_time(phone)
    return True


async def choose(
    phone: Phone, *prompts: Prompt, keys: str, announce: tuple[Prompt, ...] = ()
) -> str | Back:
    """
    The one of *keys* that the caller presses, asked again after a mistake.

    Everywhere 0 is a person, 9 repeats, 8 gives more time and ``*`` goes back; none of these
    counts as a mistake.

    Args:
        announce: Said before *prompts* each time, and always in full; what was typed before or
            during it is thrown away, so that nothing is chosen which was not heard.

    Raises:
        WantsPerson: 0.
        TooManyTries: After the manner's *key_tries*.
    """
    tries = 0
    while tries < phone.manner.key_tries:
        if announce:
            await phone.announce(*announce)
        keyed = await phone.collect(*prompts, at_most=1, ends="")
        match keyed.digits:
            case key if key and key in keys:
                return key
            case "*":
                return BACK
            case "0":
                raise WantsPerson
            case "9":
                continue
            case "8":
                await more_time(phone)
                continue
        tries += 1
        await phone.say(NOT_A_CHOICE if keyed.digits else NOT_HEARD)
    raise TooManyTries


async def more_time(phone: Phone) -> None:
    """Let the caller take longer over every key from now on in this job."""
    phone.manner = phone.manner.slower()
    await phone.say(MORE_TIME)


async def in_turn(*steps: Callable[[], Awaitable[object]]) -> bool:
    """
    Go through *steps*, one back when a step returns `BACK`.

    Returns:
        False when the caller went back from the first.
    """
    at = 0
    while at < len(steps):
        at += -1 if await steps[at]() is BACK else 1
        if at < 0:
            return False
    return True


async def patiently(phone: Phone, work: Coroutine[object, object, T]) -> T:
    """
    The result of *work*, with a word to the caller while it takes long.

    *work* is never cut short: when the caller hangs up it runs to its end first.

    Raises:
        HungUp: After the end of *work*.
    """
    task = asyncio.ensure_future(work)
    wait, filler = phone.manner.filler_after, ONE_MOMENT
    try:
        while not (await asyncio.wait({task}, timeout=wait))[0]:
            await phone.announce(filler)
            wait, filler = phone.manner.filler_every, STILL_WORKING
    except HungUp:
        await asyncio.wait({task})
        if (fault := task.exception()) is not None:
            raise fault from None
        raise
    return task.result()
