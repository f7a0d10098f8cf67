"""``paytone calls out``: calls that the line makes, and what the gate says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import click

from paytone.cli.contacts import ten_digit_number
from paytone.cli.database import DAY, moment, opened, run, settings_with_database, to_second
from paytone.config import Settings
from paytone.rules.calling import Allowed, Ask, Kind, Refused, may_call
from paytone.store import calls_out, dials

STATES = ("waiting", "dialling", "done", "refused", "expired")


@click.group()
def calls() -> None:
    """Calls."""


@calls.group()
def out() -> None:
    """Calls that the line makes."""


@out.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those.")
@click.option("--at-most", type=click.IntRange(1), default=50, show_default=True)
def list_(state: str | None, at_most: int) -> None:
    """Print the last calls that were queued, newest first, and each dial."""
    run(_list(settings_with_database(), state, at_most))


@out.command()
@click.option("--number", required=True, help="Ten digits.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default=Kind.DUE.value)
@click.option("--account", help="Whose number it is; else whoever has it.")
@click.option("--at", type=DAY, help="When, in PAYTONE_TIMEZONE; else now.")
def gate(number: str, kind: str, account: str | None, at: datetime | None) -> None:
    """Say whether a call would be let through, and why; nobody is called, nothing is stored."""
    settings = settings_with_database()
    now = moment(at, settings) or settings.now()
    run(_gate(settings, ten_digit_number(number), Kind(kind), account, now))


async def _list(settings: Settings, state: str | None, at_most: int) -> None:
    async with opened(settings) as store:
        for row in await calls_out.each(store, state=state, at_most=at_most):
            queued = to_second(row["queued_at"], settings)
            click.echo(
                f"{queued}  {row['kind']:<10}  {row['number']}  {row['state']}: {row['said']}"
            )
            for dial in await dials.each(store, call_out_id=str(row["id"])):
                at = to_second(dial["at"], settings)
                came = [dial["result"] or "under way", dial["met"]]
                came += [name for name in ("opted_out", "verified", "paid") if dial[name]]
                told = ", ".join(each.replace("_", " ") for each in came if each)
                click.echo(f"  {at}  rests on {dial['rests_on']}: {told}")


async def _gate(
    settings: Settings, number: str, kind: Kind, account: str | None, now: datetime
) -> None:
    async with opened(settings) as store:
        facts = await calls_out.facts_of(store, number, account=account, now=now)
    if kind is Kind.CALL_BACK:
        facts = replace(facts, is_theirs=True)
    asked = now if kind.is_requested else None
    ask = Ask(kind, number, now + timedelta(days=1), asked)
    match may_call(ask, facts, now, settings.calling):
        case Allowed(basis=basis) as verdict:
            click.echo(f"allowed by {basis.value}; {_hours(verdict)}")
        case Refused(why=why, again=again) as verdict:
            opens = f"{again.astimezone(now.tzinfo):%Y-%m-%d %H:%M %Z}" if again else "never"
            click.echo(f"refused: {why.value}; {_hours(verdict)}; again: {opens}")
            raise click.exceptions.Exit(1)


def _hours(verdict: Allowed | Refused) -> str:
    kept = f"hours of {', '.join(sorted(verdict.zones))}"
    return f"{kept}, laws of {', '.join(sorted(verdict.states))}" if verdict.states else kept
