"""``paytone payments``: what came in."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from paytone.cli.database import (
    CSV_FILE,
    DAY,
    moment,
    opened,
    run,
    settings_with_database,
    to_second,
    written,
)
from paytone.cli.give_back import refund, void
from paytone.cli.open_payments import reconcile
from paytone.cli.pay_requests import requests
from paytone.cli.receipt import receipt
from paytone.cli.settings import confirmation_number
from paytone.config import Settings
from paytone.rules.money import Money
from paytone.rules.payment import COUNTED, Payment, State
from paytone.store import Row, accounts, refunds
from paytone.store import payments as stored

COLUMNS = (
    "confirmation", "id", "account_number", "opened_at", "changed_at", "amount", "fee", "currency",
    "state", "occasion", "method", "brand", "bank_name",
    "last_four", "card_kind", "transaction_id", "refusal", "refusal_code", "reason", "agent",
)  # fmt: skip
STATE = click.Choice([state.value for state in State])


@click.group()
def payments() -> None:
    """Payments that callers made."""


payments.add_command(receipt)
payments.add_command(reconcile)
payments.add_command(requests)
payments.add_command(refund)
payments.add_command(void)


@payments.command("list")
@click.option("--since", type=DAY, help="Opened at this time or later, in the biller's time zone.")
@click.option("--until", type=DAY, help="Opened before this time.")
@click.option("--state", type=STATE)
def list_(since: datetime | None, until: datetime | None, state: str | None) -> None:
    """Print payments, oldest first, and what they come to."""
    settings = settings_with_database()
    run(_list(settings, since, until, state))


@payments.command()
@click.argument("confirmation")
def show(confirmation: str) -> None:
    """Print the payment with this CONFIRMATION number and every change of it."""
    number = confirmation_number(confirmation)
    run(_show(settings_with_database(), number))


@payments.command()
@CSV_FILE
@click.option("--since", type=DAY, help="Opened at this time or later, in the biller's time zone.")
@click.option("--until", type=DAY, help="Opened before this time.")
@click.option("--state", type=STATE)
def export(
    file: Path | None, since: datetime | None, until: datetime | None, state: str | None
) -> None:
    """Write payments as CSV, oldest first, to standard output or a file."""
    settings = settings_with_database()
    with written(file) as text:
        run(_export(settings, text, since, until, state))


async def _each(
    settings: Settings, since: datetime | None, until: datetime | None, state: str | None
) -> AsyncIterator[Row]:
    async with opened(settings) as store:
        rows = stored.each(
            store,
            since=moment(since, settings),
            until=moment(until, settings),
            state=State(state) if state else None,
        )
        async for row in rows:
            yield row


async def _list(
    settings: Settings, since: datetime | None, until: datetime | None, state: str | None
) -> None:
    count = 0
    counted: dict[str, Money] = {}
    async for row in _each(settings, since, until, state):
        count += 1
        payment = stored.payment_of_row(row)
        click.echo(_line(payment, row["account_number"], settings))
        if payment.state in COUNTED:
            so_far = counted.get(payment.amount.currency, Money(0, payment.amount.currency))
            counted[payment.amount.currency] = so_far + payment.amount
    sums = " and ".join(map(str, counted.values())) or "nothing"
    click.echo(f"{count} payments; {sums} came in.")


def _line(payment: Payment, account_number: str, settings: Settings) -> str:
    return (
        f"{to_second(payment.opened, settings)}  {payment.confirmation}  "
        f"{account_number}  {payment.amount!s:>14}  {payment.state.value:<11}  "
        f"{payment.face}{f', fee {payment.fee}' if payment.fee else ''}"
    )


async def _show(settings: Settings, confirmation: str) -> None:
    async with opened(settings) as store:
        payment = await stored.by_confirmation(store, confirmation)
        if payment is None:
            raise click.ClickException("no payment has this confirmation number")
        account = await accounts.by_id(store, payment.account_id)
        changes = await stored.changes(store, payment.id)
        given_back = await refunds.of_payment(store, payment.id)
    click.echo(_line(payment, account.number, settings))
    kind = f", a {payment.card_kind.value} card" if payment.card_kind else ""
    click.echo(f"id {payment.id}, transaction {payment.transaction or 'none'}{kind}")
    for change in changes:
        at = to_second(change["at"], settings)
        click.echo(f"{at}  {change['to_state']:<11}  {change['reason']}")
    for back in given_back:
        at = to_second(back.asked, settings)
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
        fee = Money(row["fee_cents"], row["currency"]).decimal
        cells = {**row, "amount": amount, "fee": fee}
        for name in ("opened_at", "changed_at"):
            cells[name] = row[name].isoformat()
        writer.writerow([cells[name] for name in COLUMNS])
