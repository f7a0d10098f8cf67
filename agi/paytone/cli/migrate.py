"""``paytone migrate``: bring the database up to the migrations in sql/."""

from __future__ import annotations

import click
import psycopg

from paytone.cli.database import database_away
from paytone.cli.settings import settings_from_env
from paytone.store import migrations


@click.command()
@click.option("--check", is_flag=True, help="Only tell what is to be applied; exit 1 if anything.")
def migrate(check: bool) -> None:
    """Apply the new migrations to PAYTONE_DATABASE_URL. Safe to repeat, and to start twice."""
    settings = settings_from_env()
    url = settings.database_url.get_secret_value()
    try:
        if check:
            names = migrations.pending(url, settings.sql)
        else:
            names = migrations.migrate(url, settings.sql)
    except migrations.NotMigrated as exc:
        raise click.ClickException(str(exc).strip()) from exc
    except psycopg.Error as exc:
        raise database_away(exc) from exc
    for name in names:
        click.echo(f"{name} to be applied" if check else f"{name} applied")
    if not names:
        click.echo("Nothing to apply.")
    elif check:
        click.get_current_context().exit(1)
