"""How often a card that was declined may be tried again: the card networks' rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from paytone.rules.card import Brand
from paytone.rules.money import Money

A_DAY: Final = timedelta(days=1)
A_MONTH: Final = timedelta(days=30)

VISA_A_MONTH: Final = 15
"""Visa: at most 15 tries in 30 days; kept for every brand without a rule of its own."""

MASTERCARD_A_DAY: Final = 10
MASTERCARD_SAME_AMOUNT: Final = 35
"""Mastercard: no more than 10 declines in 24 hours, nor 35 of one amount in 30 days."""


@dataclass(frozen=True, slots=True)
class Decline:
    """
    One try that was declined.

    Args:
        final: The bank will never approve this number (Visa's category 1).
    """

    at: datetime
    amount: Money
    final: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The card must not be tried *until* then; None: never again."""

    until: datetime | None


def held(brand: Brand, declines: Sequence[Decline], amount: Money, *, now: datetime) -> Held | None:
    """
    Whether the networks forbid to try a card with these *declines* for *amount* now.

    Args:
        declines: All final ones, and those of the last 30 days, in any order.
    """
    if any(decline.final for decline in declines):
        return Held(None)
    if brand is not Brand.MASTERCARD:
        return _over(VISA_A_MONTH, A_MONTH, [decline.at for decline in declines], now)
    same = [decline.at for decline in declines if decline.amount == amount]
    a_day = _over(MASTERCARD_A_DAY, A_DAY, [decline.at for decline in declines], now)
    a_month = _over(MASTERCARD_SAME_AMOUNT, A_MONTH, same, now)
    limits = [limit for limit in (a_day, a_month) if limit is not None]
    return max(limits, key=lambda limit: limit.until or now, default=None)


def _over(limit: int, within: timedelta, times: Sequence[datetime], now: datetime) -> Held | None:
    """Held while *limit* of the *times* lie *within* the last while."""
    counted = sorted((at for at in times if now - at < within), reverse=True)
    return Held(counted[limit - 1] + within) if len(counted) >= limit else None
