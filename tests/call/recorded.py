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
_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)
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


def key_ms(recording: Samples) -> int:
    """For how long tones of a keypad are heard in *recording*, in pieces of 20 milliseconds."""
    length = RATE // 50
    pieces = recording[: len(recording) // length * length].reshape(-1, length)
    turns = 2j * np.pi * np.outer(np.arange(length), (*_ROWS, *_COLUMNS)) / RATE
    powers = np.abs(pieces @ np.exp(turns)) ** 2
    tones = powers[:, : len(_ROWS)].max(axis=1) + powers[:, len(_ROWS) :].max(axis=1)
    whole = np.sum(pieces**2, axis=1) * length / 2
    return 20 * int(np.sum((tones > 0.75 * whole) & (whole > length**2 * 1e4)))


def _likeness(piece: Samples, recording: Samples) -> Samples:
    """Normalised cross-correlation at each place where *piece* fits."""
    size = 1 << (len(recording) + len(piece)).bit_length()
    spectrum = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(piece, size))
    matched = np.fft.irfft(spectrum, size)[: len(recording) - len(piece) + 1]
    power = np.concatenate(([0.0], np.cumsum(recording**2)))
    loudness = np.sqrt(np.maximum(power[len(piece) :] - power[: -len(piece)], 1.0))
    return np.asarray(matched / (loudness * np.sqrt(np.sum(piece**2))), dtype=np.float64)
