"""Measuring, trimming and levelling of sounds made to measure."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

import pytest

from paytone.prompts import audio
from paytone.prompts.audio import AudioWrong, Sound

RATE = 16000


def quiet(seconds: float) -> array[int]:
    return array("h", [0] * round(RATE * seconds))


def tone(seconds: float, peak_db: float) -> array[int]:
    top = 32768 * 10 ** (peak_db / 20)
    samples = (round(top * math.sin(at * 0.4)) for at in range(round(RATE * seconds)))
    return array("h", samples)


def test_a_tone_is_measured() -> None:
    measured = audio.measure(Sound(RATE, quiet(0.1) + tone(1, -17) + quiet(0.2)))
    assert measured.seconds == pytest.approx(1.3)
    assert measured.peak_db == pytest.approx(-17, abs=0.1)
    assert measured.level_db == pytest.approx(-20, abs=0.1)
    assert (100, 200) == (measured.lead_ms, measured.tail_ms)


def test_pauses_between_words_do_not_lower_the_level() -> None:
    words = tone(0.3, -17) + quiet(1) + tone(0.3, -17)
    assert audio.measure(Sound(RATE, words)).level_db == pytest.approx(-20, abs=0.1)


def test_quiet_is_trimmed_to_20_and_60_ms() -> None:
    trimmed = audio.trimmed(Sound(RATE, quiet(0.3) + tone(1, -17) + quiet(0.3)))
    measured = audio.measure(trimmed)
    assert (20, 60) == (measured.lead_ms, measured.tail_ms)


def test_a_weak_fricative_at_the_end_is_kept() -> None:
    """An f may lie 35 dB under the vowel before it."""
    word = quiet(0.3) + tone(0.3, -10) + tone(0.1, -45) + quiet(0.3)
    assert audio.trimmed(Sound(RATE, word)).seconds == pytest.approx(0.02 + 0.4 + 0.06, abs=0.006)


def test_silence_is_left_as_it_is() -> None:
    silence = Sound(RATE, quiet(1))
    assert (True, silence) == (audio.measure(silence).silent, audio.trimmed(silence))
    assert 0.0 == audio.gain_db(audio.measure(silence))


def test_gain_stops_at_the_highest_peak() -> None:
    click = tone(1, -40)
    click[5000] = 30000
    louder = audio.amplified(Sound(RATE, click), audio.gain_db(audio.measure(Sound(RATE, click))))
    assert audio.measure(louder).peak_db <= audio.PEAK_DB


def test_what_is_amplified_too_much_is_found_clipped() -> None:
    assert audio.measure(audio.amplified(Sound(RATE, tone(1, -3)), 12)).clipped
    assert not audio.measure(Sound(RATE, tone(1, -3))).clipped


def test_a_wav_reads_back_as_written(tmp_path: Path) -> None:
    sound = Sound(RATE, tone(0.1, -6))
    (tmp_path / "a.wav").write_bytes(audio.wav(sound))
    assert sound == audio.read(tmp_path / "a.wav")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 something else"])
def test_what_is_no_wav_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioWrong, match="16-bit mono"):
        audio.read(tmp_path / "a.wav")
