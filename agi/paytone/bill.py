"""Accounts and what they owe; which amounts may be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from paytone.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    """
    A customer's account with the biller.

    Args:
        id: The store's key; never spoken.
        customer_id: Whose it is; one customer may have several.
        number: The sixteen digits on the bill.
        pin_hash: The PIN's argon2id hash; None where no PIN was ever set.
    """

    id: str
    customer_id: str
    number: str
    pin_hash: str | None

    @property
    def ending(self) -> str:
        """The last four digits of the number, all that is read back."""
        return self.number[-4:]


@dataclass(frozen=True, slots=True)
class Owed:
    """
    What an account owes.

    Args:
        balance: All bills less payments; below zero is credit.
        due: The date of the oldest bill that is not paid.
    """

    balance: Money
    due: date | None


class Refused(Enum):
    """Why an amount may not be paid."""

    TOO_SMALL = "too-small"
    OVER_BALANCE = "over-balance"
    OVER_LIMIT = "over-limit"


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What one payment may come to.

    Args:
        least: The smallest payment.
        most: The largest payment.
        over_balance: How much more than the balance may be paid.
    """

    least: Money = Money(100)
    most: Money = Money(500_000)
    over_balance: Money = Money(10_000)


def refused(amount: Money, owed: Owed, limits: Limits) -> Refused | None:
    """Why *amount* may not be paid on what is *owed*; None if it may."""
    if amount < limits.least:
        return Refused.TOO_SMALL
    if amount > limits.most:
        return Refused.OVER_LIMIT
    if amount > max(owed.balance, Money(0, amount.currency)) + limits.over_balance:
        return Refused.OVER_BALANCE
    return None
