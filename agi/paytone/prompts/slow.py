"""The same audio, spoken slower, for calls that go slowly."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from paytone.prompts.sox import stretched

TEMPO: Final = 0.8
"""Of what is said in a second; the voice keeps its pitch."""

CODEC: Final = "ulaw"
"""The only one: slow calls are few, and Asterisk makes any other of it."""


def slow_down(folder: Path, slow: Path) -> int:
    """
    Write a slow file in *slow* for each that Asterisk plays from *folder*; how many were written.

    May be repeated: what is newer than its model stays, and what has none goes.

    Raises:
        SoxFailed: A file could not be converted.
    """
    slow.mkdir(parents=True, exist_ok=True)
    models = {file.name: file for file in sorted(folder.glob(f"*.{CODEC}"))}
    for file in slow.glob(f"*.{CODEC}"):
        if file.name not in models:
            file.unlink()
    waiting = [model for model in models.values() if not _stands(model, slow / model.name)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda model: _write(model, slow / model.name), waiting))
    return len(waiting)


def _stands(model: Path, file: Path) -> bool:
    return file.exists() and file.stat().st_mtime_ns >= model.stat().st_mtime_ns


def _write(model: Path, file: Path) -> None:
    # Asterisk may be playing the old file.
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(stretched(model, TEMPO))
    part.replace(file)
