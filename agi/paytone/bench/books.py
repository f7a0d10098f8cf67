"""The callers' accounts, and whether each call paid its bill exactly once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paytone.bench.journey import AMOUNT, PIN
from paytone.rules.pin import hash_pin
from paytone.store import Store

ENDING: Final = "0417"
"""Every account ends so: all reviews are then of one length."""
DUE_DAYS: Final = 14

PAID: Final = """
    SELECT accounts.number,
        (SELECT count(*) FROM payments WHERE payments.account_id = accounts.id) AS payments,
        (SELECT count(*) FROM payments
            WHERE payments.account_id = accounts.id AND state = 'settling'
                AND amount_cents = %(cents)s) AS good,
        (SELECT count(*) FROM calls
            WHERE calls.account_id = accounts.id AND ending = 'goodbye') AS ended
    FROM accounts WHERE accounts.number = ANY(%(numbers)s)
"""


@dataclass(frozen=True, slots=True)
class Books:
    """
    What the database says of some calls.

    Args:
        once: Accounts with exactly one payment, approved and of the whole bill, in one call that
            came to its goodbye.
        twice: Accounts with more than one payment.
    """

    once: int
    twice: int


def account_numbers(first: int, count: int) -> list[str]:
    """*count* account numbers from the *first*."""
    return [f"70000000{at:04d}{ENDING}" for at in range(first, first + count)]


def write_accounts(file: Path, numbers: list[str]) -> None:
    """Write the file for ``paytone accounts import``: one bill on each account, one PIN for all."""
    pin_hash = hash_pin(PIN)
    amount = f"{AMOUNT.cents // 100}.{AMOUNT.cents % 100:02d}"
    header = ("account_number", "customer_name", "pin_hash", "bill_number")
    with file.open("w", newline="") as text:
        rows = csv.writer(text)
        rows.writerow((*header, "amount", "issued", "due"))
        for number in numbers:
            bill = f"bench-{number}"
            rows.writerow((number, "Bench", pin_hash, bill, amount, "-1d", f"+{DUE_DAYS}d"))


async def balance(database_url: str, numbers: list[str]) -> Books:
    """What came of the calls for *numbers*."""
    async with Store.open(database_url, at_most=1) as store:
        rows = await store.all(PAID, numbers=numbers, cents=AMOUNT.cents)
    return Books(
        once=sum(row["payments"] == row["good"] == row["ended"] == 1 for row in rows),
        twice=sum(row["payments"] > 1 for row in rows),
    )
