"""``paytone contacts``: where customers are written to; each change with a name and a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import click

from paytone.cli.database import BY, opened, run, settings_with_database, to_second
from paytone.config import Settings
from paytone.prompts.grammar import GRAMMARS
from paytone.rules.bill import Account
from paytone.rules.contact import ten_digits
from paytone.rules.pace import Pace
from paytone.store import Store, accounts, paces
from paytone.store import contacts as stored
from paytone.store.contacts import NotAnAddress, Source

ACCOUNT = click.argument("account")
WHY = click.option("--why", required=True, help="Why, and where the customer asked for it.")

Change = Callable[[Store, Account, Source, datetime], Awaitable[object]]


@click.group()
def contacts() -> None:
    """Addresses and agreements; ACCOUNT is the sixteen digits on the bill."""


@contacts.command()
@ACCOUNT
def show(account: str) -> None:
    """Print where the customer is written to, and every change of that."""
    run(_show(settings_with_database(), account))


@contacts.command()
@ACCOUNT
@click.argument("address", required=False)
@WHY
@BY
def email(account: str, address: str | None, why: str, by: str) -> None:
    """Give the customer the e-mail ADDRESS, or none."""

    async def change(store: Store, of: Account, source: Source, now: datetime) -> None:
        try:
            await stored.set_email(store, of.id, address, why=why, source=source, now=now)
        except NotAnAddress:
            raise click.ClickException("that is not one address") from None

    run(_change(settings_with_database(), account, by, change))


@contacts.command()
@ACCOUNT
@click.option("--on/--off", "wanted", required=True)
@WHY
@BY
def receipts(account: str, wanted: bool, why: str, by: str) -> None:
    """Let receipts go to the customer's e-mail address, or no longer."""

    async def change(store: Store, of: Account, source: Source, now: datetime) -> None:
        await stored.want_email(store, of.id, wanted=wanted, why=why, source=source, now=now)

    run(_change(settings_with_database(), account, by, change))


@contacts.command()
@ACCOUNT
@click.argument("number")
@WHY
@BY
def texts(account: str, number: str, why: str, by: str) -> None:
    """Send text messages to NUMBER from now on; --why says where the customer agreed to that."""
    mobile = ten_digit_number(number)

    async def change(store: Store, of: Account, source: Source, now: datetime) -> None:
        await stored.agree_to_texts(store, of.id, mobile, said=why, source=source, now=now)

    run(_change(settings_with_database(), account, by, change))


@contacts.command()
@ACCOUNT
@click.argument("spoken", metavar="LANGUAGE", type=click.Choice(sorted(GRAMMARS)))
@WHY
@BY
def language(account: str, spoken: str, why: str, by: str) -> None:
    """Speak and write to the customer in LANGUAGE from now on."""

    async def change(store: Store, of: Account, source: Source, now: datetime) -> None:
        await stored.set_language(store, of.id, spoken, why=why, source=source, now=now)

    run(_change(settings_with_database(), account, by, change))


@contacts.command()
@ACCOUNT
@click.argument("wanted", metavar="PACE", type=click.Choice([pace.value for pace in Pace]))
@WHY
@BY
def pace(account: str, wanted: str, why: str, by: str) -> None:
    """Let calls of the customer go at PACE, usual or slow, from now on."""

    async def change(store: Store, of: Account, source: Source, now: datetime) -> None:
        await paces.set_pace(store, of.id, Pace(wanted), why=why, source=source, now=now)

    run(_change(settings_with_database(), account, by, change))


@contacts.command()
@click.argument("number")
@WHY
@BY
def stop(number: str, why: str, by: str) -> None:
    """Send no text message to NUMBER any more, whoever gave it."""
    run(_stop(settings_with_database(), ten_digit_number(number), why, by))


def ten_digit_number(number: str) -> str:
    """
    The ten digits that an admin wrote somehow.

    Raises:
        click.ClickException: It is no number.
    """
    mobile = ten_digits(number)
    if mobile is None:
        raise click.ClickException("that is not a ten-digit number")
    return mobile


async def account_by_number(store: Store, number: str) -> Account:
    """
    The account of sixteen digits, however an admin wrote them.

    Raises:
        click.ClickException: There is none.
    """
    account = await accounts.by_number(store, number.replace(" ", "").replace("-", ""))
    if account is None:
        raise click.ClickException("there is no such account")
    return account


async def _change(settings: Settings, number: str, by: str, change: Change) -> None:
    async with opened(settings) as store:
        account = await account_by_number(store, number)
        await change(store, account, Source.admin(by), settings.now())
        await _tell(store, account, settings)


async def _show(settings: Settings, number: str) -> None:
    async with opened(settings) as store:
        await _tell(store, await account_by_number(store, number), settings)


async def _stop(settings: Settings, mobile: str, why: str, by: str) -> None:
    async with opened(settings) as store:
        stopped = await stored.stop_number(
            store, mobile, how=why, source=Source.admin(by), now=settings.now()
        )
    click.echo(f"{stopped} customers had agreed to text messages there; none is sent any more.")


async def _tell(store: Store, account: Account, settings: Settings) -> None:
    _, reached = await stored.of_account(store, account.id)
    on = {True: "on", False: "off"}
    click.echo(f"e-mail  {reached.email or 'none'}, receipts {on[reached.email_receipts]}")
    click.echo(f"mobile  {reached.mobile or 'none'}, text messages {on[reached.sms_receipts]}")
    click.echo(f"speaks  {await stored.language_of(store, account.id)}")
    click.echo(f"pace    {(await paces.pace_of(store, account.id)).value}")
    for row in await stored.changes(store, account.id):
        at = to_second(row["at"], settings)
        click.echo(f"{at}  {row['what']}, by {row['source']}: {row['why']}")
