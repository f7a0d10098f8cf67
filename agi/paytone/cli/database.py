"""What commands on the database share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import click
import psycopg

from paytone.config import Settings
from paytone.store import Store, StoreAway

LONG_S = 3600.0
"""How long one statement of a large export may take."""

DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
CSV_FILE = click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Do *work*; that the database is away is told in one line."""
    try:
        asyncio.run(work)
    except (StoreAway, psycopg.Error) as exc:
        raise click.ClickException(f"the database: {str(exc).strip()}") from exc


def opened(settings: Settings) -> AbstractAsyncContextManager[Store]:
    """The store, for work that may take long."""
    return Store.open(settings.database_url.get_secret_value(), at_most=1, statement_s=LONG_S)


def moment(day: datetime | None, settings: Settings) -> datetime | None:
    """A day or time as an admin writes it, in the biller's zone."""
    return day and day.replace(tzinfo=ZoneInfo(settings.timezone))


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
        raise click.ClickException(str(exc)) from exc
    finally:
        part.unlink(missing_ok=True)
