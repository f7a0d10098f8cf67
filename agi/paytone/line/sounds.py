"""The sounds in Asterisk's own folders: ours by name, and those that it plays by itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from paytone.line.installed import CHECKOUT
from paytone.prompts.grammar import GRAMMARS, USUAL
from paytone.rules.pace import Pace, paced

LANGUAGES: Final = tuple(paced(language, pace) for language in GRAMMARS for pace in Pace)
HOLD_SILENCE_S: Final = 8
HOLD_WORD: Final = "one-moment.ulaw"
SAID_BY_ASTERISK: Final = {"and": "and", "hundred-and": "100-and"}
"""Its names for what a grammar of ours says, too."""


def link_sounds(data: Path) -> None:
    """Let Asterisk find every prompt in its folder *data*, whatever language a call has."""
    for language in LANGUAGES:
        prompts, sounds = CHECKOUT / "sounds" / language, data / "sounds" / language
        sounds.mkdir(parents=True, exist_ok=True)
        link(sounds / "paytone", prompts)
        _link_digits(sounds / "digits", prompts)
        _link_for_ear(sounds / "paytone-ear", prompts)
    _write_hold_music(data / "moh")


def link(path: Path, target: Path) -> None:
    """Let *path* lead to *target*; a file of somebody else's there stays."""
    if path.is_symlink() and path.readlink() != target:
        path.unlink()
    if not path.is_symlink() and not path.exists():
        path.symlink_to(target)


def _link_for_ear(folder: Path, sounds: Path) -> None:
    # What is whispered is played on channels of slin, for which Asterisk takes the WAV file of a
    # prompt; that has 16 kHz, and then it plays nothing. Here there are no WAV files.
    folder.mkdir(exist_ok=True)
    for file in sounds.glob("*.ulaw"):
        link(folder / file.name, file)


def _write_hold_music(folder: Path) -> None:
    # Until an admin puts music here: "one moment please", then silence, over and over. Asterisk
    # looks for a file in a folder of the caller's language first.
    if not any(folder.iterdir()):
        (folder / "silence.ulaw").write_bytes(b"\xff" * 8000 * HOLD_SILENCE_S)
        _copy_hold_word(folder, USUAL)
    if (folder / HOLD_WORD).exists():
        for language in LANGUAGES:
            _copy_hold_word(folder / language, language)


def _copy_hold_word(folder: Path, language: str) -> None:
    spoken = CHECKOUT / "sounds" / language / HOLD_WORD
    if spoken.exists():
        folder.mkdir(exist_ok=True)
        shutil.copy(spoken, folder)


def _link_digits(folder: Path, sounds: Path) -> None:
    # Asterisk itself says the place in line, from a folder of this name and by a grammar of its
    # own: in Spanish "treinta" "y" "cinco", "ciento" "doce".
    folder.mkdir(exist_ok=True)
    said = {f"number-{number}": str(number) for number in (*range(100), *range(100, 1000, 100))}
    for prompt, file in (said | SAID_BY_ASTERISK).items():
        for codec in ("ulaw", "alaw", "g722"):
            if (sounds / f"{prompt}.{codec}").exists():
                link(folder / f"{file}.{codec}", sounds / f"{prompt}.{codec}")
