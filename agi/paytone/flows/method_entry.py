"""Which method pays: one that is saved, offered first, or a new card."""

from __future__ import annotations

from typing import Final, assert_never

from paytone.ask import BACK, Back, choose, patiently
from paytone.bill import Account
from paytone.card import Card, CardNumber
from paytone.flows import Desk
from paytone.flows.bank_entry import ask_bank_account, bank_account_in_words
from paytone.flows.card_entry import CardEntry, card_in_words
from paytone.method import BankFace, CardFace, CheckedAccount, Face, Means, SavedMethod
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.store import methods

PAY_WITH_SAVED: Final = Prompt("pay-with-saved")
PRESS_1: Final = Prompt("press-1")
PAY_WITH_NEW_CARD: Final = Prompt("pay-with-new-card")
PAY_WITH_CARD: Final = Prompt("pay-with-card")
PAY_WITH_CHECK: Final = Prompt("pay-with-check")

Barred = frozenset[CardNumber | str]
"""Card numbers and ids of saved methods that were declined for good in this call."""


def face_in_words(face: Face) -> tuple[Prompt, ...]:
    """ "Visa ending in 1 1 1 1", the most of a card or bank account that is ever spoken."""
    match face:
        case CardFace():
            return card_in_words(face.brand, face.last_four)
        case BankFace():
            return bank_account_in_words(face)
        case _:
            assert_never(face)


def barred_by(means: Means) -> CardNumber | str:
    """What keeps *means* from being taken again, once it is in a set of `Barred`."""
    match means:
        case SavedMethod():
            return means.id
        case CheckedAccount():
            return means.token
        case Card():
            return means.number


async def ask_method(
    phone: Phone, desk: Desk, account: Account, barred: Barred, *, bank: bool = True
) -> Means | Back:
    """
    What the caller pays with; `BACK` when the caller goes back from the first question.

    The method that was saved last is offered first, unless it has expired or is *barred*.

    Args:
        bank: Offer bank accounts too, where the line takes them.
    """
    bank = bank and desk.checks is not None and account.takes_bank
    while True:
        saved = await _saved(phone, desk, account, barred, bank=bank)
        if saved is None and not bank:
            return await _new_card(phone, desk, barred)
        choice = await _which(phone, saved, bank=bank)
        if choice is BACK:
            return BACK
        if choice == "1" and saved is not None:
            return saved
        if choice == "2":
            means: Means | Back = await _new_card(phone, desk, barred)
        else:
            means = await ask_bank_account(phone, desk, account)
        if means is not BACK:
            return means


async def _saved(
    phone: Phone, desk: Desk, account: Account, barred: Barred, *, bank: bool
) -> SavedMethod | None:
    kept = await patiently(phone, methods.of_customer(desk.store, account.customer_id))
    today = desk.clock().date()
    good = (
        each
        for each in kept
        if not each.is_past(today)
        and each.id not in barred
        and (bank or isinstance(each.face, CardFace))
    )
    return next(good, None)


async def _which(phone: Phone, saved: SavedMethod | None, *, bank: bool) -> str | Back:
    """1 for the saved method, 2 for a new card, 3 for a bank account; keys never change."""
    words: tuple[Prompt, ...] = (PAY_WITH_CARD,)
    if saved is not None:
        words = (PAY_WITH_SAVED, *face_in_words(saved.face), PRESS_1, PAY_WITH_NEW_CARD)
    if bank:
        words = (*words, PAY_WITH_CHECK)
    keys = ("1" if saved else "") + "2" + ("3" if bank else "")
    return await choose(phone, *words, keys=keys)


async def _new_card(phone: Phone, desk: Desk, barred: Barred) -> Card | Back:
    numbers = frozenset(each for each in barred if isinstance(each, CardNumber))
    return await CardEntry(phone, desk.clock().date(), numbers).ask()
