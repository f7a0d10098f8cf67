"""The last payments, one by one, each with all that may be said of it and its receipt."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from paytone.ask import BACK, TooManyTries, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.fee import charged
from paytone.flows.method_entry import face_in_words
from paytone.flows.receipt_offer import ReceiptOffer
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace
from paytone.rules.payment import COUNTED, Payment, State
from paytone.store import payments

NO_PAYMENTS: Final = Prompt("no-payments")
LAST_PAYMENTS: Final = Prompt("last-payments")
PAYMENT_OF: Final = Prompt("payment-of")
FROM_YOUR: Final = Prompt("review-from")
ON_DATE: Final = Prompt("on-date")
ITS_CONFIRMATION: Final = Prompt("confirmation-is")
EARLIER_ONE: Final = Prompt("press-1-earlier")
GO_ON: Final = Prompt("press-pound-go-on")

PROCESSING: Final = Prompt("payment-status-processing")
POSTED: Final = Prompt("payment-status-posted")
DECLINED: Final = Prompt("payment-status-declined")
CHECKING: Final = Prompt("payment-status-checking")
NOT_CHARGED: Final = Prompt("payment-status-not-charged")
VOIDED: Final = Prompt("payment-status-voided")
REFUNDED: Final = Prompt("payment-status-refunded")
RETURNED: Final = Prompt("payment-status-returned")
PENDING: Final = Prompt("payment-status-pending")
GOING_BACK: Final = Prompt("payment-status-going-back")

STATUS_WORDS: Final = {
    State.SUBMITTING: CHECKING,
    State.UNKNOWN: CHECKING,
    State.SETTLING: PROCESSING,
    State.SETTLED: POSTED,
    State.DECLINED: DECLINED,
    State.NOT_CHARGED: NOT_CHARGED,
    State.VOIDED: VOIDED,
    State.REFUNDED: REFUNDED,
    State.RETURNED: RETURNED,
    State.VOIDING: GOING_BACK,
}

AT_MOST: Final = 12


async def history(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Say the last payments, newest first, as far back as the caller presses 1.

    Each with amount, method, date, status and confirmation number; one that counts has its receipt.
    Whoever says nothing has heard enough.
    """
    last = await patiently(phone, payments.of_account(desk.store, account.id, AT_MOST))
    if not last:
        await phone.say(NO_PAYMENTS)
        return Ended(Status.DONE, Next.MENU)
    receipts = await ReceiptOffer.to(phone, desk, call, account)
    lead: tuple[Prompt, ...] = (LAST_PAYMENTS,)
    with suppress(TooManyTries):
        for at, payment in enumerate(last):
            more = EARLIER_ONE if at + 1 < len(last) else None
            if not await tell_payment(phone, desk, payment, receipts, lead=lead, more=more):
                break
            lead = ()
    return Ended(Status.DONE, Next.MENU)


async def tell_payment(
    phone: Phone,
    desk: Desk,
    payment: Payment,
    receipts: ReceiptOffer,
    *,
    lead: tuple[Prompt, ...] = (),
    more: Prompt | None,
) -> bool:
    """
    Say all of *payment*, send its receipt if asked, and return whether 1 was pressed for *more*.

    Raises:
        TooManyTries: The caller says nothing.
    """
    words = (*lead, *payment_in_words(payment, desk))
    sendable = receipts.options(new=False) if payment.state in COUNTED else {}
    options = (*((more,) if more else ()), *sendable.values(), GO_ON)
    while True:
        keys = ("1" if more else "") + "".join(sendable) + "#"
        choice = await choose(phone, *words, *options, keys=keys)
        if choice is BACK or choice == "#":
            return False
        if choice == "1":
            return True
        await receipts.send(choice, payment)
        words = ()


def _status(payment: Payment) -> Prompt:
    if payment.state is State.SETTLING and isinstance(payment.face, BankFace):
        return PENDING
    return STATUS_WORDS[payment.state]


def payment_in_words(payment: Payment, desk: Desk) -> tuple[Prompt, ...]:
    """Amount, method, date, status and confirmation number."""
    when = payment.opened.astimezone(desk.clock().tzinfo).date()
    return (
        PAYMENT_OF,
        *charged(payment.amount, payment.fee),
        FROM_YOUR,
        *face_in_words(payment.face),
        ON_DATE,
        *spoken.date(when),
        _status(payment),
        ITS_CONFIRMATION,
        *spoken.digits(payment.confirmation, group=3),
    )
