"""``paytone payments requests``: what dialplans asked to take, and who was told of it."""

from __future__ import annotations

from datetime import datetime

import click

from paytone.cli.database import DAY, moment, opened, run, settings_with_database, to_second
from paytone.config import Settings
from paytone.rules.money import Money
from paytone.store import Row, payment_requests


@click.command()
@click.option("--since", type=DAY, help="At this time or later, in the biller's time zone.")
@click.option("--reference", help="Of this reference alone.")
def requests(since: datetime | None, reference: str | None) -> None:
    """Print what dialplans asked for, oldest first: its result, and its callbacks."""
    settings = settings_with_database()
    run(_requests(settings, since, reference))


async def _requests(settings: Settings, since: datetime | None, reference: str | None) -> None:
    count = 0
    async with opened(settings) as store:
        async for row in payment_requests.each(
            store, since=moment(since, settings), reference=reference
        ):
            count += 1
            click.echo(_line(row, settings))
    click.echo(f"{count} requests")


def _line(row: Row, settings: Settings) -> str:
    cents = row["amount_cents"]
    amount = "only to store" if cents is None else str(Money(cents, row["currency"]))
    result = row["result"] or "not ended"
    error = f" ({row['error']})" if row["error"] else ""
    told = f"{row['told']} told, {row['waiting']} waiting, {row['given_up']} given up"
    told = f"{told}: {row['said']}" if row["said"] else told
    return (
        f"{to_second(row['opened_at'], settings)}  {row['reference']}  "
        f"{amount:>14}  {result}{error}"
        f"{f'; callbacks: {told}' if row['callback_url'] else ''}"
    )
