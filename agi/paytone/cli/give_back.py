"""``paytone payments refund`` and ``void``: give a payment back, with a name and a reason."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click

from paytone.adapters import gateway_of
from paytone.back_office.clerk import Wish, grant
from paytone.back_office.give_back import CannotGoBack
from paytone.cli.database import BY, opened, run, settings_with_database
from paytone.cli.settings import confirmation_number
from paytone.config import Settings
from paytone.gateway import GatewayRefused
from paytone.rules.money import Money
from paytone.rules.refund import Answer, Refund, Way
from paytone.store import payments
from paytone.store.refunds import AnotherAsked, MoreThanPaid, NotNow

REASON = click.option("--reason", required=True, help="Why; kept with the refund and the books.")


@click.command()
@click.argument("confirmation")
@click.option("--amount", help="How much, such as 12.50; all that is left if not given.")
@click.option("--again", is_flag=True, help="The same amount was refunded before: once more.")
@REASON
@BY
def refund(confirmation: str, amount: str | None, again: bool, reason: str, by: str) -> None:
    """
    Give the payment with this CONFIRMATION number back.

    One that has not settled is voided. Safe to repeat: the same amount goes back once.
    """
    settings = settings_with_database()
    wish = Wish(Way.REFUND, _money(amount, settings) if amount else None, by, reason, again)
    run(_give_back(settings, confirmation_number(confirmation), wish))


@click.command()
@click.argument("confirmation")
@REASON
@BY
def void(confirmation: str, reason: str, by: str) -> None:
    """Call the payment with this CONFIRMATION number off before it settles. Safe to repeat."""
    settings = settings_with_database()
    run(_give_back(settings, confirmation_number(confirmation), Wish(Way.VOID, None, by, reason)))


def _money(written: str, settings: Settings) -> Money:
    try:
        amount = Money.of(Decimal(written), settings.currency)
    except (ValueError, InvalidOperation):
        amount = Money(0)
    if amount <= Money(0, amount.currency):
        raise click.ClickException(f"{written} is not an amount such as 12.50")
    return amount


async def _give_back(settings: Settings, number: str, wish: Wish) -> None:
    async with opened(settings) as store:
        payment = await payments.by_confirmation(store, number)
        if payment is None:
            raise click.ClickException("no payment has this confirmation number")
        try:
            gateway = gateway_of(settings)
            refund = await grant(store, gateway, payment, wish, now=settings.now())
        except (CannotGoBack, NotNow, MoreThanPaid, AnotherAsked, GatewayRefused) as exc:
            raise click.ClickException(f"nothing goes back: {exc}") from None
        _tell(refund)
        current = await payments.by_id(store, payment.id)
    if current:
        click.echo(f"the payment is {current.state.value}")


def _tell(refund: Refund) -> None:
    what = f"{refund.way.value} of {refund.amount} by {refund.by}: {refund.said}"
    if refund.answer is Answer.REFUSED:
        raise click.ClickException(what)
    if refund.answer is Answer.ASKED:
        raise click.ClickException(
            f"{what}; whether it goes back is not known yet. The worker asks on; repeat the "
            "command in a minute to see, it gives nothing back twice"
        )
    click.echo(what)
