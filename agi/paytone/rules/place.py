"""Payment centres: which are nearest to a ZIP code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import asin, cos, radians, sin, sqrt
from statistics import fmean
from typing import Final

EARTH_MILES: Final = 3958.8
"""The mean radius (IUGG)."""

ZIP_LENGTH: Final = 5

AREA: Final = 3
"""Digits of a ZIP code that name one sorting centre of the Postal Service, and its surroundings."""

OFFERED: Final = 3
"""As many centres as a caller bears to hear."""


class Takes(Enum):
    """What can be paid with at a centre; the database and the operator's file say the same."""

    CASH = "cash"
    CHECK = "check"
    MONEY_ORDER = "money-order"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on earth, in degrees; north and east are positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Centre:
    """
    A payment centre.

    Args:
        hours: When it is open, in the operator's words; None where that is not known.
        phone: Ten digits; None where none is known.
        takes: In the order of `Takes`.
        place_prompt: The recording of name and address; None where there is none.
        hours_prompt: The recording of the hours; None where there is none.
    """

    name: str
    address: str
    city: str
    zip_code: str
    hours: str | None
    phone: str | None
    takes: tuple[Takes, ...]
    place_prompt: str | None = None
    hours_prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Where a ZIP code is; *exact* unless only the codes that begin like it are known."""

    zip_code: str
    spot: Spot
    exact: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A centre and how many miles it is away: none for the one in the same ZIP code."""

    centre: Centre
    miles: float


def where(zip_code: str, known: Mapping[str, Spot]) -> Where | None:
    """
    Where *zip_code* is, by *known* ones.

    One that is not known, such as that of a row of post-office boxes, is taken to be amid those
    with the same first three digits; None where there are none.
    """
    if zip_code in known:
        return Where(zip_code, known[zip_code], exact=True)
    alike = [spot for code, spot in known.items() if code.startswith(zip_code[:AREA])]
    if not alike:
        return None
    middle = Spot(fmean(s.latitude for s in alike), fmean(s.longitude for s in alike))
    return Where(zip_code, middle, exact=False)


def miles(one: Spot, other: Spot) -> float:
    """The great-circle distance (haversine formula)."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    across = cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(sin(north / 2) ** 2 + across)))


def nearest(
    placed: Iterable[tuple[Centre, Spot]], here: Spot, *, within_miles: float
) -> tuple[Near, ...]:
    """At most `OFFERED` centres that are not farther from *here*, nearest first."""
    away = (Near(centre, miles(here, spot)) for centre, spot in placed)
    near = sorted(
        (each for each in away if each.miles <= within_miles),
        key=lambda each: (each.miles, each.centre.name, each.centre.address),
    )
    return tuple(near[:OFFERED])
