"""Bills that AutoPay is to pay: planned as runs, each with its notice, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.types.json import Jsonb

from paytone.rules.schedule import Rule, autopay_day
from paytone.store import Connection, Row, Store

LOOK = """
    SELECT id FROM schedules
    WHERE look_since IS NOT NULL AND (%(only)s::uuid IS NULL OR id = %(only)s)
    ORDER BY look_since LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
"""

TO_PLAN = "SELECT * FROM autopay_to_plan WHERE schedule_id = ANY(%(ids)s)"

PLAN = """
    SELECT plan_run(%(id)s, %(on)s, %(cents)s, %(now)s, %(starts)s, %(notice)s) AS planned
"""

TELL = """
    SELECT queue_letter('run-notice', %(customer)s, %(dedupe)s, %(facts)s, %(now)s) AS told
"""

PLANNED = """
    UPDATE schedules SET planned_due = %(through)s WHERE id = %(id)s
"""

LOOKED = "UPDATE schedules SET look_since = NULL WHERE id = ANY(%(ids)s)"

UNTOLD = "SELECT halt_schedule(%(id)s, 'paused', %(why)s, 'the run', %(now)s)"

NO_ADDRESS = "no address for the notice"

UNTOLD_DAYS = 1
"""From when a bill is planned for to a run that is not told of: it can be cancelled until then."""


@dataclass(frozen=True, slots=True)
class Planned:
    """How many schedules were looked at, and how many runs came of it."""

    looked: int
    planned: int


async def plan(
    store: Store, *, now: datetime, rule: Rule, at_most: int, only: str | None = None
) -> Planned:
    """
    Plan a run for each bill that AutoPay is to pay, and queue its notice; all or nothing. There is
    no notice of what is not over the amount that the customer chose.

    Repeated until nothing is looked at, by any number of workers: a bill is planned for once. Where
    the customer can no longer be written to, nothing may be taken untold: AutoPay pauses.

    Args:
        only: The id of one schedule.
    """
    async with store.transaction() as connection:
        found = await connection.execute(LOOK, {"at_most": at_most, "only": only})
        ids = [row["id"] for row in await found.fetchall()]
        if not ids:
            return Planned(0, 0)
        rows = await (await connection.execute(TO_PLAN, {"ids": ids})).fetchall()
        planned = 0
        for row in rows:
            if row["due"] is not None and row["most_cents"] > 0:
                planned += await _plan(connection, row, now, rule)
        await connection.execute(LOOKED, {"ids": ids})
    return Planned(len(ids), planned)


async def _plan(connection: Connection, row: Row, now: datetime, rule: Rule) -> bool:
    today = now.date()
    over = row["notice_over_cents"]
    is_told = over is None or row["most_cents"] > over
    notice_days = max(rule.notice_days, 1) if is_told else UNTOLD_DAYS
    day = autopay_day(row["due"], row["days_before"], told=today, notice_days=notice_days)
    while not await _is_free(connection, row, day, now, rule, is_told=is_told):
        day += timedelta(days=1)
    if is_told and not await _tell(connection, row, day, now):
        values = {"id": row["schedule_id"], "why": NO_ADDRESS, "now": now}
        await connection.execute(UNTOLD, values)
        return False
    await connection.execute(PLANNED, {"id": row["schedule_id"], "through": row["through"]})
    return True


async def _tell(connection: Connection, row: Row, day: date, now: datetime) -> bool:
    """Whether the notice is queued: the customer can be written to."""
    facts = {
        "amount_cents": row["most_cents"],
        "on": day.isoformat(),
        "due": row["due"].isoformat(),
        "account": row["account_last_four"],
    }
    told = await connection.execute(
        TELL,
        {
            "customer": row["customer_id"],
            "dedupe": _notice(row, day, now),
            "facts": Jsonb(facts),
            "now": now,
        },
    )
    return bool((await told.fetchone() or {"told": 0})["told"])


async def _is_free(
    connection: Connection, row: Row, day: date, now: datetime, rule: Rule, *, is_told: bool
) -> bool:
    """Whether the day had no run of the schedule, and now has this one."""
    values = {
        "id": row["schedule_id"],
        "cents": row["most_cents"],
        "on": day,
        "starts": rule.starts(day, now),
        "notice": _notice(row, day, now) if is_told else None,
        "now": now,
    }
    planned = await (await connection.execute(PLAN, values)).fetchone()
    return bool(planned and planned["planned"])


def _notice(row: Row, day: date, now: datetime) -> str:
    """What the notice goes by: another one where the day is planned for once more."""
    return f"run-notice {row['schedule_id']} {day} {now.isoformat()}"
