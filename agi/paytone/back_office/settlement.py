"""What became of charges after they were approved: ask the gateway, then move the payment."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from paytone.gateway import Fate, Gateway, NotFound, Standing, Unknown
from paytone.rules.pause import grown
from paytone.rules.payment import Payment, State
from paytone.rules.returned import in_words
from paytone.store import Store, asks, payments
from paytone.store.payments import NotAllowed

log = logging.getLogger(__name__)

FOLLOWS: Final = {
    (State.SETTLING, Fate.SETTLED): State.SETTLED,
    (State.SETTLING, Fate.VOIDED): State.VOIDED,
    (State.SETTLING, Fate.REFUSED): State.VOIDED,
    (State.SETTLING, Fate.RETURNED): State.RETURNED,
    (State.SETTLED, Fate.RETURNED): State.RETURNED,
    (State.RETURNED, Fate.UNDER_WAY): State.SETTLING,
    (State.RETURNED, Fate.SETTLED): State.SETTLING,
    (State.VOIDING, Fate.VOIDED): State.VOIDED,
    (State.VOIDING, Fate.REFUSED): State.VOIDED,
    (State.VOIDING, Fate.RETURNED): State.VOIDED,
}
"""What a payment moves to when its transaction stands so; otherwise it stays."""

POLLED: Final = (State.SETTLING, State.RETURNED)
"""States that are asked after from time to time; settled ones only when something is told."""

FIRST_AFTER: Final = timedelta(minutes=10)
PAUSE: Final = timedelta(minutes=15)
LONGEST_PAUSE: Final = timedelta(hours=6)
RETURNED_FOR: Final = timedelta(days=180)
BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """
    One payment after a look at its transaction.

    Args:
        payment: As it stands now.
        stands: How the gateway holds it; None where it does not say.
        said: The same in words, for an admin.
    """

    payment: Payment
    stands: Standing | None
    said: str


async def look(store: Store, gateway: Gateway, payment: Payment, *, now: datetime) -> Looked:
    """
    Ask the gateway how *payment*'s transaction stands, and move the payment to that.

    Never moves money. May be repeated, in any order, and beside itself: only what the gateway
    says now counts.

    Args:
        payment: One that names its transaction.

    Raises:
        StoreAway: The payment stays as it was or has moved.
    """
    assert payment.transaction is not None
    stands = await gateway.standing(payment.transaction)
    if isinstance(stands, Unknown):
        return Looked(payment, None, f"not known: {stands.why}")
    if isinstance(stands, NotFound):
        log.error("payment %s: Braintree has no %s", payment.confirmation, payment.transaction)
        return Looked(payment, None, "Braintree holds no such transaction")
    if stands.amount != payment.amount:
        log.error(
            "payment %s is of %s, %s at Braintree of %s",
            payment.confirmation, payment.amount, payment.transaction, stands.amount,
        )  # fmt: skip
        return Looked(payment, stands, f"of {stands.amount} at Braintree")
    return await _moved(store, payment, stands, now)


async def poll(store: Store, gateway: Gateway, *, now: datetime) -> list[Looked]:
    """
    Look at every payment whose settlement is due to be asked after.

    Never moves money, and may be repeated.

    Raises:
        StoreAway: Some may have moved.
    """
    found = await asks.due(
        store,
        POLLED,
        now=now,
        older_than=now - FIRST_AFTER,
        opened_since=now - RETURNED_FOR,
        limit=BATCH,
    )
    found += await asks.told_of(store, (*POLLED, State.SETTLED), now=now, limit=BATCH)
    by_id = {each.payment.id: each for each in found}
    looked = []
    for due in by_id.values():
        one = await look(store, gateway, due.payment, now=now)
        pause = grown(PAUSE, due.asks, longest=LONGEST_PAUSE)
        not_again = one.payment.state not in POLLED and one.stands is not None
        await asks.asked(
            store,
            one.payment,
            said=one.said,
            missing=False,
            now=now,
            again_at=None if not_again else now + pause,
        )
        looked.append(one)
    return looked


async def _moved(store: Store, payment: Payment, stands: Standing, now: datetime) -> Looked:
    said = await _in_words(store, payment, stands, now)
    to_state = FOLLOWS.get((payment.state, stands.fate))
    if to_state is None:
        return Looked(payment, stands, said)
    try:
        moved = await payments.move(store, payment.id, to_state, said, now)
    except NotAllowed:
        # Another look, or a refund, came first.
        current = await payments.by_id(store, payment.id)
        return Looked(current or payment, stands, said)
    if (to_state, stands.fate) == (State.SETTLING, Fate.SETTLED):
        return await _moved(store, moved, stands, now)
    return Looked(moved, stands, said)


async def _in_words(store: Store, payment: Payment, stands: Standing, now: datetime) -> str:
    if stands.fate is not Fate.RETURNED:
        return f"{stands.fate.value} at Braintree {stands.code} {stands.text}".strip()
    changes = await payments.changes(store, payment.id)
    earlier = sum(change["to_state"] == State.RETURNED.value for change in changes)
    presented = max(earlier, 1) if payment.state is State.RETURNED else 1 + earlier
    return in_words(stands.code, stands.text, presented=presented, first=payment.opened, now=now)
