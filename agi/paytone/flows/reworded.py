"""A line that speaks in the words of whoever asked for the payment, and tells how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from paytone.ask import (
    GO_SLOWER,
    MORE_TIME,
    NOT_A_CHOICE,
    NOT_HEARD,
    ONE_MOMENT,
    STILL_WORKING,
)
from paytone.flows import bank_entry, card_entry
from paytone.flows.agreement import REVIEW_CHECK_KEYS, REVIEW_KEYS
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.keep_card import ACCEPT
from paytone.flows.keyed import Keyed
from paytone.flows.method_entry import PAY_WITH_CARD
from paytone.flows.pay_bill import (
    CANCELLED,
    CARD_HELD,
    CHECK_ACCEPTED,
    CHECK_DECLINED,
    PAID,
    TRY_ANOTHER_CARD,
    TRY_ANOTHER_WAY,
)
from paytone.phone import Keys, Manner, Phone
from paytone.prompts import Prompt
from paytone.rules.pace import Pace
from paytone.rules.pay_request import BRANDS as BRAND_WORDS

STEPS: Final = {
    PAY_WITH_CARD: "payment-method",
    card_entry.ASK_CARD: "card-number",
    card_entry.ASK_EXPIRY: "expiration-date",
    card_entry.ASK_CVV_3: "security-code",
    card_entry.ASK_CVV_4: "security-code",
    card_entry.ASK_POSTAL: "postal-code",
    card_entry.ASK_ANY_POSTAL: "postal-code",
    card_entry.ENTER_AGAIN: "enter-again",
    bank_entry.ASK_ROUTING: "bank-routing-number",
    bank_entry.ASK_BANK_ACCOUNT: "bank-account-number",
    bank_entry.BANK_ACCOUNT_AGAIN: "bank-account-again",
    bank_entry.IF_CHECKING: "bank-account-type",
    bank_entry.IF_PERSONAL: "bank-account-owner",
    bank_entry.CHECK_WITH_BANK: "bank-account-check",
    REVIEW_KEYS: "confirmation",
    REVIEW_CHECK_KEYS: "confirmation",
    ACCEPT: "store-consent",
    TRY_ANOTHER_CARD: "another-method",
    TRY_ANOTHER_WAY: "another-method",
    REPEAT_CONFIRMATION: "payment-confirmation",
}
"""Each question, by the prompt that asks it."""

ERRORS: Final = {
    NOT_HEARD: "timeout",
    NOT_A_CHOICE: "invalid-choice",
    card_entry.CARD_MISREAD: "invalid-card-number",
    card_entry.CARD_WRONG_LENGTH: "invalid-card-number",
    card_entry.CARD_DECLINED_HARD: "card-declined",
    card_entry.CARD_NOT_TAKEN: "invalid-card-type",
    card_entry.BRANDS_TAKEN: "invalid-card-type",
    card_entry.EXPIRY_MISREAD: "invalid-date",
    card_entry.EXPIRY_PAST: "invalid-date",
    card_entry.CVV_MISREAD: "invalid-security-code",
    card_entry.POSTAL_MISREAD: "invalid-postal-code",
    card_entry.POSTAL_TOO_SHORT: "invalid-postal-code",
    card_entry.ENTRIES_DIFFER: "input-matching-failed",
    bank_entry.ROUTING_MISREAD: "invalid-bank-routing-number",
    bank_entry.ROUTING_NOT_LISTED: "invalid-bank-routing-number",
    bank_entry.BANK_ACCOUNT_MISREAD: "invalid-bank-account-number",
    bank_entry.BANK_ACCOUNTS_DIFFER: "input-matching-failed",
}
"""What is wrong with an answer, by the first prompt that says so."""

AGAIN: Final = frozenset({"enter-again", "bank-account-again"})
"""Questions of which the one before is asked again, where the two answers differ."""

SAID: Final = {
    ONE_MOMENT: "payment-processing",
    STILL_WORKING: "payment-processing",
    MORE_TIME: "more-time",
    PAID: "payment-completed",
    CHECK_ACCEPTED: "payment-completed",
    CANCELLED: "payment-canceled",
    CHECK_DECLINED: "payment-failed",
    CARD_HELD: "payment-failed",
    **dict.fromkeys(WHY_DECLINED.values(), "payment-failed"),
}
"""What is told without a question, each a prompt by itself."""

BRANDS: Final = {card_entry.BRAND_NAMES[brand]: name for name, brand in BRAND_WORDS.items()}

OwnSounds = Callable[[str], Awaitable[tuple[Prompt, ...]]]
"""The sounds that are set for a name such as ``card_number_timeout``; empty for none."""


@dataclass(frozen=True, slots=True)
class Step:
    """
    A question that is about to be asked.

    Args:
        attempt: 1, and one more with each answer to it that was wrong.
        error: What was wrong with the last answer; empty for nothing.
    """

    name: str
    attempt: int
    error: str


class Reworded(Phone):
    """
    Passes everything on to *phone*, with sounds of the admin's own where they are set.

    Questions are found by their prompts. A sound for an error, or for an attempt, is said instead
    of what was wrong and of the question. Amounts, consents and authorisations stay as they are.

    Args:
        reached: Told of each question before it is asked, and of what was keyed before it.

    Attributes:
        step: The last question.
        keyed: What was keyed so far, masked.
    """

    def __init__(
        self,
        phone: Phone,
        own_sounds: OwnSounds,
        reached: Callable[[Step, Mapping[str, str]], None],
    ) -> None:
        self._phone = phone
        self._own_sounds = own_sounds
        self._reached = reached
        self.step = Step("", 1, "")
        self.keyed = Keyed()
        self._before = ""
        self._errors: Counter[str] = Counter()
        self._error = ""
        self._brand = ""

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

    async def own(self, name: str) -> tuple[Prompt, ...]:
        """The sounds that are set for *name*; empty where none are."""
        return await self._own_sounds(name.replace("-", "_"))

    async def take_pace(self, pace: Pace) -> None:
        await self._phone.take_pace(pace)

    async def say(self, *prompts: Prompt) -> None:
        if prompts and prompts[0] in BRANDS:
            self._brand = BRANDS[prompts[0]]
        if prompts and prompts[0] in ERRORS and self.step.name:
            await self._wrong(prompts)
            return
        await self._phone.say(*await self._told(prompts))

    async def announce(self, *prompts: Prompt) -> None:
        await self._phone.announce(*await self._told(prompts))

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        name = next((STEPS[prompt] for prompt in prompts if prompt in STEPS), "")
        if name:
            self._enter(name)
            if own := await self._sounds():
                prompts = (*own, *(prompt for prompt in prompts if prompt == GO_SLOWER))
        return await self._phone.collect(*prompts, at_most=at_most, ends=ends)

    async def record(self, *, longest: float, silence: float) -> bytes:
        return await self._phone.record(longest=longest, silence=silence)

    async def play(self, recording: bytes) -> None:
        await self._phone.play(recording)

    async def pause(self, seconds: float) -> None:
        await self._phone.pause(seconds)

    def _enter(self, name: str) -> None:
        if name != self.step.name:
            self._before = self.step.name
        self.step = Step(name, self._errors[name] + 1, self._error)
        self._error = ""
        self.keyed.asked(name)
        self._reached(self.step, self.keyed.so_far())

    async def _wrong(self, prompts: tuple[Prompt, ...]) -> None:
        """Say what is wrong, unless that is said with the question."""
        self._error = ERRORS[prompts[0]]
        differs = self._error == "input-matching-failed" and self.step.name in AGAIN
        name = self._before if differs else self.step.name
        self._errors[name] += 1
        again = Step(name, self._errors[name] + 1, self._error)
        usual = set(_names(Step(name, 1, ""), self._brand))
        for candidate in _names(again, self._brand):
            if candidate not in usual and await self.own(candidate):
                return
        await self._phone.say(*prompts)

    async def _sounds(self) -> tuple[Prompt, ...]:
        for name in _names(self.step, self._brand):
            if sounds := await self.own(name):
                return sounds
        return ()

    async def _told(self, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        words: list[Prompt] = []
        for prompt in prompts:
            sounds = await self.own(SAID[prompt]) if prompt in SAID else ()
            words += sounds or (prompt,)
        return tuple(words)


def _names(step: Step, brand: str) -> Iterator[str]:
    """What sounds for *step* may be set as, what says most first."""
    errors = (f"-{step.error}", "") if step.error else ("",)
    attempts = (f"-{step.attempt}", "") if step.attempt > 1 else ("",)
    brands = (f"-{brand}", "") if brand and step.name == "security-code" else ("",)
    for error in errors:
        for attempt in attempts:
            for of_brand in brands:
                yield f"{step.name}{of_brand}{error}{attempt}"
