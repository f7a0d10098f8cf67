"""Which method pays: one that is saved, offered first, a new card, or an electronic check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, assert_never

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.bank_entry import ask_bank_account, bank_account_in_words
from paytone.flows.card_entry import CardEntry, card_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.card import Card, CardNumber
from paytone.rules.method import BankFace, CardFace, CheckedAccount, Face, Means, SavedMethod
from paytone.store import calls, methods

PAY_WITH_SAVED: Final = Prompt("pay-with-saved")
PAY_WITH_ANOTHER_SAVED: Final = Prompt("pay-with-another-saved")
PRESS: Final = (
    Prompt("press-1"),
    Prompt("press-2"),
    Prompt("press-3"),
    Prompt("press-4"),
    Prompt("press-5"),
)
PRESS_1: Final = PRESS[0]
YOUR_SAVED: Final = Prompt("your-saved")
CARD_EXPIRED: Final = Prompt("saved-card-expired")
EXPIRES_THIS_MONTH: Final = Prompt("expires-this-month")
EXPIRES_NEXT_MONTH: Final = Prompt("expires-next-month")
PAY_WITH_NEW_CARD: Final = Prompt("pay-with-new-card")
PAY_WITH_CARD: Final = Prompt("pay-with-card")
PAY_WITH_CHECK: Final = Prompt("pay-with-check")

EXPIRES_SOON: Final = {0: EXPIRES_THIS_MONTH, 1: EXPIRES_NEXT_MONTH}


def face_in_words(face: Face) -> tuple[Prompt, ...]:
    """ "Visa ending in 1 1 1 1", the most of a card or bank account that is ever spoken."""
    match face:
        case CardFace():
            return card_in_words(face.brand, face.last_four)
        case BankFace():
            return bank_account_in_words(face)
        case _:
            assert_never(face)


class MethodEntry:
    """
    What the caller may pay with, and what was found out about it so far in this job.

    The method that was saved or used last comes first; one that was declined comes last; one that
    has expired is told of once in a call, and not offered.
    """

    __slots__ = (
        "_account",
        "_bank",
        "_barred",
        "_call",
        "_declined",
        "_desk",
        "_phone",
        "_to_be_asked",
        "_told_expired",
    )  # fmt: skip

    def __init__(self, phone: Phone, desk: Desk, call: Call, account: Account) -> None:
        self._phone = phone
        self._desk = desk
        self._call = call
        self._account = account
        self._bank = desk.checks is not None and account.takes_bank
        self._barred: set[CardNumber | str] = set()
        self._declined: set[str] = set()
        self._told_expired = False
        self._to_be_asked = False

    async def usual_or_asked(self) -> Means | Back:
        """
        What the caller pays with: at first the usual one, unasked, where one is saved.

        For who reads it back before anything is charged. It is asked for once something was
        declined, and from the second time on: the caller did not want the usual one.
        """
        unasked, self._to_be_asked = not self._to_be_asked, True
        if unasked and (saved := await self._saved()):
            return await self._with_expiry(saved[0])
        return await self.ask()

    async def ask(self) -> Means | Back:
        """What the caller pays with; `BACK` when the caller goes back from the first question."""
        while True:
            saved = await self._saved()
            if not saved and not self._bank:
                return await self._new_card()
            choice = await self._which(saved)
            if choice is BACK:
                return BACK
            means = await self._chosen(choice, saved)
            if means is not BACK:
                return means

    def declined(self, means: Means, *, for_good: bool) -> None:
        """Offer *means* last from now on, if it is saved; *for_good* take it no more."""
        self._to_be_asked = True
        if for_good:
            self._barred.add(_key(means))
        elif isinstance(means, SavedMethod):
            self._declined.add(means.id)

    def leave_bank_out(self) -> None:
        """Offer no bank account from now on."""
        self._bank = False

    async def _saved(self) -> list[SavedMethod]:
        work = methods.of_customer(self._desk.store, self._account.customer_id)
        kept = await patiently(self._phone, work)
        past = [each for each in kept if each.is_past(self._today())]
        if past:
            await self._tell_expired(past)
        good = [
            each
            for each in kept
            if each not in past
            and each.id not in self._barred
            and (self._bank or isinstance(each.face, CardFace))
        ]
        return sorted(good, key=lambda each: each.id in self._declined)

    async def _tell_expired(self, past: Sequence[SavedMethod]) -> None:
        """Once a call: what was heard in its earlier jobs is recorded."""
        if self._told_expired:
            return
        self._told_expired = True
        work = calls.has_heard(self._desk.store, self._call.id, CARD_EXPIRED)
        if not await patiently(self._phone, work):
            for each in past:
                await self._phone.say(YOUR_SAVED, *face_in_words(each.face), CARD_EXPIRED)

    async def _which(self, saved: Sequence[SavedMethod]) -> str | Back:
        """1 the first saved one, 2 a card, 3 a bank account, 4 other saved; keys never change."""
        words: tuple[Prompt, ...] = (PAY_WITH_CARD,)
        keys = "2"
        if saved:
            words = (PAY_WITH_SAVED, *face_in_words(saved[0].face), PRESS_1, PAY_WITH_NEW_CARD)
            keys = "12"
        if self._bank:
            words, keys = (*words, PAY_WITH_CHECK), keys + "3"
        if len(saved) > 1:
            words, keys = (*words, PAY_WITH_ANOTHER_SAVED), keys + "4"
        return await choose(self._phone, *words, keys=keys)

    async def _chosen(self, choice: str, saved: Sequence[SavedMethod]) -> Means | Back:
        match choice:
            case "1":
                return await self._with_expiry(saved[0])
            case "2":
                return await self._new_card()
            case "3":
                return await ask_bank_account(self._phone, self._desk, self._account)
        others = saved[1 : 1 + len(PRESS)]
        words = [
            said
            for each, press in zip(others, PRESS, strict=False)
            for said in (PAY_WITH_SAVED, *face_in_words(each.face), press)
        ]
        which = await choose(self._phone, *words, keys="12345"[: len(others)])
        return BACK if which is BACK else await self._with_expiry(others[int(which) - 1])

    async def _with_expiry(self, method: SavedMethod) -> SavedMethod:
        """*method*, after a word about a card that ends this month or next."""
        if isinstance(method.face, CardFace):
            months = method.face.expiry.months_from(self._today())
            if (soon := EXPIRES_SOON.get(months)) is not None:
                await self._phone.say(soon)
        return method

    async def _new_card(self) -> Card | Back:
        numbers = frozenset(each for each in self._barred if isinstance(each, CardNumber))
        return await CardEntry(self._phone, self._today(), numbers).ask()

    def _today(self) -> date:
        return self._desk.clock().date()


def _key(means: Means) -> CardNumber | str:
    match means:
        case SavedMethod():
            return means.id
        case CheckedAccount():
            return means.token
        case Card():
            return means.number
