"""Jobs of a call: how each ends, and where the dialplan may go next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How a job ended: the closed list of PAYTONE_STATUS."""

    DONE = "DONE"
    PAID = "PAID"
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"
    """A payment's outcome is not known; the caller was told not to pay again."""
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"
    """Not identified, or locked; or nothing may be paid."""
    AGENT = "AGENT"
    """The caller asked for a person."""
    GAVEUP = "GAVEUP"
    """Too many tries."""
    TROUBLE = "TROUBLE"
    """A part of ours failed; the caller was told."""


class Next(Enum):
    """Where a job suggests to go: PAYTONE_NEXT, the ending of a context's name."""

    LANGUAGE = "language"
    ACCOUNT = "account"
    IDENTIFY = "identify"
    MENU = "menu"
    PAY_ONLY = "pay-only"
    HELP = "help"
    OTHER_WAYS = "other-ways"
    AGENT = "agent"
    QUEUE = "queue"
    CLOSED = "closed"
    CALL_BACK = "callback"
    GOODBYE = "goodbye"


class Level(Enum):
    """What a caller has proved: the closed list of PAYTONE_LEVEL, and of the database."""

    NONE = "none"
    VERIFIED = "verified"
    PAY_ONLY = "pay-only"
    """May pay, and hears nothing of the account."""


@dataclass(frozen=True, slots=True)
class Ended:
    """
    A job's end, as the dialplan is told.

    Args:
        choice: The key pressed in a menu, or for a language; empty for other jobs.
        language: In which the call is to go on; empty for the one that is spoken.
        level: What the caller has just proved; None where that is as before.
    """

    status: Status
    next: Next
    choice: str = ""
    language: str = ""
    level: Level | None = None
