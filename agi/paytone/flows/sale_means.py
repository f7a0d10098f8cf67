"""What pays for a sale: a card or a bank account, keyed in this call, read back and agreed to."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, Back, choose
from paytone.flows import Talk
from paytone.flows.agreement import (
    REVIEW_CHECK_KEYS,
    REVIEW_FROM,
    REVIEW_KEYS,
    REVIEW_PAY,
    REVIEW_TODAY,
)
from paytone.flows.authorisation import authorise
from paytone.flows.bank_entry import BankEntry, ask_bank_account, forget_checked
from paytone.flows.card_entry import CardEntry
from paytone.flows.method_entry import PAY_WITH_CARD, PAY_WITH_CHECK, face_in_words
from paytone.flows.reworded import Reworded
from paytone.prompts import spoken
from paytone.rules.authorisation import Given
from paytone.rules.card import Card, CardNumber
from paytone.rules.method import CheckedAccount, Kind, face_of
from paytone.rules.money import Money
from paytone.rules.pay_request import Field, PayRequest

SaleMeans = Card | CheckedAccount
DESCRIPTION: Final = "description"
"""The admin's sound that says what is paid for, in the review after the amount."""


class SaleEntry:
    """What the caller keyed, and which cards were declined for good."""

    __slots__ = ("_barred", "_checked", "_methods", "_phone", "_request", "_talk")

    def __init__(self, talk: Talk, phone: Reworded, request: PayRequest) -> None:
        self._talk = talk
        self._phone = phone
        self._request = request
        self._methods = set(request.methods)
        self._barred: set[CardNumber] = set()
        self._checked: set[str] = set()

    async def agree(self, amount: Money) -> tuple[SaleMeans, Given | None] | Back:
        """What pays *amount*, after both were read back and 1; authorised aloud too for a debit."""
        while True:
            means = await self._ask()
            if means is BACK:
                return BACK
            choice = await self._review(amount, means)
            if choice is BACK:
                return BACK
            if choice == "2":
                continue
            if isinstance(means, Card):
                return means, None
            desk, account = self._talk.desk, self._talk.account
            given = await authorise(self._phone, desk, account, amount, means.face)
            if isinstance(given, Given):
                return means, given
            if given is BACK or Kind.CARD not in self._methods:
                return BACK
            self._methods.discard(Kind.BANK)

    async def card(self) -> Card | Back:
        """A card, as far as the request wants it asked."""
        today = self._talk.desk.clock().date()
        barred = frozenset(self._barred)
        note = self._phone.keyed.note
        return await CardEntry(self._phone, today, barred, self._request.card, note).ask()

    def bar(self, means: SaleMeans) -> None:
        """Take that card no more."""
        if isinstance(means, Card):
            self._barred.add(means.number)

    def debited(self, means: SaleMeans) -> None:
        """Let the gateway keep that account: its debit is made from it."""
        if isinstance(means, CheckedAccount):
            self._checked.discard(means.token)

    async def forget_checked(self) -> None:
        """Keep no account that was only checked; if that fails it is never used again."""
        await forget_checked(self._talk.desk, self._checked)

    async def _review(self, amount: Money, means: SaleMeans) -> str | Back:
        """1 to pay, 2 to change; `BACK` cancels. What was typed ahead does not count."""
        words = (
            REVIEW_PAY,
            *spoken.money(amount),
            *await self._phone.own(DESCRIPTION),
            REVIEW_FROM,
            *face_in_words(face_of(means)),
            REVIEW_TODAY,
        )
        keys = REVIEW_KEYS if isinstance(means, Card) else REVIEW_CHECK_KEYS
        return await choose(self._phone, keys, keys="12", announce=words)

    async def _ask(self) -> SaleMeans | Back:
        while True:
            kinds = self._methods
            if several := len(kinds) > 1:
                choice = await choose(self._phone, PAY_WITH_CARD, PAY_WITH_CHECK, keys="23")
                if choice is BACK:
                    return BACK
                kinds = {Kind.CARD if choice == "2" else Kind.BANK}
            means = await (self.card() if Kind.CARD in kinds else self._bank_account())
            if means is not BACK or not several:
                return means

    async def _bank_account(self) -> CheckedAccount | Back:
        twice = Field.ROUTING_NUMBER in self._request.card.twice
        known = self._request.bank_type
        note = self._phone.keyed.note
        entry = BankEntry(self._phone, self._talk.desk, known, routing_twice=twice, note=note)
        checked = await ask_bank_account(self._phone, self._talk.desk, self._talk.account, entry)
        if checked is not BACK:
            self._checked.add(checked.token)
        return checked
