"""Agents who had a caller pay: when, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from paytone.rules.money import Money
from paytone.store import Row, Store

BEGIN = """
    INSERT INTO assists (call_id, agent, begun_at) VALUES (%(call)s, %(agent)s, %(now)s)
    ON CONFLICT (call_id) WHERE ended_at IS NULL
    DO UPDATE SET agent = excluded.agent, begun_at = excluded.begun_at
"""

END = """
    UPDATE assists SET ended_at = %(now)s, caller_left = %(left)s, outcome = (
        SELECT CASE
            WHEN bool_or(state IN ('submitting', 'unknown')) THEN 'unknown'
            WHEN bool_or(counted) THEN 'paid'
            WHEN bool_or(state = 'declined') THEN 'declined'
            ELSE 'not-paid'
        END
        FROM payments JOIN payment_states USING (state)
        WHERE payments.call_id = assists.call_id AND opened_at >= begun_at
    )
    WHERE call_id = %(call)s AND ended_at IS NULL
"""

LAST = """
    SELECT assists.*, paid.* FROM assists
    CROSS JOIN LATERAL (
        SELECT sum(amount_cents)::bigint AS cents, min(currency) AS currency
        FROM payments JOIN payment_states USING (state)
        WHERE payments.call_id = assists.call_id AND counted
            AND opened_at BETWEEN begun_at AND ended_at
    ) AS paid
    WHERE call_id = %(call)s ORDER BY id DESC LIMIT 1
"""


class Outcome(Enum):
    """What came of the payment that the caller was sent to; the database holds the same names."""

    PAID = "paid"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_PAID = "not-paid"


@dataclass(frozen=True, slots=True)
class Assist:
    """
    One time that an agent had a caller pay.

    Args:
        outcome: None while it goes on.
        paid: What was paid in it; None for nothing.
    """

    agent: str
    outcome: Outcome | None
    caller_left: bool
    paid: Money | None


async def begin(store: Store, call_id: str, agent: str, now: datetime) -> None:
    """Count what the call pays from now on as *agent*'s; one that goes on begins anew."""
    await store.run(BEGIN, call=call_id, agent=agent, now=now)


async def end(store: Store, call_id: str, *, caller_left: bool, now: datetime) -> Assist | None:
    """What it came to, now that it is over; None where the call had none. May be repeated."""
    await store.run(END, call=call_id, left=caller_left, now=now)
    return await last(store, call_id)


async def last(store: Store, call_id: str) -> Assist | None:
    """The last one of the call; None where there was none."""
    row = await store.one(LAST, call=call_id)
    return _assist(row) if row else None


def _assist(row: Row) -> Assist:
    return Assist(
        agent=row["agent"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        caller_left=row["caller_left"],
        paid=Money(row["cents"], row["currency"]) if row["cents"] else None,
    )
