import wave
from pathlib import Path

import pytest

from paytone.caller.recording import Recording
from paytone.caller.sdp import Codec


def test_silence_stands_where_nothing_came_and_late_packets_move_nothing(tmp_path: Path) -> None:
    file = tmp_path / "call.wav"
    recording = Recording(file, Codec.ULAW)
    recording.take(b"\x80" * 160, 9.9)
    recording.begin(10.0)
    for at in (10.0, 10.05, 11.0):
        recording.take(b"\x80" * 160, at)
    recording.close()

    with wave.open(str(file)) as wav:
        samples = memoryview(wav.readframes(wav.getnframes())).cast("h").tolist()
    assert [32124] * 320 + [0] * 7680 + [32124] * 160 == samples


def test_a_call_in_g722_is_not_recorded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"G\.722"):
        Recording(tmp_path / "call.wav", Codec.G722)

    assert not (tmp_path / "call.wav").exists()
