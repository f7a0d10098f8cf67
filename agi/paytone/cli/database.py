"""The database, for commands: a fault of it is one line, never a traceback."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Any, Final, TextIO
from zoneinfo import ZoneInfo

import click
import psycopg

from paytone.cli.settings import settings_from_env
from paytone.config import Settings
from paytone.store import Store, StoreAway
from paytone.store.migrations import pending

LONG_S: Final = 3600.0
"""How long one statement of a large export may take."""

DAY: Final = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
CSV_FILE: Final = click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)
BY: Final = click.option(
    "--by", default=getuser, help="Who; the operating system's user if not given."
)


def settings_with_database() -> Settings:
    """
    The settings, once the database that they name has answered and has its tables.

    Raises:
        click.ClickException: Why it cannot be used; nothing was done.
    """
    settings = settings_from_env()
    try:
        missing = pending(settings.database_url.get_secret_value(), settings.sql)
    except psycopg.Error as exc:
        raise database_away(exc) from exc
    if missing:
        raise click.ClickException(f"the database lacks {', '.join(missing)}: run paytone migrate")
    return settings


def database_away(exc: Exception) -> click.ClickException:
    """What *exc* says, in one line; libpq's texts hold no password."""
    return click.ClickException(f"the database: {' '.join(str(exc).split())}")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Do *work*; that the database is away is told in one line."""
    try:
        asyncio.run(work)
    except (StoreAway, psycopg.Error) as exc:
        raise database_away(exc) from exc


def opened(settings: Settings) -> AbstractAsyncContextManager[Store]:
    """The store, for work that may take long."""
    return Store.open(settings.database_url.get_secret_value(), at_most=1, statement_s=LONG_S)


def moment(day: datetime | None, settings: Settings) -> datetime | None:
    """A day or time as an admin writes it, in the biller's zone."""
    return day and day.replace(tzinfo=ZoneInfo(settings.timezone))


def to_second(at: datetime, settings: Settings) -> str:
    """*at* as an admin reads it, in the biller's zone."""
    return f"{at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d %H:%M:%S}"


def to_minute(at: datetime, settings: Settings) -> str:
    """*at* where seconds do not matter, in the biller's zone."""
    return f"{at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d %H:%M}"


@contextmanager
def written(file: Path | None) -> Iterator[TextIO]:
    """*file* to be written as a whole or not at all; standard output for None."""
    if file is None:
        yield sys.stdout
        return
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as text:
            yield text
        part.replace(file)
    except OSError as exc:
        raise click.ClickException(f"{file}: {exc.strerror}") from exc
    finally:
        part.unlink(missing_ok=True)
