"""Which banners concern whom, from when to when, in which order, and how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paytone.rules.banner import (
    Banner,
    Kind,
    Scope,
    Whereabouts,
    concerns,
    ends_after,
    is_place,
    to_say,
)

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY: set[tuple[str, str]] = set()


def banner(name: str = "a", scope: Scope = Scope.ALL, *places: str, priority: int = 5) -> Banner:
    return Banner(name, Kind.OUTAGE, scope, places, priority, NOW - HOUR, NOW + HOUR)


def said(*banners: Banner, heard: set[tuple[str, str]] = NOBODY, language: str = "en") -> str:
    due = to_say(banners, Whereabouts(), heard=heard, language=language, now=NOW)
    return "".join(each.id for each in due)


CALLER = Whereabouts("+18008926996", "3125550142", "60614", "7")
CONCERNS = {
    "all": (Scope.ALL, (), CALLER, True),
    "all, of a caller of whom nothing is known": (Scope.ALL, (), Whereabouts(), True),
    "the number dialled": (Scope.NUMBER, ("8008926996",), CALLER, True),
    "the number dialled, as another trunk sends it": (
        Scope.NUMBER, ("8008926996",), Whereabouts("8008926996"), True,
    ),
    "another number": (Scope.NUMBER, ("8008926997",), CALLER, False),
    "a number, of a call without one": (Scope.NUMBER, ("8008926997",), Whereabouts(), False),
    "the area code": (Scope.AREA, ("773", "312"), CALLER, True),
    "another area code": (Scope.AREA, ("773",), CALLER, False),
    "an area code inside the number": (Scope.AREA, ("555",), CALLER, False),
    "an area code, number withheld": (Scope.AREA, ("312",), Whereabouts(), False),
    "the whole ZIP code": (Scope.ZIP, ("60614",), CALLER, True),
    "how the ZIP code begins": (Scope.ZIP, ("100", "606"), CALLER, True),
    "how the ZIP code goes on": (Scope.ZIP, ("061",), CALLER, False),
    "a ZIP code, before they identified": (Scope.ZIP, ("606",), Whereabouts(), False),
    "the bill group": (Scope.GROUP, ("7",), CALLER, True),
    "a bill group that begins alike": (Scope.GROUP, ("70",), CALLER, False),
    "a bill group, of an account without": (Scope.GROUP, ("7",), Whereabouts(), False),
}  # fmt: skip


@pytest.mark.parametrize(("scope", "places", "caller", "does"), CONCERNS.values(), ids=CONCERNS)
def test_whom_a_banner_concerns(
    scope: Scope, places: tuple[str, ...], caller: Whereabouts, *, does: bool
) -> None:
    assert does is concerns(banner("a", scope, *places), caller)


@pytest.mark.parametrize(
    ("starts", "ends", "is_on"),
    [
        (-HOUR, HOUR, True),
        (timedelta(0), HOUR, True),
        (HOUR, 2 * HOUR, False),
        (-HOUR, timedelta(0), False),
        (-2 * HOUR, -HOUR, False),
    ],
    ids=["on", "from this moment", "to come", "until this moment", "over"],
)
def test_when_a_banner_is_said(starts: timedelta, ends: timedelta, *, is_on: bool) -> None:
    timed = replace(banner(), starts=NOW + starts, ends=NOW + ends)
    assert ("a" if is_on else "") == said(timed)


def test_at_most_two_are_said_by_priority_and_then_by_age() -> None:
    older = replace(banner("c"), starts=NOW - 2 * HOUR)
    assert "bc" == said(banner("a"), banner("b", priority=1), older)


def test_what_a_call_had_is_not_said_again_and_counts() -> None:
    both = (banner("a"), banner("b"), banner("c"))
    assert "b" == said(*both, heard={("a", "en")})
    assert "" == said(*both, heard={("a", "en"), ("b", "en")})
    assert "" == said(*both, heard={("x", "en"), ("y", "en")})


def test_whoever_chooses_another_language_hears_them_in_that() -> None:
    both = (banner("a"), banner("b"), banner("c"))
    assert "ab" == said(*both, heard={("a", "en"), ("b", "en")}, language="es")


@pytest.mark.parametrize(
    ("scope", "place", "fits"),
    [
        (Scope.ALL, "", True),
        (Scope.ALL, "1", False),
        (Scope.NUMBER, "8008926996", True),
        (Scope.NUMBER, "18008926996", False),
        (Scope.AREA, "312", True),
        (Scope.AREA, "112", False),
        (Scope.ZIP, "606", True),
        (Scope.ZIP, "60", False),
        (Scope.GROUP, "000123", True),
        (Scope.GROUP, "1234567", False),
    ],
)
def test_how_places_are_written(scope: Scope, place: str, *, fits: bool) -> None:
    assert fits is is_place(scope, place)


@pytest.mark.parametrize(
    ("minute", "until"), [(0, "17:00"), (1, "17:15"), (45, "17:45"), (46, "18:00")]
)
def test_an_end_is_a_quarter_of_an_hour_that_is_said_aloud(minute: int, until: str) -> None:
    assert until == f"{ends_after(NOW.replace(minute=minute, second=59), 2):%H:%M}"
