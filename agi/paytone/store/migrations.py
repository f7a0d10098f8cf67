"""The numbered migrations in sql/ and the worker's own, applied once each (yoyo-migrations)."""

from __future__ import annotations

import socket
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from paytone.store import work_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

SQL = Path(__file__).parents[3] / "sql"
"""The migrations of the checkout that this package is installed from."""

_LOCK = 0x7061_7974_6F6E_65
"""The advisory lock of whoever migrates: "paytone"."""


class NotMigrated(Exception):
    """The migrations cannot be read, or one failed; it left nothing behind, earlier ones stay."""


def migrate(conninfo: str, folder: Path = SQL) -> list[str]:
    """
    Apply what is new in *folder*, and in the worker's schema, and return its names, in order.

    May be repeated, and started twice at once: the second waits for the first and finds its work
    done. What a killed one leaves behind does not hinder the next.

    Raises:
        NotMigrated: *folder* holds no migrations, or one failed.
        psycopg.OperationalError: The database is away.
    """
    migrations = read_migrations(escape(str(folder)))
    if not migrations:
        raise NotMigrated(f"no migrations in {folder}")
    with _alone(conninfo), _Backend.of(conninfo) as backend:
        backend.init_database()
        backend.break_lock()
        done: list[str] = []
        for migration in backend.to_apply(migrations):
            try:
                backend.apply_one(migration)
            except psycopg.Error as exc:
                raise NotMigrated(f"{migration.id}: {exc}") from exc
            done.append(migration.id)
        return done + _apply_work_schema(conninfo)


def pending(conninfo: str, folder: Path = SQL) -> list[str]:
    """The names of the migrations that *folder* has and the database has not."""
    with psycopg.connect(conninfo) as connection:
        there = connection.execute("SELECT to_regclass('_yoyo_migration')").fetchone()
        if there is None or there[0] is None:
            applied = set()
        else:
            rows = connection.execute("SELECT migration_id FROM _yoyo_migration").fetchall()
            applied = {row[0] for row in rows}
        ours = [each.id for each in read_migrations(escape(str(folder))) if each.id not in applied]
        return ours + work_schema.pending(connection)


def _apply_work_schema(conninfo: str) -> list[str]:
    try:
        with psycopg.connect(conninfo) as connection:
            return work_schema.apply(connection)
    except (psycopg.Error, work_schema.ForeignTables) as exc:
        raise NotMigrated(f"the worker's tables: {exc}") from exc


@contextmanager
def _alone(conninfo: str) -> Iterator[None]:
    # Unlike yoyo's own lock, a row, this one ends with its holder's connection.
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """Yoyo's, for any libpq connection string; a migration and its mark are one transaction."""

    @classmethod
    def of(cls, conninfo: str) -> _Backend:
        parts = conninfo_to_dict(conninfo)
        name = parts.pop("dbname", None)
        return cls(
            DatabaseURI("postgresql+psycopg", None, None, None, None, name, parts),
            "_yoyo_migration",
        )

    def apply_one(self, migration: Any, force: bool = False, mark: bool = True) -> None:
        migration.load()
        if not migration.use_transactions:
            super().apply_one(migration, force=force, mark=mark)
            return
        self.ensure_internal_schema_updated()
        with self.transaction():
            migration.process_steps(self, "apply", force=force)
            self.mark_one(migration)

    def get_log_data(self, migration: Any = None, operation: str = "apply") -> dict[str, Any]:
        # Yoyo's asks DNS for this host's full name: many seconds where none answers.
        return {
            "id": str(uuid.uuid4()),
            "migration_id": migration and migration.id,
            "migration_hash": migration and migration.hash,
            "username": self.connection.info.user,
            "hostname": socket.gethostname(),
            "created_at_utc": datetime.now(UTC).replace(tzinfo=None),
            "operation": operation,
        }
