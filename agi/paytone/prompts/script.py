"""The list that a voice artist records from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paytone.prompts.catalogue import Catalogue, Entry

_HEADS = ("file", "text", "voice")


def as_csv(catalogue: Catalogue) -> str:
    """The script as CSV with a heading."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_HEADS, *_rows(catalogue)])
    return out.getvalue()


def as_markdown(catalogue: Catalogue) -> str:
    """The script as a Markdown table."""
    lines = [_HEADS, ("---",) * len(_HEADS), *_rows(catalogue)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _rows(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    for entry in catalogue.entries.values():
        if entry.silence_ms is None:
            yield f"{entry.name}.wav", entry.text, _voice(entry)


def _voice(entry: Entry) -> str:
    if entry.ends:
        return "voice falls" if entry.piece else ""
    return "goes on" if entry.piece else "goes on: a word or number follows"
