"""US bank accounts: routing checksum, numbers that hide themselves, whose and which kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, final

from paytone.rules.hidden import Numbered
from paytone.rules.method import AccountType, BankFace

ROUTING_LENGTH: Final = 9
SHORTEST, LONGEST = 4, 17
"""Digits of an account number, as the ACH carries them (Nacha operating rules, entry detail)."""

_WEIGHTS: Final = (3, 7, 1) * 3


class Ownership(Enum):
    """Whose account it is."""

    PERSONAL = "personal"
    BUSINESS = "business"


def passes_checksum(digits: str) -> bool:
    """Whether *digits* are nine with the weighted sum of a routing number (ABA: 3-7-1, mod 10)."""
    if len(digits) != ROUTING_LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    if not int(digits):
        return False
    return sum(int(digit) * by for digit, by in zip(digits, _WEIGHTS, strict=True)) % 10 == 0


@final
@dataclass(frozen=True, slots=True)
class Bank:
    """
    A bank that takes ACH debits, from the directory.

    Args:
        routing: Where debits are sent now; it may not be the number that was asked for.
        name: As the directory spells it.
    """

    routing: str
    name: str


@final
class BankAccountNumber(Numbered):
    """A bank account's number."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account as keyed in one call; of its number only the last four may outlive it."""

    bank: Bank
    number: BankAccountNumber
    account_type: AccountType
    ownership: Ownership

    @property
    def face(self) -> BankFace:
        """What may be told of it."""
        return BankFace(self.bank.name, self.number.last_four, self.account_type)

    def __repr__(self) -> str:
        return f"<BankAccount {self.account_type.value} {self.number.last_four}>"


def may_be_account_number(digits: str) -> bool:
    """Whether a bank could have issued *digits* as an account number: its length and no more."""
    return SHORTEST <= len(digits) <= LONGEST and digits.isascii() and digits.isdigit()
