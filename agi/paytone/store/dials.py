"""Dials: each time a number was dialled, who took the call, and what came of it."""

from __future__ import annotations

from datetime import datetime

from paytone.rules.calling import Kind
from paytone.rules.redial import Result, redial_at
from paytone.store import Row, Store

MET = "UPDATE dials SET met = %(met)s WHERE id = %(dial)s AND met IS NULL"

UNDER_WAY = """
    SELECT dials.id, dials.kind, dials.at, dials.met, calls_out.id AS call_out_id,
        calls_out.attempts, calls_out.expires
    FROM dials JOIN calls_out ON calls_out.id = dials.call_out_id
    WHERE dials.id = %(dial)s AND dials.result IS NULL
    FOR UPDATE OF dials, calls_out
"""

END = """
    WITH ended AS (
        UPDATE dials SET result = %(result)s, ended_at = %(now)s WHERE id = %(dial)s
    )
    UPDATE calls_out SET
        state = CASE WHEN %(again)s::timestamptz IS NULL THEN 'done' ELSE 'waiting' END,
        next_at = %(again)s, said = %(result)s
    WHERE id = %(call_out)s
"""

OLD = "SELECT id, met FROM dials WHERE result IS NULL AND at < %(before)s"

EACH = """
    SELECT * FROM dials_in_full
    WHERE %(call_out)s::uuid IS NULL OR call_out_id = %(call_out)s
    ORDER BY at DESC, id LIMIT %(at_most)s
"""


async def met(store: Store, dial_id: str, whom: str) -> None:
    """Note that the call was taken by a ``person`` or a ``machine``; the first note stands."""
    await store.run(MET, dial=dial_id, met=whom)


async def ended(store: Store, dial_id: str, result: Result, *, now: datetime) -> bool:
    """
    Note what came of a dial, and when to dial again if at all; False where that was noted.

    May be repeated.
    """
    async with store.transaction() as connection:
        row = await (await connection.execute(UNDER_WAY, {"dial": dial_id})).fetchone()
        if row is None:
            return False
        again = redial_at(Kind(row["kind"]), result, attempts=row["attempts"], dialled=row["at"])
        values = {
            "dial": dial_id,
            "call_out": row["call_out_id"],
            "result": result.value,
            "again": again if again and again < row["expires"] else None,
            "now": now,
        }
        await connection.execute(END, values)
        return True


async def give_up(store: Store, *, before: datetime, now: datetime) -> int:
    """
    End the dials from *before* of which nobody said what came; how many there were.

    One that somebody took was answered; any other is lost.
    """
    count = 0
    for row in await store.all(OLD, before=before):
        result = Result.ANSWERED if row["met"] else Result.LOST
        count += await ended(store, str(row["id"]), result, now=now)
    return count


async def each(store: Store, *, call_out_id: str | None = None, at_most: int = 100) -> list[Row]:
    """The last dials, newest first, with what they rested on and what came of them."""
    return await store.all(EACH, call_out=call_out_id, at_most=at_most)
