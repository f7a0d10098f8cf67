"""Cards: brand, Luhn, expiry; numbers that hide themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import final

from paytone.rules.hidden import Hidden, Numbered


class Brand(Enum):
    """The card brands the line takes, with their names as Braintree spells them."""

    VISA = "Visa"
    MASTERCARD = "MasterCard"
    AMEX = "American Express"
    DISCOVER = "Discover"

    @property
    def security_code_length(self) -> int:
        """Digits of the CVV: four on an American Express, else three."""
        return 4 if self is Brand.AMEX else 3


_LENGTHS = {
    Brand.VISA: (13, 16, 19),
    Brand.MASTERCARD: (16,),
    Brand.AMEX: (15,),
    Brand.DISCOVER: (16, 17, 18, 19),
}


@final
class CardNumber(Numbered):
    """A primary account number (PAN)."""

    __slots__ = ()

    @property
    def brand(self) -> Brand | None:
        return brand_of(self._digits)


@final
class SecurityCode(Hidden):
    """A card's CVV; gone when the charge is made (PCI DSS 4.0.1, 3.3.1)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last month in which a card is good."""

    year: int
    month: int

    def is_past(self, today: date) -> bool:
        """Whether the month is over on *today*."""
        return self.months_from(today) < 0

    def months_from(self, today: date) -> int:
        """How many months after that of *today*; 0 is this month, negative is past."""
        return (self.year - today.year) * 12 + self.month - today.month


@final
@dataclass(frozen=True, slots=True)
class Card:
    """
    A card as keyed in one call; only brand, last four and expiry may outlive it.

    Args:
        security_code: None where it was not asked for. *postal_code* is empty then.
    """

    number: CardNumber
    brand: Brand
    expiry: Expiry
    security_code: SecurityCode | None
    postal_code: str

    def __repr__(self) -> str:
        return f"<Card {self.brand.value} {self.number.last_four}>"


def passes_luhn(digits: str) -> bool:
    """Whether *digits* end in their Luhn check digit (ISO/IEC 7812-1, annex B)."""
    doubled = "0246813579"
    even = sum(int(digit) for digit in digits[-1::-2])
    odd = sum(int(doubled[int(digit)]) for digit in digits[-2::-2])
    return (even + odd) % 10 == 0


def brand_of(digits: str) -> Brand | None:
    """The brand that issues numbers beginning like *digits*; None for one that is not taken."""
    if digits.startswith("4"):
        return Brand.VISA
    if digits[:2] in {"34", "37"}:
        return Brand.AMEX
    if "51" <= digits[:2] <= "55" or "2221" <= digits[:4] <= "2720":
        return Brand.MASTERCARD
    if digits[:4] == "6011" or digits[:2] == "65" or "644" <= digits[:3] <= "649":
        return Brand.DISCOVER
    return None


def fits_length(digits: str, brand: Brand) -> bool:
    """Whether *brand* issues numbers as long as *digits*."""
    return len(digits) in _LENGTHS[brand]
