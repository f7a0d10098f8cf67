"""One amount over several accounts."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from paytone.rules.bill import Account, Owed, Unpaid
from paytone.rules.money import Money
from paytone.rules.shares import Share, spread, total, whole

JANUARY, FEBRUARY, MARCH = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


def account(ending: str) -> Account:
    return Account(id=ending, customer_id="c", number=ending.rjust(16, "0"), pin_hash=None)


def owing(*bills: tuple[date, int], unbilled: int = 0) -> Owed:
    unpaid = tuple(Unpaid(due, Money(cents)) for due, cents in bills)
    balance = sum(cents for _, cents in bills) + unbilled
    return Owed(Money(balance), unpaid[0].due if unpaid else None, unpaid)


def parts(shares: tuple[Share, ...]) -> dict[str, int]:
    return {share.account.id: share.amount.cents for share in shares}


TWO = (
    (account("4412"), owing((JANUARY, 3000), (MARCH, 5000))),
    (account("4413"), owing((FEBRUARY, 2000), (MARCH, 1000))),
)


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        pytest.param(1, {"4412": 1}, id="one cent"),
        pytest.param(3000, {"4412": 3000}, id="the oldest bill"),
        pytest.param(3001, {"4412": 3000, "4413": 1}, id="a cent more"),
        pytest.param(5000, {"4412": 3000, "4413": 2000}, id="all that is due before March"),
        pytest.param(9999, {"4412": 7999, "4413": 2000}, id="the same day: the first account"),
        pytest.param(10_500, {"4412": 8000, "4413": 2500}, id="nearly all"),
        pytest.param(11_000, {"4412": 8000, "4413": 3000}, id="all"),
    ],
)
def test_what_is_due_first_is_paid_first(cents: int, expected: dict[str, int]) -> None:
    assert expected == parts(spread(Money(cents), TWO))


def test_all_of_everything_is_each_whole_balance() -> None:
    assert Money(11_000) == total(TWO)
    assert whole(TWO) == spread(total(TWO), TWO)


def test_what_is_on_no_bill_is_paid_last() -> None:
    both = ((account("4412"), owing((JANUARY, 100), unbilled=500)), TWO[1])
    assert {"4412": 100, "4413": 3000} == parts(spread(Money(3100), both))
    assert {"4412": 101, "4413": 3000} == parts(spread(Money(3101), both))


def test_more_than_is_owed_cannot_be_spread() -> None:
    with pytest.raises(ValueError, match="more than the accounts owe"):
        spread(Money(11_001), TWO)


def test_no_cent_is_lost_and_nobody_gets_more_than_is_owed() -> None:
    dice = Random(4412)
    for _ in range(500):
        bills = [
            sorted((date(2026, dice.randint(1, 12), 1), dice.randint(1, 9999)) for _ in range(3))
            for _ in range(dice.randint(1, 5))
        ]
        accounts = tuple((account(str(place)), owing(*each)) for place, each in enumerate(bills))
        amount = Money(dice.randint(1, total(accounts).cents))
        shares = spread(amount, accounts)
        assert amount.cents == sum(share.amount.cents for share in shares)
        assert all(Money(0) < share.amount <= share.owed.balance for share in shares)
