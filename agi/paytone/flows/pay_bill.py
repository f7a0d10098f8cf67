"""Pay the bill with a new card, now."""

from __future__ import annotations

from typing import Final, assert_never

from paytone.ask import BACK, Back, choose, in_turn, patiently
from paytone.bill import Account, Owed
from paytone.card import Card, CardNumber
from paytone.flows import Call, Desk
from paytone.flows.amount_entry import ask_amount
from paytone.flows.card_entry import CardEntry, card_in_words
from paytone.flows.charge import open_and_charge, settle_earlier
from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown, Unreached
from paytone.job import Ended, Next, Status
from paytone.money import Money
from paytone.payment import Payment, State
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

DECLINED_HARD: Final = Prompt("declined-hard")
TRY_ANOTHER_CARD: Final = Prompt("try-another-card")
NOT_CHARGED: Final = Prompt("not-charged")
LINE_TROUBLE: Final = Prompt("line-trouble")
PAYMENT_UNKNOWN: Final = Prompt("payment-unknown")
UNKNOWN_EARLIER: Final = Prompt("payment-unknown-earlier")
EARLIER_PAID: Final = Prompt("earlier-paid")
EARLIER_NOT_CHARGED: Final = Prompt("earlier-not-charged")

WHY_DECLINED: Final = {
    Refusal.FUNDS: Prompt("declined-funds"),
    Refusal.EXPIRED: Prompt("declined-expired"),
    Refusal.NUMBER: Prompt("declined-number"),
    Refusal.SECURITY_CODE: Prompt("declined-code"),
    Refusal.ADDRESS: Prompt("declined-address"),
    Refusal.ISSUER: Prompt("declined-issuer"),
}


async def pay_bill(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Take one payment by card for *account*.

    A payment left open by a call that broke is asked after first; while its outcome is not known
    no other is taken. Nothing is charged that was not read back in full and confirmed with 1.
    """
    if not await _earlier_is_settled(phone, desk, account):
        return Ended(Status.UNKNOWN, Next.MENU)
    owed = await patiently(phone, accounts.owed(desk.store, account.id))
    agreement = Agreement(phone, desk, account, owed)
    for _ in range(phone.manner.card_tries):
        if await agreement.reach() is BACK:
            await phone.say(CANCELLED)
            return Ended(Status.CANCELLED, Next.MENU)
        amount, card = agreement.terms
        payment, outcome = await patiently(
            phone, open_and_charge(desk, call, account, amount, card)
        )
        ended = await _tell(phone, desk, payment, outcome, owed)
        if ended is not None:
            return ended
        agreement.take_back_card(for_good=isinstance(outcome, Declined) and outcome.hard)
    return Ended(Status.DECLINED, Next.AGENT)


class Agreement:
    """What the caller wants to pay, and with which card, until it is confirmed with 1."""

    __slots__ = ("_account", "_amount", "_barred", "_card", "_desk", "_owed", "_phone")

    def __init__(self, phone: Phone, desk: Desk, account: Account, owed: Owed) -> None:
        self._phone = phone
        self._desk = desk
        self._account = account
        self._owed = owed
        self._amount: Money | None = None
        self._card: Card | None = None
        self._barred: set[CardNumber] = set()

    @property
    def terms(self) -> tuple[Money, Card]:
        """The amount and card; only after `reach`."""
        assert self._amount is not None
        assert self._card is not None
        return self._amount, self._card

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
        if self._amount is None:
            amount = await ask_amount(self._phone, self._owed, self._desk.limits)
            if amount is BACK:
                return BACK
            self._amount = amount
        return None

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
    phone: Phone, desk: Desk, payment: Payment, outcome: Outcome, owed: Owed
) -> Ended | None:
    """Say what came of the charge; None when another card may be tried."""
    match outcome:
        case Approved():
            await phone.announce(PAID)
            await _confirm(phone, desk, payment, owed)
            return Ended(Status.PAID, Next.MENU)
        case Declined():
            return await _declined(phone, outcome)
        case Unreached():
            await phone.announce(LINE_TROUBLE, NOT_CHARGED)
            return Ended(Status.TROUBLE, Next.AGENT)
        case Unknown():
            await phone.announce(PAYMENT_UNKNOWN)
            return Ended(Status.UNKNOWN, Next.MENU)
        case _:
            assert_never(outcome)


async def _declined(phone: Phone, declined: Declined) -> Ended | None:
    await phone.announce(WHY_DECLINED[declined.refusal])
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


async def _earlier_is_settled(phone: Phone, desk: Desk, account: Account) -> bool:
    """Whether no payment on *account* is left open, after asking the gateway and telling."""
    for payment in await patiently(phone, payments.open_on(desk.store, account.id)):
        owed = await patiently(phone, accounts.owed(desk.store, account.id))
        try:
            settled = await patiently(phone, settle_earlier(desk, payment))
        except StoreAway:
            settled = None
        if settled is None:
            await phone.announce(UNKNOWN_EARLIER)
            return False
        if settled.state is State.DECLINED:
            await phone.announce(EARLIER_NOT_CHARGED)
        else:
            await phone.announce(EARLIER_PAID)
            await _confirm(phone, desk, settled, owed)
    return True
