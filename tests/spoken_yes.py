"""What a caller may say, or not, when an authorisation is recorded."""

from __future__ import annotations

import math
from array import array
from pathlib import Path
from random import Random

from paytone.prompts.audio import Sound, read, silence, wav

RATE = 8000
SOUNDS = Path(__file__).parents[1] / "sounds" / "en"
KEYS = {"1": (697, 1209), "5": (770, 1336), "0": (941, 1336), "#": (941, 1477)}


def joined(*sounds: Sound) -> bytes:
    """*sounds* one after the other, as a WAV file of 8 kHz."""
    samples = array("h")
    for sound in sounds:
        samples.extend(sound.samples)
    return wav(Sound(RATE, samples))


def speech(name: str = "goodbye", *, loudness: float = 0.5) -> Sound:
    """A voice, between quiet, at the line's rate."""
    spoken = read(SOUNDS / f"{name}.wav")
    step = spoken.rate // RATE
    said = array("h", (round(each * loudness) for each in spoken.samples[::step]))
    quiet = silence(400, RATE).samples
    return Sound(RATE, quiet + said + quiet)


def keys(pressed: str, *, hold_s: float = 0.2) -> Sound:
    """The tones of a keypad, as a trunk that sends them in the audio has them."""
    samples = array("h")
    for key in pressed:
        low, high = (2 * math.pi * hertz / RATE for hertz in KEYS[key])
        held = range(round(hold_s * RATE))
        samples.extend(round(8000 * (math.sin(low * at) + math.sin(high * at))) for at in held)
        samples.extend(silence(80, RATE).samples)
    return Sound(RATE, samples)


def hum(seconds: float = 3.0) -> Sound:
    """One steady tone."""
    turn = 2 * math.pi * 440 / RATE
    return Sound(
        RATE, array("h", (round(9000 * math.sin(turn * at)) for at in range(round(seconds * RATE))))
    )


def noise(seconds: float = 3.0, *, loudness: int = 600) -> Sound:
    """A line that hisses."""
    dice = Random(1)
    return Sound(
        RATE, array("h", (dice.randint(-loudness, loudness) for _ in range(round(seconds * RATE))))
    )


YES = joined(speech())
