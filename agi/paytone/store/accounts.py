"""Accounts: who a caller may be, and what is owed."""

from __future__ import annotations

from datetime import date

from paytone.rules.bill import Account, Owed, Payable, Restriction, Unpaid
from paytone.rules.money import Money
from paytone.store import Row, Store

BY_NUMBER = "SELECT * FROM accounts WHERE number = %(number)s"

BY_ID = "SELECT * FROM accounts WHERE id = %(id)s"

BY_PHONE = """
    SELECT accounts.*
    FROM account_phones JOIN accounts ON accounts.id = account_phones.account_id
    WHERE account_phones.phone = %(phone)s
    LIMIT 2
"""

OWED = "SELECT * FROM account_owed WHERE account_id = %(id)s"

BESIDE = """
    SELECT accounts.*, account_owed.*
    FROM accounts AS this
    JOIN account_owed ON account_owed.customer_id = this.customer_id
    JOIN accounts ON accounts.id = account_owed.account_id
    WHERE this.id = %(id)s AND accounts.id <> this.id AND balance_cents > 0
        AND accounts.currency = this.currency AND accounts.payable <> 'no'
        AND NOT EXISTS (
            SELECT FROM payments_as_heard AS paid
            WHERE paid.account_id = accounts.id AND (open OR told IS DISTINCT FROM to_hear)
        )
    ORDER BY due, accounts.number
    LIMIT %(at_most)s
"""

SET_PAYABLE = """
    UPDATE accounts SET payable = %(payable)s, payable_reason = %(reason)s
    WHERE number = %(number)s
"""


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
    return _owed_of_row(row)


async def beside(store: Store, account_id: str, at_most: int) -> list[tuple[Account, Owed]]:
    """
    The customer's other accounts that owe something and may be paid now, the oldest due first.

    One with a payment that is open, or of which its caller has something to hear, is left out.
    """
    rows = await store.all(BESIDE, id=account_id, at_most=at_most)
    return [(account_of_row(row), _owed_of_row(row)) for row in rows]


async def set_payable(
    store: Store, number: str, payable: Payable, restriction: Restriction | None
) -> None:
    """
    Let the account be paid by phone, or not, from its next payment on; may be repeated.

    Args:
        restriction: One of the `REASONS` for *payable*; the database refuses any other.

    Raises:
        NoSuchAccount: The store knows none with that number.
    """
    reason = restriction and restriction.value
    if not await store.run(SET_PAYABLE, number=number, payable=payable.value, reason=reason):
        raise NoSuchAccount(number)


def account_of_row(row: Row) -> Account:
    """The account in a row of the table accounts."""
    why = row["payable_reason"]
    return Account(
        id=str(row["id"]),
        customer_id=str(row["customer_id"]),
        number=row["number"],
        pin_hash=row["pin_hash"],
        payable=Payable(row["payable"]),
        restriction=Restriction(why) if why else None,
    )


def _owed_of_row(row: Row) -> Owed:
    currency = row["currency"]

    def money(cents: int | None) -> Money | None:
        return None if cents is None else Money(cents, currency)

    return Owed(
        balance=Money(row["balance_cents"], currency),
        due=row["due"],
        unpaid=tuple(
            Unpaid(date.fromisoformat(bill["due"]), Money(bill["cents"], currency))
            for bill in row["unpaid"]
        ),
        minimum=money(row["minimum_cents"]),
        keep_service=money(row["keep_service_cents"]),
    )
