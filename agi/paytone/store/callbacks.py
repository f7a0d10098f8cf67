"""Callbacks: what is to be told to the URLs of payment requests, each until it is taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.types.json import Jsonb

from paytone.store import Store

QUEUE = """
    INSERT INTO callbacks (request_id, event, facts, queued_at, next_at)
    VALUES (%(request)s, 'progress', %(facts)s, %(now)s, %(now)s)
"""

CLAIM = """
    UPDATE callbacks SET tries = tries + 1, next_at = %(until)s
    WHERE id = (
        SELECT callbacks.id FROM callbacks
        JOIN payment_requests AS requests ON requests.id = callbacks.request_id
        WHERE next_at <= %(now)s AND callback_url <> ALL (%(but_for)s)
        ORDER BY callbacks.id LIMIT 1 FOR UPDATE OF callbacks SKIP LOCKED
    )
    RETURNING id
"""

IN_FULL = "SELECT * FROM callbacks_in_full WHERE id = %(id)s"

DONE = """
    UPDATE callbacks SET next_at = NULL, delivered_at = %(delivered)s, said = %(said)s
    WHERE id = %(id)s AND delivered_at IS NULL
"""

AGAIN = """
    UPDATE callbacks SET next_at = %(at)s, said = %(said)s WHERE id = %(id)s AND next_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Due:
    """
    A callback that is to be told.

    Args:
        body: As it is told; nothing in it is secret but the token.
        tries: How often it was claimed, this time included.
    """

    id: int
    url: str
    body: Mapping[str, object] = field(repr=False)
    queued: datetime
    tries: int


async def queue_progress(
    store: Store, request_id: str, facts: Mapping[str, object], *, now: datetime
) -> None:
    """Queue how far a caller is; not to be repeated."""
    await store.run(QUEUE, request=request_id, facts=Jsonb(dict(facts)), now=now)


async def claim(
    store: Store, *, now: datetime, until: datetime, but_for: Collection[str] = ()
) -> Due | None:
    """
    The callback that was queued first of those due, for this worker alone; None if none is.

    One of which nothing is said *until* then is given to another: it may be told twice.

    Args:
        but_for: URLs that are left alone.
    """
    claimed = await store.one(CLAIM, now=now, until=until, but_for=list(but_for))
    row = claimed and await store.one(IN_FULL, id=claimed["id"])
    if not row:
        return None
    return Due(row["id"], row["url"], row["body"], row["queued_at"], row["tries"])


async def done(store: Store, due: Due, *, said: str, delivered: datetime | None = None) -> None:
    """Note that it was *delivered*, or is given up, and why; may be repeated."""
    await store.run(DONE, id=due.id, delivered=delivered, said=said)


async def again(store: Store, due: Due, *, said: str, at: datetime) -> None:
    """Let it be claimed again from *at*; may be repeated."""
    await store.run(AGAIN, id=due.id, said=said, at=at)
