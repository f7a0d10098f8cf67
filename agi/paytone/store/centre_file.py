"""An operator's file of payment centres: what each row means, or what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from paytone.rules.contact import ten_digits
from paytone.rules.line_fault import LineFault
from paytone.rules.place import Centre, Takes

NEEDED: Final = ("name", "address", "city", "zip", "takes")
COLUMNS: Final = frozenset({*NEEDED, "hours", "phone"})
LONGEST: Final = 100
"""Signs of a cell: about eight seconds of speech."""


def read(file: TextIO) -> Iterator[Centre | LineFault]:
    """Each centre in *file*, or what is wrong with its row. Line 1 is the header."""
    reader = csv.DictReader(file, strict=True)
    lines: dict[tuple[str, str, str], int] = {}
    try:
        if fault := _header_fault(reader.fieldnames or ()):
            yield LineFault(1, fault)
            return
        for cells in reader:
            try:
                centre = _row(cells)
            except ValueError as exc:
                yield LineFault(reader.line_num, str(exc))
                continue
            known = lines.setdefault(
                (centre.name, centre.address, centre.zip_code), reader.line_num
            )
            if known != reader.line_num:
                yield LineFault(reader.line_num, f"the same centre is on line {known} already")
                continue
            yield centre
    except (csv.Error, UnicodeDecodeError) as exc:
        yield LineFault(reader.line_num + 1, f"not CSV in UTF-8: {exc}")


def _header_fault(names: object) -> str | None:
    columns = [str(name) for name in names] if isinstance(names, list) else []
    if missing := [name for name in NEEDED if name not in columns]:
        return f"no column {', '.join(missing)}"
    if unknown := [name for name in columns if name not in COLUMNS]:
        return f"unknown column {', '.join(unknown)}"
    if len(set(columns)) < len(columns):
        return "a column stands twice"
    return None


def _row(raw: Mapping[str | None, object]) -> Centre:
    if None in raw or None in raw.values():
        raise ValueError("not as many cells as the header has")
    cells = {str(name): str(cell).strip() for name, cell in raw.items()}
    return Centre(
        name=_text("name", cells["name"]),
        address=_text("address", cells["address"]),
        city=_text("city", cells["city"]),
        zip_code=_zip(cells["zip"]),
        hours=_text("hours", cells["hours"]) if cells.get("hours") else None,
        phone=_phone(cells.get("phone", "")),
        takes=_takes(cells["takes"]),
    )


def _text(name: str, cell: str) -> str:
    if not cell:
        raise ValueError(f"{name} is empty")
    if len(cell) > LONGEST or not cell.isprintable():
        raise ValueError(f"{name} is longer than {LONGEST} characters or not printable")
    if re.search(r"[0-9]{12}", cell):
        raise ValueError(f"{name} has twelve digits in a row")
    return cell


def _zip(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", cell):
        raise ValueError("zip is not five digits (a spreadsheet drops a leading 0)")
    return cell[:5]


def _phone(cell: str) -> str | None:
    digits = ten_digits(cell)
    if cell and digits is None:
        raise ValueError("phone is not a ten-digit number")
    return digits


def _takes(cell: str) -> tuple[Takes, ...]:
    given = {word.strip() for word in cell.split(";")} - {""}
    if not given or not given <= {each.value for each in Takes}:
        words = ", ".join(each.value for each in Takes)
        raise ValueError(f"takes is not some of {words} with ; between them")
    return tuple(each for each in Takes if each.value in given)
