"""What a build speaks, takes in, leaves alone and encodes; by real espeak-ng and sox."""

from __future__ import annotations

import json
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from G722 import G722

from paytone.prompts import Prompt, audio
from paytone.prompts.audio import Sound
from paytone.prompts.build import JOIN_MS
from paytone.prompts.manifest import NAME, ManifestWrong
from paytone.prompts.sox import CODECS, SoxFailed, encoded
from paytone.prompts.speech import SpeechMissing
from tests.prompts.conftest import Studio

SOFTER_DB = -6.0


def softer(sound: Sound) -> Sound:
    return audio.amplified(sound, SOFTER_DB)


def samples_of(path: Path) -> array[int]:
    """A codec file as 16-bit samples."""
    if path.suffix == ".g722":
        return array("h", G722(16000, 64000).decode(path.read_bytes()))
    kind = {".ulaw": "u-law", ".alaw": "a-law"}[path.suffix]
    shape = ("-t", "raw", "-e", kind, "-b", "8", "-r", "8000", "-c", "1")
    command = ["sox", *shape, str(path), "-t", "raw", "-e", "signed", "-b", "16", "-"]
    return array("h", subprocess.run(command, capture_output=True, check=True).stdout)


def rate_of(codec: str) -> int:
    return 16000 if codec == "g722" else 8000


def test_speech_is_trimmed_and_at_even_loudness(studio: Studio) -> None:
    for name in studio.texts:
        measured = audio.measure(studio.master(name))
        assert measured.level_db == pytest.approx(audio.LEVEL_DB, abs=0.2)
        assert measured.peak_db <= audio.PEAK_DB
        assert measured.lead_ms <= 20
        assert measured.tail_ms <= 60


def test_a_master_is_16_bit_mono_at_16_khz(studio: Studio) -> None:
    assert [16000, 16000] == [studio.master(name).rate for name in studio.texts]


def test_a_pause_is_silent_and_as_long_as_told(studio: Studio) -> None:
    pause = studio.master("pause-short")
    assert (0.25, {0}) == (pause.seconds, set(pause.samples))


@pytest.mark.parametrize("codec", CODECS)
def test_a_codec_file_sounds_like_its_master(studio: Studio, codec: str) -> None:
    master = audio.measure(studio.master("you-owe"))
    heard = samples_of(studio.folder / f"you-owe.{codec}")
    measured = audio.measure(Sound(rate_of(codec), heard))
    assert measured.seconds == pytest.approx(master.seconds, abs=0.061)
    assert measured.level_db == pytest.approx(master.level_db, abs=1.0)


@pytest.mark.parametrize("codec", CODECS)
def test_a_prompt_that_goes_on_is_followed_closely(studio: Studio, codec: str) -> None:
    master = audio.measure(studio.master("you-owe"))
    seconds = len(samples_of(studio.folder / f"you-owe.{codec}")) / rate_of(codec)
    assert master.tail_ms > JOIN_MS
    spoken = master.seconds - master.tail_ms / 1000
    assert seconds == pytest.approx(spoken + JOIN_MS / 1000, abs=0.021)
    assert seconds < master.seconds


@pytest.mark.parametrize("codec", CODECS)
def test_a_prompt_that_ends_is_followed_by_a_breath(studio: Studio, codec: str) -> None:
    seconds = len(samples_of(studio.folder / f"paid.{codec}")) / rate_of(codec)
    assert seconds == pytest.approx(studio.master("paid").seconds + 0.2, abs=0.021)


@pytest.mark.parametrize("codec", CODECS)
def test_a_codec_file_fills_whole_frames_of_20_ms(studio: Studio, codec: str) -> None:
    sizes = {file.stat().st_size % 160 for file in studio.folder.glob(f"*.{codec}")}
    assert {0} == sizes


def test_what_stands_is_not_built_again(studio: Studio) -> None:
    built = studio.build()
    assert ([], [], []) == (built.spoken, built.accepted, built.encoded)


def test_only_a_changed_text_is_spoken_again(studio: Studio) -> None:
    studio.texts["paid"] = "Your payment went through."
    built = studio.build()
    assert (["paid"], ["paid"]) == (built.spoken, built.encoded)
    assert [] == studio.faults()


def test_a_changed_voice_is_heard_in_every_spoken_prompt(studio: Studio) -> None:
    studio.head = studio.head.replace("165", "180")
    assert ["paid", "you-owe"] == studio.build().spoken


def test_a_respelling_changes_only_the_prompts_that_have_the_word(studio: Studio) -> None:
    studio.head += '[voice.says]\nbalance = "ballance"\n'
    assert ["you-owe"] == studio.build().spoken


def test_a_recording_is_taken_in_as_delivered_and_levelled_where_it_is_heard(
    studio: Studio,
) -> None:
    delivered = studio.deliver("paid", softer)
    built = studio.build()
    assert (["paid"], ["paid"], []) == (built.accepted, built.encoded, built.spoken)
    assert delivered == (studio.folder / "paid.wav").read_bytes()
    assert "recorded" == json.loads((studio.folder / NAME).read_text())["paid"]["source"]
    heard = audio.measure(Sound(8000, samples_of(studio.folder / "paid.ulaw")))
    assert heard.level_db == pytest.approx(audio.LEVEL_DB, abs=1.0)
    assert [] == studio.faults()


def test_a_recording_whose_text_changed_plays_on_until_spoken_over(studio: Studio) -> None:
    delivered = studio.deliver("paid", softer)
    studio.build()
    studio.texts["paid"] = "Your payment went through."
    built = studio.build()
    assert (["paid"], []) == (built.kept, built.spoken)
    assert delivered == (studio.folder / "paid.wav").read_bytes()
    assert [
        "paid: stale: the text or voice changed since it was made; record it again"
    ] == studio.faults()
    assert ["paid"] == studio.build(speak_over=True).spoken
    assert [] == studio.faults()


def test_a_new_voice_leaves_recordings_alone(studio: Studio) -> None:
    studio.deliver("paid", softer)
    studio.build()
    studio.head = studio.head.replace("165", "180")
    assert ["you-owe"] == studio.build().spoken


def test_a_recording_in_another_shape_is_refused_and_left(studio: Studio) -> None:
    path = studio.folder / "paid.wav"
    command = ["sox", "-n", "-r", "44100", "-b", "24", "-c", "2", str(path)]
    subprocess.run([*command, "synth", "1", "sine", "440"], check=True)
    delivered = path.read_bytes()
    built = studio.build()
    assert ["paid"] == list(built.wrong)
    assert "16-bit mono at 8000 Hz or more is needed, not" in built.wrong[Prompt("paid")]
    assert delivered == path.read_bytes()


def test_speech_of_a_prompt_that_is_gone_goes_too(studio: Studio) -> None:
    del studio.texts["paid"]
    assert ["paid"] == studio.build().removed
    assert [] == list(studio.folder.glob("paid.*"))


def test_a_recording_of_a_prompt_that_is_gone_stays(studio: Studio) -> None:
    studio.deliver("paid", softer)
    studio.build()
    del studio.texts["paid"]
    assert [] == studio.build().removed
    assert (studio.folder / "paid.wav").exists()


def test_a_fresh_clone_needs_no_speech(studio: Studio, tmp_path: Path) -> None:
    """Only masters and manifest are committed; the rest follows without pyttsx3."""
    for file in studio.folder.iterdir():
        if file.suffix != ".wav" and file.name != NAME:
            file.unlink()
    code = (
        "import sys; from pathlib import Path;"
        "from paytone.prompts.build import Build; from paytone.prompts.catalogue import load;"
        "sounds = Path(sys.argv[1]);"
        "built = Build(load('en', sounds), sounds / 'en').run(print);"
        "assert len(built.encoded) == 3, built; assert 'pyttsx3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert [] == studio.faults()


def test_a_voice_that_is_not_there_is_told(studio: Studio) -> None:
    studio.head = studio.head.replace("gmw/en-us", "gmw/nobody")
    with pytest.raises(SpeechMissing, match="gmw/nobody"):
        studio.build()


def test_a_file_that_sox_cannot_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "paid.wav").write_bytes(b"not a wav")
    with pytest.raises(SoxFailed, match=r"paid\.wav"):
        encoded(tmp_path / "paid.wav", "ulaw", gain_db=0, tail_s=0)


def test_a_broken_manifest_is_told_and_nothing_is_touched(studio: Studio) -> None:
    (studio.folder / NAME).write_text("{", "utf-8")
    with pytest.raises(ManifestWrong, match=NAME):
        studio.build()


def test_a_lost_master_is_spoken_again(studio: Studio) -> None:
    (studio.folder / "paid.wav").unlink()
    assert ["paid"] == studio.build().spoken
