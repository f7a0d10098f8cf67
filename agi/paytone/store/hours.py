"""When people answer: the hours of each queue, and the days on which others hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import psycopg

from paytone.rules.hours import Hours, Span
from paytone.store import Row, Store

WEEK = """
    SELECT weekday, opens, closes FROM opening_hours
    WHERE queue = coalesce((SELECT queue FROM opening_hours WHERE queue = %(queue)s LIMIT 1), '')
    ORDER BY weekday, opens
"""

DAYS = """
    SELECT DISTINCT ON (day) day, opens, closes, reason FROM special_days
    WHERE queue IN (%(queue)s, '') AND day >= %(since)s
    ORDER BY day, queue DESC
"""

EACH = "SELECT * FROM opening_hours ORDER BY queue, weekday, opens"

EACH_DAY = "SELECT * FROM special_days WHERE day >= %(since)s ORDER BY queue, day"

QUEUES = "SELECT DISTINCT queue FROM opening_hours"

CLEAR = "DELETE FROM opening_hours WHERE queue = %(queue)s AND weekday = ANY(%(weekdays)s)"

SET = """
    INSERT INTO opening_hours (queue, weekday, opens, closes)
    VALUES (%(queue)s, %(weekday)s, %(opens)s, %(closes)s)
"""

SET_DAY = """
    INSERT INTO special_days (queue, day, opens, closes, reason, by_whom)
    VALUES (%(queue)s, %(day)s, %(opens)s, %(closes)s, %(reason)s, %(by)s)
    ON CONFLICT (queue, day) DO UPDATE SET opens = EXCLUDED.opens, closes = EXCLUDED.closes,
        reason = EXCLUDED.reason, by_whom = EXCLUDED.by_whom
"""

CLEAR_DAY = "DELETE FROM special_days WHERE queue = %(queue)s AND day = %(day)s"


async def of_queue(store: Store, queue: str, *, now: datetime) -> Hours:
    """
    The hours of *queue*, those of every queue where it has none of its own.

    Args:
        now: In the biller's time zone; special days before yesterday are not told.
    """
    week: dict[int, list[Span]] = {}
    for row in await store.all(WEEK, queue=queue):
        week.setdefault(row["weekday"], []).extend(_spans(row))
    days = await store.all(DAYS, queue=queue, since=now.date() - timedelta(days=1))
    return Hours(
        now.tzinfo or UTC,
        week,
        {row["day"]: _spans(row) for row in days},
        {row["day"]: row["reason"] for row in days},
    )


async def each(store: Store, *, since: date) -> tuple[list[Row], list[Row]]:
    """Every row of hours, and every special day from *since*."""
    return await store.all(EACH), await store.all(EACH_DAY, since=since)


def queues(conninfo: str) -> frozenset[str]:
    """The queues that have hours; the empty name stands for those of all."""
    with psycopg.connect(conninfo) as connection:
        return frozenset(queue for (queue,) in connection.execute(QUEUES))


async def set_week(
    store: Store, queue: str, weekdays: Sequence[int], spans: Sequence[Span]
) -> None:
    """Let *spans* be the hours of *queue* on *weekdays*; without any it is closed on them."""
    async with store.transaction() as connection:
        await connection.execute(CLEAR, {"queue": queue, "weekdays": list(weekdays)})
        for weekday in weekdays:
            for span in spans or (None,):
                values = {
                    "queue": queue,
                    "weekday": weekday,
                    "opens": span and span.opens,
                    "closes": span and span.closes,
                }
                await connection.execute(SET, values)


async def set_day(
    store: Store, queue: str, day: date, span: Span | None, *, reason: str, by: str
) -> None:
    """Let *span* be the hours of *day* instead of its weekday's; None: it is closed."""
    opens, closes = (span.opens, span.closes) if span else (None, None)
    await store.run(SET_DAY, queue=queue, day=day, opens=opens, closes=closes, reason=reason, by=by)


async def clear_day(store: Store, queue: str, day: date) -> bool:
    """Let *day* be like its weekday again; False where it was."""
    return bool(await store.run(CLEAR_DAY, queue=queue, day=day))


def _spans(row: Row) -> list[Span]:
    return [Span(row["opens"], row["closes"])] if row["opens"] is not None else []
