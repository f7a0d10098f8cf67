"""Who may switch banners from a phone: their PINs, and the locks that wrong ones end in."""

from __future__ import annotations

from datetime import datetime, timedelta

from paytone.store import Row, Store

ADD = """
    INSERT INTO banner_admins (number, name, pin_hash, added_at, added_by)
    VALUES (%(number)s, %(name)s, %(pin_hash)s, %(now)s, %(by)s)
    ON CONFLICT (number) DO UPDATE SET name = excluded.name, pin_hash = excluded.pin_hash,
        added_at = excluded.added_at, added_by = excluded.added_by, failures = 0,
        locked_until = NULL
"""

REMOVE = "DELETE FROM banner_admins WHERE number = %(number)s"

EACH = "SELECT number, name, added_at, added_by, locked_until FROM banner_admins ORDER BY number"

ONE = """
    SELECT pin_hash, coalesce(locked_until > %(now)s, false) AS locked
    FROM banner_admins WHERE number = %(number)s
"""

FAILED = """
    UPDATE banner_admins SET
        failures = CASE WHEN failures + 1 >= %(limit)s THEN 0 ELSE failures + 1 END,
        locked_until = CASE
            WHEN failures + 1 >= %(limit)s THEN %(until)s ELSE locked_until
        END
    WHERE number = %(number)s
"""

OPENED = "UPDATE banner_admins SET failures = 0, locked_until = NULL WHERE number = %(number)s"

NOTE = """
    INSERT INTO banner_admin_tries (at, number, calling, call_id, result)
    VALUES (
        %(now)s, (SELECT number FROM banner_admins WHERE number = %(number)s), %(calling)s,
        %(call)s, %(result)s
    )
"""


async def add(
    store: Store, number: str, *, name: str, pin_hash: str, by: str, now: datetime
) -> None:
    """Let whoever knows the PIN switch banners as *number*; replaces what was there."""
    await store.run(ADD, number=number, name=name, pin_hash=pin_hash, by=by, now=now)


async def remove(store: Store, number: str) -> bool:
    """Let *number* switch nothing any more; False where it could not. May be repeated."""
    return bool(await store.run(REMOVE, number=number))


async def each(store: Store) -> list[Row]:
    """All of them, without their PINs."""
    return await store.all(EACH)


async def pin_hash_of(store: Store, number: str, now: datetime) -> tuple[str | None, bool]:
    """The hash of the PIN of *number*, None where nobody has it; and whether it is locked."""
    row = await store.one(ONE, number=number, now=now)
    return (row["pin_hash"], row["locked"]) if row else (None, False)


async def failed(store: Store, number: str, *, limit: int, lock_s: float, now: datetime) -> None:
    """Count a wrong PIN; the *limit*-th since the last right one locks. Not to be repeated."""
    until = now + timedelta(seconds=lock_s)
    await store.run(FAILED, number=number, limit=limit, until=until)


async def opened(store: Store, number: str) -> None:
    """Begin the count anew; may be repeated."""
    await store.run(OPENED, number=number)


async def note(
    store: Store, result: str, *, number: str, calling: str | None, call_id: str, now: datetime
) -> None:
    """Keep who tried, and with which *result*."""
    await store.run(NOTE, number=number, calling=calling, call=call_id, result=result, now=now)
