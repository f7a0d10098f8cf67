"""The directory of banks that take debits, as the Federal Reserve lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import psycopg

from paytone.rules.bank import Bank
from paytone.rules.fedach import Participant
from paytone.store import Store

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('paytone banks import', 0))"

COUNT = "SELECT count(*) AS banks FROM banks"

EMPTY = "DELETE FROM banks"

COPY = "COPY banks (routing, name, moved_to, changed) FROM STDIN"

IMPORTED = "INSERT INTO bank_imports (at, by, banks) VALUES (%(at)s, %(by)s, %(banks)s)"

BANK_OF = "SELECT routing, name FROM bank_of(%(routing)s)"

LISTED = "SELECT name, moved_to, changed FROM banks WHERE routing = %(routing)s"

REFUSED = """
    INSERT INTO bank_refusals (account_id, code, at) VALUES (%(account)s, %(code)s, %(now)s)
"""

REFUSALS = """
    SELECT count(*) AS refusals FROM bank_refusals
    WHERE account_id = %(account)s AND at > %(since)s
"""

SHRUNK = 0.9
"""A list with less than this share of the banks before is taken for one that was cut off."""


class FarSmaller(Exception):
    """The new list holds far fewer banks than the one before; the old one stays."""


async def replace_all(
    store: Store, participants: Iterable[Participant], *, by: str, now: datetime, force: bool
) -> tuple[int, int]:
    """
    How many banks are listed now, and how many were before; all of *participants*, or nothing.

    Calls that look a bank up meanwhile find the old list.

    Args:
        force: Take a list that is far smaller, too.

    Raises:
        FarSmaller: Without *force*.
    """
    listed = list(participants)
    async with store.transaction() as connection:
        await connection.execute(ONE_AT_A_TIME)
        row = await (await connection.execute(COUNT)).fetchone()
        before = int(row["banks"]) if row else 0
        if not force and len(listed) < before * SHRUNK:
            raise FarSmaller(f"{len(listed)} banks instead of {before}")
        await connection.execute(EMPTY)
        async with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for each in listed:
                await copy.write_row((each.routing, each.name, each.moved_to, each.changed))
        await connection.execute(IMPORTED, {"at": now, "by": by, "banks": len(listed)})
    return len(listed), before


async def bank_of(store: Store, routing: str) -> Bank | None:
    """The bank that takes debits for *routing* now; None when it is not listed."""
    row = await store.one(BANK_OF, routing=routing)
    return Bank(row["routing"], row["name"]) if row else None


async def listed_as(store: Store, routing: str) -> Participant | None:
    """How *routing* itself is listed; None when it is not."""
    row = await store.one(LISTED, routing=routing)
    return Participant(routing, row["name"], row["moved_to"], row["changed"]) if row else None


async def refused(store: Store, account_id: str, *, code: str, now: datetime) -> None:
    """Note that a bank did not confirm an account that was keyed for *account_id*'s bill."""
    await store.run(REFUSED, account=account_id, code=code, now=now)


async def refusals(store: Store, account_id: str, *, since: datetime) -> int:
    """How many bank accounts were not confirmed for *account_id*'s bill after *since*."""
    row = await store.one(REFUSALS, account=account_id, since=since)
    return int(row["refusals"]) if row else 0


def imported_when(conninfo: str) -> datetime | None:
    """When the list was loaded last, asked over a line of its own; None when it never was."""
    with psycopg.connect(conninfo, connect_timeout=3) as connection:
        row = connection.execute("SELECT max(at) FROM bank_imports").fetchone()
    return row[0] if row else None
