"""``paytone agents``: people who answer, and the PINs that they log in with."""

from __future__ import annotations

import click

from paytone.cli.database import opened, run, settings_with_database, to_minute
from paytone.config import Settings
from paytone.rules.pin import hash_pin, is_pin
from paytone.store import agents as stored

NUMBER = click.argument("number")


@click.group()
def agents() -> None:
    """People who answer; they log in and out from their phones."""


@agents.command()
@NUMBER
@click.option("--name", required=True, help="Shown in the queue's log.")
@click.option("--pin", prompt=True, hide_input=True, help="4 to 6 digits; asked for if not given.")
def add(number: str, name: str, pin: str) -> None:
    """Add the agent NUMBER (2 to 6 digits), or give them another name and PIN."""
    if not (2 <= len(number) <= 6 and number.isascii() and number.isdigit()):
        raise click.BadParameter("an agent's number has 2 to 6 digits")
    if not is_pin(pin):
        raise click.BadParameter("a PIN has 4 to 6 digits")
    run(_add(settings_with_database(), number, name, hash_pin(pin)))


@agents.command()
@NUMBER
def remove(number: str) -> None:
    """Remove an agent; log them out at their phone first."""
    run(_remove(settings_with_database(), number))


@agents.command("list")
def list_() -> None:
    """Print them: out, in or paused, and at which phone."""
    run(_list(settings_with_database()))


async def _add(settings: Settings, number: str, name: str, pin_hash: str) -> None:
    async with opened(settings) as store:
        await stored.add(store, number, name=name, pin_hash=pin_hash)
    click.echo(f"agent {number} may log in")


async def _remove(settings: Settings, number: str) -> None:
    async with opened(settings) as store:
        if not await stored.remove(store, number):
            raise click.ClickException("there is no such agent")
    click.echo(f"agent {number} may log in no more")


async def _list(settings: Settings) -> None:
    async with opened(settings) as store:
        for row in await stored.each(store):
            since = row["changed_at"]
            at = f"  since {to_minute(since, settings)}" if since else ""
            phone = f" at {row['phone']}" if row["phone"] else ""
            click.echo(f"{row['number']:6} {row['name']}: {row['state']}{phone}{at}")
