"""Ways to write to a customer, and the words that end text messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

STOP_WORDS: Final = frozenset(
    {"STOP", "STOPALL", "QUIT", "END", "REVOKE", "OPTOUT", "CANCEL", "UNSUBSCRIBE"}
)
"""What ends text messages per se (47 CFR 64.1200(a)(10)), without spaces and signs."""


class Channel(Enum):
    """How a letter travels; the database holds the same names."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Contacts:
    """
    Where a customer may be written to.

    Args:
        email: None where no address is known.
        email_receipts: Whether receipts are wanted there.
        mobile: Ten digits; None where no number is known.
        sms_receipts: Whether the customer agreed to get text messages at that number.
    """

    email: str | None = field(repr=False)
    email_receipts: bool
    mobile: str | None = field(repr=False)
    sms_receipts: bool


def ten_digits(number: str) -> str | None:
    """The ten digits of a number in North America, however it is written; None if it is none."""
    digits = re.sub(r"[ ().+-]", "", number)
    if len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits if re.fullmatch(r"[2-9][0-9]{9}", digits) else None


def in_writing(ten: str) -> str:
    """*ten* digits as people write them: 800-555-0100."""
    return f"{ten[:3]}-{ten[3:6]}-{ten[6:]}"


def asks_to_stop(text: str) -> bool:
    """Whether the answer *text* ends text messages: one of the words, or one with others after."""
    words = re.sub(r"[^A-Z ]", "", text.upper()).split()
    return bool(words) and (words[0] in STOP_WORDS or words[:2] == ["OPT", "OUT"])
