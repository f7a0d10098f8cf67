"""How fast a call goes: as usual, or slowly for who asked for more time."""

from __future__ import annotations

from enum import Enum
from typing import Final

SLOWLY: Final = "_slow"
"""
What follows a channel's language there: Asterisk plays the slow files of ``en_slow``, and those of
``en`` where it has none.
"""


class Pace(Enum):
    """As `customers.pace` has it."""

    USUAL = "usual"
    SLOW = "slow"


def paced(language: str, pace: Pace) -> str:
    """A channel's *language*, such as ``en`` or ``en_slow``, at *pace*."""
    plain = language.removesuffix(SLOWLY)
    return f"{plain}{SLOWLY}" if pace is Pace.SLOW else plain


def pace_of(language: str) -> Pace:
    """At what pace a channel of *language* goes."""
    return Pace.SLOW if language.endswith(SLOWLY) else Pace.USUAL
