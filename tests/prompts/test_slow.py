"""Slow files, beside those that they are made of."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from paytone.prompts.catalogue import SOUNDS
from paytone.prompts.slow import slow_down


@pytest.fixture
def usual(tmp_path: Path) -> Path:
    """Two prompts as Asterisk plays them."""
    folder = tmp_path / "en"
    folder.mkdir()
    for name in ("paid.ulaw", "goodbye.ulaw"):
        shutil.copy2(SOUNDS / "en" / name, folder)
    return folder


def test_a_slow_file_takes_a_quarter_longer_in_whole_frames(usual: Path) -> None:
    slow = usual.with_name("en_slow")
    assert 2 == slow_down(usual, slow)
    for file in usual.iterdir():
        made = (slow / file.name).stat().st_size
        assert 1.25 == pytest.approx(made / file.stat().st_size, abs=0.03)
        assert 0 == made % 160


def test_only_what_changed_is_made_again(usual: Path) -> None:
    slow = usual.with_name("en_slow")
    slow_down(usual, slow)
    assert 0 == slow_down(usual, slow)
    newer = (slow / "paid.ulaw").stat().st_mtime + 10
    os.utime(usual / "paid.ulaw", (newer, newer))
    assert 1 == slow_down(usual, slow)


def test_what_is_no_prompt_any_more_goes(usual: Path) -> None:
    slow = usual.with_name("en_slow")
    slow_down(usual, slow)
    (usual / "paid.ulaw").unlink()
    slow_down(usual, slow)
    assert ["goodbye.ulaw"] == [file.name for file in slow.iterdir()]
