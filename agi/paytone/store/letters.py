"""Letters: queued in the transaction that gives cause to them, sent by whoever claims them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from psycopg.types.json import Jsonb

from paytone.rules.contact import Channel
from paytone.rules.money import Money
from paytone.rules.payment import Heard, Payment
from paytone.store import Row, Store, payments

QUEUE = """
    SELECT queue_letter(
        %(kind)s, %(customer)s, %(dedupe)s, %(facts)s, %(now)s, %(payment)s, '0 s', %(only_by)s
    ) AS queued
"""

CLAIM = """
    UPDATE letters SET tries = tries + 1, doubts = doubts + (claimed_at IS NOT NULL)::integer,
        claimed_at = %(now)s, next_at = %(until)s
    WHERE id = (
        SELECT id FROM letters WHERE next_at <= %(now)s AND channel = %(channel)s
        ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id
"""

IN_FULL = "SELECT * FROM letters_in_full WHERE id = %(letter)s"

DONE = """
    UPDATE letters SET next_at = NULL, claimed_at = NULL, sent_at = %(sent)s, said = %(said)s
    WHERE id = %(letter)s AND sent_at IS NULL
"""

AGAIN = """
    UPDATE letters SET next_at = %(at)s, claimed_at = NULL, said = %(said)s,
        doubts = doubts + %(doubt)s::boolean::integer
    WHERE id = %(letter)s AND next_at IS NOT NULL
"""

EXPIRE = """
    UPDATE letters SET next_at = NULL, claimed_at = NULL, said = %(said)s
    WHERE next_at <= %(now)s AND queued_at <= %(before)s AND channel <> ALL (%(sent_by)s)
"""

BALANCE_AFTER = "SELECT balance_after(%(payment)s) AS cents"

REACHABLE = "SELECT DISTINCT channel FROM customer_channels"


@dataclass(frozen=True, slots=True)
class Due:
    """
    A letter that is to be sent.

    Args:
        facts: What its words need; keys and values as `queue` got them.
        payment: Of which it tells; None where it tells of none.
        tells: What it tells of the payment; None when that cannot become untrue or known.
        stands: How the payment stands now.
        known: What the customer last heard or was sent of it; None when nothing.
        balance: What the account owed after the payment; None where that is not known.
        to: None where the customer can no longer be reached that way.
        tries: How often it was claimed, this time included.
        doubts: How often it may have been sent, but nobody knows.
    """

    id: int
    kind: str
    channel: Channel
    customer_id: str
    language: str
    facts: Mapping[str, object] = field(repr=False)
    payment: Payment | None
    tells: Heard | None
    stands: Heard | None
    known: Heard | None
    account_last_four: str | None
    balance: Money | None
    to: str | None = field(repr=False)
    queued: datetime
    tries: int
    doubts: int


async def queue(
    store: Store,
    *,
    kind: str,
    customer_id: str,
    dedupe: str,
    facts: Mapping[str, object],
    now: datetime,
    payment_id: str | None = None,
    only_by: Channel | None = None,
) -> int:
    """
    Queue a letter wherever the customer is reached, and return on how many channels it now is.

    Repeating it with the same *dedupe* queues nothing more. Within a transaction use the database's
    own `queue_letter`.

    Args:
        kind: A table of `paytone.mail`'s words.
        facts: Short: whole cents under a name that ends in ``_cents``, ISO dates, texts.
        only_by: This channel alone, whether or not receipts are wanted there.
    """
    row = await store.one(
        QUEUE,
        kind=kind,
        customer=customer_id,
        dedupe=dedupe,
        facts=Jsonb(dict(facts)),
        now=now,
        payment=payment_id,
        only_by=only_by and only_by.value,
    )
    assert row is not None
    queued: int = row["queued"]
    return queued


async def claim(store: Store, channel: Channel, *, now: datetime, until: datetime) -> Due | None:
    """
    The letter by *channel* that is longest due, for this caller alone; None if none is.

    Whoever has claimed it says `done` or `again`. One that was claimed, and of which nothing was
    said *until* then, is given to another, and counts as one that may have been sent. After
    StoreAway one may be claimed.
    """
    claimed = await store.one(CLAIM, channel=channel.value, now=now, until=until)
    row = claimed and await store.one(IN_FULL, letter=claimed["id"])
    if not row:
        return None
    payment = row["payment_id"] and await payments.by_id(store, str(row["payment_id"]))
    return _due(row, payment or None)


def _due(row: Row, payment: Payment | None) -> Due:
    balance = None
    if payment is not None and row["balance_cents"] is not None:
        balance = Money(row["balance_cents"], payment.amount.currency)
    return Due(
        id=row["id"],
        kind=row["kind"],
        channel=Channel(row["channel"]),
        customer_id=str(row["customer_id"]),
        language=row["language"],
        facts=row["facts"],
        payment=payment,
        tells=_heard(row["tells"]) if payment else None,
        stands=_heard(row["stands"]),
        known=_heard(row["known"]),
        account_last_four=row["account_last_four"],
        balance=balance,
        to=row["address"],
        queued=row["queued_at"],
        tries=row["tries"],
        doubts=row["doubts"],
    )


def _heard(value: str | None) -> Heard | None:
    return Heard(value) if value else None


async def done(store: Store, letter: Due, *, said: str, sent: datetime | None = None) -> None:
    """Note that *letter* was *sent*, or will not be, and why; may be repeated."""
    await store.run(DONE, letter=letter.id, sent=sent, said=said)


async def again(store: Store, letter: Due, *, said: str, at: datetime, doubt: bool = False) -> None:
    """
    Let *letter* be claimed again from *at*.

    Args:
        doubt: It may have been sent. Repeating the note counts that twice.
    """
    await store.run(AGAIN, letter=letter.id, said=said, at=at, doubt=doubt)


async def expire(
    store: Store, *, said: str, before: datetime, now: datetime, sent_by: Collection[Channel]
) -> int:
    """
    How many due letters queued *before* will no longer be sent; may be repeated.

    Args:
        sent_by: Channels whose letters stay.
    """
    spared = [channel.value for channel in sent_by]
    return await store.run(EXPIRE, said=said, before=before, now=now, sent_by=spared)


async def balance_after(store: Store, payment: Payment) -> Money | None:
    """What the account owed once *payment* was booked; None where it never was."""
    row = await store.one(BALANCE_AFTER, payment=payment.id)
    if row is None or row["cents"] is None:
        return None
    return Money(row["cents"], payment.amount.currency)


def reachable(conninfo: str) -> frozenset[Channel]:
    """The channels by which any customer can be written to."""
    with psycopg.connect(conninfo) as connection:
        return frozenset(Channel(row[0]) for row in connection.execute(REACHABLE))
