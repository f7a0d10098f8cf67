"""Ways to write to a customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


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
