"""``paytone messages``: what callers left for a person to hear."""

from __future__ import annotations

from pathlib import Path

import click

from paytone.cli.database import BY, opened, run, settings_with_database, to_second
from paytone.cli.sound import play_sound, player_or
from paytone.config import Settings
from paytone.store import messages as stored

NUMBER = click.argument("number", type=int)


@click.group()
def messages() -> None:
    """What callers left for a person to hear."""


@messages.command("list")
@click.option("--all", "with_done", is_flag=True, help="Those that were seen to, too.")
def list_(with_done: bool) -> None:
    """Print the messages that nobody has seen to, oldest first."""
    run(_list(settings_with_database(), with_done=with_done))


@messages.command()
@NUMBER
@click.option("--to", "file", type=click.Path(path_type=Path), help="Write a WAV file instead.")
def play(number: int, file: Path | None) -> None:
    """Play the message NUMBER (sox's play), or write it to a file."""
    player = player_or("--to") if file is None else ""
    run(_play(settings_with_database(), number, file, player))


@messages.command()
@NUMBER
@BY
def done(number: int, by: str) -> None:
    """Note that the message NUMBER was seen to."""
    run(_done(settings_with_database(), number, by))


async def _list(settings: Settings, *, with_done: bool) -> None:
    async with opened(settings) as store:
        for row in await stored.each(store, with_done=with_done):
            at = to_second(row["at"], settings)
            who = row["number"] or "number withheld"
            account = f", account ending in {row['last_four']}" if row["last_four"] else ""
            done = f", seen to by {row['done_by']}" if row["done_by"] else ""
            length = f"{row['speech_ms'] // 1000} s"
            sent = ", not confirmed" if row["confirmed"] is False else ""
            click.echo(f"{row['id']:4}  {at}  {who}{account}, {length}{sent}{done}")


async def _play(settings: Settings, number: int, file: Path | None, player: str) -> None:
    async with opened(settings) as store:
        sound = await stored.recording(store, number)
    if sound is None:
        raise click.ClickException("there is no such message")
    if file is not None:
        try:
            file.write_bytes(sound)  # noqa: ASYNC240 - alone
        except OSError as exc:
            raise click.ClickException(f"{file}: {exc.strerror}") from exc
        click.echo(f"Written: {file}")
        return
    play_sound(sound, player, instead="--to")


async def _done(settings: Settings, number: int, by: str) -> None:
    async with opened(settings) as store:
        if not await stored.done(store, number, by=by, now=settings.now()):
            raise click.ClickException("it was seen to, or there is none")
    click.echo(f"message {number} is seen to")
