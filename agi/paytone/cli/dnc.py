"""``paytone dnc``: the numbers that are not to be called."""

from __future__ import annotations

import click

from paytone.cli.contacts import WHY, ten_digit_number
from paytone.cli.database import BY, opened, run, settings_with_database, to_second
from paytone.config import Settings
from paytone.store import do_not_call
from paytone.store.do_not_call import Stopped

NUMBER = click.argument("number")


@click.group()
def dnc() -> None:
    """Numbers that are not to be called, whoever put them there."""


@dnc.command()
@NUMBER
@WHY
@BY
def add(number: str, why: str, by: str) -> None:
    """Call NUMBER no more, from now on; consents for it end."""
    run(_add(settings_with_database(), ten_digit_number(number), f"{by}: {why}"))


@dnc.command()
@NUMBER
@WHY
@BY
def remove(number: str, why: str, by: str) -> None:
    """Let NUMBER be called again, where its owner asked for that; a new consent is needed."""
    run(_remove(settings_with_database(), ten_digit_number(number), why, by))


@dnc.command("list")
@click.argument("number", required=False)
def list_(number: str | None) -> None:
    """Print the numbers, or all that is known of NUMBER."""
    run(_list(settings_with_database(), number and ten_digit_number(number)))


async def _add(settings: Settings, number: str, said: str) -> None:
    async with opened(settings) as store:
        await do_not_call.stop(store, number, source=Stopped.ADMIN, said=said, now=settings.now())
    click.echo(f"{number} is not called any more.")


async def _remove(settings: Settings, number: str, why: str, by: str) -> None:
    async with opened(settings) as store:
        if not await do_not_call.remove(store, number, by=by, why=why, now=settings.now()):
            raise click.ClickException("that number is not on the list")
    click.echo(f"{number} is off the list; whoever has it must agree anew to be called.")


async def _list(settings: Settings, number: str | None) -> None:
    async with opened(settings) as store:
        for row in await do_not_call.each(store, number):
            since = to_second(row["since"], settings)
            click.echo(f"{row['number']}  since {since}  {row['source']}: {row['said']}")
            if row["removed_at"]:
                until = to_second(row["removed_at"], settings)
                click.echo(f"  until {until}, by {row['removed_by']}: {row['removed_why']}")
