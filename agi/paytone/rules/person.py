"""What a person sees of a caller who comes to them: last digits, verified or not, where from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from paytone.rules.job import Level, Status

PERSON: Final = "person"
"""The job that brings a caller to a person."""

REASONS: Final = {
    Status.GAVEUP: "tries",
    Status.DECLINED: "declined",
    Status.UNKNOWN: "unknown",
    Status.REFUSED: "refused",
    Status.TROUBLE: "trouble",
}

PLACES: Final = {"pay-bill": "pay", "more-time": "time", "out-greeting": "called"}
"""Jobs whose place has a shorter name on a small display."""

FIRST: Final = 1_700_000_000
MOST: Final = 2_000_000_000
MOST_OF_NAME: Final = 30
NO_ACCOUNT: Final = "----"

LEVELS: Final = {
    Level.VERIFIED: "PIN-OK",
    Level.PAY_ONLY: "PAY-ONLY",
    Level.NONE: "NOT-VERIFIED",
}
"""As the agent's phone shows them."""


@dataclass(frozen=True, slots=True)
class Came:
    """
    How a caller comes to a person.

    Args:
        place: The job that they came from.
        last_four: Of the account; None where there is none.
        name: As the biller has it; empty where it has none.
    """

    place: str
    why: str
    level: Level = Level.NONE
    last_four: str | None = None
    name: str = ""

    def shown(self) -> dict[str, str]:
        """The channel variables that the agent's phone shows; never an account number in full."""
        return {
            "PAYTONE_LAST_FOUR": self.last_four or NO_ACCOUNT,
            "PAYTONE_PROVED": LEVELS[self.level],
            "PAYTONE_WHERE": PLACES.get(self.place, self.place),
            "PAYTONE_WHY": self.why,
            "PAYTONE_NAME": re.sub(r"[^\w .'-]", "", self.name)[:MOST_OF_NAME],
        }


def reason_of(status: Status) -> str:
    """Why a caller comes to a person when a job ended so: a word of its own, or ``asked``."""
    return REASONS.get(status, "asked")


def place_in_line(asked: datetime) -> int:
    """
    The priority in the queue of who asked at that moment: who asked earlier is before them.

    So whoever leaves the queue and comes back, or is called back, is where they were.
    """
    return MOST - (int(asked.timestamp()) - FIRST)
