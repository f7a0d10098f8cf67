"""``paytone reconcile``: the daily comparison with Braintree, and what it found."""

from __future__ import annotations

from datetime import datetime

import click

from paytone.adapters import gateway_of
from paytone.back_office.compare import LAG, SPAN, NotCompared
from paytone.back_office.compare import compare as compare_with
from paytone.cli.database import (
    DAY,
    moment,
    opened,
    run,
    settings_with_database,
    to_minute,
    to_second,
)
from paytone.config import Settings
from paytone.difference import EXPLAINED
from paytone.gateway import GatewayRefused
from paytone.store import Row, differences

SINCE = click.option("--since", type=DAY, help="From this time on, in the biller's time zone.")
UNTIL = click.option("--until", type=DAY, help="Before this time.")


@click.group()
def reconcile() -> None:
    """Braintree and the books, compared."""


@reconcile.command()
@SINCE
@UNTIL
def report(since: datetime | None, until: datetime | None) -> None:
    """
    Print where Braintree and the books disagree now, why, and what to do.

    With --since also what was found of that time and has been cleared. Exits 1 if anything stands.
    """
    settings = settings_with_database()
    run(_report(settings, moment(since, settings), moment(until, settings)))


@reconcile.command()
@SINCE
@UNTIL
def compare(since: datetime | None, until: datetime | None) -> None:
    """Compare now, as the worker does daily, and print the report. Exits 1 if anything stands."""
    settings = settings_with_database()
    now = settings.now()
    to = moment(until, settings) or now - LAG
    run(_compare(settings, moment(since, settings) or to - SPAN, to))
    run(_report(settings, None, None))


async def _compare(settings: Settings, since: datetime, until: datetime) -> None:
    if since >= until:
        raise click.ClickException("--since is not before --until")
    async with opened(settings) as store:
        try:
            gateway = gateway_of(settings)
            done = await compare_with(store, gateway, since=since, until=until, now=settings.now())
        except (NotCompared, GatewayRefused) as exc:
            raise click.ClickException(f"nothing was compared: {exc}") from None
    click.echo(f"{done.transactions} transactions at Braintree, {done.payments} payments here")


async def _report(settings: Settings, since: datetime | None, until: datetime | None) -> None:
    async with opened(settings) as store:
        rows = await differences.listed(store, since=since, until=until)
        reached, at = await differences.last_compared(store)
    for row in rows:
        _tell(row, settings)
    standing = sum(row["cleared_at"] is None for row in rows)
    if at is None or reached is None:
        raise click.ClickException("nothing was compared yet: does the worker run?")
    click.echo(
        f"{standing} differences; compared up to {to_minute(reached, settings)} "
        f"on {to_minute(at, settings)}"
    )
    if standing:
        raise click.exceptions.Exit(1)


def _tell(row: Row, settings: Settings) -> None:
    meaning, remedy = EXPLAINED[row["kind"]]
    of_time = to_second(row["of_time"], settings)
    cleared = row["cleared_at"]
    end = f" (cleared {to_minute(cleared, settings)})" if cleared else ""
    click.echo(f"{of_time}  {row['kind'].value}{end}: {row['said']}")
    click.echo(f"    {meaning}")
    if not cleared:
        click.echo(f"    {remedy}")
