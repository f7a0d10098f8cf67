"""What a caller says when an authorisation is recorded, or does not say."""

from __future__ import annotations

import io
import math
import wave
from array import array
from random import Random
from typing import Final

RATE: Final = 8000
QUIET: Final = array("h", [0]) * (RATE // 5)


def spoken(dice: Random) -> bytes:
    """A WAV file in which somebody speaks for longer than an authorisation needs; no two alike."""
    turn = 2 * math.pi * dice.uniform(150, 450) / RATE
    voice = array("h", (round(9000 * math.sin(turn * at)) for at in range(RATE * 7 // 10)))
    return _wav(QUIET + voice + QUIET)


def silence() -> bytes:
    """A WAV file in which nobody speaks."""
    return _wav(QUIET + QUIET)


def _wav(samples: array[int]) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return written.getvalue()
