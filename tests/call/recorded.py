"""Prompts found in a recording by their sound, whatever codec and jitter did to them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paytone.caller.sdp import Codec
from paytone.caller.sound import decode

RATE = 8000
ALIKE = 0.8
_PIECE = RATE // 2

Samples = NDArray[np.float64]


def samples_of(recording: Path) -> Samples:
    """
    The recording's first channel.

    Raises:
        ValueError: Not 16 bits at 8 kHz.
    """
    with wave.open(str(recording)) as wav:
        if (wav.getsampwidth(), wav.getframerate()) != (2, RATE):
            raise ValueError(f"{recording} is not 16 bits at {RATE} Hz")
        raw = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2")
        return raw[:: wav.getnchannels()].astype(np.float64)


def when_said(prompt: Path, recording: Samples) -> float | None:
    """
    Where in *recording* the loudest half second of the ulaw file *prompt* is, in seconds.

    None if nothing there is like it (normalised cross-correlation below 0.8).
    """
    said = np.frombuffer(decode(prompt.read_bytes(), Codec.ULAW), dtype="<i2").astype(np.float64)
    starts = range(0, max(1, len(said) - _PIECE), RATE // 10)
    start = max(starts, key=lambda at: float(np.sum(said[at : at + _PIECE] ** 2)))
    piece = said[start : start + _PIECE]
    if len(recording) < len(piece):
        return None
    likeness = _likeness(piece, recording)
    best = int(np.argmax(likeness))
    return (best - start) / RATE if likeness[best] >= ALIKE else None


def _likeness(piece: Samples, recording: Samples) -> Samples:
    """Normalised cross-correlation at each place where *piece* fits."""
    size = 1 << (len(recording) + len(piece)).bit_length()
    spectrum = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(piece, size))
    matched = np.fft.irfft(spectrum, size)[: len(recording) - len(piece) + 1]
    power = np.concatenate(([0.0], np.cumsum(recording**2)))
    loudness = np.sqrt(np.maximum(power[len(piece) :] - power[: -len(piece)], 1.0))
    return np.asarray(matched / (loudness * np.sqrt(np.sum(piece**2))), dtype=np.float64)
