"""Speech comes out whole, each time."""

from __future__ import annotations

import pytest

from paytone.prompts import audio
from paytone.prompts.audio import Sound
from paytone.prompts.catalogue import Voice
from paytone.prompts.speech import Speaker

TEXTS = ["Thank you. Your payment went through.", "Your balance is,", "six,"]


def lasting(sound: Sound) -> float:
    return audio.measure(audio.trimmed(sound)).seconds


def test_the_same_words_take_the_same_time_however_often_spoken() -> None:
    with Speaker(Voice("gmw/en-us", 165, {})) as speaker:
        times = [[lasting(speaker.speak(text)) for text in TEXTS] for _ in range(10)]
    for said in times:
        assert times[0] == pytest.approx(said, abs=0.03)


def test_the_first_words_of_a_voice_are_whole_even_if_many() -> None:
    times = []
    for _ in range(6):
        with Speaker(Voice("gmw/en-us", 165, {})) as speaker:
            times.append(lasting(speaker.speak(" ".join(TEXTS[:1] * 4))))
    assert times[:1] * 6 == pytest.approx(times, abs=0.05)


def test_a_faster_voice_after_a_slower_one_is_faster() -> None:
    times = []
    for rate in (120, 240):
        with Speaker(Voice("gmw/en-us", rate, {})) as speaker:
            times.append(lasting(speaker.speak(TEXTS[0])))
    assert times[1] < 0.7 * times[0]
