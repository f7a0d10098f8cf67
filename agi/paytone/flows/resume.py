"""What became of earlier payments: told first, before another is offered."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final

from paytone.ask import TooManyTries, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.fee import charged
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace
from paytone.rules.payment import HEARD, OPEN, Heard, Payment, State
from paytone.store import StoreAway, tellings
from paytone.store.tellings import Pending
from paytone.till import settle_earlier

log = logging.getLogger(__name__)

EARLIER_PAYMENT: Final = Prompt("earlier-payment")
ON_DATE: Final = Prompt("on-date")
WENT_THROUGH: Final = Prompt("earlier-went-through")
IS_PENDING: Final = Prompt("payment-status-pending")
CONFIRMATION_WAS: Final = Prompt("confirmation-is")
WAS_NOT_PAID: Final = Prompt("earlier-not-paid")
NOT_CHARGED: Final = Prompt("not-charged")
WAS_RETURNED: Final = Prompt("earlier-returned")
WAS_REFUNDED: Final = Prompt("earlier-refunded")
STILL_UNKNOWN: Final = Prompt("payment-unknown-earlier")
REPEAT_CONFIRMATION: Final = Prompt("repeat-confirmation")


async def resume(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Tell of every payment on *account* that stands otherwise than its caller last heard.

    Payments that were left open are asked after at the gateway first. Says nothing where there is
    nothing to tell. Needs nobody's consent: only whoever identified for the account hears it.
    """
    return Ended(await tell_earlier(phone, desk, call, account), Next.MENU)


async def tell_earlier(
    phone: Phone, desk: Desk, call: Call, account: Account, *, of_this_call: bool = False
) -> Status:
    """
    Ask the gateway after open payments on *account*, and tell what the caller does not know.

    Args:
        of_this_call: Of payments that were made in this very call alone.

    Returns:
        UNKNOWN while one is still open, PAID if one was told to have gone through, else DONE.
    """
    status = Status.DONE
    only_of_call = call.id if of_this_call else None
    for each in await patiently(phone, _pending(desk, account, only_of_call)):
        payment, heard = each.payment, HEARD[each.payment.state]
        words = _in_words(payment, desk)
        if heard is Heard.UNKNOWN:
            await _note_unknown(phone, desk, call, each)
        await phone.announce(*words)
        if heard is Heard.UNKNOWN:
            status = Status.UNKNOWN
            continue
        if each.told is not heard:
            await note_told(phone, desk, call, payment, heard)
        if heard is Heard.PAID:
            await _repeat(phone, words)
            status = Status.PAID if status is Status.DONE else status
    return status


async def note_told(phone: Phone, desk: Desk, call: Call, payment: Payment, heard: Heard) -> None:
    """Note what the caller heard in full; if the store is away the next call says it again."""
    now = desk.clock()
    work = tellings.tell(desk.store, payment, call_id=call.id, now=now, heard=heard)
    try:
        await patiently(phone, work)
    except StoreAway:
        log.error("payment %s: that the caller was told is not stored", payment.id)


async def _note_unknown(phone: Phone, desk: Desk, call: Call, pending: Pending) -> None:
    """
    Note that a payment is unknown before it is said: whoever may have heard that, even after
    "paid", must be told more once more is known.

    Raises:
        StoreAway: It is not noted, and must not be said.
    """
    if pending.told is not Heard.UNKNOWN:
        now, unknown = desk.clock(), Heard.UNKNOWN
        work = tellings.tell(desk.store, pending.payment, call_id=call.id, now=now, heard=unknown)
        await patiently(phone, work)


async def _pending(desk: Desk, account: Account, only_of_call: str | None) -> list[Pending]:
    """What is open or untold, once the gateway was asked after what is open."""
    store = desk.store
    pending = await tellings.pending(store, account.id, only_of_call=only_of_call)
    still_open = [each.payment for each in pending if each.payment.state in OPEN]
    for payment in still_open:
        await settle_earlier(desk.till, payment)
    if not still_open:
        return pending
    return await tellings.pending(store, account.id, only_of_call=only_of_call)


async def _repeat(phone: Phone, words: tuple[Prompt, ...]) -> None:
    with suppress(TooManyTries):  # who says nothing has heard enough
        while await choose(phone, REPEAT_CONFIRMATION, keys="1#") == "1":
            await phone.announce(*words)


def _in_words(payment: Payment, desk: Desk) -> tuple[Prompt, ...]:
    if payment.state in OPEN:
        return (STILL_UNKNOWN,)
    when = payment.opened.astimezone(desk.clock().tzinfo).date()
    lead = (EARLIER_PAYMENT, *charged(payment.amount, payment.fee), ON_DATE, *spoken.date(when))
    return (*lead, *_fate(payment))


def _went(payment: Payment) -> Prompt:
    """A bank debit is pending until it is settled."""
    if payment.state is State.SETTLING and isinstance(payment.face, BankFace):
        return IS_PENDING
    return WENT_THROUGH


def _fate(payment: Payment) -> tuple[Prompt, ...]:
    match HEARD[payment.state]:
        case Heard.PAID:
            return (_went(payment), CONFIRMATION_WAS, *spoken.digits(payment.confirmation, group=3))
        case Heard.NOT_PAID:
            return (WAS_NOT_PAID, NOT_CHARGED)
        case Heard.RETURNED:
            return (WAS_RETURNED,)
        case Heard.REFUNDED:
            return (WAS_REFUNDED,)
        case Heard.UNKNOWN:
            return (STILL_UNKNOWN,)
