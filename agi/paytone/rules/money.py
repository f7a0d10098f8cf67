"""Money: whole cents and a currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

CENTS = Decimal("0.01")


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """
    An exact amount, possibly negative, in one currency.

    Args:
        cents: Hundredths of the currency's unit.
        currency: ISO 4217 code.

    Raises:
        TypeError: *cents* is not a whole number; floats never become money.
        ValueError: Two currencies meet in one sum or comparison.
    """

    cents: int
    currency: str = "USD"

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"cents are whole numbers, not {type(self.cents).__name__}")

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other).cents, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.cents < self._same(other).cents

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    @property
    def decimal(self) -> Decimal:
        """The amount in units, always with two places: what Braintree and CSV files take."""
        return Decimal(self.cents).scaleb(-2).quantize(CENTS)

    @classmethod
    def of(cls, amount: Decimal, currency: str = "USD") -> Money:
        """
        The money that a decimal from outside means.

        Raises:
            ValueError: Not finite, or finer than a cent.
        """
        if not amount.is_finite() or amount != amount.quantize(CENTS):
            raise ValueError(f"{amount} is not an amount in whole cents")
        return cls(int(amount.scaleb(2)), currency)

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other
