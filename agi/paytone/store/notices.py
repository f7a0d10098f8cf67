"""Notices: queued by the database as payments move, sent by whoever claims them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import psycopg

from paytone.payment import Heard, Payment
from paytone.store import Store
from paytone.store.payments import payment_of_row

CLAIM = """
    UPDATE notices SET tries = tries + 1, doubts = doubts + (claimed_at IS NOT NULL)::integer,
        claimed_at = %(now)s, next_at = %(until)s
    WHERE id = (
        SELECT id FROM notices WHERE next_at <= %(now)s
        ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id
"""

IN_FULL = "SELECT * FROM notices_in_full WHERE notice_id = %(notice)s"

DONE = """
    UPDATE notices SET next_at = NULL, claimed_at = NULL, sent_at = %(sent)s, said = %(said)s
    WHERE id = %(notice)s AND sent_at IS NULL
"""

AGAIN = """
    UPDATE notices SET next_at = %(at)s, claimed_at = NULL, said = %(said)s,
        doubts = doubts + %(doubt)s::boolean::integer
    WHERE id = %(notice)s AND next_at IS NOT NULL
"""

EXPIRE = """
    UPDATE notices SET next_at = NULL, claimed_at = NULL, said = %(said)s
    WHERE next_at <= %(now)s AND queued_at <= %(before)s
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """
    One thing that a customer is to be told of a payment.

    Args:
        heard: What is to be told.
        stands: How the payment stands now.
        known: What the customer last heard or was sent of it; None when nothing.
        to: None where no address is known any more.
        tries: How often it was claimed, this time included.
        doubts: How often it may have been sent, but nobody knows.
    """

    id: int
    payment: Payment
    heard: Heard
    stands: Heard
    known: Heard | None
    account_last_four: str
    to: str | None = field(repr=False)
    queued: datetime
    tries: int
    doubts: int


async def claim(store: Store, *, now: datetime, until: datetime) -> Notice | None:
    """
    The notice that is longest due, for this caller alone; None if none is.

    Whoever has claimed it says `done` or `again`. One that was claimed, and of which nothing was
    said *until* then, is given to another, and counts as one that may have been sent. After
    StoreAway one may be claimed.
    """
    claimed = await store.one(CLAIM, now=now, until=until)
    row = claimed and await store.one(IN_FULL, notice=claimed["id"])
    if not row:
        return None
    return Notice(
        id=row["notice_id"],
        payment=payment_of_row(row),
        heard=Heard(row["heard"]),
        stands=Heard(row["stands"]),
        known=Heard(row["known"]) if row["known"] else None,
        account_last_four=row["account_last_four"],
        to=row["email"],
        queued=row["queued_at"],
        tries=row["tries"],
        doubts=row["doubts"],
    )


async def done(store: Store, notice: Notice, *, said: str, sent: datetime | None = None) -> None:
    """Note that *notice* was *sent*, or will not be, and why; may be repeated."""
    await store.run(DONE, notice=notice.id, sent=sent, said=said)


async def again(
    store: Store, notice: Notice, *, said: str, at: datetime, doubt: bool = False
) -> None:
    """
    Let *notice* be claimed again from *at*.

    Args:
        doubt: It may have been sent. Repeating the note counts that twice.
    """
    await store.run(AGAIN, notice=notice.id, said=said, at=at, doubt=doubt)


async def expire(store: Store, *, said: str, before: datetime, now: datetime) -> int:
    """How many due notices queued *before* will no longer be sent; may be repeated."""
    return await store.run(EXPIRE, said=said, before=before, now=now)


def anyone_has_an_address(conninfo: str) -> bool:
    """Whether there is a customer who can be written to."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM customers WHERE email IS NOT NULL)")
        return bool((row.fetchone() or (False,))[0])
