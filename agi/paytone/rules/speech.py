"""Whether somebody speaks in a recording: not silence, not steady noise, not keys."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Iterator
from operator import mul
from typing import Final

from paytone.rules.authorisation import Recording

RATE: Final = 8000

LEAST_MS: Final = 600
"""Less speech than this is no "I authorize"."""

_FRAME_MS: Final = 20
_QUIET_DB: Final = -45.0
_ABOVE_NOISE_DB: Final = 9.0
_STILL: Final = 0.1
"""The share of frames, the quietest, that tell how loud the line itself is."""
_PURE: Final = 0.75
"""From this share of a frame's energy in two tones of a keypad on, it is a key."""

_ROWS: Final = (697, 770, 852, 941)
_COLUMNS: Final = (1209, 1336, 1477, 1633)


class NotRecorded(Exception):
    """What should be a recording is none that can be read. No money moved."""


def measured(audio: bytes) -> Recording:
    """
    The WAV file *audio* with how long somebody speaks in it. Takes a tenth of a second or more.

    Raises:
        NotRecorded: It is not 16-bit mono at 8000 Hz.
    """
    try:
        with wave.open(io.BytesIO(audio), "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise NotRecorded(type(exc).__name__) from exc
    if shape != (1, 2, RATE):
        raise NotRecorded(f"{shape} is not mono, 16 bits, {RATE} Hz")
    samples = array("h", frames[: len(frames) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return Recording(audio, speech_ms(samples, RATE))


def is_speech(recording: Recording) -> bool:
    """Whether enough is said in *recording* to be an authorisation."""
    return recording.speech_ms >= LEAST_MS


def speech_ms(samples: array[int], rate: int) -> int:
    """For how many milliseconds somebody speaks in *samples* of 16 bits, *rate* a second."""
    frames = list(_frames(samples, rate * _FRAME_MS // 1000))
    if not frames:
        return 0
    levels = [_db(frame) for frame in frames]
    noise = sorted(levels)[int(len(levels) * _STILL)]
    least = max(_QUIET_DB, noise + _ABOVE_NOISE_DB)
    spoken = (
        level >= least and not _is_key(frame, rate)
        for frame, level in zip(frames, levels, strict=True)
    )
    return sum(spoken) * _FRAME_MS


def _frames(samples: array[int], length: int) -> Iterator[array[int]]:
    for at in range(0, len(samples) - length + 1, length):
        yield samples[at : at + length]


def _db(frame: array[int]) -> float:
    power = sum(map(mul, frame, frame)) / len(frame) / 32768**2
    return 10 * math.log10(power) if power > 0 else -math.inf


def _is_key(frame: array[int], rate: int) -> bool:
    whole = sum(map(mul, frame, frame)) * len(frame) / 2
    tones = (max(_power(frame, hz, rate) for hz in group) for group in (_ROWS, _COLUMNS))
    return bool(sum(tones) >= _PURE * whole > 0)


def _power(frame: array[int], hertz: int, rate: int) -> float:
    turn = 2 * math.pi * hertz / rate
    real = sum(sample * math.cos(turn * at) for at, sample in enumerate(frame))
    imaginary = sum(sample * math.sin(turn * at) for at, sample in enumerate(frame))
    return real * real + imaginary * imaginary
