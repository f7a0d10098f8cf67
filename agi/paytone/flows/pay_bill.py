"""Pay the bill with a new card, now."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, assert_never

from paytone.ask import BACK, Back, choose, in_turn, patiently
from paytone.bill import Account, Owed
from paytone.card import Card, CardNumber
from paytone.flows import Call, Desk
from paytone.flows.amount_entry import ask_amount
from paytone.flows.card_entry import CardEntry, card_in_words
from paytone.flows.charge import open_and_charge
from paytone.flows.resume import note_told, tell_earlier
from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown, Unreached
from paytone.job import Ended, Next, Status
from paytone.money import Money
from paytone.payment import Heard, Payment
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import StoreAway, accounts, payments

REVIEW_PAY: Final = Prompt("review-pay")
REVIEW_FROM: Final = Prompt("review-from")
REVIEW_ACCOUNT: Final = Prompt("review-account")
REVIEW_TODAY: Final = Prompt("review-today")
REVIEW_KEYS: Final = Prompt("review-keys")
ASK_CHANGE: Final = Prompt("ask-change")
CANCELLED: Final = Prompt("cancelled")

PAID: Final = Prompt("paid")
CONFIRMATION_IS: Final = Prompt("confirmation-is")
YOU_PAID: Final = Prompt("you-paid")
ON_DATE: Final = Prompt("on-date")
NEW_BALANCE_IS: Final = Prompt("new-balance-is")
CREDIT_OF: Final = Prompt("credit-of")
REPEAT_CONFIRMATION: Final = Prompt("repeat-confirmation")

ALREADY_PAID: Final = Prompt("already-paid")
PAY_AGAIN: Final = Prompt("pay-again")
BALANCE_MOVED: Final = Prompt("balance-moved")
ANOTHER_OPEN: Final = Prompt("another-open")

DECLINED_HARD: Final = Prompt("declined-hard")
TRY_ANOTHER_CARD: Final = Prompt("try-another-card")
NOT_CHARGED: Final = Prompt("not-charged")
LINE_TROUBLE: Final = Prompt("line-trouble")
PAYMENT_UNKNOWN: Final = Prompt("payment-unknown")

WHY_DECLINED: Final = {
    Refusal.FUNDS: Prompt("declined-funds"),
    Refusal.EXPIRED: Prompt("declined-expired"),
    Refusal.NUMBER: Prompt("declined-number"),
    Refusal.SECURITY_CODE: Prompt("declined-code"),
    Refusal.ADDRESS: Prompt("declined-address"),
    Refusal.ISSUER: Prompt("declined-issuer"),
}


A_DAY: Final = timedelta(days=1)


async def pay_bill(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Take one payment by card for *account*.

    A payment left open, by this job before a part of ours failed or by another call, is asked after
    first: if it went through that is told instead of taking another; while its outcome is not known
    no other is taken. Nothing is charged that was not read back in full and confirmed with 1, and
    nothing on a balance that has changed since.
    """
    earlier = await tell_earlier(phone, desk, call, account)
    if earlier is not Status.DONE:
        return Ended(earlier, Next.MENU)
    try:
        return await _pay(phone, desk, call, account)
    except StoreAway:
        # Only raised before the gateway is asked, and no earlier payment is open.
        await phone.announce(LINE_TROUBLE, NOT_CHARGED)
        return Ended(Status.TROUBLE, Next.AGENT)


async def _pay(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    agreement = Agreement(phone, desk, account)
    declines = 0
    while declines < phone.manner.card_tries:
        await agreement.look_up_owed()
        if await agreement.reach() is BACK:
            await phone.say(CANCELLED)
            return Ended(Status.CANCELLED, Next.MENU)
        try:
            payment, outcome = await patiently(phone, _charged(desk, call, account, agreement))
        except payments.BalanceMoved:
            await phone.announce(BALANCE_MOVED)
            agreement.take_back_amount()
            continue
        except payments.AnotherIsOpen:
            await phone.announce(ANOTHER_OPEN, NOT_CHARGED)
            return Ended(Status.CANCELLED, Next.MENU)
        ended = await _tell(phone, desk, call, payment, outcome, owed=agreement.owed)
        if ended is not None:
            return ended
        declines += 1
        agreement.take_back_card(for_good=isinstance(outcome, Declined) and outcome.hard)
    return Ended(Status.DECLINED, Next.AGENT)


async def _charged(
    desk: Desk, call: Call, account: Account, agreement: Agreement
) -> tuple[Payment, Outcome]:
    amount, card = agreement.terms
    heard = agreement.owed.balance
    return await open_and_charge(desk, call, account, heard=heard, amount=amount, card=card)


class Agreement:
    """What the caller wants to pay, and with which card, until it is confirmed with 1."""

    __slots__ = (
        "_account",
        "_agreed_again",
        "_amount",
        "_barred",
        "_card",
        "_desk",
        "_owed",
        "_phone",
    )

    def __init__(self, phone: Phone, desk: Desk, account: Account) -> None:
        self._phone = phone
        self._desk = desk
        self._account = account
        self._owed: Owed | None = None
        self._amount: Money | None = None
        self._card: Card | None = None
        self._barred: set[CardNumber] = set()

    @property
    def terms(self) -> tuple[Money, Card]:
        """The amount and card; only after `reach`."""
        assert self._amount is not None
        assert self._card is not None
        return self._amount, self._card

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

    def take_back_card(self, *, for_good: bool) -> None:
        """Ask for another card next; *for_good* does not take this one again in this call."""
        if for_good and self._card is not None:
            self._barred.add(self._card.number)
        self._card = None

    async def reach(self) -> Back | None:
        """Ask what is still open, read it all back, and go on until 1; `BACK` cancels."""
        while True:
            if not await in_turn(self._ask_amount, self._ask_card):
                return BACK
            choice = await _review(self._phone, self._account, *self.terms)
            if choice is BACK:
                return BACK
            if choice == "1":
                return None
            change = await choose(self._phone, ASK_CHANGE, keys="12")
            if change == "1":
                self._amount = None
            elif change == "2":
                self._card = None

    async def _ask_amount(self) -> Back | None:
        while self._amount is None:
            amount = await ask_amount(self._phone, self.owed, self._desk.limits)
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

    async def _ask_card(self) -> Back | None:
        if self._card is None:
            today = self._desk.clock().date()
            card = await CardEntry(self._phone, today, frozenset(self._barred)).ask()
            if card is BACK:
                self._amount = None
                return BACK
            self._card = card
        return None


async def _review(phone: Phone, account: Account, amount: Money, card: Card) -> str | Back:
    """1 to pay, 2 to change; `BACK` cancels. What was typed ahead does not count."""
    terms = (
        REVIEW_PAY,
        *spoken.money(amount),
        REVIEW_FROM,
        *card_in_words(card.brand, card.number.last_four),
        REVIEW_ACCOUNT,
        *spoken.digits(account.ending),
        REVIEW_TODAY,
    )
    return await choose(phone, REVIEW_KEYS, keys="12", announce=terms)


async def _tell(
    phone: Phone, desk: Desk, call: Call, payment: Payment, outcome: Outcome, *, owed: Owed
) -> Ended | None:
    """Say what came of the charge, and note that it was heard; None to try another card."""
    match outcome:
        case Approved():
            await phone.announce(PAID)
            await note_told(phone, desk, call, payment, Heard.PAID)
            await _confirm(phone, desk, payment, owed)
            return Ended(Status.PAID, Next.MENU)
        case Declined():
            await phone.announce(WHY_DECLINED[outcome.refusal])
            await note_told(phone, desk, call, payment, Heard.NOT_PAID)
            return await _declined(phone, outcome)
        case Unreached():
            await phone.announce(LINE_TROUBLE, NOT_CHARGED)
            await note_told(phone, desk, call, payment, Heard.NOT_PAID)
            return Ended(Status.TROUBLE, Next.AGENT)
        case Unknown():
            await phone.announce(PAYMENT_UNKNOWN)
            await note_told(phone, desk, call, payment, Heard.UNKNOWN)
            return Ended(Status.UNKNOWN, Next.MENU)
        case _:
            assert_never(outcome)


async def _declined(phone: Phone, declined: Declined) -> Ended | None:
    if declined.hard:
        await phone.announce(DECLINED_HARD)
    choice = await choose(phone, TRY_ANOTHER_CARD, keys="1")
    return Ended(Status.DECLINED, Next.MENU) if choice is BACK else None


async def _confirm(phone: Phone, desk: Desk, payment: Payment, owed: Owed) -> None:
    """The confirmation, the date, the amount and the new balance, as often as the caller likes."""
    while True:
        choice = await choose(
            phone,
            CONFIRMATION_IS,
            *spoken.digits(payment.confirmation, group=3),
            YOU_PAID,
            *spoken.money(payment.amount),
            ON_DATE,
            *spoken.date(desk.clock().date()),
            *_new_balance(owed.balance - payment.amount),
            REPEAT_CONFIRMATION,
            keys="1#",
        )
        if choice != "1":
            return


def _new_balance(balance: Money) -> tuple[Prompt, ...]:
    if balance < Money(0, balance.currency):
        return (CREDIT_OF, *spoken.money(-balance))
    return (NEW_BALANCE_IS, *spoken.money(balance))
