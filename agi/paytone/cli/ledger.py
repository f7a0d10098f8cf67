"""``paytone ledger``: the books proved, and written for the biller's accounting."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TextIO

import click

from paytone.cli.database import (
    BY,
    CSV_FILE,
    DAY,
    moment,
    opened,
    run,
    settings_with_database,
    written,
)
from paytone.config import Settings
from paytone.rules.money import Money
from paytone.store import ledger as books

COLUMNS = (
    "posting", "at", "kind", "debit", "credit", "amount", "currency", "account_number",
    "bill_number", "confirmation", "transaction_id", "reason",
)  # fmt: skip
DAY_COLUMNS = (
    "day", "currency", "payments", "paid", "voided", "returned", "refunded", "fees",
    "gateway", "bank",
)  # fmt: skip
AMOUNTS = DAY_COLUMNS[3:]

since_option = click.option(
    "--since", type=DAY, help="Booked at this time or later, in the biller's time zone."
)
until_option = click.option("--until", type=DAY, help="Booked before this time.")


@click.group()
def ledger() -> None:
    """The books: double entry, written by the database as bills and payments change."""


@ledger.command()
def check() -> None:
    """Prove the books; exit 1 and say where if anything does not hold."""
    run(_check(settings_with_database()))


@ledger.command()
@CSV_FILE
@click.option("--daily", is_flag=True, help="A line a day: the remittance summary.")
@since_option
@until_option
def export(file: Path | None, daily: bool, since: datetime | None, until: datetime | None) -> None:
    """Write the postings as CSV, a line each, or a line a day."""
    settings = settings_with_database()
    span = moment(since, settings), moment(until, settings)
    with written(file) as text:
        run((_days if daily else _postings)(settings, text, *span))


@ledger.command()
@click.argument("account")
@click.argument("amount")
@click.option("--reason", required=True, help="Why; kept with the posting.")
@BY
def adjust(account: str, amount: str, reason: str, by: str) -> None:
    """
    Book that ACCOUNT owes AMOUNT more, such as 12.50, or less, such as -- -12.50.

    For what no bill and no payment says: a courtesy credit, a debt written off.
    """
    settings = settings_with_database()
    try:
        money = Money.of(Decimal(amount), settings.currency)
    except (ValueError, InvalidOperation):
        raise click.ClickException(f"{amount} is not an amount such as 12.50") from None
    if not money or not reason.strip():
        raise click.ClickException("an adjustment needs an amount and a reason")
    run(_adjust(settings, account, money, f"{reason.strip()} ({by})"))


async def _adjust(settings: Settings, account: str, amount: Money, reason: str) -> None:
    async with opened(settings) as store:
        posting = await books.adjust(store, account, amount, reason=reason, now=settings.now())
    if posting is None:
        raise click.ClickException(f"no account {account} in {amount.currency}")
    click.echo(f"posting {posting}: {account} owes {amount} more")


async def _check(settings: Settings) -> None:
    async with opened(settings) as store:
        proofs = await books.proofs(store)
        totals = await books.totals(store)
    for proof in proofs:
        click.echo(f"{'FAULT' if proof.faults else 'ok':<6} {proof.what}")
        for fault in proof.faults:
            click.echo(f"       {fault}")
    for row in totals:
        amount = Money(row["cents"], row["currency"])
        click.echo(f"{row['postings']} postings, debits and credits {amount} each")
    faults = sum(len(proof.faults) for proof in proofs)
    if faults:
        raise click.ClickException(f"the books have {faults} faults; see docs/money.md")


async def _postings(
    settings: Settings, file: TextIO, since: datetime | None, until: datetime | None
) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    async with opened(settings) as store:
        async for row in books.each(store, since=since, until=until):
            amount = Money(row["amount_cents"], row["currency"]).decimal
            cells = {**row, "posting": row["id"], "at": row["at"].isoformat(), "amount": amount}
            writer.writerow([cells[name] for name in COLUMNS])


async def _days(
    settings: Settings, file: TextIO, since: datetime | None, until: datetime | None
) -> None:
    writer = csv.writer(file)
    writer.writerow(DAY_COLUMNS)
    async with opened(settings) as store:
        for row in await books.days(store, since=since, until=until, zone=settings.timezone):
            amounts = {name: Money(row[name], row["currency"]).decimal for name in AMOUNTS}
            cells = {**row, **amounts}
            writer.writerow([cells[name] for name in DAY_COLUMNS])
