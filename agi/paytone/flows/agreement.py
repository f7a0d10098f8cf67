"""What the caller agrees to pay and by which method: asked, read back in full, confirmed."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final

from paytone.ask import BACK, Back, choose, in_turn, patiently
from paytone.flows import Call, Desk
from paytone.flows.amount_entry import ask_amount
from paytone.flows.fee import to_be_charged
from paytone.flows.method_entry import MethodEntry, face_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account, Owed
from paytone.rules.method import BankFace, CheckedAccount, Means, SavedMethod, face_of
from paytone.rules.money import Money
from paytone.store import accounts, payments

REVIEW_PAY: Final = Prompt("review-pay")
REVIEW_FROM: Final = Prompt("review-from")
REVIEW_ACCOUNT: Final = Prompt("review-account")
REVIEW_TODAY: Final = Prompt("review-today")
REVIEW_KEYS: Final = Prompt("review-keys")
REVIEW_LATER: Final = Prompt("review-later")
REVIEW_CHECK_KEYS: Final = Prompt("review-check-keys")
ASK_CHANGE: Final = Prompt("ask-change")
ALREADY_PAID: Final = Prompt("already-paid")
PAY_AGAIN: Final = Prompt("pay-again")

A_DAY: Final = timedelta(days=1)


class Later(Enum):
    """The caller pressed 3 at the review: the payment is to be made on a later date."""

    LATER = "3"


LATER: Final = Later.LATER


class Agreement:
    """
    What the caller wants to pay, and by which method, until it is confirmed with 1.

    Attributes:
        checked: The gateway's names for bank accounts that it keeps for this call alone.
    """

    __slots__ = (
        "_account",
        "_amount",
        "_desk",
        "_means",
        "_method",
        "_owed",
        "_phone",
        "checked",
    )

    def __init__(self, phone: Phone, desk: Desk, call: Call, account: Account) -> None:
        self._phone = phone
        self._desk = desk
        self._account = account
        self._owed: Owed | None = None
        self._amount: Money | None = None
        self._means: Means | None = None
        self._method = MethodEntry(phone, desk, call, account)
        self.checked: set[str] = set()

    @property
    def terms(self) -> tuple[Money, Means]:
        """The amount that goes towards the bill and the method; only after `reach`."""
        assert self._amount is not None
        assert self._means is not None
        return self._amount, self._means

    @property
    def total(self) -> Money:
        """What is charged: the amount and the fee; only after `reach`."""
        return self.terms[0] + self._desk.fee

    @property
    def owed(self) -> Owed:
        """What the account owed when the amount was asked; only after `look_up_owed`."""
        assert self._owed is not None
        return self._owed

    async def look_up_owed(self) -> None:
        """Learn what the account owes, unless the caller has chosen an amount by it."""
        if self._amount is None:
            work = accounts.owed(self._desk.store, self._account.id)
            self._owed = await patiently(self._phone, work)

    def take_back_amount(self) -> None:
        """Ask for the amount again next, by what is owed then."""
        self._amount = None

    def take_back_method(self, *, for_good: bool) -> None:
        """Ask for a method again next; *for_good* does not take this one again in this job."""
        if self._means is not None:
            self._method.declined(self._means, for_good=for_good)
        self._means = None

    def leave_bank_out(self) -> None:
        """Ask for a method again next, and offer no bank account any more in this call."""
        self._means = None
        self._method.leave_bank_out()

    def pay_with(self, method: SavedMethod) -> None:
        """Let *method* take the place of the card that it was keyed as."""
        self._means = method

    async def reach(self) -> Back | Later | None:
        """Ask what is still open, read it all back, and go on until 1 or 3; `BACK` cancels."""
        while True:
            if not await in_turn(self._ask_amount, self._ask_method):
                return BACK
            choice = await review(self._phone, self._desk, self._account, *self.terms)
            if choice is BACK:
                return BACK
            if choice == "1":
                return None
            if choice == LATER.value:
                return LATER
            change = await choose(self._phone, ASK_CHANGE, keys="12")
            if change == "1":
                self._amount = None
            elif change == "2":
                self._means = None

    async def _ask_amount(self) -> Back | None:
        while self._amount is None:
            today = self._desk.clock().date()
            amount = await ask_amount(self._phone, self.owed, self._desk.limits, today)
            if amount is BACK:
                return BACK
            if await self._is_meant(amount):
                self._amount = amount
        return None

    async def _is_meant(self, amount: Money) -> bool:
        """Whether the caller means to pay *amount*, even if it was paid within the last day."""
        since = self._desk.clock() - A_DAY
        work = payments.same_since(self._desk.store, self._account.id, amount, since)
        if await patiently(self._phone, work) is None:
            return True
        words = (ALREADY_PAID, *spoken.money(amount))
        return await choose(self._phone, PAY_AGAIN, keys="1", announce=words) is not BACK

    async def _ask_method(self) -> Back | None:
        if self._means is None:
            means = await self._method.usual_or_asked()
            if means is BACK:
                self._amount = None
                return BACK
            self._means = means
            if isinstance(means, CheckedAccount):
                self.checked.add(means.token)
        return None


async def review(
    phone: Phone, desk: Desk, account: Account, amount: Money, means: Means
) -> str | Back:
    """1 to pay, 2 to change, 3 to pay later; `BACK` cancels. Keys typed ahead do not count."""
    face = face_of(means)
    terms = (
        REVIEW_PAY,
        *to_be_charged(amount, desk.fee),
        REVIEW_FROM,
        *face_in_words(face),
        REVIEW_ACCOUNT,
        *spoken.digits(account.ending),
        REVIEW_TODAY,
    )
    if isinstance(face, BankFace):
        return await choose(phone, REVIEW_CHECK_KEYS, keys="12", announce=terms)
    if desk.rule.later_days == 0:
        return await choose(phone, REVIEW_KEYS, keys="12", announce=terms)
    return await choose(phone, REVIEW_KEYS, REVIEW_LATER, keys="123", announce=terms)
