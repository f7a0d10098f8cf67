"""How often a declined card may be tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paytone.rules.card import Brand
from paytone.rules.money import Money
from paytone.rules.retry import Decline, Held, held

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
FIFTY = Money(5000)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def declines(count: int, *, each: timedelta, amount: Money = FIFTY) -> list[Decline]:
    """The last *count* declines, one *each*."""
    return [Decline(NOW - each * turn, amount, final=False) for turn in range(1, count + 1)]


def test_a_card_that_was_never_declined_may_be_tried() -> None:
    assert held(Brand.VISA, [], FIFTY, now=NOW) is None


@pytest.mark.parametrize("brand", Brand)
def test_a_final_decline_is_final(brand: Brand) -> None:
    years_ago = Decline(NOW - 900 * DAY, Money(1), final=True)
    assert Held(None) == held(brand, [years_ago], FIFTY, now=NOW)


@pytest.mark.parametrize("brand", [Brand.VISA, Brand.AMEX, Brand.DISCOVER])
def test_fifteen_tries_in_thirty_days(brand: Brand) -> None:
    assert held(brand, declines(14, each=DAY), FIFTY, now=NOW) is None
    assert Held(NOW + 15 * DAY) == held(brand, declines(15, each=DAY), FIFTY, now=NOW)


def test_what_is_thirty_days_old_no_longer_counts() -> None:
    assert held(Brand.VISA, declines(15, each=2 * DAY), FIFTY, now=NOW) is None


def test_mastercard_ten_a_day() -> None:
    assert held(Brand.MASTERCARD, declines(9, each=HOUR), FIFTY, now=NOW) is None
    assert Held(NOW + 14 * HOUR) == held(
        Brand.MASTERCARD, declines(10, each=HOUR), Money(100), now=NOW
    )


def test_mastercard_thirty_five_of_one_amount_in_thirty_days() -> None:
    tries = declines(35, each=20 * HOUR)
    assert held(Brand.MASTERCARD, tries, Money(100), now=NOW) is None
    assert held(Brand.MASTERCARD, tries[:34], FIFTY, now=NOW) is None
    assert Held(NOW - 700 * HOUR + 30 * DAY) == held(Brand.MASTERCARD, tries, FIFTY, now=NOW)
