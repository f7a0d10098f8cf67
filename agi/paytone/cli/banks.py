"""``paytone banks``: the directory of banks that take debits."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from paytone.cli.database import opened, run, settings_with_database
from paytone.cli.line_faults import give_up
from paytone.config import Settings
from paytone.rules.bank import passes_checksum
from paytone.rules.fedach import Participant, read
from paytone.rules.line_fault import LineFault
from paytone.store import banks as stored


@click.group()
def banks() -> None:
    """Banks that take electronic checks."""


@banks.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Take a list that is far smaller than the last one.")
def import_(file: Path, force: bool) -> None:
    """
    Load FILE, the Federal Reserve's FedACH participant file, in place of the list before it.

    All or nothing: lines that cannot be read are told by number, and then the old list stays.
    """
    settings = settings_with_database()
    participants = _participants(file)
    run(_import(settings, participants, force=force))


@banks.command()
@click.argument("routing")
def show(routing: str) -> None:
    """Print the bank with that ROUTING number, and where its debits go now."""
    if not passes_checksum(routing):
        raise click.ClickException("that is no routing number: a digit is wrong or missing")
    run(_show(settings_with_database(), routing))


def _participants(file: Path) -> list[Participant]:
    with file.open(encoding="latin-1", newline="\n") as text:
        found = list(read(text))
    give_up(file, [each for each in found if isinstance(each, LineFault)])
    if not found:
        raise click.ClickException(f"{file} holds no banks")
    return [each for each in found if isinstance(each, Participant)]


async def _import(settings: Settings, participants: list[Participant], *, force: bool) -> None:
    by, now = getpass.getuser(), settings.now()
    async with opened(settings) as store:
        try:
            count, before = await stored.replace_all(
                store, participants, by=by, now=now, force=force
            )
        except stored.FarSmaller as exc:
            raise click.ClickException(
                f"nothing was loaded: {exc}; if that is right, use --force"
            ) from exc
    click.echo(f"Loaded: {count} banks; there were {before}.")


async def _show(settings: Settings, routing: str) -> None:
    async with opened(settings) as store:
        listed = await stored.listed_as(store, routing)
        bank = await stored.bank_of(store, routing)
    if listed is None:
        raise click.ClickException(f"{routing} is not listed")
    click.echo(f"{listed.routing}  {listed.name}  changed {listed.changed}")
    if bank is None:
        click.echo(f"moved to {listed.moved_to}, which is not listed: debits are refused")
    elif bank.routing != routing:
        click.echo(f"moved to {bank.routing}  {bank.name}")
