"""``paytone authorisations``: what callers authorised aloud."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from paytone.cli.database import BY, DAY, moment, opened, run, settings_with_database, to_second
from paytone.cli.settings import confirmation_number
from paytone.cli.sound import play_sound, player_or
from paytone.config import Settings
from paytone.rules.authorisation import KEEP_YEARS
from paytone.store import authorisations as stored
from paytone.store.authorisations import Kept, Listed

EXPORT = "paytone authorisations export"

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def authorisations() -> None:
    """Spoken authorisations of electronic checks."""


@authorisations.command("list")
@click.option("--since", type=DAY, help="Given at this time or later, in the biller's time zone.")
def list_(since: datetime | None) -> None:
    """Print them, oldest first, and until when each is kept."""
    settings = settings_with_database()
    run(_list(settings, since))


@authorisations.command()
@click.argument("confirmation")
@BY
def play(confirmation: str, by: str) -> None:
    """Play the voice of the payment or schedule with this CONFIRMATION number (sox's play)."""
    player = player_or(EXPORT)
    run(_play(settings_with_database(), confirmation_number(confirmation), by, player))


@authorisations.command()
@click.argument("confirmation")
@click.option("--to", "folder", type=FOLDER, default=Path(), help="Where; else here.")
@BY
def export(confirmation: str, folder: Path, by: str) -> None:
    """
    Write the voice (WAV) and the eight facts (JSON) of this CONFIRMATION number's payment.

    With a schedule's number, of each authorisation that it ever had, the last first.
    """
    run(_export(settings_with_database(), confirmation_number(confirmation), folder, by))


@authorisations.command()
@click.option("--confirmation", help="Only that payment's; else all that are old enough.")
@BY
def purge(confirmation: str | None, by: str) -> None:
    """Delete those that are over two years past their debit or revocation; no other can be."""
    number = confirmation_number(confirmation) if confirmation else None
    run(_purge(settings_with_database(), number, by))


async def _list(settings: Settings, since: datetime | None) -> None:
    zone = ZoneInfo(settings.timezone)
    async with opened(settings) as store:
        for each in await stored.listed(store, since=moment(since, settings)):
            click.echo(
                f"{to_second(each.given, settings)}  {each.confirmation}  "
                f"{_what(each):>14}{_until(each, zone)}"
            )


def _what(each: Listed) -> str:
    return each.terms or str(each.amount)


def _until(each: Listed, zone: ZoneInfo) -> str:
    if each.terms is None:
        return f"  debit on {each.debit_on}, kept until {each.keep_until}"
    if each.ended is None:
        return f", from {each.debit_on}; serves still, kept until {KEEP_YEARS} years after its end"
    return f", ended {each.ended.astimezone(zone):%Y-%m-%d}, kept until {each.keep_until}"


async def _used(settings: Settings, confirmation: str, act: str, by: str) -> list[Kept]:
    async with opened(settings) as store:
        kept = await stored.all_by_confirmation(store, confirmation)
        if not kept:
            raise click.ClickException("no authorisation is kept for this confirmation number")
        await stored.used(store, confirmation, act, by=by, now=settings.now())
    return kept


async def _play(settings: Settings, confirmation: str, by: str, player: str) -> None:
    kept, *_ = await _used(settings, confirmation, "played", by)
    play_sound(kept.given.recording.audio, player, instead=EXPORT)


async def _export(settings: Settings, confirmation: str, folder: Path, by: str) -> None:
    for place, kept in enumerate(await _used(settings, confirmation, "exported", by), start=1):
        _write(kept, folder, f"{confirmation}-{place}" if place > 1 else confirmation)


def _write(kept: Kept, folder: Path, name: str) -> None:
    sound, record = folder / f"{name}.wav", folder / f"{name}.json"
    try:
        sound.write_bytes(kept.given.recording.audio)
        record.write_text(json.dumps(_told(kept), indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as exc:
        raise click.ClickException(f"{folder}: {exc.strerror}") from exc
    click.echo(f"Written: {sound} and {record}")


async def _purge(settings: Settings, confirmation: str | None, by: str) -> None:
    async with opened(settings) as store:
        if confirmation is not None:
            kept = await stored.by_confirmation(store, confirmation)
            if kept is None:
                raise click.ClickException("no authorisation is kept for this confirmation number")
        count = await stored.purge(store, by=by, now=settings.now(), confirmation=confirmation)
    if confirmation is not None and not count:
        raise click.ClickException(f"it is kept for {KEEP_YEARS} years: nothing was deleted")
    click.echo(f"Deleted: {count}")


def _told(kept: Kept) -> dict[str, object]:
    facts = kept.given.authorisation.facts()
    return {
        "confirmation": kept.confirmation,
        "given_at": kept.given.at.isoformat(),
        "facts": {fact.value: words for fact, words in facts.items()},
        "language": kept.given.language,
        "read_out": kept.given.read_out,
        "mandate": kept.given.authorisation.mandate(),
        "recording_sha256": kept.sha256.hex(),
        "speech_ms": kept.given.recording.speech_ms,
        "ended_at": kept.ended and kept.ended.isoformat(),
    }
