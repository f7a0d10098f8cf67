"""
Where ZIP codes are: the Census Bureau's Gazetteer file of ZIP Code Tabulation Areas.

Text with a header, fields divided by tabs (through 2024) or by ``|`` (since 2025); the last field
of header and rows has blanks after it. GEOID is the ZIP code, INTPTLAT and INTPTLONG a point in
its middle, in degrees (census.gov, Gazetteer File Record Layouts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from paytone.rules.line_fault import LineFault
from paytone.rules.place import Spot

NEEDED: Final = ("GEOID", "INTPTLAT", "INTPTLONG")

_ZIP = re.compile(r"[0-9]{5}")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,10})?")


def read(lines: Iterable[str]) -> Iterator[tuple[str, Spot] | LineFault]:
    """Each ZIP code with where it is, or what is wrong with its line; a wrong header ends it."""
    numbered = enumerate(lines, start=1)
    _, header = next(numbered, (1, ""))
    mark = "|" if "|" in header else "\t"
    names = [name.strip() for name in header.removeprefix("\ufeff").split(mark)]
    if lacking := [name for name in NEEDED if name not in names]:
        yield LineFault(1, f"the header lacks {', '.join(lacking)}")
        return
    seen: dict[str, int] = {}
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            zip_code, spot = _row(names, [field.strip() for field in line.split(mark)])
        except ValueError as exc:
            yield LineFault(number, str(exc))
            continue
        if zip_code in seen:
            yield LineFault(number, f"{zip_code} is on line {seen[zip_code]} already")
            continue
        seen[zip_code] = number
        yield zip_code, spot


def _row(names: list[str], fields: list[str]) -> tuple[str, Spot]:
    if len(fields) != len(names):
        raise ValueError(f"it has {len(fields)} fields, the header {len(names)}")
    row = dict(zip(names, fields, strict=True))
    if not _ZIP.fullmatch(row["GEOID"]):
        raise ValueError("GEOID is not five digits")
    return row["GEOID"], Spot(_degrees(row, "INTPTLAT", 90), _degrees(row, "INTPTLONG", 180))


def _degrees(row: Mapping[str, str], name: str, most: int) -> float:
    if not _DEGREES.fullmatch(row[name]) or abs(float(row[name])) > most:
        raise ValueError(f"{name} is not between -{most} and {most} degrees")
    return float(row[name])
