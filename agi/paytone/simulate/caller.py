"""A caller made of dice: what is keyed at which question, and when it is hung up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final

from paytone.ask import ONE_MOMENT, STILL_WORKING
from paytone.flows.agreement import REVIEW_CHECK_KEYS, REVIEW_KEYS
from paytone.flows.authorisation import SAY_NOW
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import CHECK_ACCEPTED, PAID
from paytone.prompts import Prompt
from paytone.simulate import voice
from paytone.simulate.answers import AHEAD, answers_of, answers_without_pin, draw_bank_account, only

HANG_UP: Final = "!"
"""Among keys: the receiver is put down here."""

KEYS: Final = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Manners:
    """
    How a caller is.

    Args:
        care: How likely an answer is a sensible one.
        leaves: How likely the receiver is put down at something heard.
        hurry: How likely the next answer is typed ahead.
    """

    care: float
    leaves: float
    hurry: float


HONEST: Final = Manners(1.0, 0.0, 0.0)
"""Somebody who makes no mistake."""


def draw_manners(dice: Random) -> Manners:
    """Anyone."""
    return Manners(
        care=dice.choice((0.99, 0.97, 0.93, 0.8)),
        leaves=dice.choice((0.0, 0.004, 0.02)),
        hurry=dice.choice((0.0, 0.0, 0.1, 0.4)),
    )


class Caller:
    """
    Somebody who calls about the account *number*.

    Args:
        pays: Wants to; else only listens, and says goodbye.
        without_pin: Knows the ZIP code of the account, and no PIN.
    """

    def __init__(
        self,
        dice: Random,
        tally: Counter[str],
        number: str,
        manners: Manners,
        *,
        pays: bool,
        without_pin: bool = False,
    ) -> None:
        self._dice = dice
        self._tally = tally
        self._manners = manners
        kind = answers_without_pin if without_pin else answers_of
        answers = kind(number, draw_bank_account(dice))
        self._sensible = answers if pays else {**answers, MENU: only("#")}

    def answer(self, prompts: tuple[Prompt, ...]) -> str:
        """What is keyed when *prompts* are heard, perhaps nothing; HANG_UP may be among it."""
        question = next((prompt for prompt in prompts if prompt in self._sensible), None)
        if question is None:
            return self._stray()
        if self._manners is HONEST:
            return self._sensible[question](None)
        if self._dice.random() >= self._manners.care:
            return self._wrong()
        keys = self._sensible[question](self._dice)
        after = AHEAD.get(question)
        if after is not None and self._dice.random() < self._manners.hurry:
            self._tally["typed ahead"] += 1
            keys += self._sensible[after](self._dice)
        return keys

    def leaves(self, prompts: tuple[Prompt, ...]) -> bool:
        """Whether the receiver is put down at *prompts*."""
        chance = self._manners.leaves
        if {PAID, CHECK_ACCEPTED, REVIEW_KEYS, REVIEW_CHECK_KEYS, SAY_NOW} & set(prompts):
            chance *= 6
        if {ONE_MOMENT, STILL_WORKING} & set(prompts):
            chance *= 15
        gone = self._dice.random() < chance
        if gone:
            self._tally["hung up" + (" in mid charge" if ONE_MOMENT in prompts else "")] += 1
        return gone

    def speaks(self) -> bytes | None:
        """What is said when it is recorded, perhaps nothing; None hangs up."""
        if self._dice.random() < self._manners.leaves * 6:
            self._tally["hung up at a recording"] += 1
            return None
        if self._dice.random() >= self._manners.care:
            self._tally["said nothing"] += 1
            return voice.silence()
        return voice.spoken(self._dice)

    def moment(self) -> float:
        """Where in what is said something happens, from 0 to 1."""
        return self._dice.random()

    def _stray(self) -> str:
        """Keys that nobody asked for."""
        if self._dice.random() < (1 - self._manners.care) / 4:
            self._tally["keys that nobody asked for"] += 1
            return self._dice.choice(KEYS)
        return ""

    def _wrong(self) -> str:
        what = self._dice.choice(("silent", "random", "help", "back", "person", "half", "leaves"))
        self._tally[f"answered wrong: {what}"] += 1
        match what:
            case "random":
                return "".join(self._dice.choices(KEYS, k=self._dice.randint(1, 20)))
            case "help":
                return self._dice.choice(("9#", "8#", "9", "8"))
            case "back":
                return "*"
            case "person":
                return self._dice.choice(("0#", "0", "5", "7"))
            case "half":
                return "".join(self._dice.choices("0123456789", k=3))
            case "leaves":
                return f"12{HANG_UP}"
        return ""
