"""The paytone command: each group of commands in a module of its own, loaded when it is used."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Final

import click

GROUPS: Final = {
    "accounts": "load accounts and bills",
    "agents": "people who answer",
    "arrangements": "more time to pay, as arranged by phone",
    "authorisations": "spoken authorisations of electronic checks",
    "banner": "what callers are told of outages and closures",
    "banks": "banks that take electronic checks",
    "bench": "measure the line",
    "calls": "calls that the line makes",
    "configure": "render Asterisk's configuration",
    "consents": "who agreed to be called",
    "contacts": "where customers are written to",
    "demo": "start everything, place a call that pays a bill",
    "dnc": "numbers that are not to be called",
    "doctor": "check a running line and say what to mend",
    "hours": "when people answer",
    "ledger": "the books: proved, written for accounting, adjusted",
    "line": "start everything and keep it up",
    "messages": "what callers left for a person to hear",
    "methods": "saved cards and bank accounts",
    "migrate": "bring the database up to date",
    "payments": "what came in",
    "people": "who asked for a person, and what came of it",
    "places": "payment centers near callers",
    "prompts": "what the line says",
    "reconcile": "the daily comparison with Braintree",
    "sandbox": "a local Braintree",
    "schedules": "AutoPay and payments on a later date",
    "serve": "the FastAGI server",
    "simulate": "calls by the thousand with faults everywhere, and what held",
    "work": "ask Braintree after payments, in the background",
}


class LateGroup(click.Group):
    """A group whose commands are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in GROUPS:
            return None
        command: click.Command = getattr(import_module(f"paytone.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(GROUPS.items()))


@click.group(cls=LateGroup)
@click.version_option(version("paytone"))
def main() -> None:
    """Pay a bill by phone, on your own Asterisk."""
