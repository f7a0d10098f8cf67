"""The call that the bench places: what the line says in it, question by question, and the keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from paytone.flows.agreement import (
    REVIEW_ACCOUNT,
    REVIEW_FROM,
    REVIEW_KEYS,
    REVIEW_PAY,
    REVIEW_TODAY,
)
from paytone.flows.amount_entry import ASK_AMOUNT_KIND, OTHER, WHOLE
from paytone.flows.card_entry import (
    ASK_CARD,
    ASK_CVV_3,
    ASK_EXPIRY,
    ASK_POSTAL,
    EXPIRES,
    card_in_words,
)
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.goodbye import GOODBYE
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import DUE_ON, WHOLE_MENU, YOU_OWE
from paytone.flows.pay_bill import (
    CONFIRMATION_IS,
    NEW_BALANCE_IS,
    PAID,
    TODAY,
    YOU_PAID,
)
from paytone.prompts import Prompt, spoken
from paytone.prompts.grammar import recordings
from paytone.rules.card import Brand, Expiry
from paytone.rules.money import Money

AMOUNT: Final = Money(11_240, "USD")
PIN: Final = "2580"
CARD: Final = "4111111111111111"
ACCOUNT: Final = "[field0]"
"""Where SIPp puts the account number of the call."""
ACCOUNT_DIGITS: Final = 16

SAMPLES_A_SECOND: Final = 8000
NOTHING: Final = Money(0, "USD")


@dataclass(frozen=True, slots=True)
class Turn:
    """
    One question and its answer.

    Args:
        name: What the caller answers.
        said: Heard before the answer counts, and cut short by a key.
        keys: As SIPp presses them; empty at the end of the call.
        announced: Heard before *said*, always in full.
        room: Keys that complete the answer without ``#``.
        works: The line does something before this turn that takes it a moment.
    """

    name: str
    said: tuple[Prompt, ...]
    keys: str
    announced: tuple[Prompt, ...] = ()
    room: int = 1
    works: str = ""

    @property
    def pressed(self) -> int:
        """How many keys the caller presses."""
        return len(self.keys.replace(ACCOUNT, "0" * ACCOUNT_DIGITS))


def journey(today: date, due: date, *, ending: str) -> tuple[Turn, ...]:
    """
    A whole call: identify, menu, whole balance, new card, review, confirmation, goodbye.

    Args:
        due: When the bill is due, not before *today*.
        ending: The last four digits of the account.
    """
    turns = _turns(due, ending, Expiry(today.year + 2, 9))
    return tuple(
        replace(turn, said=recordings(turn.said), announced=recordings(turn.announced))
        for turn in turns
    )


def _turns(due: date, ending: str, expiry: Expiry) -> tuple[Turn, ...]:
    return (
        Turn(
            "account",
            (Prompt("greeting"), Prompt("global-keys"), ASK_ACCOUNT),
            ACCOUNT,
            room=ACCOUNT_DIGITS,
        ),
        Turn("PIN", (ASK_PIN,), f"{PIN}#", room=6),
        Turn("menu", (*_balance(due), *WHOLE_MENU), "1", works="the PIN is checked"),
        Turn("amount", (ASK_AMOUNT_KIND, WHOLE, OTHER), "2"),
        Turn("card", (ASK_CARD,), f"{CARD}#", room=19),
        Turn(
            "expiry",
            (*card_in_words(Brand.VISA, CARD[-4:]), ASK_EXPIRY),
            f"09{expiry.year % 100}",
            room=4,
        ),
        Turn(
            "security code",
            (EXPIRES, *spoken.month_year(expiry.year, expiry.month), ASK_CVV_3),
            "123",
            room=3,
        ),
        Turn("ZIP", (ASK_POSTAL,), "60601", room=5),
        Turn("review", (REVIEW_KEYS,), "1", announced=_review(ending)),
        Turn(
            "confirmation",
            (*_confirmation("123456789"), REPEAT_CONFIRMATION),
            "#",
            announced=(PAID, YOU_PAID, *spoken.money(AMOUNT), TODAY),
            works="the card is charged",
        ),
        Turn("menu again", (Prompt("anything-else"), *WHOLE_MENU), "#"),
        Turn("end", (), "", announced=(GOODBYE,)),
    )


def _balance(due: date) -> tuple[Prompt, ...]:
    return (YOU_OWE, *spoken.money(AMOUNT), DUE_ON, *spoken.date(due))


def _review(ending: str) -> tuple[Prompt, ...]:
    return (
        REVIEW_PAY,
        *spoken.money(AMOUNT),
        REVIEW_FROM,
        *card_in_words(Brand.VISA, CARD[-4:]),
        REVIEW_ACCOUNT,
        *spoken.digits(ending),
        REVIEW_TODAY,
    )


def _confirmation(number: str) -> tuple[Prompt, ...]:
    return (
        CONFIRMATION_IS,
        *spoken.digits(number, group=3),
        NEW_BALANCE_IS,
        *spoken.money(NOTHING),
    )


def seconds_of(prompts: Iterable[Prompt], sounds: Path) -> float:
    """How long *prompts* take, from the ulaw files in *sounds*."""
    return sum((sounds / f"{p}.ulaw").stat().st_size for p in prompts) / SAMPLES_A_SECOND
