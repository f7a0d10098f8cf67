"""Speech in the codecs of the line, made for one test run."""

from __future__ import annotations

import subprocess
from pathlib import Path

from paytone.prompts.sox import CODECS, encoded

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SAID = {
    "first": "Welcome to the test line.",
    "second": "Thank you, and goodbye.",
    "alike-long": "A line that two prompts share to its middle, and then one goes on.",
    "long": "This announcement goes on for quite a while, so that one has time to interrupt it.",
    **{f"digit-{number}": word for number, word in enumerate(DIGITS)},
}
_SHORT = 37
"""Bytes that the last frame of each file lacks; one that ends with a whole frame is easier."""


def speak(folder: Path) -> Path:
    """Fill *folder* with every prompt in every codec, and return it."""
    folder.mkdir(parents=True)
    for name, text in SAID.items():
        wav = folder / f"{name}.wav"
        subprocess.run(["espeak-ng", "-w", str(wav), text], check=True)
        for codec in CODECS:
            audio = encoded(wav, codec, gain_db=0.0, tail_s=0.0)
            (folder / f"{name}.{codec}").write_bytes(audio[:-_SHORT])
        wav.unlink()
    for codec in CODECS:
        start = (folder / f"alike-long.{codec}").read_bytes()
        (folder / f"alike-short.{codec}").write_bytes(start[:8050])
    return folder
