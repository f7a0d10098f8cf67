"""A prompt's sound as samples: read, measured, trimmed and levelled."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LEVEL_DB = -20.0
"""How loud speech is, in dB below full scale over the frames in which somebody speaks."""

TOLERANCE_DB = 1.5
PEAK_DB = -1.0
LEAD_MS, TAIL_MS = 20, 60
"""The quiet that trimming leaves before and after."""

SILENT_DB = -60.0
_NEEDED = "a WAV file of 16-bit mono at 8000 Hz or more is needed"
_FRAME_MS = 5
_GATE_DB = 10.0
_WEAKEST_DB = 45.0  # how far an f or th may lie under the vowels and still be speech


class AudioWrong(Exception):
    """A file is not 16-bit mono WAV at 8 kHz or more; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples of 16 bits, *rate* a second."""

    rate: int
    samples: array[int]

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Measure:
    """
    What a listener gets of a sound.

    Args:
        level_db: Loudness where somebody speaks; minus infinity for silence.
        clipped: At least three samples in a row lie at full scale.
        lead_ms: Quiet before the first speech; the whole length for silence.
        tail_ms: Quiet after the last.
    """

    seconds: float
    peak_db: float
    level_db: float
    clipped: bool
    lead_ms: int
    tail_ms: int

    @property
    def silent(self) -> bool:
        return self.level_db < SILENT_DB


def read(path: Path) -> Sound:
    """
    The sound in the WAV file at *path*.

    Raises:
        AudioWrong: Another format; the file is left as it is.
    """
    try:
        with wave.open(str(path), "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth() * 8, file.getframerate())
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise AudioWrong(f"{_NEEDED}, not {exc}") from exc
    channels, bits, rate = shape
    if channels != 1 or bits != 16 or rate < 8000:
        raise AudioWrong(f"{_NEEDED}, not {bits}-bit, {channels} channels, {rate} Hz")
    return Sound(rate, _little_endian(array("h", frames)))


def wav(sound: Sound) -> bytes:
    """*sound* as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(_little_endian(sound.samples[:]).tobytes())
    return out.getvalue()


def silence(milliseconds: int, rate: int) -> Sound:
    """A pause."""
    return Sound(rate, array("h", bytes(2 * (rate * milliseconds // 1000))))


def measure(sound: Sound) -> Measure:
    """How long, loud and trimmed *sound* is."""
    powers = _powers(sound)
    level = _level(powers)
    peak = max(map(abs, sound.samples), default=0) / 32768
    loud = _loud(powers, level)
    lead, tail = (loud[0], len(powers) - 1 - loud[-1]) if loud else (len(powers), 0)
    return Measure(
        sound.seconds, _db(peak**2), level, _clipped(sound), lead * _FRAME_MS, tail * _FRAME_MS
    )


def trimmed(sound: Sound) -> Sound:
    """*sound* with `LEAD_MS` of quiet at most before the speech, `TAIL_MS` after, edges faded."""
    powers = _powers(sound)
    loud = _loud(powers, _level(powers))
    if not loud:
        return sound
    frame = sound.rate * _FRAME_MS // 1000
    first = max(0, loud[0] - LEAD_MS // _FRAME_MS) * frame
    last = (loud[-1] + 1 + TAIL_MS // _FRAME_MS) * frame
    samples = sound.samples[first:last]
    for at in range(min(frame, len(samples))):
        samples[at] = samples[at] * at // frame
        samples[-1 - at] = samples[-1 - at] * at // frame
    return Sound(sound.rate, samples)


def gain_db(measured: Measure) -> float:
    """What brings a sound to `LEVEL_DB`; less where its peak would pass `PEAK_DB`."""
    if measured.silent:
        return 0.0
    return min(LEVEL_DB - measured.level_db, PEAK_DB - 0.1 - measured.peak_db)


def amplified(sound: Sound, decibels: float) -> Sound:
    """*sound* louder by *decibels*, never beyond full scale."""
    factor = 10 ** (decibels / 20)
    louder = (max(-32768, min(32767, round(sample * factor))) for sample in sound.samples)
    return Sound(sound.rate, array("h", louder))


def _powers(sound: Sound) -> list[float]:
    frame = sound.rate * _FRAME_MS // 1000
    cuts = (sound.samples[at : at + frame] for at in range(0, len(sound.samples), frame))
    return [sum(map(mul, cut, cut)) / len(cut) / 32768**2 for cut in cuts]


def _level(powers: list[float]) -> float:
    """Mean power of what lies within 10 dB of the mean, as ITU-R BS.1770 gates, unweighted."""
    spoken = [power for power in powers if _db(power) > SILENT_DB]
    gate = _mean(spoken) / 10 ** (_GATE_DB / 10)
    return _db(_mean(power for power in spoken if power >= gate))


def _clipped(sound: Sound) -> bool:
    run = 0
    for sample in sound.samples:
        run = run + 1 if sample >= 32767 or sample <= -32767 else 0
        if run == 3:
            return True
    return False


def _loud(powers: list[float], level_db: float) -> list[int]:
    least = max(SILENT_DB - 10, level_db - _WEAKEST_DB)
    return [at for at, power in enumerate(powers) if _db(power) > least]


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _db(power: float) -> float:
    return 10 * math.log10(power) if power > 0 else -math.inf


def _little_endian(samples: array[int]) -> array[int]:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
