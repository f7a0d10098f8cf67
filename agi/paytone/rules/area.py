"""Numbers of North America: whether one is in the United States, and in which time zones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

COUNTRY: Final = 1
HOME: Final = frozenset({"US", "PR", "VI", "GU", "MP", "AS"})
"""Regions in which the rules of the United States hold."""

US_ZONES: Final = frozenset(
    {
        "America/Puerto_Rico", "America/St_Thomas", "America/New_York", "America/Chicago",
        "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
        "America/Adak", "Pacific/Honolulu", "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago",
    }
)  # fmt: skip
"""One of each clock that is kept there; what is open in all of them is open everywhere."""

OVERLAYS: Final[Mapping[str, str]] = {
    "364": "270", "448": "850", "458": "541", "729": "423", "930": "812", "986": "208",
}  # fmt: skip
"""Newer area codes and the older one whose whole area each has (nanpa.com)."""


def is_domestic(number: str) -> bool:
    """
    Whether the ten digits *number* are a subscriber's in the United States or their territories.

    Premium-rate numbers are not, nor are those that no exchange has.
    """
    # Imported late: most jobs call nobody.
    from phonenumbers import (
        PhoneNumber,
        PhoneNumberType,
        number_type,
        region_code_for_number,
    )

    parsed = PhoneNumber(country_code=COUNTRY, national_number=int(number))
    kind = number_type(parsed)
    called = kind not in {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UNKNOWN}
    return called and region_code_for_number(parsed) in HOME


def zones_of(number: str) -> frozenset[str]:
    """
    Every zone that the area code of *number* reaches into; none for one that is of no area.

    Split areas give all of theirs, whatever the exchange: a number may be kept after a move within
    the area.
    """
    code = number[:3]
    return _zones().get(OVERLAYS.get(code, code), frozenset())


@cache
def _zones() -> Mapping[str, frozenset[str]]:
    from phonenumbers.tzdata import TIMEZONE_DATA

    found: dict[str, frozenset[str]] = {}
    for prefix, zones in TIMEZONE_DATA.items():
        if len(prefix) >= 4 and prefix.startswith(str(COUNTRY)):
            code = prefix[1:4]
            found[code] = found.get(code, frozenset()) | frozenset(zones)
    return found
