"""From texts to the audio that Asterisk plays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from paytone.prompts import Prompt, audio, manifest
from paytone.prompts.audio import AudioWrong, Sound
from paytone.prompts.catalogue import Catalogue, Entry
from paytone.prompts.manifest import Made, Standing
from paytone.prompts.sox import CODECS, encoded
from paytone.prompts.speech import RATE, Speaker

PAUSE_S = 0.2
"""Quiet after a prompt that ends, in the files Asterisk plays; the next sentence follows it."""

JOIN_MS = 20
"""Quiet that stays at the end of one that goes on, whose sentence the next one finishes."""


@dataclass(slots=True)
class Built:
    """
    What a build did, by prompt.

    Args:
        kept: Recordings whose text changed since; they play on as they are.
        wrong: Recordings that cannot be used, and why.
        encoded: Prompts whose codec files were written.
    """

    spoken: list[Prompt] = field(default_factory=list)
    accepted: list[Prompt] = field(default_factory=list)
    removed: list[Prompt] = field(default_factory=list)
    kept: list[Prompt] = field(default_factory=list)
    wrong: dict[Prompt, str] = field(default_factory=dict)
    encoded: list[Prompt] = field(default_factory=list)


@dataclass(slots=True)
class Build:
    """
    A build of one language's audio in *folder*. May be repeated; what stands is not made again.

    Args:
        speak_over: Speak stale recordings too, which replaces them.
    """

    catalogue: Catalogue
    folder: Path
    speak_over: bool = False
    built: Built = field(default_factory=Built)
    _made: dict[Prompt, Made] = field(default_factory=dict)
    _speakers: dict[str, Speaker] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def run(self, progress: Callable[[str], None]) -> Built:
        """
        Speak what is missing or changed, take recordings as delivered, and write every codec.

        Raises:
            SpeechMissing: Something has to be spoken and cannot be.
            SoxFailed: A file could not be converted.
            ManifestWrong: The manifest cannot be read.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._made = manifest.load(self.folder)
        with ExitStack() as self._open:
            for entry in self.catalogue.entries.values():
                self._settle(entry, progress)
        self._remove_unused()
        self._encode_all(progress)
        return self.built

    def _settle(self, entry: Entry, progress: Callable[[str], None]) -> None:
        path = self.folder / f"{entry.name}.wav"
        made = self._made.get(entry.name)
        match manifest.standing(entry, self.catalogue, made, manifest.audio_fingerprint(path)):
            case Standing.CURRENT:
                return
            case Standing.DELIVERED:
                self._accept(entry, path)
            case Standing.STALE if made and made.recorded and not self.speak_over:
                self.built.kept.append(entry.name)
            case Standing.STALE | Standing.MISSING:
                progress(f"speaking {entry.name}")
                self._speak(entry, path)

    def _accept(self, entry: Entry, path: Path) -> None:
        try:
            audio.read(path)
        except AudioWrong as exc:
            self.built.wrong[entry.name] = str(exc)
            return
        self._note(entry, said=None, content=path.read_bytes())
        self.built.accepted.append(entry.name)

    def _speak(self, entry: Entry, path: Path) -> None:
        content = audio.wav(self._sound(entry))
        _write(path, content)
        self._note(entry, said=manifest.said(entry, self.catalogue), content=content)
        self.built.spoken.append(entry.name)

    def _sound(self, entry: Entry) -> Sound:
        if entry.silence_ms is not None:
            return audio.silence(entry.silence_ms, RATE)
        voice = self.catalogue.voice_of(entry)
        if voice.id not in self._speakers:
            self._speakers[voice.id] = self._open.enter_context(Speaker(voice))
        text = self.catalogue.spoken_text(entry)
        sound = audio.trimmed(self._speakers[voice.id].speak(text))
        return audio.amplified(sound, audio.gain_db(audio.measure(sound)))

    def _note(self, entry: Entry, *, said: str | None, content: bytes) -> None:
        self._made[entry.name] = Made(
            manifest.fingerprint(entry.text), said, manifest.fingerprint(content)
        )
        # At once: a spoken file that the manifest does not know would pass for a recording.
        manifest.save(self.folder, self._made)

    def _remove_unused(self) -> None:
        for name in [name for name in self._made if name not in self.catalogue.entries]:
            path = self.folder / f"{name}.wav"
            made = self._made[name]
            if path.exists() and (made.recorded or manifest.audio_fingerprint(path) != made.audio):
                continue
            for ending in ("wav", *CODECS):
                (self.folder / f"{name}.{ending}").unlink(missing_ok=True)
            del self._made[name]
            manifest.save(self.folder, self._made)
            self.built.removed.append(name)

    def _encode_all(self, progress: Callable[[str], None]) -> None:
        waiting = [entry for entry in self._usable() if not encoded_since(self.folder, entry.name)]
        if waiting:
            progress(f"encoding {len(waiting)} prompts in {', '.join(CODECS)}")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            self.built.encoded.extend(pool.map(self._encode, waiting))

    def _usable(self) -> Iterator[Entry]:
        for entry in self.catalogue.entries.values():
            if entry.name not in self.built.wrong and (self.folder / f"{entry.name}.wav").exists():
                yield entry

    def _encode(self, entry: Entry) -> Prompt:
        path = self.folder / f"{entry.name}.wav"
        made = self._made[entry.name]
        measured = audio.measure(audio.read(path))
        gain_db = audio.gain_db(measured) if made.recorded else 0.0
        tail_s = PAUSE_S if entry.ends else min(0, JOIN_MS - measured.tail_ms) / 1000
        for codec in CODECS:
            content = encoded(path, codec, gain_db=gain_db, tail_s=tail_s)
            _write(path.with_suffix(f".{codec}"), content)
        return entry.name


def encoded_since(folder: Path, name: Prompt) -> bool:
    """Whether *name* has a file in every codec, none older than its master."""
    since = (folder / f"{name}.wav").stat().st_mtime_ns
    files = [folder / f"{name}.{codec}" for codec in CODECS]
    return all(file.exists() and file.stat().st_mtime_ns >= since for file in files)


def _write(path: Path, content: bytes) -> None:
    # Asterisk may be playing the old file.
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
