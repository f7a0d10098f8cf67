"""ZIP codes and the states that they may be in."""

from __future__ import annotations

import pytest

from paytone.rules.state import STATES, states_of

PLACES = {
    "Miami": ("33101", {"FL"}),
    "Fort Myers": ("33901", {"FL"}),
    "Boston": ("02108", {"MA"}),
    "Andover, an office of the tax collectors among Vermont's": ("05501", {"MA"}),
    "Holtsville, another": ("00501", {"NY"}),
    "Fishers Island, New York, among Connecticut's": ("06390", {"CT", "NY"}),
    "Fort Campbell, on both sides": ("42223", {"KY", "TN"}),
    "Austin, among Oklahoma's": ("73301", {"TX"}),
    "Texhoma": ("73949", {"OK", "TX"}),
    "El Paso": ("88510", {"TX"}),
    "Washington, D.C.": ("20001", {"DC"}),
    "San Juan": ("00901", {"PR"}),
    "Pago Pago": ("96799", {"AS", "HI"}),
    "an army post office": ("09012", set()),
    "digits that are in no use": ("00000", set()),
}


@pytest.mark.parametrize(("zip_code", "states"), PLACES.values(), ids=PLACES)
def test_a_zip_code_tells_its_state(zip_code: str, states: set[str]) -> None:
    assert states == states_of(zip_code)


def test_every_state_has_zip_codes_and_few_digits_are_of_several() -> None:
    prefixes = [f"{n:03}00" for n in range(1000)]
    found = [states_of(each) for each in prefixes]
    assert 56 == len(STATES) == len(frozenset().union(*found))
    assert 3 == max(map(len, found))
    assert 949 == sum(map(bool, found))
