"""Questions, and the retry loop that every flow asks them with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from paytone.phone import HungUp, Keys, Phone
from paytone.prompts import Prompt
from paytone.rules.pace import Pace

NOT_HEARD: Final = Prompt("not-heard")
NOT_A_CHOICE: Final = Prompt("menu-misread")
MORE_TIME: Final = Prompt("more-time")
STILL_THERE: Final = Prompt("still-there")
GO_SLOWER: Final = Prompt("go-slower")
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
    time and repeat (8 and 9 not where they could be an amount). An 8 that nothing follows, not
    even ``#``, means more time at every question. ``*`` alone goes back a step; ``*`` after
    digits takes them back and asks again. After a time-out a slower call is offered.

    Raises:
        WantsPerson: 0 alone.
        TooManyTries: After the manner's *entry_tries*.
    """
    tries, late = 0, False
    while tries < phone.manner.entry_tries:
        ends = "#" if question.star else "#*"
        prompts = (*question.prompts, *_slower_if(phone, late))
        keys = await _keyed(phone, prompts, at_most=question.at_most, ends=ends)
        if question.star and keys.digits == "*":
            keys = Keys("", ended_by="*")
        if keys.ended_by == "*":
            if not keys.digits:
                return BACK
            continue
        if await _asked_for_help(phone, keys, amount=question.star):
            continue
        tries += 1
        late = not keys.ended_by and len(keys.digits) < question.at_most
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
    if keys.digits == SLOWER and not (amount and keys.ended_by):
        await more_time(phone)
        return True
    return keys.digits == REPEAT and bool(keys.ended_by) and not amount


async def _keyed(phone: Phone, prompts: tuple[Prompt, ...], *, at_most: int, ends: str) -> Keys:
    """
    What is keyed at *prompts*.

    Whoever keys nothing is told that time runs out and how to get more, and has as long again
    (36 CFR 1194.23(d)).
    """
    keys = await phone.collect(*prompts, at_most=at_most, ends=ends)
    if keys.digits or keys.ended_by:
        return keys
    return await phone.collect(STILL_THERE, at_most=at_most, ends=ends)


def _slower_if(phone: Phone, late: bool) -> tuple[Prompt, ...]:
    """How to go slower, for who was *late* and does not yet."""
    return (GO_SLOWER,) if late and phone.manner.pace is Pace.USUAL else ()


async def choose(
    phone: Phone, *prompts: Prompt, keys: str, announce: tuple[Prompt, ...] = ()
) -> str | Back:
    """
    The one of *keys* that the caller presses, asked again after a mistake.

    Everywhere 0 is a person, 9 repeats, 8 gives more time and ``*`` goes back; none of these
    counts as a mistake. After a time-out a slower call is offered.

    Args:
        announce: Said before *prompts* each time, and always in full; what was typed before or
            during it is thrown away, so that nothing is chosen which was not heard.

    Raises:
        WantsPerson: 0.
        TooManyTries: After the manner's *key_tries*.
    """
    tries, late = 0, False
    while tries < phone.manner.key_tries:
        if announce:
            await phone.announce(*announce)
        asked = (*prompts, *_slower_if(phone, late))
        keyed = await _keyed(phone, asked, at_most=1, ends="")
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
        tries, late = tries + 1, not keyed.digits
        await phone.say(NOT_A_CHOICE if keyed.digits else NOT_HEARD)
    raise TooManyTries


async def more_time(phone: Phone) -> None:
    """Go slowly for the rest of the call."""
    await phone.take_pace(Pace.SLOW)
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
