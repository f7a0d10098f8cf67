"""What an audio payload sounds like: audible or not, and as samples; no I/O (G.711)."""

from __future__ import annotations

import struct

from paytone.caller.sdp import Codec

AUDIBLE_PEAK = 200
"""A packet with a sample this far from zero (of 32767; -44 dBFS) can be heard."""
_G722_LIVELY = 32


def _ulaw(code: int) -> int:
    code = ~code & 0xFF
    size = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return -size if code & 0x80 else size


def _alaw(code: int) -> int:
    code ^= 0x55
    exponent, size = (code >> 4) & 7, (code & 0x0F) << 4
    size = size + 8 if exponent == 0 else (size + 0x108) << (exponent - 1)
    return size if code & 0x80 else -size


_SAMPLES = {
    Codec.ULAW: tuple(_ulaw(code) for code in range(256)),
    Codec.ALAW: tuple(_alaw(code) for code in range(256)),
}
_QUIET = {
    codec: bytes(code for code, sample in enumerate(samples) if abs(sample) < AUDIBLE_PEAK)
    for codec, samples in _SAMPLES.items()
}


def audible(payload: bytes, codec: Codec) -> bool:
    """Whether a listener would hear *payload*; for G.722, whether it is as varied as sound is."""
    if codec is Codec.G722:
        return len(set(payload)) >= _G722_LIVELY
    return bool(payload.translate(None, _QUIET[codec]))


def decode(payload: bytes, codec: Codec) -> bytes:
    """
    *payload* as 16-bit little-endian samples at 8 kHz.

    Raises:
        ValueError: G.722, which this caller does not decode.
    """
    if codec is Codec.G722:
        raise ValueError("G.722 is not decoded; call in ulaw or alaw to record")
    samples = _SAMPLES[codec]
    return struct.pack(f"<{len(payload)}h", *(samples[code] for code in payload))
