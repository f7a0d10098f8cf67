"""paytone serve"""

from __future__ import annotations

import logging

import click

from paytone.cli.settings import settings_from_env


@click.command()
def serve() -> None:
    """Answer Asterisk's FastAGI requests at PAYTONE_FASTAGI until stopped."""
    from paytone.serve import AddressTaken
    from paytone.serve import serve as run

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        run(settings_from_env())
    except AddressTaken as exc:
        raise click.ClickException(str(exc)) from None
