"""The table of the common journeys: keys, seconds, and whether the targets are met."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.bench.common import Journey, Patience, Took, common, table

TODAY = date(2026, 3, 2)
SAVED = next(each for each in common(TODAY) if each.bound)


def took(journey: Journey, *seconds: float) -> list[Took]:
    """What it took each kind of caller."""
    return [
        Took(journey, patience, each - 9, each)
        for patience, each in zip(Patience, seconds, strict=True)
    ]


def test_a_returning_caller_presses_three_keys_to_pay_the_whole_bill() -> None:
    assert 3 == SAVED.keys


@pytest.mark.parametrize(("seconds", "word"), [(45.0, "met"), (45.1, "MISSED")])
def test_a_target_is_met_or_missed(seconds: float, word: str) -> None:
    verdicts = [line for line in table(took(SAVED, 30.0, seconds, 60.0)) if "line time" in line]
    assert ["met", word, "MISSED"] == [line.split()[0] for line in verdicts]


def test_a_journey_has_its_seconds_and_those_to_what_is_told() -> None:
    line = next(line for line in table(took(SAVED, 30.0, 40.0, 50.0)) if SAVED.name in line)
    assert ["3", "30.0", "(21.0)"] == line.removeprefix(SAVED.name).split()[:3]


def test_other_journeys_have_no_target() -> None:
    (other, *_) = [each for each in common(TODAY) if not each.bound]
    assert 2 == len(list(table(took(other, 90.0, 90.0, 90.0))))


def test_who_keys_at_once_waits_for_no_option() -> None:
    for journey in common(TODAY):
        for asked in journey.asked:
            assert (asked.question,) == asked.awaited(Patience.AT_ONCE)
            to_option, to_end = (
                asked.awaited(patience) for patience in (Patience.TO_OPTION, Patience.TO_END)
            )
            assert to_option == to_end[: len(to_option)]
