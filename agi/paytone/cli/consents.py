"""``paytone consents``: who agreed to be called, where that is kept, and what kind a number is."""

from __future__ import annotations

import click

from paytone.cli.contacts import WHY, account_by_number, ten_digit_number
from paytone.cli.database import BY, opened, run, settings_with_database, to_second
from paytone.config import Settings
from paytone.rules.calling import ACCOUNT, Kind, Line
from paytone.store import consents as stored
from paytone.store.consents import NoConsent
from paytone.store.contacts import Source

NUMBER = click.argument("number")
PURPOSES = (ACCOUNT, *(kind.value for kind in Kind if not kind.is_requested))


@click.group()
def consents() -> None:
    """Agreements to be called; ACCOUNT is the sixteen digits on the bill."""


@consents.command()
@click.argument("account")
@NUMBER
@click.option(
    "--for",
    "purpose",
    type=click.Choice(PURPOSES),
    default=ACCOUNT,
    show_default=True,
    help="All calls about the account, or one kind.",
)
@WHY
@BY
def add(account: str, number: str, purpose: str, why: str, by: str) -> None:
    """Note that the customer agreed to be called at NUMBER; --why says where that is kept."""
    settings, mobile = settings_with_database(), ten_digit_number(number)
    run(_add(settings, account, mobile, purpose=purpose, why=why, by=by))


@consents.command()
@NUMBER
@WHY
@BY
def revoke(number: str, why: str, by: str) -> None:
    """End every agreement for NUMBER; for no calls at all use ``paytone dnc add``."""
    run(_revoke(settings_with_database(), ten_digit_number(number), why, by))


@consents.command()
@NUMBER
@click.argument("kind", type=click.Choice([line.value for line in Line]))
@WHY
@BY
def line(number: str, kind: str, why: str, by: str) -> None:
    """Note that NUMBER is a landline or a mobile; --why says how that is known."""
    run(_line(settings_with_database(), ten_digit_number(number), Line(kind), why, by))


@consents.command("list")
@click.argument("number", required=False)
def list_(number: str | None) -> None:
    """Print every agreement, also those that ended, or those for NUMBER."""
    run(_list(settings_with_database(), number and ten_digit_number(number)))


async def _add(
    settings: Settings, account: str, number: str, *, purpose: str, why: str, by: str
) -> None:
    async with opened(settings) as store:
        of = await account_by_number(store, account)
        try:
            await stored.agree(
                store,
                of.id,
                number,
                said=why,
                source=Source.admin(by),
                now=settings.now(),
                purpose=purpose,
            )
        except NoConsent:
            raise click.ClickException(
                "that number is not the customer's, or is on the list of those not to be called"
            ) from None
    click.echo(f"{number} may be called.")


async def _revoke(settings: Settings, number: str, why: str, by: str) -> None:
    async with opened(settings) as store:
        source = Source.admin(by)
        count = await stored.revoke(store, number, why=why, source=source, now=settings.now())
    click.echo(f"{count} customers had agreed to be called there.")


async def _line(settings: Settings, number: str, kind: Line, why: str, by: str) -> None:
    async with opened(settings) as store:
        await stored.note_line(store, number, kind, said=why, by=by, now=settings.now())
    click.echo(f"{number} is a {kind.value}.")


async def _list(settings: Settings, number: str | None) -> None:
    async with opened(settings) as store:
        for row in await stored.each(store, number):
            at = to_second(row["at"], settings)
            whose = ", ".join(f"*{each[-4:]}" for each in row["numbers"] or ())
            click.echo(
                f"{row['address']}  {at}  {row['purpose']}, by {row['source']},"
                f" accounts {whose}: {row['said']}"
            )
            if row["withdrawn_at"]:
                until = to_second(row["withdrawn_at"], settings)
                click.echo(f"  until {until}: {row['withdrawn_how']}")
