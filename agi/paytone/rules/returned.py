"""Debits that a bank sent back: why, and whether they may be presented again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

MEANINGS: Final = {
    "R01": "insufficient funds",
    "R02": "account closed",
    "R03": "no such account",
    "R04": "invalid account number",
    "R05": "unauthorized debit to a consumer account",
    "R07": "authorization revoked by the customer",
    "R08": "payment stopped",
    "R09": "uncollected funds",
    "R10": "the customer says it was not authorized",
    "R11": "the customer says it was not as authorized",
    "R16": "account frozen",
    "R20": "not an account for payments",
    "R29": "the corporate customer says it was not authorized",
}
"""Nacha's return reason codes, as far as a biller meets them."""

ONLY_MONEY: Final = frozenset({"R01", "R09"})
"""Codes that say only that the money was not there."""

AGAIN: Final = 2
WITHIN: Final = timedelta(days=180)


def may_be_presented_again(code: str, *, presented: int, first: datetime, now: datetime) -> bool:
    """
    Whether a debit that was returned for *code* may be presented once more.

    Nacha's rules: only for want of money, at most twice after the first time, within 180 days of
    it; never one that the customer did not authorize, revoked or disputes.

    Args:
        presented: How often it was presented so far, the first time included.
        first: When it was first presented.
    """
    return code in ONLY_MONEY and presented <= AGAIN and now - first <= WITHIN


def in_words(code: str, text: str, *, presented: int, first: datetime, now: datetime) -> str:
    """Why a payment came back and what may be done, for its record."""
    why = f"returned: {code} {MEANINGS.get(code, text)}".rstrip()
    if not code.startswith("R"):
        return why
    if may_be_presented_again(code, presented=presented, first=first, now=now):
        last = f"{first + WITHIN:%Y-%m-%d}"
        return f"{why}; may be presented again, {1 + AGAIN - presented} times at most, until {last}"
    return f"{why}; must not be presented again"
