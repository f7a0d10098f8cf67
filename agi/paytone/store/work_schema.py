"""The worker's tables: procrastinate's own schema and migrations, applied once each."""

from __future__ import annotations

from pathlib import Path
from typing import Final, LiteralString

import psycopg
from procrastinate.schema import SchemaManager

WHOLE: Final = "procrastinate"
"""What the first installation of the schema is called."""

TRACKED: Final = "SELECT to_regclass('work_migrations'), to_regclass('procrastinate_jobs')"


class ForeignTables(Exception):
    """The database has tables of a procrastinate that is not ours; nothing was changed."""


def pending(connection: psycopg.Connection) -> list[str]:
    """What `apply` would apply, in order; nothing before our own migrations know of it."""
    tracked, there = connection.execute(TRACKED).fetchone() or (None, None)
    if tracked is None:
        return []
    rows = connection.execute("SELECT name FROM work_migrations").fetchall()
    applied = {row[0] for row in rows}
    if not applied:
        if there is not None:
            raise ForeignTables("the tables procrastinate_* belong to another program")
        return [WHOLE]
    return [name for name in _files() if name not in applied]


def apply(connection: psycopg.Connection) -> list[str]:
    """Apply what is new and return its names; all of it or nothing, and safe to repeat."""
    names = pending(connection)
    for name in names:
        # Without parameters, so that it may hold many statements and percent signs.
        connection.execute(_text(name))
        marked = _files() if name == WHOLE else [name]
        for each in marked:
            connection.execute("INSERT INTO work_migrations (name) VALUES (%s)", [each])
    return names


def seconds_since_a_worker_lived(conninfo: str) -> float | None:
    """How long ago a worker last said that it lives; None if none runs."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM now() - max(last_heartbeat))::float8"
            " FROM procrastinate_workers"
        ).fetchone()
    return row[0] if row else None


def _text(name: str) -> LiteralString:
    if name == WHOLE:
        return SchemaManager.get_schema()
    text: LiteralString = _files()[name].read_text("utf-8")
    return text


def _files() -> dict[str, Path]:
    folder = Path(SchemaManager.get_migrations_path())
    return {path.name: path for path in sorted(folder.glob("*.sql"))}
