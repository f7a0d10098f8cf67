"""``paytone places``: payment centres, and the ZIP codes by which callers find them."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from paytone.cli.database import opened, run, settings_with_database
from paytone.cli.line_faults import give_up
from paytone.cli.settings import settings_from_env
from paytone.config import Settings
from paytone.prompts import places as recordings
from paytone.prompts.catalogue import languages
from paytone.rules import gazetteer
from paytone.rules.line_fault import LineFault
from paytone.rules.place import Centre, Spot
from paytone.store import centre_file
from paytone.store import places as stored

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def places() -> None:
    """Payment centers near callers."""


@places.command("import")
@_FILE
def import_(file: Path) -> None:
    """
    Load FILE, a CSV of payment centers, in place of those before; docs/places.md has its columns.

    All or nothing: bad rows are reported by line, and then the old list stays. An empty list, the
    header alone, takes the centers out of the call.
    """
    settings = settings_with_database()
    run(_import(settings, _centres(file)))


@places.command("import-zips")
@_FILE
def import_zips(file: Path) -> None:
    """
    Load FILE, the Census Bureau's Gazetteer of ZIP Code Tabulation Areas, in place of the last one.

    All or nothing, like import.
    """
    settings = settings_with_database()
    try:
        with file.open(encoding="utf-8", newline="\n") as text:
            found = list(gazetteer.read(text))
    except UnicodeDecodeError as exc:
        raise click.ClickException(f"{file} is not in UTF-8: nothing was loaded") from exc
    give_up(file, [each for each in found if isinstance(each, LineFault)])
    zips = dict(each for each in found if not isinstance(each, LineFault))
    if not zips:
        raise click.ClickException(f"{file} holds no ZIP codes: nothing was loaded")
    run(_import_zips(settings, zips))


@places.command()
@_FILE
@click.option("--silent", is_flag=True, help="Only write the texts; speak or record them later.")
def prompts(file: Path, silent: bool) -> None:
    """
    Speak the names, addresses and hours of the centers in FILE; then import it.

    The texts go into places.toml beside the audio of each language, for `paytone prompts` to
    build, check and list; as a user who may write to the folder of the prompts.
    """
    from paytone.prompts.build import Build
    from paytone.prompts.catalogue import CatalogueWrong, load
    from paytone.prompts.manifest import ManifestWrong
    from paytone.prompts.sox import SoxFailed
    from paytone.prompts.speech import SpeechMissing

    settings, centres = settings_from_env(), _centres(file)
    try:
        for folder in _folders(settings):
            count = recordings.write(centres, folder)
            click.echo(f"{folder.name}: {count} texts")
            if not silent:
                Build(load(folder.name, settings.sounds), folder).run(click.echo)
    except (CatalogueWrong, SpeechMissing, SoxFailed, ManifestWrong, OSError) as fault:
        raise click.ClickException(str(fault)) from fault


@places.command("list")
def list_() -> None:
    """Print every payment center, by ZIP code."""
    run(_list(settings_with_database()))


def _centres(file: Path) -> list[Centre]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        found = list(centre_file.read(text))
    give_up(file, [each for each in found if isinstance(each, LineFault)])
    return [each for each in found if isinstance(each, Centre)]


def _folders(settings: Settings) -> list[Path]:
    """Where the audio of each language is."""
    return [settings.sounds / language for language in languages(settings.sounds)]


async def _import(settings: Settings, centres: list[Centre]) -> None:
    folders = _folders(settings)
    named = [recordings.with_prompts(centre, folders) for centre in centres]
    async with opened(settings) as store:
        before = await stored.replace_centres(
            store, named, by=getpass.getuser(), now=settings.now()
        )
        lost = [centre for centre, is_placed in await stored.listed(store) if not is_placed]
    click.echo(f"Loaded: {len(named)} payment centers; there were {before}.")
    for centre in lost:
        click.echo(
            f"{centre.name}: nobody knows where ZIP code {centre.zip_code} is, so callers do not "
            "hear of it; see paytone places import-zips",
            err=True,
        )
    if mute := sum(each.place_prompt is None for each in named):
        click.echo(
            f"{mute} without a recording: callers hear ZIP code and telephone number instead; "
            "see paytone places prompts",
            err=True,
        )


async def _import_zips(settings: Settings, zips: dict[str, Spot]) -> None:
    async with opened(settings) as store:
        before = await stored.replace_zips(store, zips, by=getpass.getuser(), now=settings.now())
        lost = [centre.name for centre, is_placed in await stored.listed(store) if not is_placed]
    click.echo(f"Loaded: {len(zips)} ZIP codes; there were {before}.")
    if lost:
        click.echo(f"{len(lost)} payment centers are in ZIP codes that it lacks", err=True)


async def _list(settings: Settings) -> None:
    async with opened(settings) as store:
        listed = await stored.listed(store)
    for centre, is_placed in listed:
        takes = ";".join(each.value for each in centre.takes)
        marks = ("" if is_placed else "  ZIP CODE UNKNOWN") + (
            "" if centre.place_prompt else "  not recorded"
        )
        click.echo(
            f"{centre.zip_code}  {centre.name}, {centre.address}, {centre.city}  "
            f"{centre.phone or '-'}  {takes}  {centre.hours or '-'}{marks}"
        )
    click.echo(f"{len(listed)} payment centers")
