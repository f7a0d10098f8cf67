"""``paytone arrangements``: what was arranged with customers who asked for more time."""

from __future__ import annotations

import click

from paytone.cli.database import BY, opened, run, settings_with_database, to_second
from paytone.cli.settings import confirmation_number
from paytone.config import Settings
from paytone.store import Store
from paytone.store import arrangements as stored
from paytone.store.arrangements import Arrangement

STATES = ("active", "undone", "cancelled", "kept", "broken")


@click.group()
def arrangements() -> None:
    """More time to pay, as it was arranged by phone."""


@arrangements.command("list")
@click.option("--state", type=click.Choice(STATES))
def list_(state: str | None) -> None:
    """Print arrangements, oldest first."""
    run(_list(settings_with_database(), state))


@arrangements.command()
@click.argument("confirmation")
def show(confirmation: str) -> None:
    """Print the arrangement with this CONFIRMATION number, its dates and amounts."""
    number = confirmation_number(confirmation)
    run(_show(settings_with_database(), number))


@arrangements.command()
@click.argument("confirmation")
@click.option("--reason", required=True, help="Why; kept with who cancelled it.")
@BY
def cancel(confirmation: str, reason: str, by: str) -> None:
    """Cancel the active arrangement with this CONFIRMATION number: the bills' own dates hold."""
    if not reason.strip():
        raise click.ClickException("it needs a reason")
    number = confirmation_number(confirmation)
    run(_cancel(settings_with_database(), number, reason.strip(), by))


async def _list(settings: Settings, state: str | None) -> None:
    count = 0
    async with opened(settings) as store:
        async for each in stored.each(store, state=state):
            click.echo(_line(each, settings))
            count += 1
    click.echo(f"{count} arrangements")


async def _show(settings: Settings, number: str) -> None:
    async with opened(settings) as store:
        found = await _found(store, number)
    click.echo(_line(found, settings))
    for each in found.terms.instalments:
        click.echo(f"{each.due}  {each.amount!s:>14}")
    click.echo(f"{found.paid} paid since")
    if found.ended:
        at = to_second(found.ended, settings)
        click.echo(f"{at}  {found.state} by {found.ended_by}: {found.reason}")


async def _cancel(settings: Settings, number: str, reason: str, by: str) -> None:
    async with opened(settings) as store:
        found = await _found(store, number)
        now = settings.now()
        if not await stored.cancel(store, found.id, by=by, reason=reason, now=now):
            raise click.ClickException("it has ended; nothing was changed")
    click.echo(f"{number} is cancelled")


async def _found(store: Store, number: str) -> Arrangement:
    found = await stored.by_confirmation(store, number)
    if found is None:
        raise click.ClickException("no arrangement has this confirmation number")
    return found


def _line(each: Arrangement, settings: Settings) -> str:
    return (
        f"{to_second(each.made, settings)}  {each.confirmation}  "
        f"{each.account_number}  {each.terms.total!s:>14}  "
        f"{each.terms.kind.value:<11}  {each.state}"
    )
