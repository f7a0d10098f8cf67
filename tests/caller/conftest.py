"""A line and prompts for the caller's tests, once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.caller import Hearing
from tests.caller.asterisk import TestLine, running_line
from tests.caller.spoken_files import speak


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speak(tmp_path_factory.mktemp("caller") / "sounds")


@pytest.fixture(scope="session")
def hearing(sounds: Path) -> Hearing:
    return Hearing.from_folder(sounds)


@pytest.fixture(scope="session")
def line(sounds: Path) -> Iterator[TestLine]:
    with running_line(sounds) as running:
        yield running
