"""What became of payments that were left open: ask the gateway until it is known."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from paytone.gateway import Approved, Declined, Gateway, NotFound, Unknown
from paytone.payment import Payment
from paytone.store import Store, payments

SETTLE_AFTER = timedelta(seconds=60)
"""A younger payment may still be under way in a call: the gateway's patience is well below."""

GIVE_UP_AFTER = timedelta(minutes=15)
"""A payment that the gateway still does not know by then was never charged; its search may lag."""

AT_ONCE = 8
BATCH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One open payment after asking.

    Args:
        payment: As it stands now; still open where nobody knows yet.
        said: What the gateway said, for an admin.
    """

    payment: Payment
    said: str


async def reconcile(
    store: Store,
    gateway: Gateway,
    *,
    now: datetime,
    settle_after: timedelta = SETTLE_AFTER,
    give_up_after: timedelta = GIVE_UP_AFTER,
) -> list[Finding]:
    """
    Ask after every payment that was left open, and close those that are known now.

    Never moves money. May be repeated, and may run beside itself and beside calls: closing a
    payment twice with the same outcome is harmless.

    Args:
        settle_after: Younger payments are left alone.
        give_up_after: Older payments that the gateway does not know were never charged.

    Raises:
        StoreAway: Payments found so far are closed, the rest stay open.
    """
    limit = asyncio.Semaphore(AT_ONCE)

    async def ask(payment: Payment) -> Finding:
        async with limit:
            return await _ask(store, gateway, payment, now=now, give_up_after=give_up_after)

    unresolved = await payments.unresolved(store, older_than=now - settle_after, limit=BATCH)
    return await asyncio.gather(*map(ask, unresolved))


async def _ask(
    store: Store, gateway: Gateway, payment: Payment, *, now: datetime, give_up_after: timedelta
) -> Finding:
    found = await gateway.find(payment.id, payment.amount)
    match found:
        case Approved(transaction=transaction):
            said = f"charged as {transaction}"
            closed = await payments.close_payment(store, payment.id, found, f"found {said}", now)
        case Declined(code=code, text=text):
            said = f"declined: {code} {text}"
            closed = await payments.close_payment(store, payment.id, found, f"found {said}", now)
        case NotFound() if now - payment.opened >= give_up_after:
            said = f"never charged: not found {give_up_after} after it was opened"
            closed = await payments.never_charged(store, payment.id, said, now)
        case NotFound():
            said, closed = "not found yet", payment
        case Unknown(why=why):
            said, closed = f"not known: {why}", payment
        case _:
            assert_never(found)
    return Finding(closed, said)
