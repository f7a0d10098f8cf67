"""The ledger: what it proves, and what it gives to a biller's accounting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from paytone.rules.money import Money
from paytone.store import Row, Store

EACH = """
    SELECT ledger.id, ledger.at, ledger.kind, ledger.debit, ledger.credit, ledger.amount_cents,
        ledger.currency, accounts.number AS account_number, bills.number AS bill_number,
        payments.confirmation, payments.transaction_id, ledger.reason
    FROM ledger
    JOIN accounts ON accounts.id = ledger.account_id
    LEFT JOIN bills ON bills.id = ledger.bill_id
    LEFT JOIN payments ON payments.id = ledger.payment_id
    WHERE (%(since)s::timestamptz IS NULL OR ledger.at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR ledger.at < %(until)s)
    ORDER BY ledger.id
"""

ADJUST = """
    INSERT INTO ledger (at, kind, debit, credit, amount_cents, currency, account_id, reason)
    SELECT %(now)s, 'adjustment',
        CASE WHEN %(cents)s > 0 THEN 'receivable' ELSE 'adjustments' END,
        CASE WHEN %(cents)s > 0 THEN 'adjustments' ELSE 'receivable' END,
        abs(%(cents)s), currency, id, %(reason)s
    FROM accounts WHERE number = %(account)s AND currency = %(currency)s
    RETURNING id
"""

DAYS = """
    SELECT
        (at AT TIME ZONE %(zone)s)::date AS day,
        currency,
        count(*) FILTER (WHERE kind = 'payment') AS payments,
        coalesce(sum(amount_cents) FILTER (WHERE kind = 'payment'), 0)::bigint AS paid,
        coalesce(sum(amount_cents) FILTER (WHERE kind = 'void'), 0)::bigint AS voided,
        coalesce(sum(amount_cents) FILTER (WHERE kind = 'return'), 0)::bigint AS returned,
        coalesce(sum(amount_cents) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded,
        coalesce(sum(
            CASE 'fees' WHEN credit THEN amount_cents WHEN debit THEN -amount_cents END
        ), 0)::bigint AS fees,
        coalesce(sum(
            CASE 'gateway' WHEN debit THEN amount_cents WHEN credit THEN -amount_cents END
        ), 0)::bigint AS gateway,
        coalesce(sum(
            CASE 'bank' WHEN debit THEN amount_cents WHEN credit THEN -amount_cents END
        ), 0)::bigint AS bank
    FROM ledger
    WHERE kind <> 'bill'
        AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    GROUP BY day, currency
    ORDER BY day, currency
"""

CHANGES_NOT_BOOKED = """
    SELECT 'payment ' || confirmation || ': ' || from_state || ' to ' || to_state || ' of ' || at
        || CASE kind WHEN 'fee' THEN ': the fee' ELSE '' END || ' is not booked' AS fault
    FROM postings_of_changes AS due
    WHERE NOT EXISTS (
        SELECT FROM ledger
        WHERE ledger.change_id = due.change_id AND (ledger.kind = 'fee') = (due.kind = 'fee')
    )
    ORDER BY change_id, kind
"""

WRONGLY_BOOKED = """
    SELECT 'posting ' || ledger.id || ' is not what the change of payment '
        || payments.confirmation || ' books' AS fault
    FROM ledger
    JOIN payment_changes AS changes ON changes.id = ledger.change_id
    JOIN payments ON payments.id = changes.payment_id
    LEFT JOIN postings_of_changes AS due
        ON due.change_id = ledger.change_id AND (due.kind = 'fee') = (ledger.kind = 'fee')
    WHERE (ledger.kind, ledger.debit, ledger.credit, ledger.amount_cents, ledger.account_id,
            ledger.payment_id)
        IS DISTINCT FROM
        (due.kind, due.debit, due.credit, due.amount_cents, due.account_id, due.payment_id)
    ORDER BY ledger.id
"""

BILLS_UNLIKE = """
    SELECT 'bill ' || bills.number || ' is for ' || bills.amount_cents || ' cents, and '
        || booked.cents || ' are booked' AS fault
    FROM bills
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(
            CASE 'receivable' WHEN debit THEN amount_cents ELSE -amount_cents END
        ), 0)::bigint AS cents
        FROM ledger WHERE ledger.bill_id = bills.id
    ) AS booked
    WHERE booked.cents <> bills.amount_cents
    ORDER BY bills.number
"""

BALANCES_UNLIKE = """
    SELECT 'account ' || account_number || ' owes ' || balance_cents
        || ' cents by the ledger, and ' || owed.cents || ' by its bills and payments' AS fault
    FROM account_balance
    CROSS JOIN LATERAL (
        SELECT
            coalesce((
                SELECT sum(amount_cents) FROM bills
                WHERE bills.account_id = account_balance.account_id
            ), 0)
            - coalesce((
                SELECT sum(amount_cents - fee_cents) FROM payments
                WHERE payments.account_id = account_balance.account_id
                    AND account_number NOT LIKE 'sale:%%'
                    AND state IN ('settling', 'settled', 'refunded')
            ), 0)
            + coalesce((
                SELECT sum(CASE 'receivable' WHEN debit THEN amount_cents ELSE -amount_cents END)
                FROM ledger
                WHERE ledger.account_id = account_balance.account_id
                    AND kind IN ('refund', 'adjustment')
                    AND 'receivable' IN (debit, credit)
            ), 0) AS cents
    ) AS owed
    WHERE owed.cents <> balance_cents
    ORDER BY account_number
"""

FEES_UNLIKE = """
    SELECT 'payment ' || confirmation || ': ' || due_cents || ' cents are its fee, and '
        || booked_cents || ' are booked' AS fault
    FROM fees_unlike ORDER BY confirmation
"""

GUARDS_AWAY = """
    SELECT 'the database no longer guards itself: trigger ' || guard || ' is off' AS fault
    FROM unnest(%(guards)s::text[]) AS guard
    WHERE NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgname = guard AND tgenabled IN ('O', 'A')
    )
"""

GUARDS: Final = (
    "payment_keeps_to_its_moves",
    "write_payment_change",
    "payment_changes_stay",
    "payment_changes_are_never_emptied",
    "book_payment_change",
    "ledger_stays",
    "ledger_is_never_emptied",
    "bills_stay",
    "bills_are_never_emptied",
    "book_new_bills",
    "book_changed_bills",
    "refund_keeps_to_its_payment",
    "refund_keeps_to_its_moves",
    "refunds_are_never_emptied",
    "book_refund",
    "payment_is_refunded_in_full",
    "queue_letters_of_change",
    "queue_letters_of_call",
    "queue_callback_of_change",
    "sales_are_not_billed",
)
"""The triggers that keep the books, and those that let customers know."""

TOTALS = """
    SELECT currency, count(*) AS postings, coalesce(sum(amount_cents), 0)::bigint AS cents
    FROM ledger GROUP BY currency ORDER BY currency
"""

SALES_UNLIKE = """
    SELECT 'sale ' || number || ' is booked with ' || booked.cents || ' cents, and '
        || paid.cents || ' came in' AS fault
    FROM accounts
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(
            CASE 'sales' WHEN credit THEN amount_cents WHEN debit THEN -amount_cents END
        ), 0)::bigint AS cents
        FROM ledger WHERE ledger.account_id = accounts.id AND ledger.kind <> 'refund'
    ) AS booked
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_cents - fee_cents), 0)::bigint AS cents
        FROM payments
        WHERE account_id = accounts.id AND state IN ('settling', 'settled', 'refunded')
    ) AS paid
    WHERE accounts.kind = 'sale' AND booked.cents <> paid.cents
    ORDER BY number
"""

PROOFS: Final[tuple[tuple[str, LiteralString], ...]] = (
    ("every change of a payment that moves money is booked once", CHANGES_NOT_BOOKED),
    ("every posting of a payment is what its change books", WRONGLY_BOOKED),
    ("every bill is booked with its amount", BILLS_UNLIKE),
    ("every balance is its bills less its payments", BALANCES_UNLIKE),
    ("every sale is booked with what came in for it", SALES_UNLIKE),
    ("every fee is booked, and what went back of it", FEES_UNLIKE),
    ("the database guards the books", GUARDS_AWAY),
)
"""What must hold, and the query that lists where it does not."""


@dataclass(frozen=True, slots=True)
class Proof:
    """
    One thing that must hold of the books.

    Args:
        faults: Where it does not, in words; empty where it holds.
    """

    what: str
    faults: tuple[str, ...]


async def proofs(store: Store) -> list[Proof]:
    """Everything that must hold of the books, as of one moment. Moves no money."""
    async with store.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = []
        for what, query in PROOFS:
            rows = await (await connection.execute(query, {"guards": list(GUARDS)})).fetchall()
            found.append(Proof(what, tuple(row["fault"] for row in rows)))
        return found


async def adjust(
    store: Store, account_number: str, amount: Money, *, reason: str, now: datetime
) -> int | None:
    """
    Book that the account owes *amount* more, less if it is below zero, and return the posting.

    None, and nothing booked, where no account has that number in that currency. Not to be
    repeated after StoreAway without a look at the ledger.
    """
    row = await store.one(
        ADJUST,
        account=account_number,
        cents=amount.cents,
        currency=amount.currency,
        reason=reason,
        now=now,
    )
    return row["id"] if row else None


async def totals(store: Store) -> list[Row]:
    """A row a currency: how many postings, and the cents of all their debits."""
    return await store.all(TOTALS)


async def each(
    store: Store, *, since: datetime | None, until: datetime | None
) -> AsyncIterator[Row]:
    """
    Every posting from *since* to before *until*, in the order of booking.

    Its account's number, its bill's number and its payment's confirmation and transaction stand
    with it where it has them.
    """
    async for row in store.each(EACH, since=since, until=until):
        yield row


async def days(
    store: Store, *, since: datetime | None, until: datetime | None, zone: str
) -> list[Row]:
    """
    A row a day and currency on which money moved: what was paid, voided, returned and refunded
    without the fees, the fees less those that went back, and by how much the gateway's and the
    bank's holdings changed. Cents, days in *zone*.
    """
    return await store.all(DAYS, since=since, until=until, zone=zone)
