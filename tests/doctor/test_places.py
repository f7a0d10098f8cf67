"""The doctor sees whether payment centres can be found and heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.doctor import Grade
from paytone.doctor.places import payment_centers
from paytone.rules.place import Centre, Spot
from paytone.store import Store, places
from tests.doctor.conftest import Ward
from tests.store import given
from tests.store.test_centre_file import MARKET

FAR = replace(MARKET, zip_code="90001")
GONE = replace(MARKET, place_prompt="place-abcdefghijkl")


@pytest.fixture
def line(ward: Ward, store: Store, database_url: str) -> tuple[Ward, Store]:
    """A line and what its database holds."""
    ward.given["PAYTONE_DATABASE_URL"] = database_url
    return ward, store


@pytest.mark.parametrize(
    ("centres", "zips", "told"),
    [
        ((), ("60188",), (Grade.OK, "no payment center is listed")),
        ((MARKET,), (), (Grade.WARN, "paytone places import-zips")),
        ((MARKET, FAR), ("60188",), (Grade.WARN, "1 payment centers are in ZIP codes")),
        ((GONE,), ("60188",), (Grade.WARN, "1 recordings of payment centers are gone")),
        ((MARKET,), ("60188",), (Grade.OK, "1 payment centers can be found")),
    ],
    ids=["none", "no ZIP codes", "one unknown", "recording gone", "in order"],
)
async def test_what_callers_would_miss_is_told(
    line: tuple[Ward, Store],
    centres: tuple[Centre, ...],
    zips: tuple[str, ...],
    told: tuple[Grade, str],
) -> None:
    ward, store = line
    known = {each: Spot(41.9, -88.1) for each in zips}
    await places.replace_zips(store, known, by="test", now=given.NOW)
    await places.replace_centres(store, centres, by="test", now=given.NOW)
    (finding,) = payment_centers(await ward.seen())
    assert told[0] is finding.grade
    assert told[1] in finding.what
