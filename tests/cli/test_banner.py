"""``paytone banner``: switched on, listed, ended; recordings; administrators."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import paytone
from tests.spoken_yes import joined, speech

YOU = ("--by", "test")


def test_one_is_switched_on_listed_and_ended(database_url: str) -> None:
    reach = ("--scope", "zip", "--place", "606", "--place", "60714")
    added = paytone(database_url, "banner", "add", "--kind", "outage", *reach, "--hours", "4", *YOU)
    assert 0 == added.exit_code, added.output
    (name,) = re.findall(r"^(\S{36}) is said until", added.output)
    listed = paytone(database_url, "banner", "list").output
    assert f"{name}  outage, ready words, zip 606 60714, " in listed
    assert "priority 5, on; by test" in listed
    assert 0 == paytone(database_url, "banner", "end", name, *YOU).exit_code
    assert "switched off" in paytone(database_url, "banner", "list").output
    assert 1 == paytone(database_url, "banner", "end", name, *YOU).exit_code


def test_a_recording_is_taken_from_a_file(database_url: str, tmp_path: Path) -> None:
    folder, file = tmp_path / "banners", tmp_path / "storm.wav"
    folder.mkdir()
    file.write_bytes(joined(speech()))
    words = ("banner", "record-from", str(file), "--until", "2999-01-01", *YOU)
    added = paytone(database_url, *words, PAYTONE_BANNERS=str(folder))
    assert 0 == added.exit_code, added.output
    (kept,) = folder.iterdir()
    assert ".wav" == kept.suffix
    assert "message, recorded (en), all" in paytone(database_url, "banner", "list").output
    missing = paytone(database_url, *words, PAYTONE_BANNERS=str(tmp_path / "none"))
    assert (1, True) == (missing.exit_code, "No such file" in missing.output)


def test_a_silent_recording_is_refused(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "silent.wav"
    file.write_bytes(joined(speech(loudness=0.0)))
    refused = paytone(database_url, "banner", "record-from", str(file), "--hours", "1", *YOU)
    assert (1, True) == (refused.exit_code, "nothing is to be heard" in refused.output)


REFUSED = {
    "a scope without a place": (("--scope", "area", "--hours", "1"), "needs a --place"),
    "a place for all": (("--place", "312", "--hours", "1"), "needs a --place"),
    "no such place": (("--scope", "area", "--place", "31", "--hours", "1"), "not a place"),
    "no end": ((), "either --until or --hours"),
    "two ends": (("--hours", "1", "--until", "2999-01-01"), "either --until or --hours"),
    "an end in the past": (("--until", "2020-01-01"), "has ended already"),
    "an end before the start": (
        ("--from", "2999-01-02", "--until", "2999-01-01"), "before it begins",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED)
def test_what_nobody_would_hear_is_refused(
    database_url: str, words: tuple[str, ...], says: str
) -> None:
    refused = paytone(database_url, "banner", "add", "--kind", "closure", *words, *YOU)
    assert (1, True) == (refused.exit_code, says in refused.output), refused.output
    assert "" == paytone(database_url, "banner", "list").output


def test_administrators_are_added_listed_and_taken_out(database_url: str) -> None:
    add = ("banner", "admins", "add", "7001", "--name", "Operations", "--pin", "2580", *YOU)
    assert 0 == paytone(database_url, *add).exit_code
    listed = paytone(database_url, "banner", "admins", "list").output
    assert "7001  Operations; by test\n" == listed
    assert 0 == paytone(database_url, "banner", "admins", "remove", "7001").exit_code
    assert 1 == paytone(database_url, "banner", "admins", "remove", "7001").exit_code


@pytest.mark.parametrize(("number", "pin"), [("70", "2580"), ("7001", "25")])
def test_an_administrator_who_could_not_be_keyed_is_refused(
    database_url: str, number: str, pin: str
) -> None:
    add = ("banner", "admins", "add", number, "--name", "x", "--pin", pin, *YOU)
    refused = paytone(database_url, *add)
    assert 1 == refused.exit_code
    assert pin not in refused.output
