"""Accounts: who a caller may be, and what is owed."""

from __future__ import annotations

from paytone.bill import Account, Owed
from paytone.money import Money
from paytone.store import Row, Store

BY_NUMBER = "SELECT id, customer_id, number, pin_hash FROM accounts WHERE number = %(number)s"

BY_ID = "SELECT id, customer_id, number, pin_hash FROM accounts WHERE id = %(id)s"

BY_PHONE = """
    SELECT accounts.id, accounts.customer_id, accounts.number, accounts.pin_hash
    FROM account_phones JOIN accounts ON accounts.id = account_phones.account_id
    WHERE account_phones.phone = %(phone)s
    LIMIT 2
"""

OWED = "SELECT balance_cents, currency, due FROM account_balance WHERE account_id = %(id)s"


class NoSuchAccount(LookupError):
    """The store holds no account with that id; no money moved."""


async def by_number(store: Store, number: str) -> Account | None:
    """The account with the sixteen digits *number*; None if there is none."""
    row = await store.one(BY_NUMBER, number=number)
    return account_of_row(row) if row else None


async def by_phone(store: Store, phone: str) -> Account | None:
    """The one account with the ten digits *phone* on it; None where none or several have it."""
    rows = await store.all(BY_PHONE, phone=phone)
    return account_of_row(rows[0]) if len(rows) == 1 else None


async def by_id(store: Store, account_id: str) -> Account:
    """
    The account that the store knows by *account_id*.

    Raises:
        NoSuchAccount: It knows none.
    """
    row = await store.one(BY_ID, id=account_id)
    if row is None:
        raise NoSuchAccount(account_id)
    return account_of_row(row)


async def owed(store: Store, account_id: str) -> Owed:
    """
    What the account owes now: its bills less what was paid towards them.

    Raises:
        NoSuchAccount: The store knows none with that id.
    """
    row = await store.one(OWED, id=account_id)
    if row is None:
        raise NoSuchAccount(account_id)
    return Owed(balance=Money(row["balance_cents"], row["currency"]), due=row["due"])


def account_of_row(row: Row) -> Account:
    """The account in a row with the columns id, customer_id, number and pin_hash."""
    return Account(
        id=str(row["id"]),
        customer_id=str(row["customer_id"]),
        number=row["number"],
        pin_hash=row["pin_hash"],
    )
