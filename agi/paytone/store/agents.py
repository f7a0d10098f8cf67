"""People who answer: their numbers and PINs, and where they are logged in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg

from paytone.store import Row, Store

ADD = """
    INSERT INTO agents (number, name, pin_hash) VALUES (%(number)s, %(name)s, %(pin_hash)s)
    ON CONFLICT (number) DO UPDATE
    SET name = EXCLUDED.name, pin_hash = EXCLUDED.pin_hash, failures = 0, failed_at = NULL
"""

REMOVE = "DELETE FROM agents WHERE number = %(number)s"

EACH = "SELECT number, name, state, phone, changed_at, failures FROM agents ORDER BY number"

COUNT = "SELECT count(*) FROM agents"

ONE = "SELECT * FROM agents WHERE number = %(number)s"

FAILED = """
    UPDATE agents SET failed_at = %(now)s,
        failures = CASE WHEN failed_at > %(since)s THEN failures ELSE 0 END + 1
    WHERE number = %(number)s
"""

SET = """
    UPDATE agents SET state = %(state)s, phone = %(phone)s, changed_at = %(now)s, failures = 0
    WHERE number = %(number)s
"""

LEAVE = """
    UPDATE agents SET state = 'out', phone = NULL, changed_at = %(now)s
    WHERE phone = %(phone)s AND number <> %(number)s
"""

FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Agent:
    """
    Somebody who answers.

    Args:
        is_locked: Their PIN was wrong too often within half an hour.
        state: ``out``, ``in`` or ``paused``.
        phone: Where they are logged in, as PJSIP/agent.
    """

    number: str
    name: str
    pin_hash: str = field(repr=False)
    state: str
    phone: str | None
    is_locked: bool


async def add(store: Store, number: str, *, name: str, pin_hash: str) -> None:
    """Add an agent, or give one another name and PIN."""
    await store.run(ADD, number=number, name=name, pin_hash=pin_hash)


async def remove(store: Store, number: str) -> bool:
    """Remove an agent; False where there was none."""
    return bool(await store.run(REMOVE, number=number))


async def each(store: Store) -> list[Row]:
    """All of them, by number."""
    return await store.all(EACH)


def counted(conninfo: str) -> int:
    """How many there are."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(COUNT).fetchone()
    return int(row[0]) if row else 0


async def by_number(store: Store, number: str, *, now: datetime) -> Agent | None:
    """The agent of that number; None where there is none."""
    row = await store.one(ONE, number=number)
    if row is None:
        return None
    locked = row["failures"] >= FAILURES and row["failed_at"] > now - LOCKED_FOR
    return Agent(number, row["name"], row["pin_hash"], row["state"], row["phone"], locked)


async def failed(store: Store, number: str, *, now: datetime) -> None:
    """Note a wrong PIN."""
    await store.run(FAILED, number=number, now=now, since=now - LOCKED_FOR)


async def set_state(
    store: Store, number: str, state: str, *, phone: str | None, now: datetime
) -> None:
    """Note where an agent is logged in; whoever was at that phone before is out."""
    if phone is not None:
        await store.run(LEAVE, number=number, phone=phone, now=now)
    await store.run(SET, number=number, state=state, phone=phone, now=now)
