"""What is wrong with a language's audio, measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paytone.prompts import Prompt, audio, manifest
from paytone.prompts.audio import AudioWrong, Measure
from paytone.prompts.build import encoded_since
from paytone.prompts.catalogue import Catalogue, Entry
from paytone.prompts.manifest import Made, Standing
from paytone.prompts.sox import CODECS

LONGEST_S = 8.0
"""A longer prompt is worth a warning; callers stop listening."""

BUILD = "run paytone prompts build"

_FAULTS = {
    Standing.CURRENT: None,
    Standing.MISSING: "no audio",
    Standing.STALE: "stale: the text or voice changed since it was made",
    Standing.DELIVERED: "new audio, not taken in yet",
}

_KEYS = re.compile(r"\b[0-9]\b")

_ALIKE: Final[Mapping[str, Callable[[Entry], object]]] = {
    "its end (full stop, or going on) is": lambda entry: entry.ends,
    "its length (legal or not) is": lambda entry: entry.legal,
    "its pause is": lambda entry: entry.silence_ms,
    "its table is": lambda entry: entry.piece,
    "its keys are": lambda entry: _KEYS.findall(entry.text) if entry.voice is None else (),
}
"""What a text and its translation share. Keys are single digits, such as "press 1"."""

MOST_LEAD_MS, MOST_TAIL_MS = 40, 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend; with *warning* the line may be used all the same."""

    name: str
    what: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{'warning: ' if self.warning else ''}{self.name}: {self.what}"


def check(catalogue: Catalogue, folder: Path) -> list[Finding]:
    """
    Every fault of the audio in *folder*, in the catalogue's order, then audio that nobody says.

    Raises:
        ManifestWrong: The manifest cannot be read.
    """
    made = manifest.load(folder)
    findings = [
        finding
        for entry in catalogue.entries.values()
        for finding in _of_prompt(entry, catalogue, made.get(entry.name), folder)
    ]
    return [*findings, *_unused(catalogue, folder)]


def differences(catalogue: Catalogue, model: Catalogue) -> Iterator[Finding]:
    """
    How *catalogue* differs from the language that flows are written in, prompt by prompt.

    Both have the same prompts, which go on or end alike and are legal text alike. What says
    figures is each language's own.
    """
    ours, theirs = _shared(catalogue), _shared(model)
    for name in (*theirs, *(name for name in ours if name not in theirs)):
        if name not in ours:
            yield Finding(name, f"not in {catalogue.language}.toml")
        elif name not in theirs:
            yield Finding(name, f"not in {model.language}.toml")
        elif faults := [what for what, of in _ALIKE.items() if of(ours[name]) != of(theirs[name])]:
            yield Finding(name, f"{' and '.join(faults)} not as in {model.language}.toml")


def _shared(catalogue: Catalogue) -> dict[Prompt, Entry]:
    return {name: entry for name, entry in catalogue.entries.items() if not entry.figure}


def _of_prompt(
    entry: Entry, catalogue: Catalogue, made: Made | None, folder: Path
) -> Iterator[Finding]:
    path = folder / f"{entry.name}.wav"
    stands = manifest.standing(entry, catalogue, made, manifest.audio_fingerprint(path))
    recorded = stands is Standing.DELIVERED or (made is not None and made.recorded)
    fault = _FAULTS[stands]
    if fault:
        again = "record it again" if recorded and stands is Standing.STALE else BUILD
        yield Finding(entry.name, f"{fault}; {again}")
    if stands is Standing.MISSING:
        return
    yield from _of_audio(entry, path, recorded=recorded)
    if stands is not Standing.DELIVERED and not encoded_since(folder, entry.name):
        yield Finding(entry.name, f"no current {', '.join(CODECS)} files; {BUILD}")


def _of_audio(entry: Entry, path: Path, *, recorded: bool) -> Iterator[Finding]:
    try:
        measured = audio.measure(audio.read(path))
    except AudioWrong as exc:
        yield Finding(entry.name, str(exc))
        return
    if entry.silence_ms is not None:
        if not measured.silent:
            yield Finding(entry.name, "a pause that is not silent")
        return
    if measured.silent:
        yield Finding(entry.name, f"silent ({measured.level_db:.0f} dB)")
        return
    faults = (*_loudness(measured, recorded=recorded), *_edges(measured))
    yield from (Finding(entry.name, fault) for fault in faults)
    if measured.seconds > LONGEST_S and not entry.legal:
        yield Finding(entry.name, f"takes {measured.seconds:.1f} s", warning=True)


def _loudness(measured: Measure, *, recorded: bool) -> Iterator[str]:
    if measured.clipped:
        yield "clipped: samples at full scale"
    elif measured.peak_db > audio.PEAK_DB and not recorded:
        yield f"peaks at {measured.peak_db:.1f} dB; {audio.PEAK_DB:.0f} dB is the most"
    # Recordings stay as delivered; what counts is what levelling can make of them.
    level_db = measured.level_db + (audio.gain_db(measured) if recorded else 0.0)
    if abs(level_db - audio.LEVEL_DB) > audio.TOLERANCE_DB:
        yield f"loudness {level_db:.1f} dB; {audio.LEVEL_DB:.0f} dB is meant"


def _edges(measured: Measure) -> Iterator[str]:
    if measured.lead_ms > MOST_LEAD_MS:
        yield f"{measured.lead_ms} ms of quiet before it; {MOST_LEAD_MS} is the most"
    if measured.tail_ms > MOST_TAIL_MS:
        yield f"{measured.tail_ms} ms of quiet after it; {MOST_TAIL_MS} is the most"


def _unused(catalogue: Catalogue, folder: Path) -> Iterator[Finding]:
    files = sorted(file for ending in ("wav", *CODECS) for file in folder.glob(f"*.{ending}"))
    for file in files:
        if Prompt(file.stem) not in catalogue.entries:
            yield Finding(file.name, "audio without a prompt")
