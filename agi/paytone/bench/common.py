"""The common journeys of a call: what is keyed at which question, by callers of three kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from paytone.bench.journey import CARD
from paytone.bench.report import verdict
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT, OTHER, WHOLE
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.history import GO_ON, LAST_PAYMENTS
from paytone.flows.keep_card import ACCEPT, CARD_KEPT
from paytone.flows.menu import MENU, MENU_OTHER_WAYS, MENU_PLANS, MENU_RECORDS, RECORDS, YOU_OWE
from paytone.flows.menu import RECORDS_RECEIPTS as LAST_OF_RECORDS
from paytone.flows.methods import CONFIRM, REMOVE, REMOVED, SAVED
from paytone.flows.methods import GO_ON as LAST_OF_SAVED
from paytone.flows.pay_bill import NEW_BALANCE_IS
from paytone.flows.save_offer import SAVE_CARD
from paytone.prompts import Prompt

PLANS: Final = Prompt("plans-autopay")
PLANS_METHODS: Final = Prompt("plans-methods")

MOST_KEYS: Final = 8
MOST_SECONDS: Final = 45.0


class Patience(Enum):
    """When a caller keys the answer to a question."""

    AT_ONCE = "at once"
    TO_OPTION = "at its option"
    TO_END = "at the end"


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A question and its answer.

    Args:
        question: How it begins.
        option: What says the key that is pressed; None for the question itself.
        last: How it ends; None for the option itself.
    """

    question: Prompt
    keys: str
    option: Prompt | None = None
    last: Prompt | None = None

    def awaited(self, patience: Patience) -> tuple[Prompt, ...]:
        """What a caller of that kind hears, one after the other, before keying."""
        option = self.option or self.question
        if patience is Patience.AT_ONCE:
            return (self.question,)
        to_option = (self.question, *((option,) if option != self.question else ()))
        last = self.last or option
        if patience is Patience.TO_OPTION or last == option:
            return to_option
        return (*to_option, last)


@dataclass(frozen=True, slots=True)
class Journey:
    """
    What a caller does between the PIN and the end.

    Args:
        name: In words.
        told: What says that it is done.
        over: What comes after the last of what has to be heard, or is the last itself.
        saved: Begins with a saved card, and a payment made with it.
        bound: Whether the targets of a returning caller hold for it.
    """

    name: str
    asked: Sequence[Asked]
    over: Prompt
    told: Prompt
    saved: bool = True
    bound: bool = False

    @property
    def keys(self) -> int:
        """How many keys are pressed after the PIN."""
        return sum(len(each.keys) for each in self.asked)


MENU_TO_PAY: Final = Asked(YOU_OWE, "1", option=MENU, last=MENU_OTHER_WAYS)
TO_PLANS: Final = Asked(YOU_OWE, "3", option=MENU_PLANS, last=MENU_OTHER_WAYS)
TO_RECORDS: Final = Asked(YOU_OWE, "4", option=MENU_RECORDS, last=MENU_OTHER_WAYS)
ALL_OF_IT: Final = Asked(ASK_AMOUNT_KIND, "2", option=WHOLE, last=OTHER)
AGREE: Final = Asked(REVIEW_KEYS, "1")


def some(keys: str) -> tuple[Asked, ...]:
    """Another amount."""
    return (
        Asked(ASK_AMOUNT_KIND, "4", option=OTHER),
        Asked(ASK_AMOUNT, keys),
        Asked(IS_THAT_RIGHT, "1"),
    )


def new_card(today: date) -> tuple[Asked, ...]:
    """A card that is keyed."""
    return (
        Asked(ASK_CARD, f"{CARD}#"),
        Asked(ASK_EXPIRY, f"09{(today.year + 2) % 100:02}"),
        Asked(ASK_CVV_3, "123"),
        Asked(ASK_POSTAL, "60601"),
    )


def saving(today: date) -> Journey:
    """What gives an account its saved card and its first payment."""
    consent = (Asked(REPEAT_CONFIRMATION, "4", option=SAVE_CARD), Asked(ACCEPT, "1"))
    asked = (MENU_TO_PAY, *some("10*00#"), *new_card(today), AGREE, *consent)
    return Journey("new card, some, saved", asked, CARD_KEPT, CARD_KEPT, saved=False)


def common(today: date) -> tuple[Journey, ...]:
    """The journeys that most callers make."""
    card = new_card(today)
    remove = (
        TO_PLANS,
        Asked(PLANS, "3", option=PLANS_METHODS),
        Asked(SAVED, "1", option=REMOVE, last=LAST_OF_SAVED),
        Asked(CONFIRM, "1"),
    )
    records = (TO_RECORDS, Asked(RECORDS, "1", last=LAST_OF_RECORDS))
    return (
        _paying("saved card, whole bill", (MENU_TO_PAY, ALL_OF_IT, AGREE), bound=True),
        _paying("saved card, other amount", (MENU_TO_PAY, *some("20*00#"), AGREE)),
        _paying("new card, whole bill", (MENU_TO_PAY, ALL_OF_IT, *card, AGREE), saved=False),
        Journey("last payment", records, over=GO_ON, told=LAST_PAYMENTS),
        Journey("saved card removed", remove, over=REMOVED, told=REMOVED),
    )


def _paying(
    name: str, asked: Sequence[Asked], *, saved: bool = True, bound: bool = False
) -> Journey:
    return Journey(
        name, asked, over=REPEAT_CONFIRMATION, told=NEW_BALANCE_IS, saved=saved, bound=bound
    )


@dataclass(frozen=True, slots=True)
class Took:
    """
    What one journey took.

    Args:
        told_s: From the last key of the PIN until the caller was told that it is done; of a
            payment, until its confirmation number was said.
        seconds: The same until the end of what has to be heard.
    """

    journey: Journey
    patience: Patience
    told_s: float
    seconds: float


def table(took: Sequence[Took]) -> Iterator[str]:
    """Keys and seconds of each journey, and whether the targets are met."""
    kinds = "".join(f"{patience.value:>20}" for patience in Patience)
    yield f"{'from the PIN to the end':<28}{'keys':>5}{kinds}"
    by_journey: dict[str, list[Took]] = {}
    for each in took:
        by_journey.setdefault(each.journey.name, []).append(each)
    for name, each_way in by_journey.items():
        seconds = "".join(f"{f'{way.seconds:.1f} ({way.told_s:.1f}) s':>20}" for way in each_way)
        yield f"{name:<28}{each_way[0].journey.keys:>5}{seconds}"
    for each in took:
        if each.journey.bound and each.patience is Patience.AT_ONCE:
            keys = each.journey.keys
            yield verdict("keys after the PIN", str(keys), str(MOST_KEYS), met=keys <= MOST_KEYS)
        if each.journey.bound:
            name, met = f"line time, keyed {each.patience.value}", each.seconds <= MOST_SECONDS
            yield verdict(name, f"{each.seconds:.1f} s", f"{MOST_SECONDS:.0f} s", met=met)
