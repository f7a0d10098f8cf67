"""Calls that reached nobody: whether and when the number is dialled again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from paytone.rules.calling import Kind


class Result(Enum):
    """What came of a dial; the database holds the same names."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    LOST = "lost"
    """Nobody knows: whoever dialled died, or Asterisk did. It counts as a call."""


@dataclass(frozen=True, slots=True)
class Redial:
    """At most *attempts* dials, each this far *apart* from the last."""

    attempts: int
    apart: timedelta


REMINDER: Final = Redial(3, timedelta(days=1))

RULES: Final[Mapping[Kind, Redial]] = {
    Kind.DUE: REMINDER,
    Kind.FAILED: REMINDER,
    Kind.INSTALMENT: REMINDER,
    Kind.CALL_BACK: Redial(3, timedelta(minutes=15)),
    Kind.PASSCODE: Redial(1, timedelta(0)),
}


def redial_at(kind: Kind, result: Result, *, attempts: int, dialled: datetime) -> datetime | None:
    """
    When to dial again; None for never: somebody, or a machine, took the call, or it was enough.

    Args:
        attempts: Dials so far, this one included.
    """
    rule = RULES[kind]
    if result is Result.ANSWERED or attempts >= rule.attempts:
        return None
    return dialled + rule.apart


RESULTS: Final[Mapping[str, Result]] = {
    "ANSWER": Result.ANSWERED,
    "BUSY": Result.BUSY,
    "NOANSWER": Result.NO_ANSWER,
    "CANCEL": Result.NO_ANSWER,
}


def result_of(dial_status: str) -> Result:
    """What Asterisk's DIALSTATUS says; anything unheard of is a failure."""
    return RESULTS.get(dial_status, Result.FAILED)
