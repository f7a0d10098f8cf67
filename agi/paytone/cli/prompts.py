"""``paytone prompts``: build, check and list what the line says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from paytone.prompts.build import Built
    from paytone.prompts.catalogue import Catalogue

_SOUNDS = click.option(
    "--sounds",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the catalogues; the checkout's sounds/ unless told.",
)
_ANY = click.option("--language", help="Of one catalogue, such as es; of all unless told.")
_LANGUAGE = click.option("--language", default="en", show_default=True)


@click.group()
def prompts() -> None:
    """What the line says: texts and audio."""


@prompts.command()
@_ANY
@_SOUNDS
@click.option("--speak-over", is_flag=True, help="Speak recordings whose text changed, too.")
def build(language: str | None, sounds: Path | None, speak_over: bool) -> None:
    """
    Speak missing or changed prompts, take in recordings, and write what Asterisk plays.

    A recording whose text changed since plays on, and is told, unless --speak-over.
    """
    from paytone.prompts.build import Build
    from paytone.prompts.manifest import ManifestWrong
    from paytone.prompts.sox import SoxFailed
    from paytone.prompts.speech import SpeechMissing

    for catalogue, folder in _catalogues(language, sounds):
        try:
            built = Build(catalogue, folder, speak_over).run(click.echo)
        except (SpeechMissing, SoxFailed, ManifestWrong, OSError) as fault:
            raise click.ClickException(str(fault)) from fault
        _tell(built, catalogue)


@prompts.command()
@_ANY
@_SOUNDS
def slow(language: str | None, sounds: Path | None) -> None:
    """Write the slower files of callers who asked for more time, beside the usual ones."""
    from paytone.prompts.slow import slow_down
    from paytone.prompts.sox import SoxFailed
    from paytone.rules.pace import Pace, paced

    for catalogue, folder in _catalogues(language, sounds):
        beside = folder.with_name(paced(folder.name, Pace.SLOW))
        try:
            written = slow_down(folder, beside)
        except (SoxFailed, OSError) as fault:
            raise click.ClickException(str(fault)) from fault
        click.echo(f"{catalogue.language}: {written} slow files written in {beside}")


@prompts.command()
@_ANY
@_SOUNDS
def check(language: str | None, sounds: Path | None) -> None:
    """
    Tell what is wrong with texts and audio, a line each; exit 1 if anything is.

    Every other language is held to the prompts of English.
    """
    from paytone.prompts.check import check as findings_of
    from paytone.prompts.check import differences
    from paytone.prompts.manifest import ManifestWrong

    model, _ = _catalogue("en", sounds)
    wrong = False
    for catalogue, folder in _catalogues(language, sounds):
        try:
            findings = [*differences(catalogue, model), *findings_of(catalogue, folder)]
        except ManifestWrong as fault:
            raise click.ClickException(str(fault)) from fault
        for finding in findings:
            click.echo(f"{catalogue.language}: {finding}", err=True)
        if any(not finding.warning for finding in findings):
            wrong = True
        else:
            click.echo(f"{catalogue.language}: {len(catalogue.entries)} prompts are in order")
    if wrong:
        raise click.exceptions.Exit(1)


@prompts.command()
@_LANGUAGE
@_SOUNDS
@click.option(
    "--format", "form", type=click.Choice(["markdown", "csv"]), default="markdown",
    show_default=True,
)  # fmt: skip
def script(language: str, sounds: Path | None, form: str) -> None:
    """Print what a voice artist records: file, text, and how it ends."""
    from paytone.prompts.script import as_csv, as_markdown

    catalogue, _ = _catalogue(language, sounds)
    click.echo(as_csv(catalogue) if form == "csv" else as_markdown(catalogue), nl=False)


def _catalogues(language: str | None, sounds: Path | None) -> list[tuple[Catalogue, Path]]:
    from paytone.prompts.catalogue import SOUNDS, languages

    known = [language] if language else languages(sounds or SOUNDS)
    return [_catalogue(each, sounds) for each in known]


def _catalogue(language: str, sounds: Path | None) -> tuple[Catalogue, Path]:
    from paytone.prompts.catalogue import SOUNDS, CatalogueWrong, load

    sounds = sounds or SOUNDS
    try:
        return load(language, sounds), sounds / language
    except CatalogueWrong as fault:
        raise click.ClickException(str(fault)) from fault


def _tell(built: Built, catalogue: Catalogue) -> None:
    for name in built.accepted:
        click.echo(f"took in the recording of {name}")
    for name in built.removed:
        click.echo(f"removed {name}, which is no prompt any more")
    for name in built.kept:
        click.echo(
            f"{name}: its text changed since it was recorded and the recording plays on; "
            "record it again, or build --speak-over",
            err=True,
        )
    for name, fault in built.wrong.items():
        click.echo(f"{name}: {fault}", err=True)
    if built.wrong:
        raise click.exceptions.Exit(1)
    made = f"{len(built.spoken)} spoken, {len(built.encoded)} encoded"
    click.echo(f"{catalogue.language}: {len(catalogue.entries)} prompts: {made}")
