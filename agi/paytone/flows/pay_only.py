"""Pay for an account of which the caller hears nothing: an amount, a card or a check are keyed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final, assert_never

from paytone.ask import BACK, Back, TooManyTries, choose, patiently
from paytone.flows import Call, Desk, Talk
from paytone.flows.claim import count_failure, number_is_locked
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.fee import accept_fee, charged
from paytone.flows.pay_bill import (
    CANCELLED,
    CARD_HELD,
    CHECK_ACCEPTED,
    CHECK_DECLINED,
    CHECK_PENDING,
    CONFIRMATION_IS,
    DECLINED_HARD,
    LINE_TROUBLE,
    NOT_CHARGED,
    PAID,
    PENDING_PAYMENT_OF,
    TODAY,
    TRY_ANOTHER_CARD,
    TRY_ANOTHER_WAY,
    YOU_PAID,
)
from paytone.flows.pay_only_entry import PayOnlyEntry, PayOnlyMeans
from paytone.flows.resume import note_told, tell_earlier
from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown, Unreached
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Given
from paytone.rules.bill import Account, Payable
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace, CheckedAccount
from paytone.rules.money import Money
from paytone.rules.payment import OPEN, Heard, Payment
from paytone.store import StoreAway, accounts, payments
from paytone.till import CardHeld, Sale, open_and_charge, settle_earlier

LOCKED: Final = Prompt("locked")
NOT_PAYABLE: Final = Prompt("pay-only-not-payable")
NOT_NOW: Final = Prompt("pay-only-not-now")
MAY_BE_PAID: Final = Prompt("sale-unknown")

BALANCES: Final = 3
"""How often a payment is opened anew because the balance, which was not told, has moved."""


async def pay_only(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Take one payment for *account* from a caller who may hear nothing of it.

    Said are the amount that was keyed, what pays, the last four digits of the account number, which
    was keyed too, and what came of it, also of an earlier payment of this very call. No balance,
    no name, no date, no saved method, no other payment, no receipt. Declines lock the number that
    calls, as failed identifications do.
    """
    if await patiently(phone, number_is_locked(desk, call)):
        await phone.announce(LOCKED)
        return Ended(Status.REFUSED, Next.AGENT)
    if account.payable is Payable.NO:
        await phone.announce(NOT_PAYABLE)
        return Ended(Status.REFUSED, Next.AGENT)
    today_only = replace(desk, rule=replace(desk.rule, later_days=0))
    paying = _Paying(Talk(phone, today_only, call, account))
    try:
        return await paying.pay()
    except StoreAway:
        # Only raised before the gateway is asked to charge.
        await phone.announce(LINE_TROUBLE, NOT_CHARGED)
        return Ended(Status.TROUBLE, Next.AGENT)
    finally:
        await paying.entry.forget_checked()


class _Paying:
    """One payment on its way."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._phone = talk.phone
        self._desk = talk.desk
        self.entry = PayOnlyEntry(talk)

    async def pay(self) -> Ended:
        """Ask, charge and tell; another way to pay after a decline, as often as the manner has."""
        earlier = await tell_earlier(
            self._phone, self._desk, self._talk.call, self._talk.account, of_this_call=True
        )
        if earlier is not Status.DONE:
            return Ended(earlier, Next.PAY_ONLY)
        if await patiently(self._phone, self._is_open()):
            await self._phone.announce(NOT_NOW, NOT_CHARGED)
            return Ended(Status.REFUSED, Next.PAY_ONLY)
        if not await accept_fee(self._phone, self._desk.fee):
            return await self._cancelled()
        for _ in range(self._phone.manner.card_tries):
            agreed = await self.entry.agree()
            if agreed is BACK:
                return await self._cancelled()
            ended = await self._charged(*agreed)
            if ended is not None:
                return ended
        return Ended(Status.DECLINED, Next.AGENT)

    async def _cancelled(self) -> Ended:
        await self._phone.say(CANCELLED)
        return Ended(Status.CANCELLED, Next.PAY_ONLY)

    async def _is_open(self) -> bool:
        """Whether an earlier payment still is, once the gateway was asked after it."""
        for payment in await payments.open_on(self._desk.store, self._talk.account.id):
            settled = await settle_earlier(self._desk.till, payment)
            if settled is None or settled.state in OPEN:
                return True
        return False

    async def _charged(
        self, amount: Money, means: PayOnlyMeans, given: Given | None
    ) -> Ended | None:
        """What came of the charge; None to pay in another way."""
        try:
            work = self._open_and_charge(amount, means, given)
            payment, outcome = await patiently(self._phone, work)
        except (payments.AnotherIsOpen, payments.BalanceMoved):
            await self._phone.announce(NOT_NOW, NOT_CHARGED)
            return Ended(Status.REFUSED, Next.PAY_ONLY)
        except CardHeld:
            await self._phone.announce(CARD_HELD, NOT_CHARGED)
            self.entry.take_back(for_good=True)
            return None
        if isinstance(means, CheckedAccount) and isinstance(outcome, Approved | Unknown):
            self.entry.debited(means)
        return await self._told(payment, outcome)

    async def _open_and_charge(
        self, amount: Money, means: PayOnlyMeans, given: Given | None
    ) -> tuple[Payment, Outcome]:
        """The charge; the balance is not what the caller agreed by, and may move meanwhile."""
        desk, account = self._desk, self._talk.account
        for left in reversed(range(BALANCES)):
            balance = (await accounts.owed(desk.store, account.id)).balance
            total, call = amount + desk.fee, self._talk.call.id
            sale = Sale(account.id, balance, total, means, call_id=call, given=given, fee=desk.fee)
            try:
                return await open_and_charge(desk.till, sale)
            except payments.BalanceMoved:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _told(self, payment: Payment, outcome: Outcome) -> Ended | None:
        """Say what came of the charge, and note that it was heard."""
        match outcome:
            case Approved():
                await self._phone.announce(*_accepted(payment))
                await self._note(payment, Heard.PAID)
                return Ended(Status.PAID, await self._confirm(payment))
            case Declined(refusal=refusal, hard=hard):
                return await self._declined(payment, refusal, hard=hard)
            case Unreached():
                await self._phone.announce(LINE_TROUBLE, NOT_CHARGED)
                await self._note(payment, Heard.NOT_PAID)
                return Ended(Status.TROUBLE, Next.AGENT)
            case Unknown():
                await self._phone.announce(MAY_BE_PAID)
                await self._note(payment, Heard.UNKNOWN)
                return Ended(Status.UNKNOWN, Next.PAY_ONLY)
            case _:
                assert_never(outcome)

    async def _declined(self, payment: Payment, refusal: Refusal, *, hard: bool) -> Ended | None:
        by_bank = isinstance(payment.face, BankFace)
        why = CHECK_DECLINED if by_bank else WHY_DECLINED[refusal]
        await self._phone.announce(why, *([DECLINED_HARD] if hard and not by_bank else []))
        await self._note(payment, Heard.NOT_PAID)
        await count_failure(self._desk, None, self._talk.call)
        self.entry.take_back(for_good=hard)
        words = TRY_ANOTHER_WAY if by_bank else TRY_ANOTHER_CARD
        choice = await choose(self._phone, words, keys="1")
        return Ended(Status.DECLINED, Next.PAY_ONLY) if choice is BACK else None

    async def _note(self, payment: Payment, heard: Heard) -> None:
        await note_told(self._phone, self._desk, self._talk.call, payment, heard)

    async def _confirm(self, payment: Payment) -> Next:
        """The confirmation number, as often as the caller likes."""
        number = (CONFIRMATION_IS, *spoken.digits(payment.confirmation, group=3))
        again = (*number, *_you_paid(payment))
        choice: str | Back = "1"
        with suppress(TooManyTries):  # who says nothing goes on
            words = number
            while choice == "1":
                choice = await choose(self._phone, *words, REPEAT_CONFIRMATION, keys="1#")
                words = again
        return Next.PAY_ONLY


def _accepted(payment: Payment) -> tuple[Prompt, ...]:
    """A bank debit is pending for days, and the caller is told so."""
    if isinstance(payment.face, BankFace):
        return (CHECK_ACCEPTED, CHECK_PENDING)
    return (PAID, *_you_paid(payment))


def _you_paid(payment: Payment) -> tuple[Prompt, ...]:
    pending = isinstance(payment.face, BankFace)
    lead = PENDING_PAYMENT_OF if pending else YOU_PAID
    return (lead, *charged(payment.amount, payment.fee), *([] if pending else [TODAY]))
