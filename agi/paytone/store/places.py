"""Payment centres and the ZIP codes by which they are found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

from paytone.rules.place import AREA, Centre, Spot, Takes
from paytone.store import Connection, Row, Store

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('paytone places import', 0))"

COUNT_CENTRES = "SELECT count(*)::integer AS before FROM payment_centres"
COUNT_ZIPS = "SELECT count(*)::integer AS before FROM zip_codes"
EMPTY_CENTRES = "DELETE FROM payment_centres"
EMPTY_ZIPS = "DELETE FROM zip_codes"

COPY_CENTRES = """
    COPY payment_centres (
        name, address, city, zip, hours, phone, takes, place_prompt, hours_prompt
    ) FROM STDIN
"""
COPY_ZIPS = "COPY zip_codes (zip, latitude, longitude) FROM STDIN"

IMPORTED = """
    INSERT INTO place_imports (at, by, what, count) VALUES (%(at)s, %(by)s, %(what)s, %(count)s)
"""

ARE_THERE = "SELECT EXISTS (SELECT FROM placed_centres WHERE latitude IS NOT NULL) AS are_there"

PLACED = "SELECT * FROM placed_centres WHERE latitude IS NOT NULL"

ALL = "SELECT * FROM placed_centres ORDER BY zip, name, address"

AREA_OF = """
    SELECT zip, latitude, longitude FROM zip_codes
    WHERE zip >= rpad(%(area)s, 5, '0') AND zip <= rpad(%(area)s, 5, '9')
"""

ZIP_OF_ACCOUNT = "SELECT zip FROM accounts WHERE id = %(account)s"

STANDING = """
    SELECT count(*)::integer AS centres, count(latitude)::integer AS placed,
        (SELECT count(*) FROM zip_codes)::integer AS zips,
        coalesce(array_remove(array_agg(place_prompt) || array_agg(hours_prompt), NULL), '{}')
            AS prompts
    FROM placed_centres
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What there is to tell callers.

    Args:
        placed: Centres of which it is known where they are.
        prompts: Recordings that callers are to hear.
    """

    centres: int
    placed: int
    zips: int
    prompts: list[str]


async def replace_centres(
    store: Store, centres: Collection[Centre], *, by: str, now: datetime
) -> int:
    """
    Let *centres* be all that there are, in one transaction, and return how many were before.

    Callers hear the old ones until it is done.
    """
    rows = [
        (
            each.name, each.address, each.city, each.zip_code, each.hours, each.phone,
            [takes.value for takes in each.takes], each.place_prompt, each.hours_prompt,
        )
        for each in centres
    ]  # fmt: skip
    async with store.transaction() as connection:
        before = await _emptied(connection, COUNT_CENTRES, EMPTY_CENTRES)
        async with connection.cursor() as cursor, cursor.copy(COPY_CENTRES) as copy:
            for row in rows:
                await copy.write_row(row)
        values = {"at": now, "by": by, "what": "centres", "count": len(rows)}
        await connection.execute(IMPORTED, values)
    return before


async def replace_zips(store: Store, zips: Mapping[str, Spot], *, by: str, now: datetime) -> int:
    """Let *zips* be all ZIP codes that are known, likewise; how many were before."""
    async with store.transaction() as connection:
        before = await _emptied(connection, COUNT_ZIPS, EMPTY_ZIPS)
        async with connection.cursor() as cursor, cursor.copy(COPY_ZIPS) as copy:
            for zip_code, spot in zips.items():
                await copy.write_row((zip_code, spot.latitude, spot.longitude))
        values = {"at": now, "by": by, "what": "ZIP codes", "count": len(zips)}
        await connection.execute(IMPORTED, values)
    return before


async def _emptied(connection: Connection, count: LiteralString, empty: LiteralString) -> int:
    await connection.execute(ONE_AT_A_TIME)
    row = await (await connection.execute(count)).fetchone()
    await connection.execute(empty)
    return int(row["before"]) if row else 0


async def are_there(store: Store) -> bool:
    """Whether any centre could be found by a ZIP code."""
    row = await store.one(ARE_THERE)
    return bool(row and row["are_there"])


async def placed(store: Store) -> list[tuple[Centre, Spot]]:
    """Every centre of which it is known where it is."""
    rows = await store.all(PLACED)
    return [(_centre(row), Spot(row["latitude"], row["longitude"])) for row in rows]


async def listed(store: Store) -> list[tuple[Centre, bool]]:
    """Every centre, by ZIP code, and whether it is known where that is."""
    return [(_centre(row), row["latitude"] is not None) for row in await store.all(ALL)]


async def area_of(store: Store, zip_code: str) -> dict[str, Spot]:
    """Where the ZIP codes are that begin like *zip_code*."""
    rows = await store.all(AREA_OF, area=zip_code[:AREA])
    return {row["zip"]: Spot(row["latitude"], row["longitude"]) for row in rows}


async def zip_of(store: Store, account_id: str) -> str | None:
    """The ZIP code of the account's address; None where it is not known."""
    row = await store.one(ZIP_OF_ACCOUNT, account=account_id)
    return row["zip"] if row else None


def standing(conninfo: str) -> Standing:
    """How things stand, asked over a line of its own."""
    with psycopg.connect(conninfo, connect_timeout=3) as connection:
        row = connection.execute(STANDING).fetchone()
    assert row is not None
    return Standing(*row)


def _centre(row: Row) -> Centre:
    return Centre(
        name=row["name"],
        address=row["address"],
        city=row["city"],
        zip_code=row["zip"],
        hours=row["hours"],
        phone=row["phone"],
        takes=tuple(each for each in Takes if each.value in row["takes"]),
        place_prompt=row["place_prompt"],
        hours_prompt=row["hours_prompt"],
    )
