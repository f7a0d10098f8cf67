"""A small sounds folder, built for real."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from paytone.prompts import audio
from paytone.prompts.audio import Sound
from paytone.prompts.build import Build, Built
from paytone.prompts.catalogue import Catalogue, load
from paytone.prompts.check import check

VOICE = '[voice]\nid = "gmw/en-us"\nwords_per_minute = 165\n'

TEXTS = {
    "paid": "Thank you. Your payment went through.",
    "you-owe": "Your balance is",
}


@dataclass(slots=True)
class Studio:
    """A language of two prompts and a pause, in a folder of its own."""

    sounds: Path
    texts: dict[str, str]
    head: str = VOICE

    @property
    def folder(self) -> Path:
        return self.sounds / "en"

    @property
    def catalogue(self) -> Catalogue:
        lines = [f'{name} = "{text}"' for name, text in self.texts.items()]
        pause = "[pieces]\npause-short = { silence_ms = 250 }"
        toml = "\n".join([self.head, "[sentences]", *lines, pause])
        (self.sounds / "en.toml").write_text(toml, "utf-8")
        return load("en", self.sounds)

    def build(self, *, speak_over: bool = False) -> Built:
        return Build(self.catalogue, self.folder, speak_over).run(lambda _: None)

    def faults(self) -> list[str]:
        return [str(finding) for finding in check(self.catalogue, self.folder)]

    def master(self, name: str) -> Sound:
        return audio.read(self.folder / f"{name}.wav")

    def deliver(self, name: str, change: Callable[[Sound], Sound]) -> bytes:
        """Put a changed take over *name*'s file, as a voice artist's would be; the file's bytes."""
        content = audio.wav(change(self.master(name)))
        (self.folder / f"{name}.wav").write_bytes(content)
        return content


@pytest.fixture(scope="session")
def built_sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sounds = tmp_path_factory.mktemp("sounds")
    Studio(sounds, dict(TEXTS)).build()
    return sounds


@pytest.fixture
def studio(built_sounds: Path, tmp_path: Path) -> Studio:
    """Built and in order; a copy that the test may spoil."""
    shutil.copytree(built_sounds, tmp_path, dirs_exist_ok=True)
    return Studio(tmp_path, dict(TEXTS))
