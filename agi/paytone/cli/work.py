"""``paytone work``: what is to be done in the background."""

from __future__ import annotations

import logging

import click

from paytone.cli.settings import settings_from_env


@click.command()
def work() -> None:
    """
    Ask Braintree after payments until stopped, listen for its webhooks at PAYTONE_WEBHOOKS, and
    send notices through PAYTONE_SMTP_URL.

    Any number may run on one database; each job is done by one of them.
    """
    from paytone.gateway import GatewayRefused
    from paytone.mail.texts import TextsWrong
    from paytone.worker.process import run

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    try:
        run(settings_from_env())
    except (GatewayRefused, TextsWrong) as exc:
        raise click.ClickException(str(exc)) from None
