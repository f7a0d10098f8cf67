"""Which payment centre is nearest."""

from __future__ import annotations

import pytest

from paytone.rules.place import Centre, Spot, Takes, Where, miles, nearest, where

NEW_YORK, LOS_ANGELES = Spot(40.7128, -74.0060), Spot(34.0522, -118.2437)
KNOWN = {"10001": Spot(40.0, -74.0), "10003": Spot(41.0, -73.0), "10940": Spot(44.0, -70.0)}


def centre(name: str) -> Centre:
    return Centre(name, "1 Example Street", "Sample", "10001", None, None, (Takes.CASH,))


def test_a_known_distance() -> None:
    """New York to Los Angeles is some 2,446 miles along the great circle."""
    assert 2446 == pytest.approx(miles(NEW_YORK, LOS_ANGELES), abs=3)
    assert 0 == miles(NEW_YORK, NEW_YORK)


@pytest.mark.parametrize(
    ("zip_code", "spot", "exact"),
    [
        pytest.param("10001", Spot(40.0, -74.0), True, id="known"),
        pytest.param("10099", Spot(40.5, -73.5), False, id="by three digits"),
    ],
)
def test_where_a_zip_code_is(zip_code: str, spot: Spot, exact: bool) -> None:
    assert Where(zip_code, spot, exact) == where(zip_code, KNOWN)


@pytest.mark.parametrize("zip_code", ["10555", "90001"], ids=["like it by two digits", "nowhere"])
def test_of_others_it_is_not_known(zip_code: str) -> None:
    """Two digits are a part of a state, hundreds of miles wide."""
    assert where(zip_code, KNOWN) is None


def test_the_three_nearest_in_turn() -> None:
    placed = [(centre(f"c{north}"), Spot(float(north), -74.0)) for north in (44, 41, 43, 40)]
    found = nearest(placed, Spot(40.1, -74.0), within_miles=500)
    assert ["c40", "c41", "c43"] == [each.centre.name for each in found]
    assert 6.9 == pytest.approx(found[0].miles, abs=0.05)


def test_what_is_too_far_is_not_near() -> None:
    placed = [(centre(f"c{north}"), Spot(float(north), -74.0)) for north in (40, 41)]
    found = nearest(placed, Spot(40.1, -74.0), within_miles=50)
    assert ["c40"] == [each.centre.name for each in found]
    assert () == nearest(placed, LOS_ANGELES, within_miles=50)
