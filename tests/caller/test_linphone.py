"""Linphone's console calls the caller's test line: the driver that real calls are tested with."""

import time
from pathlib import Path

import pytest

from tests.call.linphone import CallFailed, Linphone
from tests.call.recorded import samples_of, when_said
from tests.caller.asterisk import TestLine


def test_linphone_hears_prompts_and_its_digits_arrive(
    line: TestLine, sounds: Path, tmp_path: Path
) -> None:
    with Linphone(tmp_path, server=line.server, username="ada", password="test-only-9") as linphone:
        linphone.call("digits")
        assert linphone.is_connected
        time.sleep(2)  # a key would cut the first prompt
        linphone.press("702#")
        linphone.await_end()
        assert not linphone.is_connected

    assert line.seen("digits 702")
    heard = samples_of(linphone.recording)
    times = [
        when_said(sounds / f"{name}.ulaw", heard)
        for name in ("first", "digit-7", "digit-0", "digit-2", "second")
    ]
    assert None not in times
    assert sorted(times, key=lambda at: at or 0) == times
    assert when_said(sounds / "digit-4.ulaw", heard) is None
    assert when_said(sounds / "long.ulaw", heard) is None


def test_linphone_hangs_up(line: TestLine, tmp_path: Path) -> None:
    with Linphone(tmp_path, server=line.server, username="ada", password="test-only-9") as linphone:
        linphone.call("forever")
        linphone.terminate()
        assert not linphone.is_connected

    assert line.seen("ended ada")


def test_a_call_that_linphone_cannot_place_fails(line: TestLine, tmp_path: Path) -> None:
    with (
        Linphone(tmp_path, server=line.server, username="ada", password="test-only-9") as linphone,
        pytest.raises(CallFailed, match="refused"),
    ):
        linphone.call("busy")
