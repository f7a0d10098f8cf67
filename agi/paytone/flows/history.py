"""The last payments."""

from __future__ import annotations

from typing import Final

from paytone.ask import patiently
from paytone.bill import Account
from paytone.flows import Desk
from paytone.job import Ended, Next, Status
from paytone.method import BankFace
from paytone.payment import Payment, State
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import payments

NO_PAYMENTS: Final = Prompt("no-payments")
LAST_PAYMENTS: Final = Prompt("last-payments")
PAYMENT_OF: Final = Prompt("payment-of")
ON_DATE: Final = Prompt("on-date")

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

AT_MOST: Final = 3


async def history(phone: Phone, desk: Desk, account: Account) -> Ended:
    """Say the last three payments, newest first, each with its amount, date and status."""
    last = await patiently(phone, payments.of_account(desk.store, account.id, AT_MOST))
    if not last:
        await phone.say(NO_PAYMENTS)
        return Ended(Status.DONE, Next.MENU)
    words: list[Prompt] = [LAST_PAYMENTS]
    for payment in last:
        words += _in_words(payment, desk)
    await phone.say(*words)
    return Ended(Status.DONE, Next.MENU)


def _status(payment: Payment) -> Prompt:
    if payment.state is State.SETTLING and isinstance(payment.face, BankFace):
        return PENDING
    return STATUS_WORDS[payment.state]


def _in_words(payment: Payment, desk: Desk) -> tuple[Prompt, ...]:
    when = payment.opened.astimezone(desk.clock().tzinfo).date()
    return (
        PAYMENT_OF,
        *spoken.money(payment.amount),
        ON_DATE,
        *spoken.date(when),
        _status(payment),
    )
