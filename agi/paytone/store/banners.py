"""Banners: which are on, what a call has had of them, and their recordings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from paytone.rules.banner import Banner, Kind, Scope, Whereabouts
from paytone.store import Row, Store

ADD = """
    INSERT INTO banners (
        kind, scope, places, priority, starts_at, ends_at, recording, language, made_at, made_by,
        call_id
    )
    VALUES (
        %(kind)s, %(scope)s, %(places)s, %(priority)s, %(starts)s, %(ends)s, %(recording)s,
        %(language)s, %(now)s, %(by)s, %(call)s
    )
    RETURNING id
"""

CURRENT = """
    SELECT * FROM banners WHERE ended_at IS NULL AND ends_at > %(now)s
    ORDER BY priority, starts_at, id
"""

EACH = "SELECT * FROM banners ORDER BY made_at DESC, id LIMIT %(at_most)s"

END = """
    UPDATE banners SET ended_at = %(now)s, ended_by = %(by)s
    WHERE id::text = %(id)s AND ended_at IS NULL AND ends_at > %(now)s
"""

HEARD = "SELECT banner_id, language FROM banner_plays WHERE call_id = %(call)s"

PLAYED = """
    INSERT INTO banner_plays (call_id, banner_id, language, at)
    SELECT %(call)s, unnest(%(banners)s::uuid[]), %(language)s, %(now)s
    ON CONFLICT DO NOTHING
"""

ACCOUNT = """
    SELECT accounts.zip, accounts.bill_group
    FROM calls JOIN accounts ON accounts.id = calls.account_id WHERE calls.id = %(call)s
"""


async def add(
    store: Store,
    *,
    kind: Kind,
    scope: Scope,
    places: Sequence[str],
    starts: datetime,
    ends: datetime,
    priority: int,
    by: str,
    now: datetime,
    recording: str | None = None,
    language: str | None = None,
    call_id: str | None = None,
) -> str:
    """The id of a new banner; not to be repeated, or it is said twice."""
    row = await store.one(
        ADD,
        kind=kind.value,
        scope=scope.value,
        places=list(places),
        priority=priority,
        starts=starts,
        ends=ends,
        recording=recording,
        language=language,
        now=now,
        by=by,
        call=call_id,
    )
    assert row is not None
    return str(row["id"])


async def current(store: Store, now: datetime) -> list[Banner]:
    """Those that are on or are still to come, as they would be said."""
    return [_banner(row) for row in await store.all(CURRENT, now=now)]


async def each(store: Store, *, at_most: int = 100) -> list[Row]:
    """The last banners, newest first, whatever became of them."""
    return await store.all(EACH, at_most=at_most)


async def end(store: Store, banner_id: str, *, by: str, now: datetime) -> bool:
    """Switch a banner off for ever; False where it is off. May be repeated."""
    return bool(await store.run(END, id=banner_id, by=by, now=now))


async def heard(store: Store, call_id: str) -> set[tuple[str, str]]:
    """The banners that the call has had, each with its language."""
    rows = await store.all(HEARD, call=call_id)
    return {(str(row["banner_id"]), row["language"]) for row in rows}


async def played(
    store: Store, call_id: str, banners: Sequence[str], *, language: str, now: datetime
) -> None:
    """Note that the call has *banners* now; may be repeated."""
    await store.run(PLAYED, call=call_id, banners=list(banners), language=language, now=now)


async def whereabouts(
    store: Store, call_id: str, *, called: str, calling: str | None
) -> Whereabouts:
    """What is known of the call's caller."""
    row = await store.one(ACCOUNT, call=call_id) or {"zip": None, "bill_group": None}
    return Whereabouts(called, calling, row["zip"], row["bill_group"])


async def keep_recording(folder: Path, recording: bytes) -> str:
    """
    The name under which *recording*, a WAV file, is in *folder* now, for Asterisk to play.

    Raises:
        OSError: It cannot be written; nothing is there.
    """
    name = str(uuid4())
    await asyncio.to_thread((folder / f"{name}.wav").write_bytes, recording)
    return name


def _banner(row: Row) -> Banner:
    return Banner(
        id=str(row["id"]),
        kind=Kind(row["kind"]),
        scope=Scope(row["scope"]),
        places=tuple(row["places"]),
        priority=row["priority"],
        starts=row["starts_at"],
        ends=row["ends_at"],
        recording=row["recording"],
        language=row["language"],
    )
