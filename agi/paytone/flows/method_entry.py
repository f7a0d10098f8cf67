"""Which method pays: one that is saved, offered first, or a new card."""

from __future__ import annotations

from typing import Final, assert_never

from paytone.ask import BACK, Back, choose, patiently
from paytone.bill import Account
from paytone.card import Card, CardNumber
from paytone.flows import Desk
from paytone.flows.card_entry import CardEntry, card_in_words
from paytone.method import BankFace, CardFace, Face, Means, SavedMethod
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import methods

PAY_WITH_SAVED: Final = Prompt("pay-with-saved")
PRESS_1: Final = Prompt("press-1")
PAY_WITH_NEW_CARD: Final = Prompt("pay-with-new-card")
BANK_ACCOUNT_ENDING_IN: Final = Prompt("bank-account-ending-in")

Barred = frozenset[CardNumber | str]
"""Card numbers and ids of saved methods that were declined for good in this call."""


def face_in_words(face: Face) -> tuple[Prompt, ...]:
    """ "Visa ending in 1 1 1 1", the most of a card or bank account that is ever spoken."""
    match face:
        case CardFace():
            return card_in_words(face.brand, face.last_four)
        case BankFace():
            return (BANK_ACCOUNT_ENDING_IN, *spoken.digits(face.last_four))
        case _:
            assert_never(face)


def barred_by(means: Means) -> CardNumber | str:
    """What keeps *means* from being taken again, once it is in a set of `Barred`."""
    return means.id if isinstance(means, SavedMethod) else means.number


async def ask_method(phone: Phone, desk: Desk, account: Account, barred: Barred) -> Means | Back:
    """
    What the caller pays with; `BACK` when the caller goes back from the first question.

    The method that was saved last is offered first, unless it has expired or is *barred*.
    """
    while True:
        saved = await _saved(phone, desk, account, barred)
        if saved is not None:
            choice = await _which(phone, saved)
            if choice is BACK or isinstance(choice, SavedMethod):
                return choice
        card = await _new_card(phone, desk, barred)
        if card is not BACK or saved is None:
            return card


async def _saved(phone: Phone, desk: Desk, account: Account, barred: Barred) -> SavedMethod | None:
    kept = await patiently(phone, methods.of_customer(desk.store, account.customer_id))
    today = desk.clock().date()
    good = (each for each in kept if not each.is_past(today) and each.id not in barred)
    return next(good, None)


async def _which(phone: Phone, saved: SavedMethod) -> SavedMethod | Back | None:
    """The saved method, or None for a new card."""
    words = (PAY_WITH_SAVED, *face_in_words(saved.face), PRESS_1, PAY_WITH_NEW_CARD)
    choice = await choose(phone, *words, keys="12")
    if choice is BACK:
        return BACK
    return saved if choice == "1" else None


async def _new_card(phone: Phone, desk: Desk, barred: Barred) -> Card | Back:
    numbers = frozenset(each for each in barred if isinstance(each, CardNumber))
    return await CardEntry(phone, desk.clock().date(), numbers).ask()
