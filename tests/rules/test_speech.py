"""Speech is told from silence, from hiss, from tones and from keys."""

from __future__ import annotations

import pytest

from paytone.prompts.audio import Sound, silence
from paytone.rules.speech import LEAST_MS, NotRecorded, is_speech, measured
from tests.spoken_yes import YES, hum, joined, keys, noise, speech


@pytest.mark.parametrize("name", ["goodbye", "paid-not-saved", "more-time", "is-that-right"])
@pytest.mark.parametrize("loudness", [1.0, 0.2])
def test_a_voice_is_speech(name: str, loudness: float) -> None:
    assert is_speech(measured(joined(speech(name, loudness=loudness))))


def test_a_voice_on_a_hissing_line_is_speech() -> None:
    said, hiss = speech("ask-account").samples, noise(12, loudness=300).samples
    mixed = Sound(8000, said[:0])
    mixed.samples.extend(a + b for a, b in zip(said, hiss, strict=False))
    assert is_speech(measured(joined(mixed)))


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(5000, 8000), id="silence"),
        pytest.param(noise(), id="hiss"),
        pytest.param(hum(), id="a steady tone"),
        pytest.param(keys("1500#" * 4), id="keys"),
        pytest.param(silence(0, 8000), id="nothing"),
    ],
)
def test_what_nobody_says_is_no_speech(sound: Sound) -> None:
    recording = measured(joined(sound))
    assert not is_speech(recording)
    assert recording.speech_ms < LEAST_MS


def test_half_a_word_is_not_enough() -> None:
    cut = speech("number-5").samples[:4800]
    assert not is_speech(measured(joined(Sound(8000, cut))))


@pytest.mark.parametrize(
    "audio", [b"", b"RIFF", YES[:30]], ids=["nothing", "a word", "half a head"]
)
def test_what_is_no_recording_is_said(audio: bytes) -> None:
    with pytest.raises(NotRecorded):
        measured(audio)
