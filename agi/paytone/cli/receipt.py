"""``paytone payments receipt``: sent once more, to the customer's own address alone."""

from __future__ import annotations

import click

from paytone.back_office.letter_facts import facts_of_payment
from paytone.cli.database import opened, run, settings_with_database
from paytone.cli.settings import confirmation_number
from paytone.config import Settings
from paytone.mail.texts import NoWords, TextsWrong, load
from paytone.rules.contact import Channel
from paytone.rules.payment import COUNTED, Payment
from paytone.store import Store, accounts, letters, payments


@click.command()
@click.argument("confirmation")
@click.option("--email", "channel", flag_value="email", help="By e-mail alone.")
@click.option("--sms", "channel", flag_value="sms", help="By text message alone.")
@click.option("--show", is_flag=True, help="Send nothing, print what it says.")
def receipt(confirmation: str, channel: str | None, show: bool) -> None:
    """
    Send the receipt of the payment with this CONFIRMATION number once more.

    It goes where the customer gets receipts, or by the one way that is named; never to an address
    that is not the customer's.
    """
    settings, number = settings_with_database(), confirmation_number(confirmation)
    only_by = Channel(channel) if channel else None
    run(_show(settings, number) if show else _send(settings, number, only_by))


async def _send(settings: Settings, number: str, only_by: Channel | None) -> None:
    async with opened(settings) as store:
        payment = await _paid(store, number)
        now = settings.now()
        account = await accounts.by_id(store, payment.account_id)
        queued = await letters.queue(
            store,
            kind="receipt",
            customer_id=account.customer_id,
            dedupe=f"receipt {payment.id} at {now.isoformat()}",
            facts={},
            now=now,
            payment_id=payment.id,
            only_by=only_by,
        )
    if not queued:
        raise click.ClickException("the customer gets no receipts that way: paytone contacts show")
    click.echo(f"queued {queued}; the worker sends it")


async def _show(settings: Settings, number: str) -> None:
    async with opened(settings) as store:
        payment = await _paid(store, number)
        click.echo(await written(store, settings, payment))


async def written(store: Store, settings: Settings, payment: Payment) -> str:
    """
    What the receipt of *payment* says, in the line's own language.

    Raises:
        click.ClickException: There are no words for it.
    """
    account = await accounts.by_id(store, payment.account_id)
    facts = facts_of_payment(
        payment,
        account_last_four=account.ending,
        balance=await letters.balance_after(store, payment),
    )
    try:
        texts = load(settings.mail, settings.language)
        letter = texts.email(
            "receipt", facts, language=settings.language, zone=settings.now().tzinfo
        )
    except (TextsWrong, NoWords) as exc:
        raise click.ClickException(str(exc)) from None
    return f"{letter.subject}\n\n{letter.text}"


async def _paid(store: Store, number: str) -> Payment:
    payment = await payments.by_confirmation(store, number)
    if payment is None:
        raise click.ClickException("no payment has this confirmation number")
    if payment.state not in COUNTED:
        raise click.ClickException(f"the payment is {payment.state.value}: it has no receipt")
    return payment
