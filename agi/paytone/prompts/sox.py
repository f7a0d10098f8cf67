"""Rates and codecs, by sox and the G722 package."""

from __future__ import annotations

import subprocess
from array import array
from typing import TYPE_CHECKING

from paytone.prompts.audio import Sound

if TYPE_CHECKING:
    from pathlib import Path

CODECS = ("ulaw", "alaw", "g722")
"""File endings by which Asterisk plays a prompt without transcoding."""

_COMPANDED = {
    "ulaw": (("-t", "raw", "-e", "u-law", "-b", "8", "-r", "8000"), b"\xff"),
    "alaw": (("-t", "raw", "-e", "a-law", "-b", "8", "-r", "8000"), b"\xd5"),
}
"""What sox is told, and the byte that is silence."""
_LINEAR = ("-t", "raw", "-e", "signed", "-b", "16", "-L", "-r")


class SoxFailed(Exception):
    """sox is not there or could not convert; the message says why. Nothing was written."""


def resampled(path: Path, rate: int) -> Sound:
    """The WAV at *path* as mono at *rate*, 6 dB softer so that filtering cannot clip."""
    raw = _sox(path, (*_LINEAR, str(rate), "-c", "1"), "gain", "-6", "rate", "-h")
    return Sound(rate, array("h", raw))


def encoded(path: Path, codec: str, *, gain_db: float, tail_s: float) -> bytes:
    """
    The WAV at *path* in *codec*, louder by *gain_db*, with *tail_s* seconds of quiet after it.

    Below zero, so much of its end is left out.

    G.722 is 64 kbit/s at 16 kHz; the others 8 kHz. All fill whole frames of 20 ms, as RTP sends.

    Raises:
        SoxFailed: Nothing was written.
    """
    tail = ("pad", "0", f"{tail_s:.3f}") if tail_s >= 0 else ("trim", "0", f"{tail_s:.3f}")
    effects = ("gain", f"{gain_db:.2f}", "rate", "-h", *tail)
    if codec in _COMPANDED:
        output, quiet = _COMPANDED[codec]
        return _in_frames(_sox(path, output, *effects), 160, quiet)
    from G722 import G722

    raw = _in_frames(_sox(path, (*_LINEAR, "16000"), *effects), 640, b"\0")
    return bytes(G722(16000, 64000).encode(array("h", raw)))


def stretched(path: Path, tempo: float) -> bytes:
    """
    The u-law file at *path* at *tempo* times its pace, as u-law, in whole frames.

    Raises:
        SoxFailed: Nothing was written.
    """
    form, quiet = _COMPANDED["ulaw"]
    command = (
        "sox",
        "-V1",
        "-D",
        *form,
        "-c",
        "1",
        str(path),
        *form,
        "-",
        "tempo",
        "-s",
        str(tempo),
    )
    return _in_frames(_output_of(command, path), 160, quiet)


def _in_frames(raw: bytes, size: int, quiet: bytes) -> bytes:
    return raw + quiet * (-len(raw) % size)


def _sox(path: Path, output: tuple[str, ...], *effects: str) -> bytes:
    return _output_of(("sox", "-V1", "-D", str(path), *output, "-", *effects), path)


def _output_of(command: tuple[str, ...], path: Path) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as exc:
        raise SoxFailed("sox is not installed (Debian package sox)") from exc
    if done.returncode:
        raise SoxFailed(f"{path.name}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
