"""The doctor sees whether callers hear the truth of the fee."""

from __future__ import annotations

import pytest

from paytone.doctor import Grade
from paytone.doctor.fee import fee
from tests.doctor.conftest import Ward

SAYS_NONE = (
    "greeting&other-language&banners&no-fee&",
    "=greeting&banners&no-fee&",
    "=no-fee&",
)
"""In the greeting before a language is chosen, and after; in a call that we make."""
SAYS_NOTHING = ("greeting&other-language&banners&", "=greeting&banners&", "=")
HALF = ("greeting&other-language&banners&", "=greeting&banners&no-fee&", "=")


@pytest.mark.parametrize("reloaded", [True, False], ids=["as it runs", "as the file has it"])
@pytest.mark.parametrize(
    ("cents", "intro", "told"),
    [
        ("0", SAYS_NONE, (Grade.OK, "costs nothing, and callers hear so")),
        ("250", SAYS_NONE, (Grade.FAIL, "no fee, and pay 2.50 USD: take no-fee out")),
        ("250", HALF, (Grade.FAIL, "no fee, and pay 2.50 USD: take no-fee out")),
        ("250", SAYS_NOTHING, (Grade.OK, "paying by phone costs 2.50 USD")),
        ("0", SAYS_NOTHING, (Grade.WARN, "nobody says so: put no-fee into PAYTONE_INTRO")),
    ],
    ids=[
        "none, said",
        "one, denied",
        "one, denied after a choice of language",
        "one, not denied",
        "none, not said",
    ],
)
def test_the_fee_and_the_greeting_are_compared(
    ward: Ward, cents: str, intro: tuple[str, str, str], told: tuple[Grade, str], reloaded: bool
) -> None:
    ward.given["PAYTONE_FEE_CENTS"] = cents
    for shipped, wanted in zip(SAYS_NONE, intro, strict=True):
        ward.edit("extensions.conf", shipped, wanted)
    if reloaded:
        ward.asterisk.rx("dialplan reload")
    else:
        ward.asterisk.stop()
    ((grade, said),) = ward.told(fee)
    assert told[0] is grade
    assert told[1] in said
