"""A caller made of dice: what is keyed at which question, and when it is hung up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from paytone.ask import ONE_MOMENT, STILL_WORKING
from paytone.flows.agreement import ASK_CHANGE, PAY_AGAIN, REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, DID_YOU_MEAN, IS_THAT_RIGHT
from paytone.flows.bills import EARLIER_BILL
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_CVV_4, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.fee import FEE_KEYS
from paytone.flows.history import EARLIER_ONE, GO_ON
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.keep_card import ACCEPT
from paytone.flows.lookup import ASK_CONFIRMATION
from paytone.flows.menu import MENU, RECORDS
from paytone.flows.method_entry import PAY_WITH_SAVED
from paytone.flows.methods import CONFIRM, SAVED
from paytone.flows.pay_bill import PAID, TRY_ANOTHER_CARD
from paytone.flows.shares_entry import MORE_ACCOUNTS
from paytone.prompts import Prompt

HANG_UP: Final = "!"
"""Among keys: the receiver is put down here."""

PLANS: Final = Prompt("plans-autopay")
"""The first option of the dialplan's menu of what is paid later and what is saved."""

PIN: Final = "2580"
KEYS: Final = "0123456789*#"
AMOUNTS: Final = ("40*00#", "40*00#", "1*00#", "25#", "4550#", "0*50#", "112*40#", "9999999#")
DECLINING: Final = ("2001*00#", "2046*00#", "2010*00#", "3000*00#", "1004*00#", "5001*00#")
CARDS: Final = (
    ("4111111111111111#", 30),
    ("5555555555554444#", 15),
    ("378282246310005#", 10),
    ("6011111111111117#", 10),
    ("4005519200000004#", 10),
    ("4111111111111112#", 4),
    ("4242424242424242#", 5),
    ("4000111111111511#", 4),
    ("4111111111111111", 8),
    ("*", 2),
)


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
    """

    def __init__(
        self, dice: Random, tally: Counter[str], number: str, manners: Manners, *, pays: bool
    ) -> None:
        self._dice = dice
        self._tally = tally
        self._manners = manners
        self._sensible = _answers(number) if pays else {**_answers(number), MENU: _only("#")}

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
        if {PAID, REVIEW_KEYS} & set(prompts):
            chance *= 6
        if {ONE_MOMENT, STILL_WORKING} & set(prompts):
            chance *= 15
        gone = self._dice.random() < chance
        if gone:
            self._tally["hung up" + (" in mid charge" if ONE_MOMENT in prompts else "")] += 1
        return gone

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


Answer = Callable[[Random | None], str]
"""What is keyed, as the dice fall; without dice what a caller keys who makes no mistake."""


def _only(keys: str) -> Answer:
    return lambda _: keys


def _one_of(*weighed: tuple[str, int]) -> Answer:
    choices, weights = zip(*weighed, strict=True)
    return lambda dice: str(dice.choices(choices, weights)[0] if dice else choices[0])


def _amount(dice: Random | None) -> str:
    if dice is None:
        return AMOUNTS[0]
    if dice.random() < 0.3:
        return f"{dice.randint(1, 90)}*{dice.randint(0, 99):02}#"
    return dice.choice(AMOUNTS + DECLINING)


def _answers(number: str) -> Mapping[Prompt, Answer]:
    wrong = f"{number[:-1]}{(int(number[-1]) + 5) % 10}"
    return {
        ASK_ACCOUNT: _one_of((number, 70), (f"{number}#", 28), (wrong, 2)),
        ASK_PIN: _one_of((f"{PIN}#", 96), (PIN, 2), ("1111#", 2)),
        MENU: _one_of(("1", 64), ("2", 6), ("3", 8), ("4", 6), ("5", 1), ("#", 15)),
        PLANS: _one_of(("3", 92), ("*", 8)),
        SAVED: _one_of(("1", 60), ("2", 20), ("#", 20)),
        CONFIRM: _one_of(("1", 90), ("*", 10)),
        PAY_WITH_SAVED: _one_of(("1", 45), ("2", 45), ("4", 6), ("*", 4)),
        ACCEPT: _one_of(("1", 86), ("*", 10), ("9", 4)),
        RECORDS: _one_of(("1", 50), ("2", 20), ("3", 20), ("4", 5), ("#", 5)),
        EARLIER_ONE: _one_of(("#", 60), ("1", 40)),
        EARLIER_BILL: _one_of(("#", 60), ("1", 40)),
        GO_ON: _only("#"),
        ASK_CONFIRMATION: _one_of(("905484000#", 50), ("123#", 20), ("*", 30)),
        MORE_ACCOUNTS: _one_of(("1", 20), ("2", 40), ("3", 38), ("*", 2)),
        FEE_KEYS: _one_of(("1", 94), ("*", 4), ("9", 2)),
        ASK_AMOUNT_KIND: _one_of(("2", 45), ("4", 38), ("1", 6), ("3", 5), ("5", 4), ("*", 2)),
        ASK_AMOUNT: _amount,
        DID_YOU_MEAN: _one_of(("1", 60), ("2", 40)),
        IS_THAT_RIGHT: _one_of(("1", 92), ("2", 8)),
        ASK_CARD: _one_of(*CARDS),
        ASK_EXPIRY: _one_of(("1230", 70), ("927#", 24), ("0120", 3), ("1340", 3)),
        ASK_CVV_3: _one_of(("123", 88), ("200", 8), ("12#", 4)),
        ASK_CVV_4: _one_of(("1234", 92), ("2000", 8)),
        ASK_POSTAL: _one_of(("60601", 88), ("20000", 8), ("606#", 4)),
        REVIEW_KEYS: _one_of(("1", 82), ("2", 10), ("*", 5), ("9", 3)),
        ASK_CHANGE: _one_of(("1", 45), ("2", 45), ("*", 10)),
        TRY_ANOTHER_CARD: _one_of(("1", 65), ("*", 35)),
        PAY_AGAIN: _one_of(("1", 60), ("*", 40)),
        REPEAT_CONFIRMATION: _one_of(("#", 55), ("1", 10), ("4", 30), ("", 5)),
    }


AHEAD: Final = {
    ASK_ACCOUNT: ASK_PIN,
    ASK_PIN: MENU,
    MENU: ASK_AMOUNT_KIND,
    ASK_CARD: ASK_EXPIRY,
    ASK_EXPIRY: ASK_CVV_3,
    ASK_POSTAL: REVIEW_KEYS,
    REVIEW_KEYS: REPEAT_CONFIRMATION,
}
"""What is typed ahead after which answer."""
