"""``paytone prompts`` as an admin runs it."""

from __future__ import annotations

import csv
import io

import pytest
from click.testing import CliRunner, Result

from paytone.cli.prompts import prompts
from paytone.prompts import audio
from tests.prompts.conftest import Studio


def run(studio: Studio, *arguments: str) -> Result:
    _ = studio.catalogue  # writes the file as the test left it
    return CliRunner().invoke(prompts, [*arguments, "--sounds", str(studio.sounds)])


def test_a_build_tells_what_it_did(studio: Studio) -> None:
    studio.texts["cancelled"] = "Your payment is cancelled."
    done = run(studio, "build")
    assert (0, "en: 4 prompts: 1 spoken, 1 encoded") == (
        done.exit_code,
        done.output.splitlines()[-1],
    )


def test_a_build_tells_of_a_recording_that_no_longer_says_its_text(studio: Studio) -> None:
    studio.deliver("paid", lambda sound: audio.amplified(sound, -3))
    assert "took in the recording of paid\n" in run(studio, "build").output
    studio.texts["paid"] = "Your payment went through."
    done = run(studio, "build")
    assert 0 == done.exit_code
    assert "paid: its text changed since it was recorded" in done.stderr
    assert "1 spoken" in run(studio, "build", "--speak-over").output


def test_a_build_fails_on_a_recording_that_cannot_be_used(studio: Studio) -> None:
    (studio.folder / "paid.wav").write_bytes(b"MP3")
    done = run(studio, "build")
    assert 1 == done.exit_code
    assert "paid: a WAV file of 16-bit mono" in done.stderr


def test_a_check_in_order_exits_0(studio: Studio) -> None:
    done = run(studio, "check")
    assert (0, "en: 3 prompts are in order\n") == (done.exit_code, done.output)


def test_a_check_with_a_fault_names_it_and_exits_1(studio: Studio) -> None:
    (studio.folder / "paid.wav").unlink()
    done = run(studio, "check")
    assert (1, "en: paid: no audio; run paytone prompts build\n") == (done.exit_code, done.stderr)


def test_a_warning_alone_exits_0(studio: Studio) -> None:
    studio.texts["paid"] = "Thank you. Your payment went through. " * 4
    run(studio, "build")
    done = run(studio, "check")
    assert 0 == done.exit_code
    assert "warning: paid: takes" in done.stderr


@pytest.mark.parametrize("command", ["build", "check", "script"])
def test_a_language_that_is_not_there_is_told(studio: Studio, command: str) -> None:
    done = run(studio, command, "--language", "xx")
    assert 1 == done.exit_code
    assert "xx.toml" in done.stderr


def test_the_script_lists_what_is_to_be_recorded(studio: Studio) -> None:
    rows = list(csv.reader(io.StringIO(run(studio, "script", "--format", "csv").output)))
    assert [
        ["file", "text", "voice"],
        ["paid.wav", "Thank you. Your payment went through.", ""],
        ["you-owe.wav", "Your balance is", "goes on: a word or number follows"],
    ] == rows


def test_the_script_prints_as_a_table(studio: Studio) -> None:
    lines = run(studio, "script").output.splitlines()
    assert "| paid.wav | Thank you. Your payment went through. |  |" == lines[2]
