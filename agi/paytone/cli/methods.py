"""``paytone methods``: the cards and bank accounts that customers have saved."""

from __future__ import annotations

import click

from paytone.cli.database import BY, opened, run, settings_with_database, to_minute
from paytone.config import Settings
from paytone.store import Store, accounts, schedules
from paytone.store import methods as stored
from paytone.store.methods import History, Removal

ACCOUNT = click.argument("account")


@click.group()
def methods() -> None:
    """Saved cards and bank accounts: at Braintree; here only what may be shown."""


@methods.command("list")
@ACCOUNT
@click.option("--removed", is_flag=True, help="Also those that were removed.")
def list_(account: str, *, removed: bool) -> None:
    """Print what the customer of ACCOUNT has saved, with the consent; what was used last first."""
    run(_list(settings_with_database(), account, removed=removed))


@methods.command()
@ACCOUNT
@click.argument("last_four")
@click.option("--reason", required=True, help="Why; kept for good.")
@BY
def remove(account: str, last_four: str, reason: str, by: str) -> None:
    """
    Remove the method of ACCOUNT's customer that ends in LAST_FOUR; it is never charged again.

    One that a schedule pays from is kept: cancel or change that first. The worker has Braintree
    forget it.
    """
    run(_remove(settings_with_database(), account, last_four, f"{reason}, by {by}"))


async def _list(settings: Settings, number: str, *, removed: bool) -> None:
    async with opened(settings) as store:
        customer = await _customer(store, number)
        kept = await stored.history_of_customer(store, customer)
    shown = [each for each in kept if removed or each.removed_at is None]
    for each in shown:
        click.echo(_line(each, settings))
    click.echo(f"{len(shown)} saved methods")


def _line(each: History, settings: Settings) -> str:
    kind = f" ({each.card_kind.value})" if each.card_kind else ""
    how = f"in call {each.consent_call}" if each.consent_call else "not in a call"
    line = f"{to_minute(each.added_at, settings)}  {each.method.face}{kind}, agreed {how}"
    if each.removed_at is None:
        return line
    return f"{line}; removed {to_minute(each.removed_at, settings)}: {each.removed_why}"


async def _remove(settings: Settings, number: str, last_four: str, why: str) -> None:
    async with opened(settings) as store:
        kept = await stored.of_customer(store, await _customer(store, number))
        found = [each for each in kept if each.face.last_four == last_four]
        if len(found) != 1:
            raise click.ClickException(f"{len(found)} saved methods end in {last_four}")
        (method,) = found
        if in_use := await schedules.paid_with(store, method.id):
            numbers = ", ".join(each.confirmation for each in in_use)
            raise click.ClickException(f"paid from it: {numbers}; nothing was removed")
        if await stored.remove(store, method, why=why, now=settings.now()) is Removal.PAYING:
            raise click.ClickException("a payment from it is being made; nothing was removed")
    click.echo(f"removed: {method.face}")


async def _customer(store: Store, number: str) -> str:
    account = await accounts.by_number(store, number)
    if account is None:
        raise click.ClickException("no account has this number")
    return account.customer_id
