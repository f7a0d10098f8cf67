"""What a caller who may hear nothing of the account keys to pay for it, read back and agreed to."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import BACK, Back, choose
from paytone.flows import Talk
from paytone.flows.agreement import ASK_CHANGE, review
from paytone.flows.amount_entry import ask_other_amount
from paytone.flows.authorisation import Instead, authorise
from paytone.flows.bank_entry import ask_bank_account
from paytone.flows.card_entry import CardEntry
from paytone.flows.method_entry import PAY_WITH_CARD, PAY_WITH_CHECK
from paytone.gateway import Forgotten, GatewayRefused
from paytone.rules.authorisation import Given
from paytone.rules.bill import Owed
from paytone.rules.card import Card, CardNumber
from paytone.rules.method import CheckedAccount
from paytone.rules.money import Money

log = logging.getLogger(__name__)

PayOnlyMeans = Card | CheckedAccount

CARD_KEY: Final = "2"
CHECK_KEY: Final = "3"
"""As in paying a bill that one hears of."""


class PayOnlyEntry:
    """What was keyed so far; after a decline the amount stays, and what pays is asked again."""

    __slots__ = ("_amount", "_barred", "_checked", "_means", "_takes_bank", "_talk")

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._amount: Money | None = None
        self._means: PayOnlyMeans | None = None
        self._takes_bank = talk.takes_bank
        self._barred: set[CardNumber] = set()
        self._checked: set[str] = set()

    async def agree(self) -> tuple[Money, PayOnlyMeans, Given | None] | Back:
        """An amount and what pays it, read back and confirmed with 1; authorised if a debit."""
        phone, desk, account = self._talk.phone, self._talk.desk, self._talk.account
        while True:
            amount = await self._ask_amount()
            if amount is BACK:
                return BACK
            means = await self._ask_means()
            if means is BACK:
                self._amount = None
                continue
            choice = await review(phone, desk, account, amount, means)
            if choice is BACK:
                return BACK
            if choice == "2":
                await self._change()
                continue
            given = await self._authorised(amount, means)
            if given is BACK:
                return BACK
            if not isinstance(given, Instead):
                return amount, means, given
            self._takes_bank, self._means = False, None

    async def _authorised(
        self, amount: Money, means: PayOnlyMeans
    ) -> Given | Back | Instead | None:
        """What a debit of a bank account needs; None for a card, which needs none."""
        if isinstance(means, Card):
            return None
        phone, desk, account = self._talk.phone, self._talk.desk, self._talk.account
        return await authorise(phone, desk, account, amount + desk.fee, means.face)

    def take_back(self, *, for_good: bool) -> None:
        """Ask for what pays again; a card that was declined *for_good* is not taken again."""
        if for_good and isinstance(self._means, Card):
            self._barred.add(self._means.number)
        self._means = None

    def debited(self, means: CheckedAccount) -> None:
        """Let the gateway keep that account: its debit is made from it."""
        self._checked.discard(means.token)

    async def forget_checked(self) -> None:
        """Keep no account that was only checked; if that fails it is never used again."""
        for token in self._checked:
            try:
                gone = await self._talk.desk.gateway.forget(token)
            except GatewayRefused as exc:
                log.warning("a bank account is not forgotten: %s", exc)
                continue
            if not isinstance(gone, Forgotten):
                log.warning("a bank account is not forgotten: the gateway does not answer")

    async def _change(self) -> None:
        change = await choose(self._talk.phone, ASK_CHANGE, keys="12")
        if change == "1":
            self._amount = None
        elif change == "2":
            self._means = None

    async def _ask_amount(self) -> Money | Back:
        """An amount within the line's limits; what is owed is neither told nor a limit."""
        if self._amount is None:
            limits = self._talk.desk.limits
            any_amount = Owed(limits.most, due=None)
            amount = await ask_other_amount(self._talk.phone, any_amount, limits)
            if amount is BACK:
                return BACK
            self._amount = amount
        return self._amount

    async def _ask_means(self) -> PayOnlyMeans | Back:
        while self._means is None:
            choice: str | Back = CARD_KEY
            if self._takes_bank:
                words, keys = (PAY_WITH_CARD, PAY_WITH_CHECK), CARD_KEY + CHECK_KEY
                choice = await choose(self._talk.phone, *words, keys=keys)
            if choice is BACK:
                return BACK
            means = await (self._card() if choice == CARD_KEY else self._bank_account())
            if means is BACK and not self._takes_bank:
                return BACK
            self._means = None if means is BACK else means
        return self._means

    async def _card(self) -> Card | Back:
        today = self._talk.desk.clock().date()
        return await CardEntry(self._talk.phone, today, frozenset(self._barred)).ask()

    async def _bank_account(self) -> CheckedAccount | Back:
        talk = self._talk
        checked = await ask_bank_account(talk.phone, talk.desk, talk.account)
        if checked is not BACK:
            self._checked.add(checked.token)
        return checked
