"""``paytone banner``: what callers are told of outages and closures, and who switches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from paytone.cli.database import BY, moment, opened, run, settings_with_database, to_minute
from paytone.config import Settings
from paytone.prompts.audio import SILENT_DB, wav
from paytone.prompts.grammar import GRAMMARS
from paytone.prompts.sox import SoxFailed, resampled
from paytone.rules.banner import LONGEST, USUAL_PRIORITY, Kind, Scope, is_place
from paytone.rules.pin import hash_pin, is_pin
from paytone.store import Row, banner_admins, banners

RATE = 8000
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M"])
READY = [kind.value for kind in Kind if kind is not Kind.MESSAGE]
ADMIN = click.argument("number", metavar="ADMIN")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A banner as the command line asks for it."""

    scope: Scope
    places: tuple[str, ...]
    starts: datetime | None
    until: datetime | None
    hours: int | None
    priority: int


OPTIONS = (
    click.option(
        "--scope", type=click.Choice([each.value for each in Scope]), default=Scope.ALL.value,
        help="Whom it is for; all, if not given.",
    ),
    click.option(
        "--place", "places", multiple=True,
        help="A number dialled, an area code, the first digits of ZIP codes, or a bill group;"
        " may be given more than once.",
    ),
    click.option("--from", "starts", type=MOMENT, help="When it begins; now, if not given."),
    click.option("--until", type=MOMENT, help="When it ends."),
    click.option("--hours", type=click.IntRange(1, LONGEST.days * 24), help="Or after how long."),
    click.option(
        "--priority", type=click.IntRange(1, 9), default=USUAL_PRIORITY, help="1 is said first."
    ),
    BY,
)  # fmt: skip


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.group()
def banner() -> None:
    """Announcements to callers: by scope, from when to when, recorded or with ready words."""


@banner.command()
@click.option("--kind", type=click.Choice(READY), required=True, help="Which words are said.")
@_options
def add(kind: str, by: str, **wanted: Any) -> None:
    """Switch on an announcement with ready words."""
    run(_add(settings_with_database(), Kind(kind), _wanted(wanted), by))


@banner.command("record-from")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice([each.value for each in Kind]),
    default=Kind.MESSAGE.value,
    help="Its ready words are said to callers in other languages; a message is played to all.",
)
@click.option("--language", type=click.Choice(list(GRAMMARS)), default="en")
@_options
def record_from(file: Path, kind: str, language: str, by: str, **wanted: Any) -> None:
    """Switch on an announcement that is recorded in FILE, any WAV."""
    settings = settings_with_database()
    run(_add(settings, Kind(kind), _wanted(wanted), by, recording=_read(file), language=language))


@banner.command("list")
def list_() -> None:
    """Print the last hundred, newest first."""
    run(_list(settings_with_database()))


@banner.command()
@click.argument("banner_id", metavar="ID")
@BY
def end(banner_id: str, by: str) -> None:
    """Switch an announcement off."""
    run(_end(settings_with_database(), banner_id, by))


@banner.group()
def admins() -> None:
    """Who may record and switch announcements from a phone."""


@admins.command("add")
@ADMIN
@click.option("--name", required=True, help="Whose number it is.")
@click.option("--pin", prompt="PIN, 4 to 6 digits", hide_input=True, confirmation_prompt=True)
@BY
def add_admin(number: str, name: str, pin: str, by: str) -> None:
    """Let ADMIN, four to eight digits, switch announcements; again for a new PIN."""
    if not (4 <= len(number) <= 8 and number.isascii() and number.isdigit()):
        raise click.ClickException("an administrator's number has 4 to 8 digits")
    if not is_pin(pin):
        raise click.ClickException("a PIN has 4 to 6 digits")
    run(_add_admin(settings_with_database(), number, name, hash_pin(pin), by))


@admins.command("remove")
@ADMIN
def remove_admin(number: str) -> None:
    """Let ADMIN switch nothing any more, from now on."""
    run(_remove_admin(settings_with_database(), number))


@admins.command("list")
def list_admins() -> None:
    """Print them, and whether one is locked."""
    run(_list_admins(settings_with_database()))


def _wanted(given: dict[str, Any]) -> Wanted:
    wanted = Wanted(**{**given, "scope": Scope(given["scope"])})
    if bool(wanted.places) == (wanted.scope is Scope.ALL):
        raise click.ClickException("every scope but all needs a --place, and all takes none")
    if wrong := [place for place in wanted.places if not is_place(wanted.scope, place)]:
        raise click.ClickException(f"not a place of that scope: {', '.join(wrong)}")
    if (wanted.until is None) == (wanted.hours is None):
        raise click.ClickException("either --until or --hours is needed")
    return wanted


def _read(file: Path) -> bytes:
    try:
        sound = resampled(file, RATE)
    except SoxFailed as exc:
        raise click.ClickException(str(exc)) from exc
    if not sound.samples or max(map(abs, sound.samples)) < 32768 * 10 ** (SILENT_DB / 20):
        raise click.ClickException(f"{file}: nothing is to be heard in it")
    return wav(sound)


async def _add(
    settings: Settings,
    kind: Kind,
    wanted: Wanted,
    by: str,
    *,
    recording: bytes | None = None,
    language: str | None = None,
) -> None:
    now = settings.now()
    starts = moment(wanted.starts, settings) or now
    ends = moment(wanted.until, settings) or starts + timedelta(hours=wanted.hours or 0)
    if ends <= max(starts, now):
        raise click.ClickException("it would end before it begins, or has ended already")
    name = None
    if recording is not None:
        try:
            name = await banners.keep_recording(settings.banners, recording)
        except OSError as exc:
            raise click.ClickException(f"{settings.banners}: {exc.strerror}") from exc
    async with opened(settings) as store:
        made = await banners.add(
            store, kind=kind, scope=wanted.scope, places=wanted.places, starts=starts, ends=ends,
            priority=wanted.priority, by=by, now=now, recording=name, language=language,
        )  # fmt: skip
    click.echo(f"{made} is said until {ends:%Y-%m-%d %H:%M}.")


async def _list(settings: Settings) -> None:
    async with opened(settings) as store:
        for row in await banners.each(store):
            click.echo(_line(row, settings))


def _line(row: Row, settings: Settings) -> str:
    starts, ends, now = row["starts_at"], row["ends_at"], settings.now()
    state = "on" if starts <= now < ends else "to come" if now < starts else "over"
    if row["ended_at"]:
        state = f"switched off {to_minute(row['ended_at'], settings)}"
        state += f" by {row['ended_by']}"
    words = f"recorded ({row['language']})" if row["recording"] else "ready words"
    whom = " ".join((row["scope"], *row["places"]))
    return (
        f"{row['id']}  {row['kind']}, {words}, {whom}, {to_minute(starts, settings)} to"
        f" {to_minute(ends, settings)}, priority {row['priority']}, {state}; by {row['made_by']}"
    )


async def _end(settings: Settings, banner_id: str, by: str) -> None:
    async with opened(settings) as store:
        if not await banners.end(store, banner_id, by=by, now=settings.now()):
            raise click.ClickException("no such announcement is on")
    click.echo("It is switched off.")


async def _add_admin(settings: Settings, number: str, name: str, pin_hash: str, by: str) -> None:
    async with opened(settings) as store:
        await banner_admins.add(
            store, number, name=name, pin_hash=pin_hash, by=by, now=settings.now()
        )
    click.echo(f"{number} may switch announcements.")


async def _remove_admin(settings: Settings, number: str) -> None:
    async with opened(settings) as store:
        if not await banner_admins.remove(store, number):
            raise click.ClickException("there is no such administrator")
    click.echo(f"{number} may switch nothing any more.")


async def _list_admins(settings: Settings) -> None:
    async with opened(settings) as store:
        for row in await banner_admins.each(store):
            until = row["locked_until"]
            locked = until is not None and until > settings.now()
            lock = f", locked until {to_minute(until, settings)}" if locked else ""
            click.echo(f"{row['number']}  {row['name']}{lock}; by {row['added_by']}")
