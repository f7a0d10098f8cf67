"""The hours of the states that somebody may live in: a table of cases, as that of the gate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.rules.calling import Kind, Refused, Rules, Why, may_call
from paytone.rules.state_hours import StateHours, states_kept
from paytone.state_hours_file import load
from tests.rules.test_calling import AGREED, CT, ET, NOON, PT, RULES, ask, local, why

STATES = load(None)
KEPT = Rules(quiet_sundays=False, quiet_holidays=False, states=STATES)
"""As shipped; quiet days would hide what the states say of them."""
MT = "America/Denver"

STATE_HOURS = {
    "Florida, one minute before eight in the evening": (
        ET, "3055550142", "33101", (2026, 3, 3, 19, 59), None,
    ),
    "Florida, eight in the evening": (
        ET, "3055550142", "33101", (2026, 3, 3, 20, 0), Why.STATE_HOURS,
    ),
    "Oklahoma, eight in the evening": (
        CT, "4055550142", "73101", (2026, 3, 3, 20, 0), Why.STATE_HOURS,
    ),
    "Washington, eight in the evening": (
        PT, "2065550142", "98101", (2026, 3, 3, 20, 0), Why.STATE_HOURS,
    ),
    "Washington, eight in the evening in New York": (
        ET, "2065550142", "98101", (2026, 3, 3, 20, 0), None,
    ),
    "Texas, half past eight on a weekday": (
        CT, "2145550142", "75201", (2026, 3, 3, 8, 30), Why.STATE_HOURS,
    ),
    "Texas, nine on a weekday": (CT, "2145550142", "75201", (2026, 3, 3, 9, 0), None),
    "Texas, Sunday before noon": (
        CT, "2145550142", "75201", (2026, 3, 8, 11, 59), Why.STATE_HOURS,
    ),
    "Texas, Sunday noon": (CT, "2145550142", "75201", (2026, 3, 8, 12, 0), None),
    "Rhode Island, a weekday": (ET, "4015550142", "02903", (2026, 3, 3, 17, 59), None),
    "Rhode Island, six in the evening": (
        ET, "4015550142", "02903", (2026, 3, 3, 18, 0), Why.STATE_HOURS,
    ),
    "Rhode Island, Saturday, half past nine": (
        ET, "4015550142", "02903", (2026, 3, 7, 9, 30), Why.STATE_HOURS,
    ),
    "Rhode Island, Sunday": (ET, "4015550142", "02903", (2026, 3, 8, 12), Why.STATE_HOURS),
    "Rhode Island, Thanksgiving": (
        ET, "4015550142", "02903", (2026, 11, 26, 12), Why.STATE_HOURS,
    ),
    "South Dakota, Saturday": (CT, "6055550142", "57101", (2026, 3, 7, 12), Why.STATE_HOURS),
    "a state without hours of its own": (ET, "2125550142", "10001", (2026, 3, 3, 20, 59), None),
    "no ZIP code, though the number is of Florida": (
        ET, "3055550142", None, (2026, 3, 3, 20, 59), None,
    ),
    "a number of New York whose owner lives in Florida": (
        ET, "2125550142", "33101", (2026, 3, 3, 20, 0), Why.STATE_HOURS,
    ),
    "outside the law of the United States that is the reason": (
        ET, "3055550142", "33101", (2026, 3, 3, 21, 0), Why.OUTSIDE_HOURS,
    ),
    "west Florida, half past seven in the central, half past eight in the eastern": (
        CT, "8505550142", "32501", (2026, 3, 3, 19, 30), Why.STATE_HOURS,
    ),
    "west Kentucky, half past nine in the central, half past ten in the eastern": (
        CT, "2705550142", "42101", (2026, 3, 3, 9, 30), Why.STATE_HOURS,
    ),
    "a ZIP code of New Mexico or Texas, Sunday before noon": (
        MT, "5055550142", "88063", (2026, 3, 8, 11, 0), Why.STATE_HOURS,
    ),
    "a ZIP code of New Mexico alone, Sunday before noon": (
        MT, "5055550142", "87501", (2026, 3, 8, 11, 0), None,
    ),
    "a ZIP code of Connecticut or New York, half past eight": (
        ET, "2035550142", "06390", (2026, 3, 3, 8, 30), Why.STATE_HOURS,
    ),
    "a ZIP code of no state, before Kentucky's ten": (
        ET, "2125550142", "09012", (2026, 3, 3, 9, 59), Why.STATE_HOURS,
    ),
    "a ZIP code of no state, after Rhode Island's six": (
        ET, "2125550142", "09012", (2026, 3, 3, 18, 0), Why.STATE_HOURS,
    ),
    "a ZIP code of no state, within the hours of all": (
        ET, "2125550142", "09012", (2026, 3, 3, 17, 59), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "number", "zip_code", "at", "expected"), STATE_HOURS.values(), ids=STATE_HOURS
)
def test_the_hours_of_the_state_that_somebody_lives_in(
    zone: str, number: str, zip_code: str | None, at: tuple[int, ...], expected: Why | None
) -> None:
    now = local(zone, *at)
    facts = replace(AGREED, zips=(zip_code,) if zip_code else ())
    assert expected is why(may_call(ask(number=number, now=now), facts, now, KEPT))


def test_a_customer_with_accounts_in_two_states_is_called_within_the_hours_of_both() -> None:
    evening = local(CT, 2026, 3, 3, 20)
    both = replace(AGREED, zips=("33101", "75201"))
    asked = ask(number="2145550142", now=evening)
    verdict = may_call(asked, both, evening, KEPT)
    assert (Why.STATE_HOURS, frozenset({"FL", "TX"})) == (why(verdict), verdict.states)
    texan = may_call(asked, replace(AGREED, zips=("75201",)), evening, KEPT)
    assert (None, frozenset({"TX"})) == (why(texan), texan.states)
    assert local(CT, 2026, 3, 4, 9) == (
        verdict.again if isinstance(verdict, Refused) else None
    )  # fmt: skip


def test_what_was_asked_for_keeps_a_states_hours_but_not_its_quiet_days() -> None:
    """Rhode Island lets nobody be called on a Sunday; who asks for a call then gets it by day."""
    facts = replace(AGREED, zips=("02903",))
    for kind in (Kind.CALL_BACK, Kind.PASSCODE):
        noon, evening = local(ET, 2026, 3, 8, 12), local(ET, 2026, 3, 8, 19)
        asked = ask(kind, "4015550142", noon)
        assert why(may_call(asked, facts, noon, KEPT)) is None
        late = ask(kind, "4015550142", evening)
        assert Why.STATE_HOURS is why(may_call(late, facts, evening, KEPT))


def test_whoever_may_never_be_called_is_told_so_and_not_when() -> None:
    evening = local(ET, 2026, 3, 3, 20, 30)
    stopped = replace(AGREED, zips=("33101",), stopped_at=NOON)
    refused = may_call(ask(now=evening), stopped, evening, KEPT)
    assert Refused(Why.DO_NOT_CALL, frozenset({ET}), None, frozenset({"FL"})) == refused


def test_a_line_that_keeps_no_states_has_no_such_hours() -> None:
    evening = local(ET, 2026, 3, 3, 20, 30)
    facts = replace(AGREED, zips=("33101", "09012"))
    verdict = may_call(ask(now=evening), facts, evening, RULES)
    assert (None, frozenset()) == (why(verdict), verdict.states)


def test_a_zip_code_of_no_state_keeps_all_states() -> None:
    hours: dict[str, StateHours] = dict(STATES)
    assert hours.keys() == states_kept(hours, ["09012"])
    assert {"TX", "NM"} == states_kept(hours, ["88063"])
    assert frozenset() == states_kept(hours, ["10001"]) == states_kept(hours, [])
