"""``paytone payments reconcile``: what became of payments that were left open."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import click

from paytone.adapters import gateway_of
from paytone.back_office.reconcile import GIVE_UP_AFTER, SETTLE_AFTER, Finding, Patience
from paytone.back_office.reconcile import reconcile as ask_after
from paytone.cli.database import settings_with_database
from paytone.config import Settings
from paytone.gateway import GatewayRefused
from paytone.rules.payment import OPEN
from paytone.store import Store, StoreAway


@click.command()
@click.option(
    "--settle-after",
    type=click.IntRange(min=0),
    default=int(SETTLE_AFTER.total_seconds()),
    show_default=True,
    help="Seconds that a payment is left alone: it may be under way in a call.",
)
@click.option(
    "--give-up-after",
    type=click.IntRange(min=1),
    default=int(GIVE_UP_AFTER.total_seconds()),
    show_default=True,
    help="Seconds after which a payment that Braintree does not know was never charged.",
)
def reconcile(settle_after: int, give_up_after: int) -> None:
    """Ask Braintree after payments whose outcome is not known. Never charges anything.

    A charge that turns up although its caller was told that there is none goes back.
    """
    settings = settings_with_database()
    try:
        findings = asyncio.run(_reconcile(settings, settle_after, give_up_after))
    except (StoreAway, GatewayRefused) as exc:
        raise click.ClickException(str(exc) or type(exc).__name__) from None
    for finding in findings:
        payment = finding.payment
        click.echo(
            f"{payment.confirmation}  {payment.amount}  {payment.state.value}  {finding.said}"
        )
    left = sum(finding.payment.state in OPEN for finding in findings)
    click.echo(f"{len(findings)} payments asked after, {left} still not known")


async def _reconcile(settings: Settings, settle_after: int, give_up_after: int) -> list[Finding]:
    gateway = gateway_of(settings)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        return await ask_after(
            store,
            gateway,
            now=settings.now(),
            patience=Patience(
                settle_after=timedelta(seconds=settle_after),
                give_up_after=timedelta(seconds=give_up_after),
                missing_for=timedelta(),
                all_now=True,
            ),
        )
