"""``paytone sandbox``: a local Braintree, and what is asked of one that runs."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@click.group(invoke_without_command=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=3001, show_default=True,
    envvar="PAYTONE_SANDBOX_PORT", help="0 takes a free one.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the port's number to.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to keep everything in, so that a restart loses nothing.",
)
@click.pass_context
def sandbox(
    ctx: click.Context, port: int, host: str, port_file: Path | None, state: Path | None
) -> None:
    """Serve a local Braintree that the SDK talks to; test cards only.

    The commands below ask a sandbox that runs, on the same --port.
    """
    ctx.obj = (host, port)
    if ctx.invoked_subcommand is None:
        _serve(host, port, port_file, state)


def _serve(host: str, port: int, port_file: Path | None, state: Path | None) -> None:
    from paytone.sandbox.server import serve

    def ready(taken: int) -> None:
        click.echo(f"sandbox on http://{host}:{taken}, what it holds on /sandbox/page")

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        serve(host, port, port_file, ready, state)
    except OSError as fault:
        raise click.ClickException(f"cannot serve on {host}:{port}: {fault.strerror}") from fault


@sandbox.command()
@click.argument("transaction")
@click.pass_obj
def settle(place: tuple[str, int], transaction: str) -> None:
    """Let a transaction that waits for it settle now."""
    _say(_ask(place, "POST", "/settle", transaction=transaction))


@sandbox.command("return")
@click.argument("transaction")
@click.option("--code", default="R01", show_default=True, help="The bank's return code.")
@click.option("--reason", help="Why, where the code is RJCT.")
@click.pass_obj
def return_(place: tuple[str, int], transaction: str, code: str, reason: str | None) -> None:
    """Let the bank send a debit back, even one that has settled."""
    _say(_ask(place, "POST", "/return", transaction=transaction, code=code, reason=reason))


@sandbox.command()
@click.argument("time")
@click.pass_obj
def advance(place: tuple[str, int], time: str) -> None:
    """Move the sandbox's clock on, such as 3d, 90m or 45s."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smhd])", time)
    if found is None:
        raise click.BadParameter("say it like 3d, 12h, 90m or 45s")
    _say(_ask(place, "POST", "/advance", seconds=float(found[1]) * _UNITS[found[2]]))


@sandbox.command()
@click.pass_obj
def reset(place: tuple[str, int]) -> None:
    """Empty it, and undo changed settings."""
    _say(_ask(place, "POST", "/reset"))


@sandbox.command()
@click.argument("fields", nargs=-1, metavar="[NAME=VALUE]...")
@click.pass_obj
def fault(place: tuple[str, int], fields: tuple[str, ...]) -> None:
    """Inject a fault, such as kind=sale when=after act=drop; without any, list them."""
    if not fields:
        _say(_ask(place, "GET", "/faults"))
        return
    _say(_ask(place, "POST", "/faults", **dict(map(_field, fields))))


@sandbox.command()
@click.argument("url", required=False)
@click.option("--copies", type=click.IntRange(1, 2), default=1, help="Send each so often.")
@click.option("--spread", default=0.0, help="Seconds within which they arrive out of order.")
@click.option("--check", is_flag=True, help="Send one that says only that they come through.")
@click.pass_obj
def webhook(
    place: tuple[str, int], url: str | None, copies: int, spread: float, *, check: bool
) -> None:
    """Send webhooks to an address; without one, show what was sent."""
    if url is not None:
        _say(_ask(place, "POST", "/webhooks", url=url, copies=copies, spread_s=spread))
    elif check:
        _say(_ask(place, "POST", "/webhooks/check"))
    else:
        _say(_ask(place, "GET", "/webhooks"))


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


def _field(given: str) -> tuple[str, object]:
    name, equals, value = given.partition("=")
    if not equals:
        raise click.BadParameter(f"{given} is not NAME=VALUE")
    try:
        return name, json.loads(value) if name != "amount" else value
    except ValueError:
        return name, value


def _ask(place: tuple[str, int], method: str, path: str, **given: object) -> object:
    from paytone.sandbox.remote import SandboxRefused, ask

    fields = {name: value for name, value in given.items() if value is not None}
    try:
        return ask(*place, method, path, fields)
    except SandboxRefused as refused:
        raise click.ClickException(str(refused)) from None


def _say(answer: object) -> None:
    click.echo(json.dumps(answer, indent=2))
