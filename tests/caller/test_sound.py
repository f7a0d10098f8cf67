import struct

import pytest

from paytone.caller.sdp import Codec
from paytone.caller.sound import audible, decode

G_711 = [
    (Codec.ULAW, 0xFF, 0),
    (Codec.ULAW, 0x7F, 0),
    (Codec.ULAW, 0x80, 32124),
    (Codec.ULAW, 0x00, -32124),
    (Codec.ULAW, 0xF0, 120),
    (Codec.ALAW, 0xD5, 8),
    (Codec.ALAW, 0x55, -8),
    (Codec.ALAW, 0xAA, 32256),
    (Codec.ALAW, 0x2A, -32256),
]


@pytest.mark.parametrize(("codec", "code", "sample"), G_711)
def test_a_code_is_decoded_as_g_711_says(codec: Codec, code: int, sample: int) -> None:
    assert sample == struct.unpack("<h", decode(bytes([code]), codec))[0]


@pytest.mark.parametrize("codec", [Codec.ULAW, Codec.ALAW])
def test_a_packet_is_audible_by_its_loudest_sample(codec: Codec) -> None:
    quiet = [code for code in range(256) if not audible(bytes([code]), codec)]
    samples = [abs(struct.unpack("<h", decode(bytes([code]), codec))[0]) for code in quiet]

    assert 180 < max(samples) < 200
    assert audible(b"\xff" * 100 + b"\x80" + b"\xff" * 59, Codec.ULAW)


def test_g722_is_not_decoded() -> None:
    with pytest.raises(ValueError, match=r"G\.722"):
        decode(b"\xfa", Codec.G722)
