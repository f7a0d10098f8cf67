"""The charge itself: open the payment, ask the gateway once, close the payment."""

from __future__ import annotations

import logging

from paytone.bill import Account
from paytone.card import Card
from paytone.flows import Call, Desk
from paytone.gateway import (
    Approved,
    Declined,
    Found,
    GatewayRefused,
    NotFound,
    Outcome,
    Unknown,
    Unreached,
)
from paytone.money import Money
from paytone.payment import Payment
from paytone.store import StoreAway, payments

log = logging.getLogger(__name__)


async def open_and_charge(
    desk: Desk, call: Call, account: Account, *, heard: Money, amount: Money, card: Card
) -> tuple[Payment, Outcome]:
    """
    Charge *card* once and say what came of it.

    The payment is stored as submitting before the gateway is asked. When the store is away
    afterwards the outcome is returned all the same; the stored payment stays submitting and is
    settled by asking the gateway (`settle_earlier`, ``paytone payments reconcile``). Where somebody
    else has closed the payment otherwise meanwhile, that stands, and the outcome is Unknown.

    Args:
        heard: The balance that the caller heard before agreeing.

    Raises:
        AnotherIsOpen, BalanceMoved: As `payments.open_payment`; no money moved.
        StoreAway: Before the gateway was asked; no money moved.
    """
    payment = await payments.open_payment(
        desk.store,
        call_id=call.id,
        account_id=account.id,
        heard=heard,
        amount=amount,
        card_brand=card.brand,
        last_four=card.number.last_four,
        expiry=card.expiry,
        now=desk.clock(),
    )
    try:
        outcome = await desk.gateway.charge(amount, card, reference=payment.id)
    except GatewayRefused as exc:
        log.error("the gateway refused our request: %s", exc)
        outcome = Unreached(str(exc))
    except Exception as exc:  # noqa: BLE001 - a fault of ours, and the money may have moved
        log.error("asking the gateway fails: %s", type(exc).__name__)
        outcome = Unknown(type(exc).__name__)
    try:
        payment = await close(desk, payment, outcome)
    except StoreAway:
        log.error("payment %s is not closed: the store is away", payment.id)
    except payments.NoSuchPayment:
        log.error("payment %s is lost to the store: %s", payment.id, reason_of(outcome))
    except payments.NotAllowed as exc:
        log.error("payment %s stands otherwise: %s; %s", payment.id, exc, reason_of(outcome))
        outcome = Unknown("somebody else has closed the payment")
    return payment, outcome


async def close(desk: Desk, payment: Payment, outcome: Outcome) -> Payment:
    """
    Store what became of *payment*; repeating it is harmless.

    Raises:
        StoreAway: Money may have moved; the payment stays as it was and is found by its id later.
    """
    return await payments.close_payment(
        desk.store, payment.id, outcome, reason=reason_of(outcome), now=desk.clock()
    )


def reason_of(outcome: Outcome) -> str:
    """Why the payment moves, for its record; never shown to a caller."""
    match outcome:
        case Approved(transaction=transaction):
            return f"approved as {transaction}"
        case Declined(code=code, text=text):
            return f"declined: {code} {text}".strip()
        case Unreached(why=why):
            return f"gateway not reached: {why}"
        case Unknown(why=why):
            return f"outcome unknown: {why}"


async def settle_earlier(desk: Desk, payment: Payment) -> Payment | None:
    """
    What became of a payment that was left open, if the gateway can tell now.

    That it is not found proves nothing yet: the gateway's index may lag, or another process may
    be charging at this moment. None then, and the payment stays open.

    Raises:
        StoreAway: As `close`.
    """
    found: Found = await desk.gateway.find(payment.id, payment.amount)
    match found:
        case Approved() | Declined():
            return await close(desk, payment, found)
        case Unknown() | NotFound():
            return None
