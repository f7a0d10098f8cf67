"""``paytone doctor``: what to mend."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paytone.cli.settings import settings_from_env

if TYPE_CHECKING:
    from paytone.doctor.ask import Door

_PARTS = 4


@click.command()
@click.option(
    "--asterisk-etc",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/etc/paytone/asterisk"),
    show_default=True,
    help="Asterisk's configuration.",
)
@click.option(
    "--ami",
    envvar="PAYTONE_AMI",
    metavar="HOST:PORT:USER:SECRET",
    help="How to ask Asterisk, else as its manager.conf says; PAYTONE_AMI hides it from ps.",
)
def doctor(asterisk_etc: Path, ami: str | None) -> None:
    """Check a running line and its Asterisk, a line each: ok, warn or fail, and what to do."""
    failed = asyncio.run(_examine(asterisk_etc.absolute(), _door(ami)))
    if failed:
        raise click.exceptions.Exit(1)


async def _examine(etc: Path, door: Door | None) -> bool:
    from paytone.doctor import Grade
    from paytone.doctor.ask import examined
    from paytone.doctor.round import findings

    failed = False
    patient = await examined(settings_from_env(), etc, door)
    async for name, finding in findings(patient):
        failed = failed or finding.grade is Grade.FAIL
        click.echo(f"{finding.grade.value:<5} {name}: {finding.what}")
    return failed


def _door(ami: str | None) -> Door | None:
    from paytone.doctor.ask import Door

    if ami is None:
        return None
    parts = ami.split(":", _PARTS - 1)
    if len(parts) < _PARTS or not parts[1].isdigit():
        raise click.BadParameter("must be HOST:PORT:USER:SECRET", param_hint="--ami")
    host, port, user, secret = parts
    return Door(host, int(port), user, secret)
