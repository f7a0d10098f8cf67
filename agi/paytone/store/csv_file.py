"""A CSV file that an operator hands in: each row by the names of its header, or what is wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TextIO, TypeVar

from paytone.rules.line_fault import LineFault

T = TypeVar("T")


def read(
    file: TextIO,
    row_of: Callable[[int, Mapping[str, str]], T],
    *,
    needed: Sequence[str],
    known: Collection[str],
) -> Iterator[T | LineFault]:
    """
    What *row_of* makes of each row of *file*, or what is wrong with it.

    Args:
        row_of: Gets the line and its cells without the blanks around them; what is wrong with them
            it raises as ValueError.
        needed: Columns without which nothing is read.
        known: All columns that there may be.
    """
    reader = csv.DictReader(file, strict=True)
    try:
        if fault := _header_fault(reader.fieldnames or (), needed, known):
            yield LineFault(1, fault)
            return
        for raw in reader:
            try:
                yield row_of(reader.line_num, _cells(raw))
            except ValueError as exc:
                yield LineFault(reader.line_num, str(exc))
    except (csv.Error, UnicodeDecodeError) as exc:
        yield LineFault(reader.line_num + 1, f"not CSV in UTF-8: {exc}")


def text(name: str, cell: str, *, longest: int = 200) -> str:
    """
    *cell*, if it is something to be read.

    Raises:
        ValueError: It is empty, longer than *longest* or not printable; it says so of *name*.
    """
    if not cell:
        raise ValueError(f"{name} is empty")
    if len(cell) > longest or not cell.isprintable():
        raise ValueError(f"{name} is longer than {longest} characters or not printable")
    return cell


def _header_fault(names: object, needed: Sequence[str], known: Collection[str]) -> str | None:
    columns = [str(name) for name in names] if isinstance(names, list) else []
    if missing := [name for name in needed if name not in columns]:
        return f"no column {', '.join(missing)}"
    if unknown := [name for name in columns if name not in known]:
        return f"unknown column {', '.join(unknown)}"
    if len(set(columns)) < len(columns):
        return "a column stands twice"
    return None


def _cells(raw: Mapping[str | None, object]) -> Mapping[str, str]:
    if None in raw or None in raw.values():
        raise ValueError("not as many cells as the header has")
    return {str(name): str(cell).strip() for name, cell in raw.items()}
