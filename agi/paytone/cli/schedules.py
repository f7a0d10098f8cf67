"""``paytone schedules``: AutoPay, recurring payments, payments on a later date."""

from __future__ import annotations

from datetime import datetime

import click

from paytone.cli.database import BY, DAY, opened, run, settings_with_database, to_second
from paytone.cli.settings import confirmation_number
from paytone.config import Settings
from paytone.rules.money import Money
from paytone.rules.plan_facts import of_stop
from paytone.rules.schedule import Schedule, State, last_day_to_stop
from paytone.store import Store, accounts, agreements, methods
from paytone.store import schedules as stored
from paytone.store.agreements import Authorisation, ToWrite

STATE = click.Choice([state.value for state in State])
REASON = click.option("--reason", required=True, help="Why; kept for good.")
LETTERS = {State.CANCELLED: "schedule-cancelled", State.PAUSED: "schedule-paused"}


@click.group()
def schedules() -> None:
    """What customers agreed to pay later."""


@schedules.command("list")
@click.option("--state", type=STATE)
@click.option("--account", help="Its sixteen digits.")
def list_(state: str | None, account: str | None) -> None:
    """Print schedules by account."""
    run(_list(settings_with_database(), State(state) if state else None, account))


@schedules.command()
@click.argument("confirmation")
def show(confirmation: str) -> None:
    """Print one schedule, what was agreed to and changed, and its runs."""
    number = confirmation_number(confirmation)
    run(_show(settings_with_database(), number))


@schedules.command()
@click.option("--on", "day", type=DAY, required=True, help="A day.")
def due(day: datetime) -> None:
    """Print the runs that wait for a day or an earlier one, and what they come to at most.

    The last column is the last day on which a cancellation stops the run for sure.
    """
    run(_due(settings_with_database(), day))


@schedules.command()
@click.argument("confirmation")
@REASON
@BY
def cancel(confirmation: str, reason: str, by: str) -> None:
    """Cancel a schedule for good, and say which payments that stops."""
    number = confirmation_number(confirmation)
    run(_halt(settings_with_database(), number, State.CANCELLED, reason, by))


@schedules.command()
@click.argument("confirmation")
@REASON
@BY
def pause(confirmation: str, reason: str, by: str) -> None:
    """Pause a schedule until its customer starts it again by phone."""
    number = confirmation_number(confirmation)
    run(_halt(settings_with_database(), number, State.PAUSED, reason, by))


async def _list(settings: Settings, state: State | None, account: str | None) -> None:
    count = 0
    async with opened(settings) as store:
        async for row in stored.each(store, state=state, account_number=account):
            count += 1
            click.echo(_line(stored.schedule_of_row(row), row["account_number"]))
    click.echo(f"{count} schedules")


def _line(schedule: Schedule, account_number: str) -> str:
    why = f"  ({schedule.why})" if schedule.why else ""
    return (
        f"{schedule.confirmation}  {account_number}  {schedule.kind.value:<7}  "
        f"{schedule.state.value:<9}  {stored.in_words(schedule.terms)}{why}"
    )


async def _show(settings: Settings, number: str) -> None:
    async with opened(settings) as store:
        schedule = await _found(store, number)
        account = await accounts.by_id(store, schedule.account_id)
        method = await methods.by_id(store, schedule.method_id)
        changes = await stored.changes(store, schedule)
        runs = await stored.last_runs(store, schedule)
    click.echo(_line(schedule, account.number))
    click.echo(f"paid from {method.face if method else 'nothing'}")
    for change in changes:
        at = to_second(change["at"], settings)
        click.echo(f"{at}  {change['what']:<9}  {change['said']}, by {change['by_whom']}")
    for row in runs:
        most = Money(row["most_cents"], row["currency"])
        tries = f", begun {row['attempts']} times" if row["attempts"] > 1 else ""
        click.echo(f"{row['run_on']}  {row['state']:<9}  at most {most}: {row['said']}{tries}")


async def _due(settings: Settings, day: datetime) -> None:
    count, sums = 0, Money(0, settings.currency)
    async with opened(settings) as store:
        async for row in stored.due(store, day.date()):
            count += 1
            most = Money(row["most_cents"], row["currency"])
            sums += most
            click.echo(
                f"{row['run_on']}  {row['confirmation']}  {row['account_number']}  {most!s:>14}  "
                f"{last_day_to_stop(row['run_on'])}"
            )
    click.echo(f"{count} runs of at most {sums}")


async def _halt(settings: Settings, number: str, state: State, reason: str, by: str) -> None:
    async with opened(settings) as store:
        schedule = await _found(store, number)
        account = await accounts.by_id(store, schedule.account_id)
        stopped = await agreements.halt(
            store,
            schedule,
            state,
            why=reason,
            authorisation=Authorisation(by, settings.now()),
            letter=lambda runs: ToWrite(
                LETTERS[state], of_stop(schedule, runs, account_ending=account.ending)
            ),
        )
        left = await stored.coming(store, schedule)
        now_stands = await _found(store, number)
    if schedule.state not in {State.ACTIVE, State.PAUSED}:
        raise click.ClickException(f"it is {schedule.state.value} already")
    click.echo(_line(now_stands, account.number))
    for each in stopped:
        click.echo(f"the run of {each.on}, at most {each.most}, is stopped")
    for each in left:
        click.echo(f"the run of {each.on} was begun already and is not stopped")


async def _found(store: Store, number: str) -> Schedule:
    schedule = await stored.by_confirmation(store, number)
    if schedule is None:
        raise click.ClickException("no schedule has this confirmation number")
    return schedule
