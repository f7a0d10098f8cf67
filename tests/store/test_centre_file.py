"""What a row of an operator's file of payment centres means, or what is wrong with it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from paytone.rules.line_fault import LineFault
from paytone.rules.place import Centre, Takes
from paytone.store.centre_file import read

HEADER = "name,address,city,zip,hours,phone,takes\n"
ROW = "Market,1 Example Street,Sample,60188,Every day,(630) 555-0111,cash; check\n"
MARKET = Centre(
    name="Market",
    address="1 Example Street",
    city="Sample",
    zip_code="60188",
    hours="Every day",
    phone="6305550111",
    takes=(Takes.CASH, Takes.CHECK),
)
NOT_TAKEN = "takes is not some of cash, check, money-order, card with ; between them"
DEMO = Path(__file__).parents[2] / "provision" / "demo-places.csv"


def rows(text: str) -> list[Centre | LineFault]:
    return list(read(io.StringIO(text)))


def test_a_row_is_a_centre() -> None:
    assert [MARKET] == rows(HEADER + ROW)


def test_hours_and_phone_may_be_unknown() -> None:
    (centre,) = rows(
        "name,address,city,zip,takes\nMarket,1 Example Street,Sample,60188-1234,cash\n"
    )
    assert isinstance(centre, Centre)
    assert (None, None, "60188") == (centre.hours, centre.phone, centre.zip_code)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",1 Example Street,Sample,60188,,,cash", "name is empty"),
        (f"{'M' * 101},1,S,60188,,,cash", "name is longer than 100 characters or not printable"),
        ("M,1,S,60188,open 123456789012,,cash", "hours has twelve digits in a row"),
        ("M,1,S,2108,,,cash", "zip is not five digits (a spreadsheet drops a leading 0)"),
        ("M,1,S,60188,,555-0111,cash", "phone is not a ten-digit number"),
        ("M,1,S,60188,,,gold", NOT_TAKEN),
        ("M,1,S,60188,,,", NOT_TAKEN),
        ("M,1,S", "not as many cells as the header has"),
        (ROW.strip(), "the same centre is on line 2 already"),
        ('"M', "not CSV in UTF-8: unexpected end of data"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told(row: str, why: str) -> None:
    assert [MARKET, LineFault(3, why)] == rows(f"{HEADER}{ROW}{row}\n")[:2]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("name,address,city,zip\n", "no column takes"),
        ("", "no column name, address, city, zip, takes"),
        (HEADER.replace("\n", ",state\n"), "unknown column state"),
        (HEADER.replace("\n", ",zip\n"), "a column stands twice"),
    ],
)
def test_what_is_wrong_with_the_header_is_told(header: str, why: str) -> None:
    assert [LineFault(1, why)] == rows(header)


def test_the_demo_places_are_such_a_file() -> None:
    found = rows(DEMO.read_text())
    assert [Centre] * 4 == [type(each) for each in found]
