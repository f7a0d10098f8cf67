"""When a number is dialled again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paytone.rules.calling import Kind
from paytone.rules.redial import Result, redial_at, result_of

THEN = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)

CASES = {
    "nobody answers a reminder": (Kind.DUE, Result.NO_ANSWER, 1, DAY),
    "nor the second": (Kind.DUE, Result.BUSY, 2, DAY),
    "nor the third": (Kind.DUE, Result.NO_ANSWER, 3, None),
    "somebody answers": (Kind.INSTALMENT, Result.ANSWERED, 1, None),
    "nobody knows what came of it": (Kind.FAILED, Result.LOST, 1, DAY),
    "whoever wanted to be called back is busy": (Kind.CALL_BACK, Result.BUSY, 1, QUARTER),
    "a passcode is for now": (Kind.PASSCODE, Result.NO_ANSWER, 1, None),
}


@pytest.mark.parametrize(("kind", "result", "attempts", "after"), CASES.values(), ids=CASES)
def test_when_to_dial_again(
    kind: Kind, result: Result, attempts: int, after: timedelta | None
) -> None:
    expected = THEN + after if after else None
    assert expected == redial_at(kind, result, attempts=attempts, dialled=THEN)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("ANSWER", Result.ANSWERED),
        ("BUSY", Result.BUSY),
        ("NOANSWER", Result.NO_ANSWER),
        ("CANCEL", Result.NO_ANSWER),
        ("CHANUNAVAIL", Result.FAILED),
        ("CONGESTION", Result.FAILED),
        ("", Result.FAILED),
    ],
)
def test_what_asterisk_says_of_a_dial(status: str, result: Result) -> None:
    assert result is result_of(status)
