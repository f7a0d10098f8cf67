"""Bills: what came in the last months, and what is known of the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from paytone.rules.money import Money
from paytone.store import Store

LAST = """
    SELECT amount_cents, currency, issued, due FROM bills
    WHERE account_id = %(account)s ORDER BY issued DESC, due DESC, number DESC LIMIT %(at_most)s
"""

BILLING_DAY = "SELECT billing_day FROM accounts WHERE id = %(account)s"


@dataclass(frozen=True, slots=True)
class Bill:
    """What the account was billed once; *amount* below zero is a credit note."""

    amount: Money
    issued: date
    due: date


async def last(store: Store, account_id: str, at_most: int) -> list[Bill]:
    """The account's last bills and credit notes, newest first."""
    rows = await store.all(LAST, account=account_id, at_most=at_most)
    return [
        Bill(Money(row["amount_cents"], row["currency"]), row["issued"], row["due"]) for row in rows
    ]


async def billing_day(store: Store, account_id: str) -> int | None:
    """The day of the month on which bills come; None where it is not known."""
    row = await store.one(BILLING_DAY, account=account_id)
    return row["billing_day"] if row else None
