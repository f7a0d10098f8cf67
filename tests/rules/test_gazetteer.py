"""The Census Bureau's file of ZIP codes, in both of its forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from paytone.rules.gazetteer import read
from paytone.rules.line_fault import LineFault
from paytone.rules.place import Spot

DEMO = Path(__file__).parents[2] / "provision" / "demo-zips.txt"
COLUMNS = ("GEOID", "ALAND", "AWATER", "ALAND_SQMI", "AWATER_SQMI", "INTPTLAT", "INTPTLONG")
BLANKS = " " * 100
HEADER = "\t".join(COLUMNS) + BLANKS + "\n"
ROW = "60188\t166836392\t798613\t64.416\t0.308\t41.918123\t -88.130456" + BLANKS + "\n"
SPOT = Spot(41.918123, -88.130456)


def test_a_row_has_blanks_after_it() -> None:
    assert [("60188", SPOT)] == list(read([HEADER, ROW, "\n"]))


def test_since_2025_bars_divide_the_fields() -> None:
    header = "GEOID|GEOIDFQ|ALAND|AWATER|ALAND_SQMI|AWATER_SQMI|INTPTLAT|INTPTLONG\n"
    row = "60188|860Z200US60188|166836392|798613|64.416|0.308|41.918123|-88.130456\n"
    assert [("60188", SPOT)] == list(read([header, row]))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (ROW.replace("60188", "6018"), "GEOID is not five digits"),
        (ROW.replace("41.918123", "91.0"), "INTPTLAT is not between -90 and 90 degrees"),
        (ROW.replace("-88.130456", "west"), "INTPTLONG is not between -180 and 180 degrees"),
        ("60188\t41.9\t-88.1\n", "it has 3 fields, the header 7"),
        (ROW, "60188 is on line 2 already"),
    ],
    ids=["no ZIP code", "beyond the pole", "no number", "another file", "twice"],
)
def test_what_is_wrong_with_a_line_is_told(line: str, why: str) -> None:
    assert [("60188", SPOT), LineFault(3, why)] == list(read([HEADER, ROW, line]))


@pytest.mark.parametrize("text", [[], ["zip,lat,lon\n", "60188,41,-88\n"]], ids=["empty", "csv"])
def test_another_file_is_told_by_its_header(text: list[str]) -> None:
    assert [LineFault(1, "the header lacks GEOID, INTPTLAT, INTPTLONG")] == list(read(text))


def test_the_demo_zips_are_such_a_file() -> None:
    found = list(read(DEMO.read_text().splitlines(keepends=True)))
    assert 10 == len(found)
    assert not [each for each in found if isinstance(each, LineFault)]
