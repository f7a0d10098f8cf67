"""``paytone sandbox``: a local Braintree, and what is asked of one that runs."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from paytone.cli.sandbox_asks import ASKS, Place

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=3001, show_default=True,
    envvar="PAYTONE_SANDBOX_PORT", help="0 takes a free one.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port-file", type=_FILE, help="File to write the port's number to.")
@click.option(
    "--state", type=_FILE, help="File to keep everything in, so that a restart loses nothing."
)
@click.option("--merchants", type=_FILE, help="TOML file of more merchants, the first the default.")
@click.option("--merchant", help="For the commands below: whose; else the default one's.")
@click.pass_context
def sandbox(
    ctx: click.Context, *, port: int, host: str, port_file: Path | None, state: Path | None,
    merchants: Path | None, merchant: str | None,
) -> None:  # fmt: skip
    """Serve a local Braintree that the SDK talks to; test cards only.

    The commands below ask a sandbox that runs, on the same --port.
    """
    ctx.obj = Place(host, port, merchant)
    if ctx.invoked_subcommand is None:
        _serve(host, port, port_file, state, merchants)


for _ask in ASKS:
    sandbox.add_command(_ask)


def _serve(
    host: str, port: int, port_file: Path | None, state: Path | None, merchants: Path | None
) -> None:
    from paytone.sandbox.control.merchant_file import MerchantsRefused, read_merchants
    from paytone.sandbox.merchants import MERCHANTS
    from paytone.sandbox.server import serve

    def ready(taken: int) -> None:
        click.echo(f"sandbox on http://{host}:{taken}, what it holds on /sandbox/page")

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        own = read_merchants(merchants.read_text()) if merchants else ()
    except (MerchantsRefused, OSError, ValueError) as fault:
        raise click.ClickException(f"{merchants}: {fault}") from None
    others = (each for each in MERCHANTS if each.id not in {mine.id for mine in own})
    try:
        serve(host, port, port_file, ready, state=state, merchants=(*own, *others))
    except OSError as fault:
        raise click.ClickException(f"cannot serve on {host}:{port}: {fault.strerror}") from fault


@sandbox.command()
@click.option("--seconds", default=3.0, show_default=True, help="How long each way is measured.")
def bench(seconds: float) -> None:
    """Measure sales per second; starts a sandbox of its own."""
    from paytone.sandbox.bench import NotMeasured, measure, report

    try:
        for line in report(measure(seconds)):
            click.echo(line)
    except NotMeasured as fault:
        raise click.ClickException(str(fault)) from None
