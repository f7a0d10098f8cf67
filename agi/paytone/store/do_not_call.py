"""Numbers that are not to be called: put there by whoever answers or calls, for ever."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from paytone.store import Row, Store

STOP = """
    WITH withdrawn AS (
        UPDATE contact_consents SET withdrawn_at = %(now)s, withdrawn_how = %(said)s
        WHERE address = %(number)s AND channel = 'call' AND withdrawn_at IS NULL
    )
    INSERT INTO do_not_call (number, since, source, said, call_id)
    VALUES (%(number)s, %(now)s, %(source)s, %(said)s, %(call)s)
    ON CONFLICT (number) WHERE removed_at IS NULL DO NOTHING
"""

REMOVE = """
    UPDATE do_not_call SET removed_at = %(now)s, removed_by = %(by)s, removed_why = %(why)s
    WHERE number = %(number)s AND removed_at IS NULL
"""

EACH = """
    SELECT * FROM do_not_call
    WHERE (%(number)s::text IS NULL OR number = %(number)s)
        AND (%(number)s::text IS NOT NULL OR removed_at IS NULL)
    ORDER BY id
"""


class Stopped(Enum):
    """By whom a number was put there; the database holds the same names."""

    CALL_OUT = "call-out"
    CALL = "call"
    ADMIN = "admin"


async def stop(
    store: Store,
    number: str,
    *,
    source: Stopped,
    said: str,
    now: datetime,
    call_id: str | None = None,
) -> None:
    """
    Call the ten digits *number* no more, from now on; may be repeated.

    Consents to be called there end with it, whoever gave them.

    Args:
        said: The words that were answered, or where the wish is kept.
    """
    await store.run(STOP, number=number, source=source.value, said=said, call=call_id, now=now)


async def remove(store: Store, number: str, *, by: str, why: str, now: datetime) -> bool:
    """
    Let *number* be called again; False where it was not there.

    Consents that ended do not come back: a new one is needed.
    """
    return bool(await store.run(REMOVE, number=number, by=by, why=why, now=now))


async def each(store: Store, number: str | None = None) -> list[Row]:
    """The numbers that are there; of one *number* what was taken out, too."""
    return await store.all(EACH, number=number)
