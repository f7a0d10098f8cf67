"""What became of earlier payments: told first, before another is offered."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import choose, patiently
from paytone.bill import Account
from paytone.flows import Call, Desk
from paytone.flows.charge import settle_earlier
from paytone.job import Ended, Next, Status
from paytone.payment import HEARD, OPEN, Heard, Payment
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import StoreAway, payments, tellings

log = logging.getLogger(__name__)

EARLIER_PAYMENT: Final = Prompt("earlier-payment")
ON_DATE: Final = Prompt("on-date")
WENT_THROUGH: Final = Prompt("earlier-went-through")
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


async def tell_earlier(phone: Phone, desk: Desk, call: Call, account: Account) -> Status:
    """
    Ask the gateway after open payments on *account*, and tell what the caller does not know.

    Returns:
        UNKNOWN while one is still open, PAID if one was told to have gone through, else DONE.
    """
    status = Status.DONE
    await patiently(phone, _settle_open(desk, account))
    for untold in await patiently(phone, tellings.to_tell(desk.store, account.id)):
        if untold.payment.state not in OPEN:
            await _tell(phone, desk, call, untold.payment)
            if HEARD[untold.payment.state] is Heard.PAID:
                status = Status.PAID
    still_open = await patiently(phone, payments.open_on(desk.store, account.id))
    for payment in still_open:
        # Noted before it is said, or not said: whoever may have heard this, even after "paid", must
        # be told more once more is known.
        now = desk.clock()
        unknown = tellings.tell(desk.store, payment, call_id=call.id, now=now, heard=Heard.UNKNOWN)
        await patiently(phone, unknown)
        await phone.announce(STILL_UNKNOWN)
    return Status.UNKNOWN if still_open else status


async def note_told(phone: Phone, desk: Desk, call: Call, payment: Payment, heard: Heard) -> None:
    """Note what the caller heard in full; if the store is away the next call says it again."""
    now = desk.clock()
    work = tellings.tell(desk.store, payment, call_id=call.id, now=now, heard=heard)
    try:
        await patiently(phone, work)
    except StoreAway:
        log.error("payment %s: that the caller was told is not stored", payment.id)


async def _settle_open(desk: Desk, account: Account) -> None:
    for payment in await payments.open_on(desk.store, account.id):
        await settle_earlier(desk, payment)


async def _tell(phone: Phone, desk: Desk, call: Call, payment: Payment) -> None:
    when = payment.opened.astimezone(desk.clock().tzinfo).date()
    words = (EARLIER_PAYMENT, *spoken.money(payment.amount), ON_DATE, *spoken.date(when))
    await phone.announce(*words, *_fate(payment))
    await note_told(phone, desk, call, payment, HEARD[payment.state])
    if HEARD[payment.state] is Heard.PAID:
        while await choose(phone, REPEAT_CONFIRMATION, keys="1#") == "1":
            await phone.announce(*words, *_fate(payment))


def _fate(payment: Payment) -> tuple[Prompt, ...]:
    match HEARD[payment.state]:
        case Heard.PAID:
            return (WENT_THROUGH, CONFIRMATION_WAS, *spoken.digits(payment.confirmation, group=3))
        case Heard.NOT_PAID:
            return (WAS_NOT_PAID, NOT_CHARGED)
        case Heard.RETURNED:
            return (WAS_RETURNED,)
        case Heard.REFUNDED:
            return (WAS_REFUNDED,)
        case Heard.UNKNOWN:
            return (STILL_UNKNOWN,)
