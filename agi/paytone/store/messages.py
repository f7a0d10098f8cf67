"""What callers said for a person to hear."""

from __future__ import annotations

from datetime import datetime

from paytone.rules.authorisation import Recording
from paytone.store import Row, Store

KEEP = """
    WITH kept AS (
        INSERT INTO messages (person_call_id, at, recording, speech_ms, confirmed)
        VALUES (%(person)s, %(now)s, %(recording)s, %(speech_ms)s, %(confirmed)s)
    )
    UPDATE person_calls SET result = 'message', ended_at = coalesce(ended_at, %(now)s)
    WHERE id = %(person)s AND call_back IS NULL AND answered_at IS NULL
"""

EACH = """
    SELECT messages.id, messages.at, speech_ms, confirmed, done_at, done_by, told_at, number,
        last_four, name, queue, level
    FROM messages JOIN person_calls_in_full ON person_calls_in_full.id = person_call_id
    WHERE %(all)s OR done_at IS NULL
    ORDER BY messages.at, messages.id
"""

NOT_TOLD = """
    SELECT messages.id, messages.at, speech_ms, confirmed, number, last_four, queue
    FROM messages JOIN person_calls_in_full ON person_calls_in_full.id = person_call_id
    WHERE told_at IS NULL AND done_at IS NULL ORDER BY messages.id LIMIT 50
"""

TOLD = "UPDATE messages SET told_at = %(now)s WHERE id = %(message)s AND told_at IS NULL"

RECORDING = "SELECT recording FROM messages WHERE id = %(message)s"

DONE = """
    UPDATE messages SET done_at = %(now)s, done_by = %(by)s
    WHERE id = %(message)s AND done_at IS NULL
"""


async def keep(
    store: Store, person_id: str, recording: Recording, *, confirmed: bool, now: datetime
) -> None:
    """Keep a message of whoever asked for a person; *confirmed*: they said to send it."""
    await store.run(
        KEEP,
        person=person_id,
        recording=recording.audio,
        speech_ms=recording.speech_ms,
        confirmed=confirmed,
        now=now,
    )


async def each(store: Store, *, with_done: bool = False) -> list[Row]:
    """The messages that nobody has seen to, oldest first; or all of them."""
    return await store.all(EACH, all=with_done)


async def not_told(store: Store) -> list[Row]:
    """Those of which the operator has not been written to."""
    return await store.all(NOT_TOLD)


async def told(store: Store, message_id: int, *, now: datetime) -> None:
    """Note that the operator was written to."""
    await store.run(TOLD, message=message_id, now=now)


async def recording(store: Store, message_id: int) -> bytes | None:
    """A WAV file; None where there is no such message."""
    row = await store.one(RECORDING, message=message_id)
    return bytes(row["recording"]) if row else None


async def done(store: Store, message_id: int, *, by: str, now: datetime) -> bool:
    """Note that a message was seen to; False where it was, or is none."""
    return bool(await store.run(DONE, message=message_id, by=by, now=now))
