"""Who asked for a person, and what came of it: also those who are to be called back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from paytone.rules.job import Level
from paytone.rules.person import Came
from paytone.store import Row, Store

CONTEXT = """
    SELECT right(accounts.number, 4) AS last_four, customers.name,
        calls.pays_for IS NOT NULL AS pays_only, trouble_in_call(%(call)s::uuid) AS trouble
    FROM (SELECT 1) AS one
    LEFT JOIN calls ON calls.id = %(call)s::uuid
    LEFT JOIN accounts ON accounts.id = coalesce(calls.account_id, calls.pays_for)
    LEFT JOIN customers ON customers.id = accounts.customer_id
"""

ASKED = """
    INSERT INTO person_calls (
        id, call_id, queue, asked_at, account_id, level, place, why, number, ended_at, result
    )
    VALUES (
        %(person)s, %(call)s, %(queue)s, %(now)s,
        (SELECT coalesce(account_id, pays_for) FROM calls WHERE id = %(call)s),
        %(level)s, %(place)s, %(why)s, %(number)s, %(ended)s, %(result)s
    )
    ON CONFLICT (id) DO NOTHING
"""

ANSWERED = """
    UPDATE person_calls
    SET answered_at = %(now)s,
        answered_by = coalesce((SELECT number FROM agents WHERE phone = %(phone)s), %(phone)s)
    WHERE id = %(person)s AND answered_at IS NULL AND ended_at IS NULL
    RETURNING id
"""

ENDED = """
    UPDATE person_calls
    SET ended_at = %(now)s,
        result = CASE WHEN answered_at IS NOT NULL THEN 'answered' ELSE %(how)s END
    WHERE id = %(person)s AND ended_at IS NULL AND call_back IS DISTINCT FROM 'waiting'
"""

CALL_BACK = """
    UPDATE person_calls SET call_back = 'waiting', number = %(number)s,
        ended_at = NULL, result = NULL
    WHERE id = %(person)s AND call_back IS NULL AND answered_at IS NULL
        AND NOT EXISTS (
            SELECT FROM person_calls AS other
            WHERE other.number = %(number)s AND other.call_back = 'waiting'
        )
"""

WAITS = "SELECT FROM person_calls WHERE number = %(number)s AND call_back = 'waiting' LIMIT 1"

WAITING = """
    SELECT person_calls_in_full.*, 'call-back' AS kind FROM person_calls_in_full
    WHERE call_back = 'waiting' ORDER BY asked_at, id
"""

ONE = "SELECT * FROM person_calls_in_full WHERE id = %(person)s"

GIVE_UP = """
    UPDATE person_calls SET call_back = %(how)s, call_back_said = %(why)s, ended_at = %(now)s,
        result = CASE WHEN answered_at IS NOT NULL THEN 'answered' ELSE 'nobody' END
    WHERE id = %(person)s AND call_back = 'waiting'
"""

EACH = """
    SELECT * FROM person_calls_in_full
    WHERE %(since)s::timestamptz IS NULL OR asked_at >= %(since)s
    ORDER BY asked_at DESC, id LIMIT %(at_most)s
"""

SUMMARY = """
    SELECT queue, count(*) AS asked, count(answered_at) AS answered,
        count(*) FILTER (WHERE result = 'abandoned') AS abandoned,
        count(*) FILTER (WHERE result IN ('closed', 'message')) AS closed,
        count(call_back) AS call_backs, count(dial_id) AS called_back,
        (avg(waited_s) FILTER (WHERE answered_at IS NOT NULL AND call_back IS NULL))::integer
            AS waited_s,
        max(waited_s) FILTER (WHERE call_back IS NULL) AS longest_s,
        avg(talked_s)::integer AS talked_s
    FROM person_calls_in_full
    WHERE %(since)s::timestamptz IS NULL OR asked_at >= %(since)s
    GROUP BY queue ORDER BY queue
"""

TOO_OLD = timedelta(days=2)
"""So long a customer waits to be called back; the gate would refuse a day later."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    Somebody who waits to be called back.

    Args:
        id: Of the row of person_calls.
        number: Ten digits.
        came: What the agent's phone shows.
        language: The customer's; empty where that is not known.
    """

    id: str
    call_id: str
    queue: str
    asked: datetime
    number: str = field(repr=False)
    came: Came
    customer_id: str | None
    account_id: str | None
    language: str


async def came_from(store: Store, call_id: str, *, place: str, why: str) -> Came:
    """What is known of the caller of a call; of a payment that failed in it before why they ask."""
    row = await store.one(CONTEXT, call=call_id)
    assert row is not None
    proved = Level.PAY_ONLY if row["pays_only"] else Level.VERIFIED
    level = proved if row["last_four"] else Level.NONE
    trouble = row["trouble"]
    if trouble is not None:
        place, why = "pay-bill", trouble
    return Came(place, why, level, row["last_four"], row["name"] or "")


async def asked(
    store: Store,
    person_id: str,
    call_id: str,
    came: Came,
    *,
    queue: str,
    number: str | None,
    now: datetime,
    is_closed: bool,
) -> None:
    """Store that a caller asked for a person; repeating it changes nothing."""
    await store.run(
        ASKED,
        person=person_id,
        call=call_id,
        queue=queue,
        now=now,
        level=came.level.value,
        place=came.place,
        why=came.why,
        number=number,
        ended=now if is_closed else None,
        result="closed" if is_closed else None,
    )


async def answered(store: Store, person_id: str, *, phone: str, now: datetime) -> bool:
    """Note that whoever is logged in at *phone* took the call; the first note stands."""
    return await store.one(ANSWERED, person=person_id, phone=phone, now=now) is not None


async def ended(store: Store, person_id: str, how: str, *, now: datetime) -> None:
    """Note the end: answered, or *how* if nobody was. The first stands; a call back waits on."""
    await store.run(ENDED, person=person_id, how=how, now=now)


async def keep_place(store: Store, person_id: str, number: str) -> bool:
    """
    Let the caller be called back at *number*; False where that could not be noted.

    May be repeated. A number that waits already keeps the place that it has.
    """
    kept = await store.run(CALL_BACK, person=person_id, number=number)
    return bool(kept) or await store.one(WAITS, number=number) is not None


async def waiting(store: Store) -> list[Waiting]:
    """Who waits to be called back, in their order."""
    return [_waiting(row) for row in await store.all(WAITING)]


async def one(store: Store, person_id: str) -> Waiting | None:
    """Who that is; None where nobody waits to be called back under that id."""
    row = await store.one(ONE, person=person_id)
    return _waiting(row) if row and row["call_back"] == "waiting" else None


async def give_up(store: Store, person_id: str, *, how: str, why: str, now: datetime) -> None:
    """Call somebody back no more: *how* is ``refused`` or ``expired``."""
    await store.run(GIVE_UP, person=person_id, how=how, why=why, now=now)


async def each(store: Store, *, since: datetime | None = None, at_most: int = 100) -> list[Row]:
    """The last who asked for a person, newest first."""
    return await store.all(EACH, since=since, at_most=at_most)


async def summary(store: Store, *, since: datetime | None = None) -> list[Row]:
    """How many asked and what came of it, and how long that took, by queue."""
    return await store.all(SUMMARY, since=since)


def _waiting(row: Row) -> Waiting:
    return Waiting(
        str(row["id"]),
        str(row["call_id"]),
        row["queue"],
        row["asked_at"],
        row["number"],
        Came(row["place"], row["why"], Level(row["level"]), row["last_four"], row["name"] or ""),
        str(row["customer_id"]) if row["customer_id"] else None,
        str(row["account_id"]) if row["account_id"] else None,
        row["language"] or "",
    )
