"""Run a paytone command on a test's database."""

from __future__ import annotations

import asyncio

from click.testing import CliRunner, Result

from paytone.cli import main


def paytone(database_url: str, *words: str, typed: str | None = None, **settings: str) -> Result:
    """
    What ``paytone`` with *words* printed, and how it ended; *settings* are variables.

    Args:
        typed: What is answered where the command asks.
    """
    env = {"PAYTONE_DATABASE_URL": database_url, **settings}
    return CliRunner().invoke(main, words, env=env, input=typed)


async def paytone_beside(database_url: str, *words: str, **settings: str) -> Result:
    """The same, for a test that awaits: a command runs a loop of its own."""
    return await asyncio.to_thread(paytone, database_url, *words, **settings)
