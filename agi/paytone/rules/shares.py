"""One amount over several accounts: what is due first is paid first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from paytone.rules.bill import Account, Owed
from paytone.rules.money import Money


@dataclass(frozen=True, slots=True)
class Share:
    """
    What one account gets of a payment for several.

    Args:
        owed: What the account owed when the caller heard of it.
    """

    account: Account
    owed: Owed
    amount: Money


def sum_of(shares: Sequence[Share]) -> Money:
    """What *shares*, of which there is one at least, come to together."""
    return sum((share.amount for share in shares[1:]), shares[0].amount)


Owing = Sequence[tuple[Account, Owed]]
"""Accounts that owe something, in one currency; the first is spoken first."""


def total(owing: Owing) -> Money:
    """All that the accounts owe."""
    return sum((owed.debt for _, owed in owing[1:]), owing[0][1].debt)


def whole(owing: Owing) -> tuple[Share, ...]:
    """Each account's whole balance."""
    return tuple(Share(account, owed, owed.debt) for account, owed in owing)


def spread(amount: Money, owing: Owing) -> tuple[Share, ...]:
    """
    *amount* over the accounts: the bill that is due first is paid first, whosever it is.

    Of bills due on one day that of the account which comes first is paid first. An account that
    gets nothing is left out. A share may be smaller than the smallest payment.

    Raises:
        ValueError: It is more than they owe.
    """
    if amount > total(owing):
        raise ValueError("more than the accounts owe")
    parts = [Money(0, amount.currency) for _ in owing]
    for _, place, asked in sorted(_asked(owing), key=lambda each: each[:2]):
        part = min(asked, amount)
        parts[place] += part
        amount -= part
    shares = zip(owing, parts, strict=True)
    return tuple(Share(account, owed, part) for (account, owed), part in shares if part)


def _asked(owing: Owing) -> Iterator[tuple[date, int, Money]]:
    """Each part of what is owed, by its date; what is on no bill is due last."""
    for place, (_, owed) in enumerate(owing):
        rest = owed.debt
        for bill in owed.unpaid:
            yield bill.due, place, bill.amount
            rest -= bill.amount
        yield date.max, place, rest
