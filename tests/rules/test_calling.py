"""The gate before every dial: a table of cases, each with its moment and its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from paytone.rules.area import US_ZONES, is_domestic, zones_of
from paytone.rules.calling import (
    ACCOUNT,
    Allowed,
    Ask,
    Basis,
    Consent,
    Facts,
    Kind,
    Line,
    Refused,
    Rules,
    Why,
    may_call,
    zones_for,
)

EASTERN = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 3, 12, tzinfo=EASTERN)
"""A Tuesday."""
RULES = Rules()
NEW_YORK = "2125550142"
CONSENT = Consent(7, ACCOUNT, "call", NOON - timedelta(days=90))
AGREED = Facts(consents=(CONSENT,))
DAY = timedelta(days=1)


def ask(kind: Kind = Kind.DUE, number: str = NEW_YORK, now: datetime = NOON) -> Ask:
    asked = now - timedelta(minutes=1) if kind.is_requested else None
    return Ask(kind, number, now + 3 * DAY, asked)


def local(zone: str, *at: int) -> datetime:
    return datetime(*at, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]


def why(verdict: Allowed | Refused) -> Why | None:
    return verdict.why if isinstance(verdict, Refused) else None


ET, CT, PT, AZ, HI = (
    "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Phoenix",
    "Pacific/Honolulu",
)  # fmt: skip

HOURS = {
    "one minute before eight": (ET, "2125550142", (2026, 3, 3, 7, 59), False),
    "eight": (ET, "2125550142", (2026, 3, 3, 8, 0), True),
    "one minute before nine in the evening": (ET, "2125550142", (2026, 3, 3, 20, 59), True),
    "nine in the evening": (ET, "2125550142", (2026, 3, 3, 21, 0), False),
    "the clocks went forward last night, eight by the new time": (
        ET, "2125550142", (2026, 3, 9, 8, 0), True,
    ),
    "the day before they do, eight": (ET, "2125550142", (2026, 3, 7, 8, 0), True),
    "the clocks went back, half past seven": (ET, "2125550142", (2026, 11, 2, 7, 30), False),
    "the clocks went back, eight": (ET, "2125550142", (2026, 11, 2, 8, 0), True),
    "Arizona keeps its clock in summer, half past seven": (
        AZ, "4805550142", (2026, 7, 7, 7, 30), False,
    ),
    "Arizona in summer, eight": (AZ, "4805550142", (2026, 7, 7, 8, 0), True),
    "California, eight in New York": (ET, "2135550142", (2026, 3, 3, 8, 0), False),
    "California, eight there": (PT, "2135550142", (2026, 3, 3, 8, 0), True),
    "west Florida has two zones, eight in the eastern": (
        ET, "8505550142", (2026, 3, 3, 8, 30), False,
    ),
    "west Florida, eight in both": (CT, "8505550142", (2026, 3, 3, 8, 0), True),
    "west Florida, nine in the eastern": (ET, "8505550142", (2026, 3, 3, 21, 0), False),
    "the newer code of west Florida as the old one": (
        ET, "4485550142", (2026, 3, 3, 8, 30), False,
    ),
    "Idaho has two zones, evening in the earlier": (
        "America/Denver", "2085550142", (2026, 3, 3, 21, 0), False,
    ),
    "a toll-free number has no area, noon in New York": (
        ET, "8005550142", (2026, 3, 3, 12, 0), False,
    ),
    "a toll-free number, inside hours from Guam to Puerto Rico": (
        ET, "8005550142", (2026, 3, 3, 18, 0), True,
    ),
    "a toll-free number, one minute before it is eight in Guam": (
        "Pacific/Guam", "8005550142", (2026, 3, 3, 7, 59), False,
    ),
    "a toll-free number, nine in Puerto Rico": (
        "America/Puerto_Rico", "8005550142", (2026, 3, 3, 21, 0), False,
    ),
    "Hawaii, nine in the evening there": (HI, "8085550142", (2026, 3, 3, 21, 0), False),
    "Hawaii, two at night in New York": (ET, "8085550142", (2026, 3, 4, 1, 59), True),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "number", "at", "allowed"), HOURS.values(), ids=HOURS)
def test_the_called_partys_clock(
    zone: str, number: str, at: tuple[int, ...], allowed: bool
) -> None:
    now = local(zone, *at)
    verdict = may_call(ask(number=number, now=now), AGREED, now, RULES)
    assert (None if allowed else Why.OUTSIDE_HOURS) is why(verdict)


@pytest.mark.parametrize("kind", Kind)
def test_hours_hold_for_every_kind(kind: Kind) -> None:
    night = local(ET, 2026, 3, 3, 21, 30)
    assert Why.OUTSIDE_HOURS is why(may_call(ask(kind, now=night), AGREED, night, RULES))


def test_a_stored_zone_is_believed_before_the_area_code() -> None:
    """A number from New York whose owner lives in Hawaii."""
    morning = local(ET, 2026, 3, 3, 10)
    moved = replace(AGREED, zone=HI)
    assert Why.OUTSIDE_HOURS is why(may_call(ask(now=morning), moved, morning, RULES))
    noon = local(HI, 2026, 3, 3, 12)
    assert isinstance(may_call(ask(now=noon), moved, noon, RULES), Allowed)


def test_a_stored_zone_that_is_none_leaves_the_narrow_window() -> None:
    assert US_ZONES == zones_for(NEW_YORK, "Mars/Olympus") == zones_for(NEW_YORK, "../etc")
    assert {ET} == zones_for(NEW_YORK, None)


def test_a_split_area_gives_all_its_zones() -> None:
    assert {"America/New_York", "America/Chicago"} == zones_of("8505550142")
    assert not zones_of("8005550142")


@pytest.mark.parametrize("number", ["8765550142", "4165550142", "9005550142", "2225550142"])
def test_nobody_is_called_abroad_or_at_a_price(number: str) -> None:
    assert not is_domestic(number)
    for kind in Kind:
        verdict = may_call(ask(kind, number), AGREED, NOON, RULES)
        assert Refused(Why.NOT_DOMESTIC, zones_for(number, None)) == verdict


LINES = {
    "a mobile": (Line.MOBILE, Why.NO_CONSENT),
    "a number of which nothing is known counts as a mobile": (None, Why.NO_CONSENT),
    "a landline": (Line.LANDLINE, None),
}


@pytest.mark.parametrize(("line", "expected"), LINES.values(), ids=LINES)
def test_without_consent_only_a_landline_is_called(line: Line | None, expected: Why | None) -> None:
    verdict = may_call(ask(), Facts(line=line), NOON, RULES)
    assert expected is why(verdict)
    if expected is None:
        assert Allowed(Basis.LANDLINE, frozenset({ET})) == verdict
    else:
        assert isinstance(verdict, Refused)
        assert verdict.again is None


def test_a_landline_without_consent_is_called_three_times_in_thirty_days() -> None:
    times = [NOON - timedelta(days=days) for days in (29, 20, 9)]
    facts = Facts(line=Line.LANDLINE, dials=[(at, Kind.DUE) for at in times])
    assert Refused(
        Why.CAP_WITHOUT_CONSENT, frozenset({ET}), times[0] + timedelta(days=30)
    ) == may_call(ask(), facts, NOON, RULES)
    two = replace(facts, dials=[(at, Kind.DUE) for at in times[1:]])
    assert isinstance(may_call(ask(), two, NOON, RULES), Allowed)
    agreed = replace(facts, consents=(CONSENT,))
    assert isinstance(may_call(ask(), agreed, NOON, RULES), Allowed)


@pytest.mark.parametrize("kind", [Kind.DUE, Kind.FAILED, Kind.INSTALMENT])
def test_a_consent_is_to_what_it_says(kind: Kind) -> None:
    due_only = Facts(consents=(replace(CONSENT, purpose="due"),))
    expected = None if kind is Kind.DUE else Why.NO_CONSENT
    assert expected is why(may_call(ask(kind), due_only, NOON, RULES))
    assert Allowed(Basis.CONSENT, frozenset({ET}), CONSENT) == may_call(
        ask(kind), AGREED, NOON, RULES
    )


def test_whoever_opted_out_is_never_reminded_whatever_they_agreed_to() -> None:
    for kind in Kind:
        stopped = replace(AGREED, line=Line.LANDLINE, stopped_at=NOON)
        assert Refused(Why.DO_NOT_CALL, frozenset({ET})) == may_call(
            ask(kind), stopped, NOON, RULES
        )


def test_a_call_back_that_a_known_customer_asks_for_later_is_made() -> None:
    stopped = Facts(stopped_at=NOON - DAY)
    assert isinstance(may_call(ask(Kind.CALL_BACK), stopped, NOON, RULES), Allowed)
    assert Why.DO_NOT_CALL is why(may_call(ask(Kind.PASSCODE), stopped, NOON, RULES))
    stranger = replace(stopped, is_known=False)
    assert Why.DO_NOT_CALL is why(may_call(ask(Kind.CALL_BACK), stranger, NOON, RULES))


CAPS = {
    "none": ((), None),
    "one today": ((1,), None),
    "two within a day": ((1, 23), Why.CAP_OF_A_DAY),
    "two, one of them longer ago": ((1, 24), None),
    "five within a week": ((1, 30, 60, 90, 167), Why.CAP_OF_A_WEEK),
    "five, one of them longer ago": ((1, 30, 60, 90, 168), None),
}


@pytest.mark.parametrize(("hours", "expected"), CAPS.values(), ids=CAPS)
def test_reminders_are_capped(hours: tuple[int, ...], expected: Why | None) -> None:
    dials = [(NOON - timedelta(hours=each), Kind.FAILED) for each in hours]
    verdict = may_call(ask(), replace(AGREED, dials=dials), NOON, RULES)
    assert expected is why(verdict)
    if isinstance(verdict, Refused):
        assert verdict.again is not None
        later = may_call(ask(now=verdict.again), replace(AGREED, dials=dials), verdict.again, RULES)
        assert Why.CAP_OF_A_DAY is not why(later)


def test_what_was_asked_for_counts_apart() -> None:
    dials = [(NOON - timedelta(hours=1), Kind.PASSCODE)] * 4
    facts = replace(AGREED, dials=dials)
    assert isinstance(may_call(ask(), facts, NOON, RULES), Allowed)
    assert isinstance(may_call(ask(Kind.PASSCODE), facts, NOON, RULES), Allowed)
    five = replace(facts, dials=[*dials, (NOON - timedelta(hours=2), Kind.CALL_BACK)])
    assert Why.CAP_OF_A_DAY is why(may_call(ask(Kind.PASSCODE), five, NOON, RULES))


FINAL = {
    "what it is about has passed": (replace(ask(), expires=NOON), AGREED, Why.EXPIRED),
    "another customer has the number now": (
        ask(), replace(AGREED, is_theirs=False), Why.NOT_THEIRS,
    ),
    "it is paid": (ask(), replace(AGREED, is_settled=True), Why.ALREADY_PAID),
    "nobody asked for the passcode": (
        replace(ask(Kind.PASSCODE), asked_at=None), AGREED, Why.REQUEST_TOO_OLD,
    ),
    "the passcode was asked for ten minutes ago": (
        replace(ask(Kind.PASSCODE), asked_at=NOON - timedelta(minutes=10)),
        AGREED, Why.REQUEST_TOO_OLD,
    ),
    "the call back was asked for three days ago": (
        replace(ask(Kind.CALL_BACK), asked_at=NOON - 3 * DAY), AGREED, Why.REQUEST_TOO_OLD,
    ),
    "it will have been asked for": (
        replace(ask(Kind.CALL_BACK), asked_at=NOON + DAY), AGREED, Why.REQUEST_TOO_OLD,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "facts", "expected"), FINAL.values(), ids=FINAL)
def test_some_refusals_are_for_good(asked: Ask, facts: Facts, expected: Why) -> None:
    assert Refused(expected, frozenset({ET})) == may_call(asked, facts, NOON, RULES)


def test_while_a_payment_is_in_doubt_the_gate_waits() -> None:
    verdict = may_call(ask(), replace(AGREED, is_doubtful=True), NOON, RULES)
    assert Refused(Why.PAYMENT_IN_DOUBT, frozenset({ET}), NOON + timedelta(hours=1)) == verdict


QUIET = {
    "a Sunday": (date(2026, 3, 8), Rules(), Why.QUIET_DAY),
    "a Sunday that is not kept": (date(2026, 3, 8), Rules(quiet_sundays=False), None),
    "Thanksgiving": (date(2026, 11, 26), Rules(), Why.QUIET_DAY),
    "Thanksgiving, not kept": (date(2026, 11, 26), Rules(quiet_holidays=False), None),
    "a Saturday": (date(2026, 3, 7), Rules(), None),
}


@pytest.mark.parametrize(("day", "rules", "expected"), QUIET.values(), ids=QUIET)
def test_quiet_days(day: date, rules: Rules, expected: Why | None) -> None:
    noon = datetime.combine(day, time(12), EASTERN)
    assert expected is why(may_call(ask(now=noon), AGREED, noon, rules))
    for kind in (Kind.CALL_BACK, Kind.PASSCODE):
        assert isinstance(may_call(ask(kind, now=noon), AGREED, noon, rules), Allowed)


AGAIN = {
    "in the night, the morning": ((2026, 3, 3, 2, 7, 5), (2026, 3, 3, 8, 0)),
    "in the evening, the next morning": ((2026, 3, 3, 22), (2026, 3, 4, 8, 0)),
    "on Saturday evening, Monday": ((2026, 3, 7, 21), (2026, 3, 9, 8, 0)),
    "on a Sunday before a holiday, Tuesday": ((2026, 2, 15, 12), (2026, 2, 17, 8, 0)),
}


@pytest.mark.parametrize(("at", "opens"), AGAIN.values(), ids=AGAIN)
def test_a_closed_gate_says_when_it_opens(at: tuple[int, ...], opens: tuple[int, ...]) -> None:
    now = local(ET, *at)
    verdict = may_call(ask(now=now), AGREED, now, RULES)
    assert isinstance(verdict, Refused)
    assert local(ET, *opens) == verdict.again
    at_opening = may_call(ask(now=now), AGREED, local(ET, *opens), RULES)
    assert isinstance(at_opening, Allowed)


def test_the_billers_hours_narrow_the_laws_and_never_widen_them() -> None:
    early, late = local(ET, 2026, 3, 3, 8, 30), local(ET, 2026, 3, 3, 20, 30)
    narrow = Rules(opens=time(9), closes=time(20))
    wide = Rules(opens=time(6), closes=time(23))
    for now in (early, late):
        assert Why.OUTSIDE_HOURS is why(may_call(ask(now=now), AGREED, now, narrow))
    for now in (local(ET, 2026, 3, 3, 7), local(ET, 2026, 3, 3, 22)):
        assert Why.OUTSIDE_HOURS is why(may_call(ask(now=now), AGREED, now, wide))


def test_the_zone_of_the_clock_that_asks_does_not_matter() -> None:
    now = local(ET, 2026, 3, 3, 20, 59).astimezone(UTC)
    assert isinstance(may_call(ask(now=now), AGREED, now, RULES), Allowed)
