"""``paytone hours``: when people answer."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

import click

from paytone.cli.database import BY, opened, run, settings_with_database
from paytone.config import Settings
from paytone.rules.business_days import holidays_of
from paytone.rules.hours import Span
from paytone.store import Row
from paytone.store import hours as stored

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Special = tuple[date, Span | None, str]
"""A day, its hours if it has any, and why it is special."""

QUEUE: Final = click.option("--queue", default="", help="Only that queue; else all.")
DAY: Final = click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
WHY: Final = click.option("--why", required=True, help="Why.")
FILE: Final = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def hours() -> None:
    """When people answer, on the clock of PAYTONE_TIMEZONE; always, where nothing is set."""


@hours.command("list")
def list_() -> None:
    """Print the hours of the week, and the days from today on which others hold."""
    run(_list(settings_with_database()))


@hours.command("set")
@click.argument("weekdays")
@click.argument("spans", nargs=-1, required=True)
@QUEUE
def set_(weekdays: str, spans: tuple[str, ...], queue: str) -> None:
    """
    Be open on WEEKDAYS (mon, mon-fri, sat,sun) during SPANS (08:00-20:00), or closed.

    A span that ends no later than it begins ends on the next day.
    """
    wanted = () if spans == ("closed",) else tuple(map(span_of, spans))
    run(_set(settings_with_database(), queue, weekdays_of(weekdays), wanted))


@hours.command()
@DAY
@WHY
@QUEUE
@BY
def close(day: datetime, why: str, queue: str, by: str) -> None:
    """Be closed on DAY, whatever its weekday."""
    run(_day(settings_with_database(), queue, [(day.date(), None, why)], by))


@hours.command("open")
@DAY
@click.argument("span", required=False)
@click.option("--why", default="other hours", help="Why.")
@QUEUE
@BY
def open_(day: datetime, span: str | None, why: str, queue: str, by: str) -> None:
    """Be open on DAY during SPAN; without SPAN as on any such weekday again."""
    settings = settings_with_database()
    if span is None:
        run(_as_usual(settings, queue, day.date()))
    else:
        run(_day(settings, queue, [(day.date(), span_of(span), why)], by))


@hours.command("import")
@FILE
@QUEUE
@BY
def import_(file: Path, queue: str, by: str) -> None:
    """Read days from a CSV FILE with day and reason, and hours where it is open all the same."""
    run(_day(settings_with_database(), queue, list(days_of(file)), by))


@hours.command("holidays")
@click.argument("year", type=click.IntRange(2000, 2100))
@QUEUE
@BY
def holidays_(year: int, queue: str, by: str) -> None:
    """Be closed on the Federal Reserve's holidays of YEAR, each under its name."""
    found: list[Special] = [(day, None, name) for day, name in holidays_of(year)]
    run(_day(settings_with_database(), queue, found, by))


def weekdays_of(text: str) -> list[int]:
    """
    The weekdays that *text* means, 1 for Monday.

    Raises:
        click.BadParameter: None.
    """
    found: list[int] = []
    try:
        for part in text.lower().split(","):
            first, dash, last = part.partition("-")
            begin, end = DAYS.index(first), DAYS.index(last if dash else first)
            found += [(begin + step) % 7 + 1 for step in range((end - begin) % 7 + 1)]
    except ValueError:
        raise click.BadParameter(f"{text}: such as mon, mon-fri or sat,sun") from None
    return found


def span_of(text: str) -> Span:
    """
    The span that ``08:00-20:00`` means; 24:00 is the midnight after it.

    Raises:
        click.BadParameter: None.
    """
    opens, _, closes = text.partition("-")
    try:
        end = "00:00" if closes == "24:00" else closes
        return Span(time.fromisoformat(opens), time.fromisoformat(end))
    except ValueError:
        raise click.BadParameter(f"{text}: such as 08:00-20:00") from None


def days_of(file: Path) -> Iterator[Special]:
    """
    The special days of a CSV file.

    Raises:
        click.ClickException: A line cannot be read; it is named.
    """
    with file.open(newline="", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            try:
                span = row.get("hours")
                yield date.fromisoformat(row["day"]), span_of(span) if span else None, row["reason"]
            except (KeyError, TypeError, ValueError, click.BadParameter) as exc:
                raise click.ClickException(f"{file}: {dict(row)}: {exc}") from exc


async def _list(settings: Settings) -> None:
    async with opened(settings) as store:
        week, days = await stored.each(store, since=settings.now().date())
        usual = await stored.of_queue(store, "", now=settings.now())
    if not week:
        click.echo("always open: no hours are set")
    for row in week:
        click.echo(f"{row['queue'] or 'all':12} {DAYS[row['weekday'] - 1]}  {_told(row)}")
    for row in days:
        click.echo(f"{row['queue'] or 'all':12} {row['day']}  {_told(row)}  {row['reason']}")
    click.echo(f"now: {'open' if usual.is_open(settings.now()) else 'closed'}")


def _told(row: Row) -> str:
    return f"{row['opens']:%H:%M}-{row['closes']:%H:%M}" if row["opens"] is not None else "closed"


async def _set(
    settings: Settings, queue: str, weekdays: list[int], spans: tuple[Span, ...]
) -> None:
    async with opened(settings) as store:
        await stored.set_week(store, queue, weekdays, spans)
    await _list(settings)


async def _day(settings: Settings, queue: str, days: list[Special], by: str) -> None:
    async with opened(settings) as store:
        for day, span, why in days:
            await stored.set_day(store, queue, day, span, reason=why, by=by)
    await _list(settings)


async def _as_usual(settings: Settings, queue: str, day: date) -> None:
    async with opened(settings) as store:
        if not await stored.clear_day(store, queue, day):
            raise click.ClickException(f"{day} is like any such weekday already")
    await _list(settings)
