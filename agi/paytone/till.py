"""The till: open a payment, ask the gateway once, close the payment."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paytone.gateway import (
    Approved,
    Declined,
    Found,
    Gateway,
    GatewayRefused,
    Mandate,
    NotFound,
    Outcome,
    Unknown,
    Unreached,
    Vaulted,
)
from paytone.rules.authorisation import Given
from paytone.rules.card import Card
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.method import CardFace, CheckedAccount, Face, Means, SavedMethod, face_of
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE, Occasion, Payment
from paytone.rules.retry import Held, held
from paytone.store import Store, StoreAway, card_attempts, payments

log = logging.getLogger(__name__)


class CardHeld(Exception):
    """The card networks' rules forbid to try the card now; no payment was begun."""

    def __init__(self, by: Held) -> None:
        super().__init__()
        self.by = by


@dataclass(frozen=True, slots=True)
class Till:
    """
    What a charge is made with.

    Args:
        open_gateway: The gateway, the same at each call; loading it takes a while the first time.
        fingerprints: None counts no declines.
    """

    store: Store
    open_gateway: Callable[[], Gateway]
    clock: Callable[[], datetime]
    fingerprints: Fingerprints | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """
    What was agreed.

    Args:
        heard: The balance that the caller heard before agreeing, or that a run was reckoned by.
        amount: All that is charged.
        call_id: None where no call is under way.
        given: What the caller authorised aloud, which a debit of a bank account needs.
        fee: The part of the amount that is the fee.
    """

    account_id: str
    heard: Money
    amount: Money
    means: Means
    call_id: str | None
    occasion: Occasion = Occasion.CALL
    given: Given | None = None
    fee: Money = NO_FEE


async def open_and_charge(till: Till, sale: Sale) -> tuple[Payment, Outcome]:
    """
    Charge what was agreed once and say what came of it.

    The payment is stored as submitting before the gateway is asked. When the store is away
    afterwards the outcome is returned all the same; the stored payment stays submitting and is
    settled by asking the gateway (`settle_earlier`, ``paytone payments reconcile``). Where somebody
    else has closed the payment otherwise meanwhile, that stands, and the outcome is Unknown.

    Raises:
        AnotherIsOpen, BalanceMoved, MethodRemoved, AlreadyPaid: As `payments.open_payment`.
        CardHeld: The card was declined too often, or for good; no money moved.
        StoreAway: Before the gateway was asked; no money moved.
    """
    card = till.fingerprints.of_means(sale.means) if till.fingerprints else None
    if card is not None:
        barred = await card_held(till, card, face_of(sale.means), sale.amount)
        if barred is not None:
            raise CardHeld(barred)
    payment = await payments.open_payment(
        till.store,
        call_id=sale.call_id,
        account_id=sale.account_id,
        heard=sale.heard,
        amount=sale.amount,
        face=face_of(sale.means),
        method_id=sale.means.id if isinstance(sale.means, SavedMethod) else None,
        occasion=sale.occasion,
        given=sale.given,
        fee=sale.fee,
        now=till.clock(),
    )
    if card is not None:
        await card_attempts.note(till.store, payment.id, card)
    return await charge(till, payment, source_of(sale.means, sale.given))


async def means_held(till: Till, means: Means, amount: Money) -> Held | None:
    """As `card_held` for what the caller pays with; None also where the till has no key."""
    card = till.fingerprints.of_means(means) if till.fingerprints else None
    return None if card is None else await card_held(till, card, face_of(means), amount)


async def card_held(till: Till, fingerprint: str, face: Face, amount: Money) -> Held | None:
    """Whether, and until when, that card must not be tried for *amount*; None if it may be."""
    if not isinstance(face, CardFace):
        return None
    now = till.clock()
    declines = await card_attempts.declines(till.store, fingerprint, now=now)
    return held(face.brand, declines, amount, now=now)


async def charge(till: Till, payment: Payment, source: Card | Vaulted) -> tuple[Payment, Outcome]:
    """
    Charge a *payment* that was just opened, once; as `open_and_charge` after its opening.

    Not to be repeated for the same payment: ask `settle_earlier`.
    """
    try:
        outcome = await till.open_gateway().charge(
            payment.amount,
            source,
            reference=payment.id,
            occasion=payment.occasion,
        )
    except GatewayRefused as exc:
        log.error("the gateway refused our request: %s", exc)
        outcome = Unreached(str(exc))
    except Exception as exc:  # noqa: BLE001 - a fault of ours, and the money may have moved
        log.error("asking the gateway fails: %s", type(exc).__name__)
        outcome = Unknown(type(exc).__name__)
    try:
        payment = await close(till, payment, outcome)
    except StoreAway:
        log.error("payment %s is not closed: the store is away", payment.id)
    except payments.NoSuchPayment:
        log.error("payment %s is lost to the store: %s", payment.id, reason_of(outcome))
    except payments.NotAllowed as exc:
        log.error("payment %s stands otherwise: %s; %s", payment.id, exc, reason_of(outcome))
        outcome = Unknown("somebody else has closed the payment")
    return payment, outcome


def source_of(means: Means, given: Given | None = None) -> Card | Vaulted:
    """*means* as the gateway takes it, with what was authorised aloud for a bank account."""
    mandate = Mandate(given.authorisation.mandate(), given.at) if given else None
    if isinstance(means, SavedMethod | CheckedAccount):
        return Vaulted(means.token, means.face.kind, mandate)
    return means


async def close(till: Till, payment: Payment, outcome: Outcome) -> Payment:
    """
    Store what became of *payment*; repeating it is harmless.

    Raises:
        StoreAway: Money may have moved; the payment stays as it was and is found by its id later.
    """
    return await payments.close_payment(
        till.store, payment.id, outcome, reason=reason_of(outcome), now=till.clock()
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


async def settle_earlier(till: Till, payment: Payment) -> Payment | None:
    """
    What became of a payment that was left open, if the gateway can tell now.

    That it is not found proves nothing yet: the gateway's index may lag, or another process may
    be charging at this moment. None then, and the payment stays open.

    Raises:
        StoreAway: As `close`.
    """
    found: Found = await till.open_gateway().find(payment.id, payment.amount)
    match found:
        case Approved() | Declined():
            return await close(till, payment, found)
        case Unknown() | NotFound():
            return None
