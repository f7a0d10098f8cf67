"""Comparisons with the gateway, and the differences that they found."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from paytone.difference import Difference, Kind
from paytone.rules.payment import Payment
from paytone.store import Row, Store
from paytone.store.payments import payment_of_row

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

OPENED_BETWEEN = """
    SELECT * FROM payments WHERE opened_at >= %(since)s AND opened_at < %(until)s
    ORDER BY opened_at, id
"""

NAMED = """
    SELECT * FROM payments
    WHERE id = ANY(%(ids)s::uuid[]) OR transaction_id = ANY(%(transactions)s)
"""

UNDER_WAY = """
    SELECT * FROM payments
    WHERE state IN ('submitting', 'unknown', 'voiding') AND opened_at < %(before)s
    ORDER BY opened_at, id
"""

SEEN = """
    INSERT INTO differences (
        kind, payment_id, transaction_id, of_time, said, first_seen_at, last_seen_at
    )
    VALUES (
        %(kind)s, %(payment)s, %(transaction)s, %(of_time)s, %(said)s, %(now)s, %(now)s
    )
    ON CONFLICT (kind, payment_id, transaction_id) DO UPDATE SET
        said = EXCLUDED.said, cleared_at = NULL,
        last_seen_at = greatest(differences.last_seen_at, EXCLUDED.last_seen_at)
"""

CLEAR = """
    UPDATE differences SET cleared_at = greatest(%(now)s, last_seen_at)
    WHERE cleared_at IS NULL AND last_seen_at < %(now)s
        AND of_time >= %(since)s AND of_time < %(until)s
"""

COMPARED = """
    INSERT INTO comparisons (since, until, at, transactions, payments)
    VALUES (%(since)s, %(until)s, %(now)s, %(transactions)s, %(payments)s)
"""

LAST = "SELECT max(until) AS until, max(at) AS at FROM comparisons"

LISTED = """
    SELECT differences.*, payments.confirmation
    FROM differences LEFT JOIN payments ON payments.id = differences.payment_id
    WHERE (%(since)s::timestamptz IS NULL AND cleared_at IS NULL)
        OR (of_time >= %(since)s AND of_time < coalesce(%(until)s, 'infinity'::timestamptz))
    ORDER BY of_time, differences.id
"""


async def opened_between(store: Store, since: datetime, until: datetime) -> list[Payment]:
    """Every payment opened from *since* to before *until*."""
    return [
        payment_of_row(row) for row in await store.all(OPENED_BETWEEN, since=since, until=until)
    ]


async def named(store: Store, ids: Collection[str], transactions: Collection[str]) -> list[Payment]:
    """The payments with these ids, or that name these transactions; what is no id names none."""
    ours = [each for each in ids if UUID.fullmatch(each)]
    rows = await store.all(NAMED, ids=ours, transactions=list(transactions))
    return [payment_of_row(row) for row in rows]


async def under_way(store: Store, *, before: datetime) -> list[Payment]:
    """Payments opened *before* of which nobody knows yet, or whose money has not gone back yet."""
    return [payment_of_row(row) for row in await store.all(UNDER_WAY, before=before)]


async def keep(
    store: Store,
    found: Collection[Difference],
    *,
    since: datetime,
    until: datetime,
    transactions: int,
    payments: int,
    now: datetime,
) -> None:
    """
    Note a comparison and what it found; earlier differences that it no longer saw are cleared.

    All of it or nothing; may be repeated.
    """
    async with store.transaction() as connection:
        for each in found:
            values = {
                "kind": each.kind.value,
                "payment": each.payment_id,
                "transaction": each.transaction,
                "of_time": each.of_time,
                "said": each.said,
                "now": now,
            }
            await connection.execute(SEEN, values)
        span = {"since": since, "until": until, "now": now}
        await connection.execute(CLEAR, span)
        counts = {"transactions": transactions, "payments": payments}
        await connection.execute(COMPARED, span | counts)


async def last_compared(store: Store) -> tuple[datetime | None, datetime | None]:
    """Up to when the last comparison reached, and when it was made; None before the first."""
    row = await store.one(LAST)
    assert row is not None
    return row["until"], row["at"]


async def listed(store: Store, *, since: datetime | None, until: datetime | None) -> list[Row]:
    """
    Differences that stand now; with *since*, all of that time, cleared ones too. Oldest first.

    Each has kind, confirmation, transaction_id, of_time, said, first_seen_at, cleared_at.
    """
    rows = await store.all(LISTED, since=since, until=until)
    return [{**row, "kind": Kind(row["kind"])} for row in rows]
