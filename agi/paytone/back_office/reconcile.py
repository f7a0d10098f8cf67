"""What became of payments that were left open: ask the gateway until it is known."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from paytone.back_office.void import void_back
from paytone.gateway import Approved, Declined, Gateway, NotFound, Unknown
from paytone.rules.pause import grown
from paytone.rules.payment import OPEN, Payment, State
from paytone.store import Store, asks, payments
from paytone.store.asks import Due
from paytone.store.payments import NotAllowed

SETTLE_AFTER: Final = timedelta(seconds=60)
"""A younger payment may still be under way in a call: the gateway's patience is well below."""

GIVE_UP_AFTER: Final = timedelta(minutes=15)
"""So long the gateway must have said that it does not know a charge; its search may lag."""

LATE_FOR: Final = timedelta(days=2)
"""So long a payment that was not charged is asked after all the same; later, once a day's list."""

PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 8
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One payment after asking.

    Args:
        payment: As it stands now; still open where nobody knows yet.
        said: What the gateway said, for an admin.
    """

    payment: Payment
    said: str


@dataclass(frozen=True, slots=True)
class Patience:
    """
    When an open payment is asked after, and when it is given up.

    Args:
        settle_after: Younger payments are left alone.
        give_up_after: A payment was never charged if it is older, and the gateway has said for
            *missing_for* that it does not know it.
        all_now: Ask after all of them, also those that were asked after lately.
    """

    settle_after: timedelta = SETTLE_AFTER
    give_up_after: timedelta = GIVE_UP_AFTER
    missing_for: timedelta = GIVE_UP_AFTER
    all_now: bool = False


USUAL: Final = Patience()


async def reconcile(
    store: Store, gateway: Gateway, *, now: datetime, patience: Patience = USUAL
) -> list[Finding]:
    """
    Ask after every payment that was left open, with growing pauses, and close what is known now.

    A charge that turns up although its caller was told that there is none is voided, or refunded
    where it has settled: money only ever goes back here. May be repeated, and may run beside itself
    and beside calls.

    Raises:
        StoreAway: Payments found so far are closed, the rest stay open.
    """
    limit = asyncio.Semaphore(AT_ONCE)

    async def ask(due: Due) -> Finding:
        async with limit:
            return await _ask(store, gateway, due, now=now, patience=patience)

    async def back(due: Due) -> Finding:
        async with limit:
            return await _back(store, gateway, due, now)

    findings = await asyncio.gather(*map(ask, await _open(store, now, patience)))
    late = await asyncio.gather(*map(ask, await _not_charged(store, now)))
    findings += [each for each in late if each.payment.state is State.VOIDING]
    voiding = await asks.due(
        store, [State.VOIDING], now=now, older_than=now, limit=BATCH, all_now=patience.all_now
    )
    return findings + await asyncio.gather(*map(back, voiding))


async def _open(store: Store, now: datetime, patience: Patience) -> list[Due]:
    return await asks.due(
        store,
        OPEN,
        now=now,
        older_than=now - patience.settle_after,
        limit=BATCH,
        all_now=patience.all_now,
    )


async def _not_charged(store: Store, now: datetime) -> list[Due]:
    return await asks.due(
        store,
        [State.NOT_CHARGED],
        now=now,
        older_than=now - PAUSE,
        opened_since=now - LATE_FOR,
        limit=BATCH,
    )


async def _ask(
    store: Store, gateway: Gateway, due: Due, *, now: datetime, patience: Patience
) -> Finding:
    payment = due.payment
    found = await gateway.find(payment.id, payment.amount)
    match found:
        case Approved(transaction=transaction):
            return await _found(store, payment, found, f"charged as {transaction}", now)
        case Declined() if payment.state is State.NOT_CHARGED:
            said = f"declined: {found.code} {found.text}"
        case Declined(code=code, text=text):
            return await _found(store, payment, found, f"declined: {code} {text}", now)
        case NotFound() if payment.state in OPEN and _is_given_up(due, now, patience):
            said = f"never charged: not found {now - payment.opened} after it was opened"
            return Finding(await payments.never_charged(store, payment.id, said, now), said)
        case NotFound():
            said = "not found yet"
        case Unknown(why=why):
            said = f"not known: {why}"
        case _:
            assert_never(found)
    await _note(store, due, said, now, missing=isinstance(found, NotFound))
    return Finding(payment, said)


async def _back(store: Store, gateway: Gateway, due: Due, now: datetime) -> Finding:
    payment, said = await void_back(store, gateway, due.payment, now=now)
    if payment.state is State.VOIDING:
        await _note(store, due, said, now)
    return Finding(payment, said)


async def _note(store: Store, due: Due, said: str, now: datetime, *, missing: bool = False) -> None:
    pause = grown(PAUSE, due.asks, longest=LONGEST_PAUSE)
    await asks.asked(store, due.payment, said=said, missing=missing, now=now, again_at=now + pause)


def _is_given_up(due: Due, now: datetime, patience: Patience) -> bool:
    missing_for = now - (due.missing_since or now)
    old_enough = now - due.payment.opened >= patience.give_up_after
    return old_enough and missing_for >= patience.missing_for


async def _found(
    store: Store, payment: Payment, found: Approved | Declined, said: str, now: datetime
) -> Finding:
    try:
        closed = await payments.close_payment(
            store, payment.id, found, f"found {said}", now, late=True
        )
    except NotAllowed:
        # A call, or another that asks, came first.
        closed = await payments.by_id(store, payment.id) or payment
    return Finding(closed, said)
