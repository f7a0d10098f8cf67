"""A recording of what the line said: an 8 kHz WAV file, silence where nothing came."""

from __future__ import annotations

import wave
from pathlib import Path

from paytone.caller.sdp import Codec
from paytone.caller.sound import decode

_RATE = 8000
_JITTER = 480


class Recording:
    """
    Writes one call's audio to *file*, replacing what is there.

    Raises:
        ValueError: A codec that is not decoded here.
    """

    def __init__(self, file: Path, codec: Codec) -> None:
        decode(b"", codec)
        self._codec = codec
        self._began: float | None = None
        self._written = 0
        self._wav = wave.open(str(file), "wb")  # noqa: SIM115 - open for the length of the call
        self._wav.setnchannels(1)
        self._wav.setsampwidth(2)
        self._wav.setframerate(_RATE)

    def begin(self, at: float) -> None:
        """Second zero of the recording is *at*."""
        self._began = at

    def take(self, payload: bytes, at: float) -> None:
        """Write *payload*, which came at *at*."""
        if self._began is None:
            return
        missing = int((at - self._began) * _RATE) - self._written
        if missing > _JITTER:
            self._write(bytes(2 * missing))
        self._write(decode(payload, self._codec))

    def close(self) -> None:
        """Finish the file; may be repeated."""
        self._wav.close()

    def _write(self, samples: bytes) -> None:
        self._wav.writeframesraw(samples)
        self._written += len(samples) // 2
