"""In which states a ZIP code may be: told from its first three digits alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "AL": "350-369", "AK": "995-999", "AZ": "850-865", "AR": "716-729",
    "AS": "967", "CA": "894 900-961 976", "CO": "800-816", "CT": "060-069",
    "DC": "200 202-205 569", "DE": "197-199", "FL": "320-339 341-349", "GA": "300-319 398-399",
    "GU": "969", "HI": "967-968", "IA": "500-528", "ID": "832-838",
    "IL": "600-629", "IN": "460-479", "KS": "660-679", "KY": "400-427",
    "LA": "700-714", "MA": "010-027 055", "MD": "205-219", "ME": "039-049",
    "MI": "480-499", "MN": "513 550-567", "MO": "630-658 726", "MP": "969",
    "MS": "386-397", "MT": "590-599", "NC": "270-289", "ND": "580-588",
    "NE": "680-693", "NH": "030-038", "NJ": "070-089", "NM": "811 865 870-884",
    "NV": "889-898", "NY": "005 063 100-149", "OH": "430-459", "OK": "679 730-732 734-749",
    "OR": "970-979", "PA": "150-196", "PR": "006-007 009", "RI": "028-029",
    "SC": "290-299", "SD": "510 570-577 580 584 586 687 692", "TN": "370-385 422",
    "TX": "733 739 750-799 880 884-885", "UT": "840-847", "VA": "201 205 220-246",
    "VI": "008", "VT": "050-054 056-059", "WA": "838 980-994", "WI": "530-549",
    "WV": "247-268", "WY": "820-831 834",
}  # fmt: skip
"""
States and territories with the first digits of the ZIP codes that they have, or that reach into
them: the same digits may stand at several (Postal Service, Labeling List L002).
"""


def states_of(zip_code: str) -> frozenset[str]:
    """Every state that the five digits *zip_code* may be in; none where they are in no state."""
    return _by_prefix().get(zip_code[:3], frozenset())


@cache
def _by_prefix() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for state, ranges in STATES.items():
        for each in ranges.split():
            first, _, last = each.partition("-")
            for prefix in range(int(first), int(last or first) + 1):
                code = f"{prefix:03}"
                found[code] = found.get(code, frozenset()) | {state}
    return found
