"""What ``paytone sandbox`` asks of a sandbox that runs: settle, return, advance, faults …"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sandbox runs, and the merchant that a command is about: None for the default one."""

    host: str
    port: int
    merchant: str | None = None


@click.command()
@click.argument("transaction")
@click.pass_obj
def settle(place: Place, transaction: str) -> None:
    """Let a transaction that waits for it settle now."""
    _say(_ask(place, "POST", "/settle", transaction=transaction))


@click.command("return")
@click.argument("transaction")
@click.option("--code", default="R01", show_default=True, help="The bank's return code.")
@click.option("--reason", help="Why, where the code is RJCT.")
@click.pass_obj
def return_(place: Place, transaction: str, code: str, reason: str | None) -> None:
    """Let the bank send a debit back, even one that has settled."""
    _say(_ask(place, "POST", "/return", transaction=transaction, code=code, reason=reason))


@click.command()
@click.argument("time")
@click.pass_obj
def advance(place: Place, time: str) -> None:
    """Move the sandbox's clock on, such as 3d, 90m or 45s."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smhd])", time)
    if found is None:
        raise click.BadParameter("say it like 3d, 12h, 90m or 45s")
    _say(_ask(place, "POST", "/advance", seconds=float(found[1]) * _UNITS[found[2]]))


@click.command()
@click.pass_obj
def reset(place: Place) -> None:
    """Empty it, and undo changed settings."""
    _say(_ask(place, "POST", "/reset"))


@click.command()
@click.argument("fields", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--clear", is_flag=True, help="Forget those that wait and those that struck.")
@click.pass_obj
def fault(place: Place, fields: tuple[str, ...], *, clear: bool) -> None:
    """Inject a fault, such as kind=sale when=after act=drop; without any, list them."""
    if clear:
        _say(_ask(place, "DELETE", "/faults"))
    elif fields:
        _say(_ask(place, "POST", "/faults", **dict(map(_field, fields))))
    else:
        _say(_ask(place, "GET", "/faults"))


@click.command()
@click.argument("fields", nargs=-1, metavar="[NAME=VALUE]...")
@click.pass_obj
def settings(place: Place, fields: tuple[str, ...]) -> None:
    """Change a merchant's settings, such as search_lag_s=10; without any, show them."""
    if fields:
        _say(_ask(place, "POST", "/settings", **dict(map(_field, fields))))
    else:
        _say(_ask(place, "GET", "/settings"))


@click.command()
@click.argument("url", required=False)
@click.option("--copies", type=click.IntRange(1, 2), default=1, help="Send each so often.")
@click.option("--spread", default=0.0, help="Seconds within which they arrive out of order.")
@click.option("--retry", default=3600.0, help="Seconds until a failed one is sent again.")
@click.option("--check", is_flag=True, help="Send one that says only that they come through.")
@click.option("--off", is_flag=True, help="Send no more, and forget those that were sent.")
@click.pass_obj
def webhook(
    place: Place, url: str | None, *, copies: int, spread: float, retry: float, check: bool,
    off: bool,
) -> None:  # fmt: skip
    """Send webhooks to an address; without one, show what was sent."""
    if off:
        _say(_ask(place, "DELETE", "/webhooks"))
    elif url is not None:
        hook = {"url": url, "copies": copies, "spread_s": spread, "retry_s": retry}
        _say(_ask(place, "POST", "/webhooks", **hook))
    elif check:
        _say(_ask(place, "POST", "/webhooks/check"))
    else:
        _say(_ask(place, "GET", "/webhooks"))


ASKS: Final = (settle, return_, advance, reset, fault, settings, webhook)


def _field(given: str) -> tuple[str, object]:
    name, equals, value = given.partition("=")
    if not equals:
        raise click.BadParameter(f"{given} is not NAME=VALUE")
    try:
        return name, json.loads(value) if name not in ("amount", "order_id") else value
    except ValueError:
        return name, value


def _ask(place: Place, method: str, path: str, **given: object) -> object:
    from paytone.sandbox.control.remote import SandboxRefused, ask

    fields = {name: value for name, value in given.items() if value is not None}
    if place.merchant is not None and path not in ("/faults", "/advance", "/reset"):
        fields["merchant"] = place.merchant
    try:
        return ask(place.host, place.port, method, path, fields)
    except SandboxRefused as refused:
        raise click.ClickException(str(refused)) from None


def _say(answer: object) -> None:
    click.echo(json.dumps(answer, indent=2))
