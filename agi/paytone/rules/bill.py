"""Accounts and what they owe; which amounts may be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from paytone.rules.method import Kind
from paytone.rules.money import Money


class Payable(Enum):
    """How an account may be paid by phone."""

    YES = "yes"
    CARD_ONLY = "card-only"
    NO = "no"


def may_be_paid(payable: Payable, kind: Kind) -> bool:
    """Whether an account that is *payable* so may be paid by a method of that *kind*."""
    return payable is Payable.YES or (payable is Payable.CARD_ONLY and kind is Kind.CARD)


class Restriction(Enum):
    """Why an account may not be paid by phone, or not from a bank account."""

    COLLECTIONS = "collections"
    CLOSED = "closed"
    CASH_ONLY = "cash-only"
    BANK_RETURN = "bank-return"


REASONS: Final[dict[Payable, frozenset[Restriction | None]]] = {
    Payable.YES: frozenset({None}),
    Payable.CARD_ONLY: frozenset({Restriction.BANK_RETURN}),
    Payable.NO: frozenset({Restriction.COLLECTIONS, Restriction.CLOSED, Restriction.CASH_ONLY}),
}
"""What each state is because of."""


@dataclass(frozen=True, slots=True)
class Account:
    """
    A customer's account with the biller.

    Args:
        id: The store's key; never spoken.
        customer_id: Whose it is; one customer may have several.
        number: The sixteen digits on the bill; of a sale, ``sale:`` and its reference.
        pin_hash: The PIN's argon2id hash; None where no PIN was ever set.
        restriction: Why it is not simply payable; None where it is.
    """

    id: str
    customer_id: str
    number: str
    pin_hash: str | None
    payable: Payable = Payable.YES
    restriction: Restriction | None = None

    @property
    def is_sale(self) -> bool:
        """Whether it is no account of a customer's, but a reference under which is sold once."""
        return self.number.startswith("sale:")

    @property
    def ending(self) -> str:
        """The last four digits of the number, all that is read back."""
        return self.number[-4:]

    @property
    def takes_bank(self) -> bool:
        """Whether it may be paid from a bank account."""
        return may_be_paid(self.payable, Kind.BANK)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is left to pay of one bill."""

    due: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Owed:
    """
    What an account owes.

    Args:
        balance: All bills less payments; below zero is credit.
        due: The date of the oldest bill that is not paid.
        unpaid: The bills that are not paid, the oldest first.
        minimum: What must be paid at least; None where nothing is asked.
        keep_service: What must be paid lest the service is cut off; None where it is safe.
    """

    balance: Money
    due: date | None
    unpaid: tuple[Unpaid, ...] = ()
    minimum: Money | None = None
    keep_service: Money | None = None

    @property
    def debt(self) -> Money:
        """The balance, or nothing where it is a credit."""
        return max(self.balance, Money(0, self.balance.currency))

    def past_due(self, today: date) -> Money:
        """How much of the balance was due before *today*."""
        late = (bill.amount for bill in self.unpaid if bill.due < today)
        return sum(late, Money(0, self.balance.currency))

    def next_due(self, today: date) -> date | None:
        """The first date, from *today* on, by which something is due."""
        return next((bill.due for bill in self.unpaid if bill.due >= today), None)


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

    def most_of(self, owed: Owed) -> Money:
        """The largest payment on what is *owed*; it may be less than the smallest."""
        return min(owed.debt + self.over_balance, self.most)


def refused(amount: Money, owed: Owed, limits: Limits) -> Refused | None:
    """Why *amount* may not be paid on what is *owed*; None if it may."""
    if amount < limits.least:
        return Refused.TOO_SMALL
    if amount > limits.most:
        return Refused.OVER_LIMIT
    if amount > owed.debt + limits.over_balance:
        return Refused.OVER_BALANCE
    return None
