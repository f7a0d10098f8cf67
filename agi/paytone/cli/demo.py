"""``paytone demo``: everything up, one call that pays a bill, everything down."""

from __future__ import annotations

import asyncio
import os

import click

from paytone.cli.receipt import written
from paytone.cli.settings import settings_from_env
from paytone.config import Settings
from paytone.demo import DemoFailed, Shown, Transcript, pay_by_phone
from paytone.line import LineFailed
from paytone.line.demo import CHECKS, NUMBERS, DemoAccount, Softphone, first_account, softphone
from paytone.line.line import Line
from paytone.prompts.catalogue import Catalogue, CatalogueWrong, load
from paytone.store import Row, Store, StoreAway, payments


@click.command()
def demo() -> None:
    """Start the line, place a real call that pays a bill, and show what came of it."""
    settings = settings_from_env()
    try:
        account, words = first_account(), load(settings.language, settings.sounds)
        with Line(
            {**CHECKS, **os.environ},
            demo_caller=account.phone,
            with_letters=True,
            tell=click.echo,
        ) as line:
            phone = softphone(line.configuration.etc)
            number = NUMBERS.get(settings.language, NUMBERS["en"])
            click.echo(f"\nDialling {number} at {phone.host}:{phone.port}\n")
            shown, changes, receipt = asyncio.run(_pay(settings, line, account, phone, words))
            click.echo(_summary(shown, changes))
            click.echo(f"The receipt, which goes to the customer's e-mail address:\n\n{receipt}")
    except (CatalogueWrong, DemoFailed, LineFailed, StoreAway, OSError) as exc:
        raise click.ClickException(str(exc) or type(exc).__name__) from None
    if settings.language != "es":
        click.echo("The same in Spanish: PAYTONE_LANGUAGE=es make demo")
    click.echo("Everything that was started is stopped.")


async def _pay(
    settings: Settings, line: Line, account: DemoAccount, phone: Softphone, words: Catalogue
) -> tuple[Shown, list[Row], str]:
    async with Store.open(line.database_url) as store:
        shown = await pay_by_phone(
            phone,
            account,
            sounds=settings.sounds / settings.language,
            store=store,
            transcript=Transcript(words, click.echo),
        )
        changes = await payments.changes(store, shown.payment.id)
        return shown, changes, await written(store, settings, shown.payment)


def _summary(shown: Shown, changes: list[Row]) -> str:
    payment = shown.payment
    moves = " -> ".join(str(change["to_state"]) for change in changes)
    return f"""
Confirmation number  {payment.confirmation}
Payment as stored    {payment.amount} from {payment.face}
                     {moves}, order id {payment.id}
                     Braintree transaction {payment.transaction}
Balance before       {shown.before.balance}
Balance after        {shown.after.balance}
On the line          {shown.seconds:.0f} s
"""
