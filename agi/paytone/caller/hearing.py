"""
Hearing: which prompts a line plays, recognised exactly in what it sends; no I/O.

Asterisk sends a prompt's file untranscoded, so the bytes heard are the file's. An index over all
frames of all files finds where a stretch of audio comes from; from there on it is compared byte
by byte until it ends or another prompt cuts in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paytone.caller.rtp import SAMPLES
from paytone.caller.sdp import Codec
from paytone.caller.sound import audible
from paytone.prompts import Prompt

RATE = 8000
"""Bytes of a prompt in a second, in each of the codecs."""
WINDOW = 32
_DISTINCT = 8
_SAME_WINDOWS = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """
    A prompt began.

    Args:
        prompt: None for audio that is no prompt's.
        at: When its first byte was due, in seconds of the monotonic clock.
    """

    prompt: Prompt | None
    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A prompt was over at *at*: *whole*, or cut short."""

    prompt: Prompt | None
    at: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a prompt: the next byte expected is *position* of *audio*."""

    prompt: Prompt
    audio: bytes
    position: int

    @property
    def over(self) -> bool:
        """Whether nothing of the prompt is left."""
        return self.position >= len(self.audio)

    def left(self, payload: bytes, start: int) -> int:
        """How many bytes of *payload* from *start* the prompt has left."""
        return max(0, min(len(payload) - start, len(self.audio) - self.position))

    def fits(self, payload: bytes, start: int) -> bool:
        """Whether *payload* goes on from *start* as the prompt does, as far as it does."""
        left = self.left(payload, start)
        return self.audio.startswith(payload[start : start + left], self.position)

    def after(self, count: int) -> Spot:
        """The spot *count* bytes further on."""
        return Spot(self.prompt, self.audio, self.position + count)


class Hearing:
    """
    All prompts of a line, ready to be recognised in any number of calls.

    Args:
        prompts: Audio by name, as Asterisk will send it. Of names with the same audio, the first
            in the alphabet stands for all; see `same_as`.
    """

    def __init__(self, prompts: dict[Prompt, bytes], codec: Codec = Codec.ULAW) -> None:
        self.codec = codec
        self._index: dict[bytes, list[Spot]] = {}
        self._same: dict[Prompt, Prompt] = {}
        by_audio: dict[bytes, Prompt] = {}
        for prompt in sorted(prompts):
            self._same[prompt] = by_audio.setdefault(prompts[prompt], prompt)
        for audio, prompt in by_audio.items():
            for position in range(0, len(audio) - WINDOW + 1, SAMPLES):
                self._add(Spot(prompt, audio, position))

    @classmethod
    def from_folder(cls, folder: Path, codec: Codec = Codec.ULAW, *others: Path) -> Hearing:
        """
        The prompts in *folder*, one file each, named for the prompt and the codec.

        Args:
            others: Folders of other languages; their prompts are named as ``es/paid``.

        Raises:
            FileNotFoundError: None there in this codec.
        """
        prompts = _files("", folder, codec)
        for other in others:
            prompts |= _files(f"{other.name}/", other, codec)
        return cls(prompts, codec)

    def same_as(self, prompt: Prompt) -> Prompt:
        """
        The name under which *prompt* is reported.

        Raises:
            KeyError: No such prompt.
        """
        return self._same[prompt]

    def spots(self, audio: bytes, start: int) -> list[Spot]:
        """Where the frame of a prompt that begins at *start* of *audio* may be from."""
        return self._index.get(audio[start : start + WINDOW], [])

    def _add(self, spot: Spot) -> None:
        window = spot.audio[spot.position : spot.position + WINDOW]
        if len(set(window)) < _DISTINCT:
            return
        if self.codec is not Codec.G722 and not audible(window, self.codec):
            return
        found = self._index.setdefault(window, [])
        if sum(other.prompt == spot.prompt for other in found) < _SAME_WINDOWS:
            found.append(spot)


def _files(prefix: str, folder: Path, codec: Codec) -> dict[Prompt, bytes]:
    files = sorted(folder.glob(f"*.{codec.value}"))
    if not files:
        raise FileNotFoundError(f"no .{codec.value} prompts in {folder}")
    return {Prompt(f"{prefix}{file.stem}"): file.read_bytes() for file in files}
