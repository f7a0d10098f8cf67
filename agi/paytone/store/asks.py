"""When the gateway was asked after a payment, and when it is to be asked again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from paytone.rules.payment import Payment, State
from paytone.store import Store
from paytone.store.payments import payment_of_row

DUE = """
    SELECT payments.*, coalesce(asked.asks, 0) AS asks, asked.missing_since
    FROM payments
    LEFT JOIN payment_asks AS asked
        ON asked.payment_id = payments.id AND asked.state = payments.state
    WHERE payments.state = ANY(%(states)s)
        AND payments.changed_at <= %(older_than)s
        AND (%(opened_since)s::timestamptz IS NULL OR payments.opened_at >= %(opened_since)s)
        AND (asked.next_at <= %(now)s OR asked.payment_id IS NULL OR %(all_now)s)
    ORDER BY coalesce(asked.next_at, payments.changed_at), payments.opened_at, payments.id
    LIMIT %(limit)s
"""

TOLD_OF = """
    SELECT payments.*, asked.asks, asked.missing_since
    FROM payments
    JOIN payment_asks AS asked
        ON asked.payment_id = payments.id AND asked.state = payments.state
    WHERE payments.state = ANY(%(states)s) AND asked.next_at <= %(now)s
    ORDER BY asked.next_at, payments.opened_at, payments.id
    LIMIT %(limit)s
"""

ASKED = """
    INSERT INTO payment_asks AS asked (
        payment_id, state, asks, last_at, missing_since, next_at, said
    )
    VALUES (
        %(payment)s, %(state)s, 1, %(now)s,
        CASE WHEN %(missing)s THEN %(now)s::timestamptz END, %(next)s, %(said)s
    )
    ON CONFLICT (payment_id) DO UPDATE SET
        state = EXCLUDED.state,
        asks = CASE WHEN asked.state = EXCLUDED.state THEN asked.asks ELSE 0 END + 1,
        last_at = EXCLUDED.last_at,
        missing_since = CASE
            WHEN asked.state = EXCLUDED.state
                THEN coalesce(asked.missing_since, EXCLUDED.missing_since)
            ELSE EXCLUDED.missing_since
        END,
        next_at = EXCLUDED.next_at,
        said = EXCLUDED.said
"""

ASK_NOW = """
    INSERT INTO payment_asks AS asked (payment_id, state, asks, next_at, said)
    SELECT id, state, 0, %(now)s, %(why)s FROM payments WHERE transaction_id = %(transaction)s
    ON CONFLICT (payment_id) DO UPDATE SET
        asks = CASE WHEN asked.state = EXCLUDED.state THEN asked.asks ELSE 0 END,
        missing_since = CASE WHEN asked.state = EXCLUDED.state THEN asked.missing_since END,
        state = EXCLUDED.state,
        next_at = EXCLUDED.next_at
"""


@dataclass(frozen=True, slots=True)
class Due:
    """
    A payment to ask after.

    Args:
        asks: How often that was done since it stands so.
        missing_since: When the gateway first said that it knows no such charge; None if never.
    """

    payment: Payment
    asks: int
    missing_since: datetime | None


async def due(
    store: Store,
    states: Collection[State],
    *,
    now: datetime,
    older_than: datetime,
    limit: int,
    opened_since: datetime | None = None,
    all_now: bool = False,
) -> list[Due]:
    """
    Up to *limit* payments in *states* whose time to be asked after has come, longest due first.

    Args:
        older_than: Those that changed later are left alone.
        opened_since: Those that were opened earlier are left alone; None for none.
        all_now: Whether their time has come or not.
    """
    rows = await store.all(
        DUE,
        states=[state.value for state in states],
        now=now,
        older_than=older_than,
        opened_since=opened_since,
        all_now=all_now,
        limit=limit,
    )
    return [Due(payment_of_row(row), row["asks"], row["missing_since"]) for row in rows]


async def told_of(
    store: Store, states: Collection[State], *, now: datetime, limit: int
) -> list[Due]:
    """Up to *limit* payments in *states* that `ask_now` named, or whose next time has come."""
    wanted = [state.value for state in states]
    rows = await store.all(TOLD_OF, states=wanted, now=now, limit=limit)
    return [Due(payment_of_row(row), row["asks"], row["missing_since"]) for row in rows]


async def asked(
    store: Store,
    payment: Payment,
    *,
    said: str,
    missing: bool,
    now: datetime,
    again_at: datetime | None,
) -> None:
    """
    Note that the gateway was asked after *payment*, and *said* so; may be repeated.

    Args:
        missing: It knows no such charge.
        again_at: When to ask again; None for not before it is told of.
    """
    await store.run(
        ASKED,
        payment=payment.id,
        state=payment.state.value,
        now=now,
        missing=missing,
        next=again_at,
        said=said,
    )


async def ask_now(store: Store, transaction: str, *, why: str, now: datetime) -> bool:
    """Let the payment of *transaction* be asked after next; False if there is none. Repeatable."""
    return await store.run(ASK_NOW, transaction=transaction, why=why, now=now) > 0
