"""``paytone payments``: what came in."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import click
import psycopg

from paytone.cli.database import database_away, settings_with_database
from paytone.cli.give_back import refund, void
from paytone.cli.open_payments import reconcile
from paytone.cli.settings import confirmation_number
from paytone.config import Settings
from paytone.money import Money
from paytone.payment import COUNTED, Payment, State
from paytone.store import Row, Store, StoreAway, accounts, refunds
from paytone.store import payments as stored

LONG_S = 3600.0
"""How long one statement of a large export may take."""

COLUMNS = (
    "confirmation", "id", "account_number", "opened_at", "changed_at", "amount", "currency",
    "state", "brand", "last_four", "transaction_id", "refusal", "refusal_code", "reason",
)  # fmt: skip
DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
STATE = click.Choice([state.value for state in State])


@click.group()
def payments() -> None:
    """Payments that callers made."""


payments.add_command(reconcile)
payments.add_command(refund)
payments.add_command(void)


@payments.command("list")
@click.option("--since", type=DAY, help="Opened at this time or later, in the biller's time zone.")
@click.option("--until", type=DAY, help="Opened before this time.")
@click.option("--state", type=STATE)
def list_(since: datetime | None, until: datetime | None, state: str | None) -> None:
    """Print payments, oldest first, and what they come to."""
    settings = settings_with_database()
    _run(_list(settings, since, until, state))


@payments.command()
@click.argument("confirmation")
def show(confirmation: str) -> None:
    """Print the payment with this CONFIRMATION number and every change of it."""
    number = confirmation_number(confirmation)
    _run(_show(settings_with_database(), number))


@payments.command()
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)
@click.option("--since", type=DAY, help="Opened at this time or later, in the biller's time zone.")
@click.option("--until", type=DAY, help="Opened before this time.")
@click.option("--state", type=STATE)
def export(
    file: Path | None, since: datetime | None, until: datetime | None, state: str | None
) -> None:
    """Write payments as CSV, oldest first, to standard output or a file."""
    settings = settings_with_database()
    if file is None:
        _run(_export(settings, sys.stdout, since, until, state))
        return
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as text:
            _run(_export(settings, text, since, until, state))
        part.replace(file)
    except OSError as exc:
        raise click.ClickException(f"{file}: {exc.strerror}") from exc
    finally:
        part.unlink(missing_ok=True)


def _run(work: Coroutine[None, None, None]) -> None:
    try:
        asyncio.run(work)
    except (StoreAway, psycopg.Error) as exc:
        raise database_away(exc) from exc


def _open(settings: Settings) -> AbstractAsyncContextManager[Store]:
    return Store.open(settings.database_url.get_secret_value(), at_most=1, statement_s=LONG_S)


def _moment(day: datetime | None, settings: Settings) -> datetime | None:
    return day and day.replace(tzinfo=ZoneInfo(settings.timezone))


async def _each(
    settings: Settings, since: datetime | None, until: datetime | None, state: str | None
) -> AsyncIterator[Row]:
    async with _open(settings) as store:
        rows = stored.each(
            store,
            since=_moment(since, settings),
            until=_moment(until, settings),
            state=State(state) if state else None,
        )
        async for row in rows:
            yield row


async def _list(
    settings: Settings, since: datetime | None, until: datetime | None, state: str | None
) -> None:
    zone = ZoneInfo(settings.timezone)
    count = 0
    counted: dict[str, Money] = {}
    async for row in _each(settings, since, until, state):
        count += 1
        payment = stored.payment_of_row(row)
        click.echo(_line(payment, row["account_number"], zone))
        if payment.state in COUNTED:
            so_far = counted.get(payment.amount.currency, Money(0, payment.amount.currency))
            counted[payment.amount.currency] = so_far + payment.amount
    sums = " and ".join(map(str, counted.values())) or "nothing"
    click.echo(f"{count} payments; {sums} came in.")


def _line(payment: Payment, account_number: str, zone: ZoneInfo) -> str:
    return (
        f"{payment.opened.astimezone(zone):%Y-%m-%d %H:%M:%S}  {payment.confirmation}  "
        f"{account_number}  {payment.amount!s:>14}  {payment.state.value:<11}  "
        f"{payment.brand.value} {payment.last_four}"
    )


async def _show(settings: Settings, confirmation: str) -> None:
    zone = ZoneInfo(settings.timezone)
    async with _open(settings) as store:
        payment = await stored.by_confirmation(store, confirmation)
        if payment is None:
            raise click.ClickException("no payment has this confirmation number")
        account = await accounts.by_id(store, payment.account_id)
        changes = await stored.changes(store, payment.id)
        given_back = await refunds.of_payment(store, payment.id)
    click.echo(_line(payment, account.number, zone))
    click.echo(f"id {payment.id}, transaction {payment.transaction or 'none'}")
    for change in changes:
        at = f"{change['at'].astimezone(zone):%Y-%m-%d %H:%M:%S}"
        click.echo(f"{at}  {change['to_state']:<11}  {change['reason']}")
    for back in given_back:
        at = f"{back.asked.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        click.echo(
            f"{at}  {back.way.value} of {back.amount} {back.answer.value} ({back.said}), "
            f"by {back.by}: {back.reason}"
        )


async def _export(
    settings: Settings,
    file: TextIO,
    since: datetime | None,
    until: datetime | None,
    state: str | None,
) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    async for row in _each(settings, since, until, state):
        amount = Money(row["amount_cents"], row["currency"]).decimal
        cells = {**row, "amount": amount}
        for name in ("opened_at", "changed_at"):
            cells[name] = row[name].isoformat()
        writer.writerow([cells[name] for name in COLUMNS])
