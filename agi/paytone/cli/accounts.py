"""``paytone accounts``: an operator's accounts and bills."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import psycopg

from paytone.cli.database import opened, run, settings_with_database
from paytone.cli.line_faults import give_up
from paytone.config import Settings
from paytone.rules.bill import REASONS, Payable, Restriction
from paytone.rules.pin import hash_pin
from paytone.rules.security import SecurityQuestion, is_answer
from paytone.store import Store, StoreAway, account_file
from paytone.store.accounts import NoSuchAccount, set_payable
from paytone.store.load_accounts import Loaded, NotLoaded, load
from paytone.store.pins import set_answer

LONG_S = 3600.0
"""How long one statement of a large import may take."""


@click.group()
def accounts() -> None:
    """Customers' accounts and their bills."""


@accounts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything, load nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """
    Load accounts and bills from FILE, a CSV; see docs/data.md for its columns.

    All or nothing: bad rows are reported by line, and then nothing is loaded. The same file again
    changes nothing.
    """
    settings = settings_with_database()
    try:
        loaded = asyncio.run(_import(settings, file, keep=not dry_run))
    except NotLoaded as exc:
        give_up(file, exc.faults, count=exc.count)
        raise
    except (StoreAway, psycopg.Error) as exc:
        raise click.ClickException(f"nothing was loaded: {' '.join(str(exc).split())}") from exc
    click.echo(
        f"{'To be loaded' if dry_run else 'Loaded'}: "
        f"{loaded.accounts_added} accounts added, {loaded.accounts_changed} changed; "
        f"{loaded.bills_added} bills added, {loaded.bills_changed} changed."
    )


@accounts.command()
@click.argument("number")
@click.argument("state", type=click.Choice([state.value for state in Payable]))
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in Restriction]),
    help="Why; callers hear it. Needed unless the STATE is yes.",
)
def payable(number: str, state: str, reason: str | None) -> None:
    """Let the account with this NUMBER be paid by phone, by card only, or not."""
    wanted, why = Payable(state), Restriction(reason) if reason else None
    if why not in REASONS[wanted]:
        one_of = " or ".join(sorted(each.value for each in REASONS[wanted] if each))
        raise click.UsageError(f"{state} takes {f'--reason {one_of}' if one_of else 'no reason'}")
    run(_set_payable(settings_with_database(), number, wanted, why))


@accounts.command()
@click.argument("number")
@click.argument("question", type=click.Choice([question.value for question in SecurityQuestion]))
@click.option(
    "--answer",
    prompt="Answer, 4 to 8 digits",
    hide_input=True,
    confirmation_prompt=True,
    help="Better left out: then it is asked for, and stays out of the shell's history.",
)
def security(number: str, question: str, answer: str) -> None:
    """
    Store what the customer with the account of this NUMBER answers to QUESTION, as a hash.

    Who has forgotten the PIN is asked those that PAYTONE_SECURITY_QUESTIONS names.
    """
    if not is_answer(answer):
        raise click.ClickException("an answer has 4 to 8 digits")
    run(_set_answer(settings_with_database(), number, SecurityQuestion(question), answer))


async def _set_answer(
    settings: Settings, number: str, question: SecurityQuestion, answer: str
) -> None:
    async with opened(settings) as store:
        try:
            await set_answer(store, number, question, hash_pin(answer), settings.now())
        except NoSuchAccount:
            raise click.ClickException(f"no account {number}") from None
    click.echo(f"Account {number}: {question.value} is stored.")


async def _set_payable(
    settings: Settings, number: str, wanted: Payable, why: Restriction | None
) -> None:
    async with opened(settings) as store:
        try:
            await set_payable(store, number, wanted, why)
        except NoSuchAccount:
            raise click.ClickException(f"no account {number}") from None
    click.echo(f"Account {number}: {wanted.value}{f', {why.value}' if why else ''}.")


async def _import(settings: Settings, file: Path, *, keep: bool) -> Loaded:
    now = settings.now()
    with file.open(encoding="utf-8-sig", newline="") as text:
        async with Store.open(
            settings.database_url.get_secret_value(), at_most=1, statement_s=LONG_S
        ) as store:
            return await load(store, account_file.read(text, now.date()), now=now, keep=keep)
