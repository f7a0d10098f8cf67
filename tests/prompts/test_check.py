"""What the check finds in audio that is wrong on purpose, and that ours is right."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from paytone.prompts import audio, manifest
from paytone.prompts.audio import Sound
from paytone.prompts.build import Build
from paytone.prompts.catalogue import SOUNDS, load
from paytone.prompts.check import check
from paytone.prompts.sox import CODECS
from tests.prompts.conftest import Studio


def clipped(sound: Sound) -> Sound:
    return audio.amplified(sound, 18)


def silent(sound: Sound) -> Sound:
    return audio.silence(1000, sound.rate)


def nearly_silent(sound: Sound) -> Sound:
    return audio.amplified(sound, -55)


def late(sound: Sound) -> Sound:
    return Sound(sound.rate, audio.silence(300, sound.rate).samples + sound.samples)


def lingering(sound: Sound) -> Sound:
    return Sound(sound.rate, sound.samples + audio.silence(300, sound.rate).samples)


def clicking(sound: Sound) -> Sound:
    """Soft speech with one click at the top, so that it cannot be made louder."""
    samples = audio.amplified(sound, -20).samples
    samples[len(samples) // 2] = 32000
    return Sound(sound.rate, samples)


@pytest.mark.parametrize(
    ("take", "fault"),
    [
        (clipped, "paid: clipped: samples at full scale"),
        (silent, "paid: silent (-inf dB)"),
        (nearly_silent, "paid: silent (-"),
        (late, "ms of quiet before it; 40 is the most"),
        (lingering, "ms of quiet after it; 100 is the most"),
        (clicking, "paid: loudness -"),
    ],
)
def test_a_bad_take_is_found(studio: Studio, take: Callable[[Sound], Sound], fault: str) -> None:
    studio.deliver("paid", take)
    studio.build()
    assert any(fault in found for found in studio.faults()), studio.faults()


def test_a_take_that_was_not_built_is_found(studio: Studio) -> None:
    studio.deliver("paid", lambda sound: audio.amplified(sound, -3))
    assert ["paid: new audio, not taken in yet; run paytone prompts build"] == studio.faults()


def test_a_prompt_without_audio_is_found(studio: Studio) -> None:
    studio.texts["cancelled"] = "Your payment is cancelled."
    assert ["cancelled: no audio; run paytone prompts build"] == studio.faults()


def test_audio_without_a_prompt_is_found(studio: Studio) -> None:
    del studio.texts["paid"]
    found = [f"paid.{ending}: audio without a prompt" for ending in ("alaw", "g722", "ulaw", "wav")]
    assert found == sorted(studio.faults())


def test_a_changed_text_is_found(studio: Studio) -> None:
    studio.texts["paid"] = "Your payment went through."
    assert [
        "paid: stale: the text or voice changed since it was made; run paytone prompts build"
    ] == studio.faults()


@pytest.mark.parametrize("codec", CODECS)
def test_a_missing_codec_file_is_found(studio: Studio, codec: str) -> None:
    (studio.folder / f"paid.{codec}").unlink()
    assert ["paid: no current ulaw, alaw, g722 files; run paytone prompts build"] == studio.faults()


def test_a_pause_that_is_not_silent_is_found(studio: Studio) -> None:
    noise = Sound(16000, array("h", [3000, -3000] * 2000))
    studio.deliver("pause-short", lambda _: noise)
    studio.build()
    assert ["pause-short: a pause that is not silent"] == studio.faults()


def test_a_long_prompt_is_warned_of(studio: Studio) -> None:
    studio.texts["paid"] = "Thank you. Your payment went through. " * 4
    studio.build()
    found = check(studio.catalogue, studio.folder)
    assert [True] == [finding.warning for finding in found]
    assert str(found[0]).startswith("warning: paid: takes ")


def test_our_own_audio_is_in_order_as_committed(tmp_path: Path) -> None:
    catalogue = load("en")
    for file in (*(SOUNDS / "en").glob("*.wav"), SOUNDS / "en" / manifest.NAME):
        shutil.copy2(file, tmp_path)
    built = Build(catalogue, tmp_path).run(lambda _: None)
    assert ([], [], []) == (built.spoken, built.accepted, built.removed)
    assert [] == check(catalogue, tmp_path)


def test_our_own_audio_is_trimmed_and_even() -> None:
    for entry in load("en").entries.values():
        measured = audio.measure(audio.read(SOUNDS / "en" / f"{entry.name}.wav"))
        if entry.silence_ms is None:
            assert abs(measured.level_db - audio.LEVEL_DB) <= audio.TOLERANCE_DB, entry.name
            assert measured.peak_db <= audio.PEAK_DB, entry.name
