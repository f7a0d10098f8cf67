"""``paytone configure``: Asterisk's configuration."""

from __future__ import annotations

import os
from pathlib import Path

import click

from paytone.cli.settings import settings_from_env

_PORT = click.IntRange(1, 65535)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--etc", type=_FOLDER, required=True, help="Folder for the files.")
@click.option("--state", type=_FOLDER, required=True, help="Folder for logs and call records.")
@click.option("--run", type=_FOLDER, required=True, help="Folder for the control socket.")
@click.option("--sip-bind", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--sip-address", help="Address that softphones are told; else --sip-bind.")
@click.option("--sip-port", type=_PORT, default=5060, show_default=True)
@click.option("--rtp-first", type=_PORT, default=10_000, show_default=True)
@click.option("--rtp-last", type=_PORT, default=20_000, show_default=True)
@click.option("--ami-port", type=_PORT, default=5038, show_default=True, help="On loopback.")
@click.option("--agent", default="", help="Who is rung for a person, as Dial() takes it.")
@click.option("--queue", default="", help="The queue whose agents answer, before --agent.")
@click.option("--demo-caller", help="Number that the demo softphone calls from.")
@click.option("--replace", is_flag=True, help="Write over files that are there; new passwords.")
def configure(
    *,
    etc: Path,
    state: Path,
    run: Path,
    sip_bind: str,
    sip_address: str | None,
    sip_port: int,
    rtp_first: int,
    rtp_last: int,
    ami_port: int,
    agent: str,
    queue: str,
    demo_caller: str | None,
    replace: bool,
) -> None:
    """Write Asterisk's configuration from dialplan/; files that are there stay as they are."""
    from paytone.line import LineFailed
    from paytone.line.configuration import Configuration, write
    from paytone.line.installed import find_asterisk

    settings = settings_from_env()
    configuration = Configuration(
        etc=etc.absolute(),
        state=state.absolute(),
        run=run.absolute(),
        sip_bind=sip_bind,
        sip_address=sip_address or sip_bind,
        sip_port=sip_port,
        rtp_first=rtp_first,
        rtp_last=rtp_last,
        ami_port=ami_port,
        fastagi=settings.fastagi,
        agent=agent,
        queue=queue,
        call_backs=settings.calls_people,
        demo_caller=_demo_caller() if demo_caller is None else demo_caller,
    )
    try:
        done = write(configuration, find_asterisk(os.environ), replace=replace)
    except (LineFailed, OSError) as exc:
        raise click.ClickException(str(exc)) from None
    for path in done.written:
        click.echo(f"wrote {path}")
    for path in done.kept:
        click.echo(f"kept {path}")


def _demo_caller() -> str:
    from paytone.line.demo import NotConfigured, first_account

    try:
        return first_account().phone
    except NotConfigured:
        return ""
