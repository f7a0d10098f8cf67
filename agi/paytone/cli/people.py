"""``paytone people``: who asked for a person, and what came of it."""

from __future__ import annotations

from datetime import datetime

import click

from paytone.cli.database import DAY, moment, opened, run, settings_with_database, to_second
from paytone.config import Settings
from paytone.rules.job import Level
from paytone.rules.person import LEVELS
from paytone.store import Row
from paytone.store import people as stored

SINCE = click.option("--since", type=DAY, help="Asked at this time or later, in the biller's zone.")


@click.group()
def people() -> None:
    """Who asked for a person, and what came of it."""


@people.command("list")
@SINCE
def list_(since: datetime | None) -> None:
    """Print them, newest first: from where, why, how long they waited, and who answered."""
    run(_list(settings_with_database(), since))


@people.command()
@SINCE
def summary(since: datetime | None) -> None:
    """Print how many asked, by queue, and how long they waited and talked."""
    run(_summary(settings_with_database(), since))


async def _list(settings: Settings, since: datetime | None) -> None:
    async with opened(settings) as store:
        for row in await stored.each(store, since=moment(since, settings)):
            click.echo(_line(row, settings))


def _line(row: Row, settings: Settings) -> str:
    level = LEVELS[Level(row["level"])]
    who = f"{row['last_four'] or '----'} {level} {row['place']} {row['why']}"
    return (
        f"{to_second(row['asked_at'], settings)}  {row['queue'] or 'no queue':10}"
        f"  {who}: {_outcome(row)}"
    )


def _outcome(row: Row) -> str:
    parts = [row["result"] or ("waits for a call back" if row["call_back"] else "under way")]
    if row["waited_s"] is not None:
        parts.append(f"waited {row['waited_s']} s")
    if row["answered_by"]:
        parts.append(f"by {row['answered_by']}")
    if row["talked_s"] is not None:
        parts.append(f"talked {row['talked_s']} s")
    if row["call_back"]:
        why = row["dial_result"] or row["call_back_said"]
        parts.append(f"call back {row['call_back']}" + (f": {why}" if why else ""))
    return ", ".join(parts)


async def _summary(settings: Settings, since: datetime | None) -> None:
    async with opened(settings) as store:
        for row in await stored.summary(store, since=moment(since, settings)):
            click.echo(
                f"{row['queue'] or 'no queue'}: {row['asked']} asked, {row['answered']} answered, "
                f"{row['abandoned']} gave up, {row['closed']} when closed, "
                f"{row['call_backs']} call backs ({row['called_back']} made); "
                f"waited {row['waited_s'] or 0} s on average, {row['longest_s'] or 0} s at most, "
                f"talked {row['talked_s'] or 0} s"
            )
