"""An operator's file of payment centres: what each row means, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from paytone.rules.contact import ten_digits
from paytone.rules.line_fault import LineFault
from paytone.rules.place import Centre, Takes
from paytone.store import csv_file

NEEDED: Final = ("name", "address", "city", "zip", "takes")
COLUMNS: Final = frozenset({*NEEDED, "hours", "phone"})
LONGEST: Final = 100
"""Signs of a cell: about eight seconds of speech."""


def read(file: TextIO) -> Iterator[Centre | LineFault]:
    """Each centre in *file*, or what is wrong with its row. Line 1 is the header."""
    lines: dict[tuple[str, str, str], int] = {}

    def row_of(line: int, cells: Mapping[str, str]) -> Centre:
        centre = _row(cells)
        known = lines.setdefault((centre.name, centre.address, centre.zip_code), line)
        if known != line:
            raise ValueError(f"the same centre is on line {known} already")
        return centre

    return csv_file.read(file, row_of, needed=NEEDED, known=COLUMNS)


def _row(cells: Mapping[str, str]) -> Centre:
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
    csv_file.text(name, cell, longest=LONGEST)
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
