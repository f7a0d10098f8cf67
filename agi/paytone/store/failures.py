"""Failed identifications, and the locks they end in."""

from __future__ import annotations

from datetime import datetime, timedelta

from paytone.store import Store

LOCKED = """
    SELECT FROM locks
    WHERE (account_id = %(account)s OR calling = %(calling)s) AND until > %(now)s
    LIMIT 1
"""

FAILED = """
    SELECT
        count_failure(%(account)s, NULL, %(now)s, %(limit)s, %(window)s, %(lock)s),
        count_failure(NULL, %(calling)s, %(now)s, %(limit)s, %(window)s, %(lock)s)
"""

SUCCEEDED = """
    UPDATE failures SET cleared = true WHERE account_id = %(account)s AND NOT cleared
"""


async def locked(
    store: Store, *, account_id: str | None, calling: str | None, now: datetime
) -> bool:
    """Whether the account or the calling number is locked at *now*; None never is."""
    found = await store.one(LOCKED, account=account_id, calling=calling, now=now)
    return found is not None


async def failed(
    store: Store,
    *,
    account_id: str | None,
    calling: str | None,
    now: datetime,
    limit: int,
    window_s: float,
    lock_s: float,
) -> None:
    """
    Count one failure for the account and one for the calling number, and lock what has too many.

    Exact however many calls fail at once. A failure during a lock counts towards the next lock.
    Not to be repeated after StoreAway: it would count twice.

    Args:
        account_id: None where no such account exists: then only the calling number counts.
        calling: None when withheld.
        limit: How many failures within *window_s* lock, for *lock_s*.
    """
    await store.run(
        FAILED,
        account=account_id,
        calling=calling,
        now=now,
        limit=limit,
        window=timedelta(seconds=window_s),
        lock=timedelta(seconds=lock_s),
    )


async def succeeded(store: Store, account_id: str) -> None:
    """Begin the account's count anew; its calling number's stays. May be repeated."""
    await store.run(SUCCEEDED, account=account_id)
