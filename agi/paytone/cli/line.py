"""``paytone line``: everything up, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import click

_INSTALLED = Path("/etc/paytone/asterisk")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--announce", help="Address that softphones are told; else --host.")
@click.option("--agent", default="", help="Who is rung for a person, as Dial() takes it.")
@click.option("--instructions", is_flag=True, help="Only print how to call the installed line.")
@click.option(
    "--etc",
    type=click.Path(file_okay=False, path_type=Path),
    default=_INSTALLED,
    show_default=True,
    help="The installed line's configuration, for --instructions.",
)
def line(host: str, announce: str | None, agent: str, instructions: bool, etc: Path) -> None:
    """Start the whole line, say how to call it, and keep it up until Ctrl-C."""
    if instructions:
        _print_instructions(etc)
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        _keep_up(host, announce, agent)
    except KeyboardInterrupt:
        click.echo("\nThe line is closed.")


def _keep_up(host: str, announce: str | None, agent: str) -> None:
    from paytone.line import LineFailed
    from paytone.line.demo import CHECKS, first_account
    from paytone.line.line import Line

    started = time.monotonic()
    try:
        up = Line(
            {**CHECKS, **os.environ},
            host=host,
            announce=announce,
            agent=agent,
            demo_caller=first_account().phone,
            with_letters=True,
            with_places=True,
            tell=click.echo,
        )
        with up:
            click.echo(f"the line is up after {time.monotonic() - started:.1f} s\n")
            _print_instructions(up.configuration.etc)
            if folder := up.environment.get("PAYTONE_LETTERS"):
                click.echo(f"Receipts are put into {folder} within a minute.")
            click.echo(f"Logs are in {up.folder} until Ctrl-C ends the line.")
            while True:
                time.sleep(1)
                up.check()
    except (LineFailed, OSError) as exc:
        raise click.ClickException(str(exc)) from None


def _print_instructions(etc: Path) -> None:
    from paytone.line.demo import NotConfigured, first_account, instructions, softphone

    try:
        phone = softphone(etc)
    except NotConfigured as exc:
        raise click.ClickException(str(exc)) from None
    try:
        account = first_account()
    except NotConfigured:
        account = None
    click.echo(instructions(phone, account))


def _stop(number: int, _frame: object) -> None:
    sys.exit(128 + number)
