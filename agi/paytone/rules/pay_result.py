"""What comes of a payment that a dialplan asked for: the closed list of its results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from paytone.rules.method import Face
from paytone.rules.payment import COUNTED, OPEN, Payment, State


class Result(Enum):
    """How it ended: the closed list of PAYTONE_PAY_RESULT."""

    SUCCESS = "success"
    """Charged, or stored where only that was asked for."""
    DECLINED = "declined"
    UNKNOWN = "unknown"
    """Nobody knows yet whether money moved; the caller was told not to pay again."""
    CONNECTOR_ERROR = "payment-connector-error"
    """The gateway was not reached, or refused our request; nothing was charged."""
    STAR = "caller-interrupted-with-star"
    HUNG_UP = "caller-hung-up"
    """Before anything was charged."""
    PERSON = "caller-wants-person"
    TOO_MANY = "too-many-failed-attempts"
    VALIDATION = "validation-error"
    """An argument of the dialplan is wrong; the caller was asked nothing."""
    INTERNAL = "internal-error"
    """A part of ours failed; nothing was charged, or the same reference will tell."""


@dataclass(frozen=True, slots=True)
class Taken:
    """
    What came of it.

    Args:
        error: What was wrong, in words for an admin; empty where nothing was.
        payment: The one that decided it; None where none was begun.
        face: The card or account, where one was chosen.
        token: The gateway's name for what it keeps; empty where it keeps nothing.
        earlier: The payment was made before, under the same reference.
        wants_person: The caller asked for a person after all was done.
    """

    result: Result
    error: str = ""
    payment: Payment | None = None
    face: Face | None = None
    token: str = ""
    code: str = ""
    earlier: bool = False
    wants_person: bool = False


def result_of(payment: Payment) -> Result | None:
    """What a payment that was left by its caller comes to; None where none was charged by it."""
    if payment.state in COUNTED:
        return Result.SUCCESS
    if payment.state in OPEN:
        return Result.UNKNOWN
    return Result.DECLINED if payment.state is State.DECLINED else None
