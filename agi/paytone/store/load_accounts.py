"""Load an operator's accounts and bills: all of a file, or nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, LiteralString

from paytone.rules.line_fault import LineFault
from paytone.store import (
    Connection,
    Store,
    load_calls,
    load_contacts,
    load_customers,
    load_secrets,
    load_terms,
)
from paytone.store.account_file import AccountRow
from paytone.store.load_secrets import Secrets

AT_ONCE = 1000
"""Rows read ahead."""

SHOWN = 100
"""Faults that are kept; the rest are counted."""

TURN = "SELECT pg_try_advisory_lock(hashtextextended('paytone accounts import', 0)) AS mine"

TURN_OVER = "SELECT pg_advisory_unlock(hashtextextended('paytone accounts import', 0))"

WAITS_S = 0.2
"""How long one import waits before it asks again whether another is done."""

INCOMING = """
    CREATE TEMPORARY TABLE incoming (
        line integer, account_number text, customer_name text, currency text, phones text,
        pin_hash text, bill_number text, amount_cents bigint, issued date, due date, email text,
        mobile text, sms_consent text, language text, billing_day smallint, zip text,
        customer_number text, timezone text, call_consent text, bill_group text,
        payable text, payable_reason text, minimum_cents bigint, keep_service_cents bigint,
        answers jsonb
    )
"""

DROP = "DROP TABLE IF EXISTS incoming"

COPY = "COPY incoming FROM STDIN"

UNLIKE_EACH_OTHER = """
    SELECT line,
        'what it says of the account or its customer is not as in the account''s first row'
    FROM (
        SELECT *,
            first_value(customer_name) OVER (account ORDER BY line) AS first_name,
            first_value(currency) OVER (account ORDER BY line) AS first_currency,
            first_value(phones) OVER (account ORDER BY phones IS NULL, line) AS first_phones,
            first_value(pin_hash) OVER (account ORDER BY pin_hash IS NULL, line) AS first_pin_hash,
            first_value(email) OVER (account ORDER BY email IS NULL, line) AS first_email,
            first_value(mobile) OVER (account ORDER BY mobile IS NULL, line) AS first_mobile,
            first_value(sms_consent) OVER (account ORDER BY sms_consent IS NULL, line)
                AS first_consent,
            first_value(language) OVER (account ORDER BY language IS NULL, line)
                AS first_language,
            first_value(billing_day) OVER (account ORDER BY billing_day IS NULL, line) AS first_day,
            first_value(zip) OVER (account ORDER BY zip IS NULL, line) AS first_zip,
            first_value(bill_group) OVER (account ORDER BY bill_group IS NULL, line)
                AS first_group
        FROM incoming WINDOW account AS (PARTITION BY account_number)
    ) AS rows_of_accounts
    WHERE customer_name <> first_name OR currency <> first_currency
        OR phones <> first_phones OR pin_hash <> first_pin_hash OR email <> first_email
        OR mobile <> first_mobile OR sms_consent <> first_consent
        OR language <> first_language OR billing_day <> first_day
        OR zip <> first_zip OR bill_group <> first_group
    ORDER BY line
"""

BILLED_TWICE = """
    SELECT line, 'bill ' || bill_number || ' is already on line ' || first
    FROM (
        SELECT line, bill_number, min(line) OVER (PARTITION BY bill_number) AS first
        FROM incoming WHERE bill_number IS NOT NULL
    ) AS billed
    WHERE line <> first
    ORDER BY line
"""

ANOTHERS_BILL = """
    SELECT line, 'bill ' || bill_number || ' is known, for another account'
    FROM incoming
    JOIN bills ON bills.number = incoming.bill_number
    JOIN accounts ON accounts.id = bills.account_id
    WHERE accounts.number <> incoming.account_number
    ORDER BY line
"""

ANOTHER_CURRENCY = """
    SELECT line, 'the account is known, in ' || accounts.currency
    FROM incoming JOIN accounts ON accounts.number = incoming.account_number
    WHERE accounts.currency <> incoming.currency
    ORDER BY line
"""

ADD_ACCOUNTS = """
    WITH fresh AS MATERIALIZED (
        SELECT coalesce(customers.id, gen_random_uuid()) AS customer_id, new_account.*
        FROM (
            SELECT account_number, min(customer_name) AS name, min(incoming.currency) AS currency,
                min(incoming.pin_hash) AS pin_hash, min(customer_number) AS customer_number,
                coalesce(min(incoming.payable), 'yes') AS payable,
                min(incoming.payable_reason) AS payable_reason,
                nullif(min(incoming.minimum_cents), 0) AS minimum,
                nullif(min(incoming.keep_service_cents), 0) AS keep_service
            FROM incoming LEFT JOIN accounts ON accounts.number = incoming.account_number
            WHERE accounts.id IS NULL
            GROUP BY account_number
        ) AS new_account
        LEFT JOIN customers ON customers.biller_id = customer_number
    ), customer AS (
        INSERT INTO customers (id, name)
        SELECT customer_id, name FROM fresh WHERE customer_number IS NULL
    )
    INSERT INTO accounts (
        customer_id, number, currency, pin_hash, payable, payable_reason,
        minimum_cents, minimum_at, keep_service_cents, keep_service_at
    )
    SELECT customer_id, account_number, currency, pin_hash, payable, payable_reason,
        minimum, CASE WHEN minimum > 0 THEN %(now)s::timestamptz END,
        keep_service, CASE WHEN keep_service > 0 THEN %(now)s::timestamptz END
    FROM fresh
    RETURNING number
"""

NEW_DAYS = """
    UPDATE accounts SET billing_day = incoming.billing_day
    FROM incoming
    WHERE accounts.number = incoming.account_number
        AND accounts.billing_day IS DISTINCT FROM incoming.billing_day
        AND incoming.billing_day IS NOT NULL
    RETURNING accounts.number
"""

NEW_ZIPS = """
    UPDATE accounts SET zip = incoming.zip
    FROM incoming
    WHERE accounts.number = incoming.account_number
        AND accounts.zip IS DISTINCT FROM incoming.zip AND incoming.zip IS NOT NULL
    RETURNING accounts.number
"""

NEW_GROUPS = """
    UPDATE accounts SET bill_group = incoming.bill_group
    FROM incoming
    WHERE accounts.number = incoming.account_number
        AND accounts.bill_group IS DISTINCT FROM incoming.bill_group
        AND incoming.bill_group IS NOT NULL
    RETURNING accounts.number
"""

RENAME = """
    UPDATE customers SET name = incoming.customer_name
    FROM incoming JOIN accounts ON accounts.number = incoming.account_number
    WHERE customers.id = accounts.customer_id AND customers.name <> incoming.customer_name
    RETURNING accounts.number
"""

DROP_PHONES = """
    DELETE FROM account_phones USING incoming, accounts
    WHERE accounts.id = account_phones.account_id AND accounts.number = incoming.account_number
        AND account_phones.phone <> ALL (string_to_array(incoming.phones, ';'))
    RETURNING accounts.number
"""

ADD_PHONES = """
    WITH added AS (
        INSERT INTO account_phones (account_id, phone)
        SELECT accounts.id, unnest(string_to_array(incoming.phones, ';'))
        FROM incoming JOIN accounts ON accounts.number = incoming.account_number
        ON CONFLICT DO NOTHING
        RETURNING account_id
    )
    SELECT number FROM accounts WHERE id IN (SELECT account_id FROM added)
"""

BILLS = """
    WITH written AS (
        INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
        SELECT accounts.id, bill_number, amount_cents, incoming.currency, issued, due
        FROM incoming JOIN accounts ON accounts.number = incoming.account_number
        WHERE bill_number IS NOT NULL
        ON CONFLICT (number) DO UPDATE
            SET amount_cents = excluded.amount_cents, issued = excluded.issued, due = excluded.due
            WHERE (bills.amount_cents, bills.issued, bills.due)
                IS DISTINCT FROM (excluded.amount_cents, excluded.issued, excluded.due)
        RETURNING xmax = 0 AS added
    )
    SELECT count(*) FILTER (WHERE added) AS added, count(*) FILTER (WHERE NOT added) AS changed
    FROM written
"""


CHECKS = (
    UNLIKE_EACH_OTHER,
    load_terms.UNLIKE_EACH_OTHER,
    load_customers.UNLIKE_EACH_OTHER,
    load_calls.UNLIKE_EACH_OTHER,
    load_secrets.UNLIKE_EACH_OTHER,
    BILLED_TWICE,
    ANOTHERS_BILL,
    ANOTHER_CURRENCY,
)
"""Each gives line and words of what does not fit."""

CHANGES: Final[tuple[LiteralString, ...]] = (
    RENAME,
    *load_contacts.CHANGES,
    *load_secrets.CHANGES,
    NEW_DAYS,
    NEW_ZIPS,
    NEW_GROUPS,
    DROP_PHONES,
    ADD_PHONES,
    *load_calls.CHANGES,
    *load_terms.QUERIES,
)
"""What a file changes of known accounts, each giving their numbers."""


class NotLoaded(Exception):
    """The file has faults; nothing of it was loaded. Only the first `SHOWN` are in *faults*."""

    def __init__(self, faults: Sequence[LineFault], count: int) -> None:
        super().__init__(f"{count} faults")
        self.faults = faults
        self.count = count


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file changed."""

    accounts_added: int
    accounts_changed: int
    bills_added: int
    bills_changed: int


async def load(
    store: Store, rows: Iterable[AccountRow | LineFault], *, now: datetime, keep: bool = True
) -> Loaded:
    """
    Bring accounts and bills up to *rows*, in one transaction; the same rows again change nothing.

    A known account takes the name, and whatever else of it is given. A known bill takes the amount
    and dates. What *rows* do not name stays. The transaction begins when all is read and hashed.

    Args:
        now: Payments from then on count towards what is asked anew.
        keep: False tries it all and then undoes it.

    Raises:
        NotLoaded: Any row is bad, or does not fit the others or what is known; nothing is loaded.
        StoreAway: Nothing is loaded.
    """
    async with store.connection() as connection, _turn(connection):
        await connection.execute(INCOMING)
        await _copy(connection, rows)
        async with connection.transaction(force_rollback=not keep):
            await connection.execute("ANALYZE incoming")
            await _check(connection)
            return await _apply(connection, now)


@asynccontextmanager
async def _turn(connection: Connection) -> AsyncIterator[None]:
    """
    No other import beside this one, which ends without a trace.

    Whoever waits asks now and then: a statement that waits holds back what a vacuum may remove.
    """
    while True:
        row = await (await connection.execute(TURN)).fetchone()
        if row and row["mine"]:
            break
        await asyncio.sleep(WAITS_S)
    try:
        yield
    finally:
        if not connection.closed:
            await connection.execute(DROP)
            await connection.execute(TURN_OVER)


async def _copy(connection: Connection, rows: Iterable[AccountRow | LineFault]) -> None:
    faults: list[LineFault] = []
    secrets = Secrets(connection)
    coming, bad = iter(rows), 0
    while batch := list(islice(coming, AT_ONCE)):
        found = [row for row in batch if isinstance(row, LineFault)]
        faults += found[: SHOWN - len(faults)]
        bad += len(found)
        if not bad:
            good = [row for row in batch if isinstance(row, AccountRow)]
            await secrets.hash(good)
            async with connection.cursor().copy(COPY) as copy:
                for row in good:
                    await copy.write_row(tuple(_cells(row, secrets)))
    if bad:
        raise NotLoaded(faults, bad)


def _cells(row: AccountRow, secrets: Secrets) -> Iterator[object]:
    yield from (row.line, row.account_number, row.customer_name, row.currency)
    yield None if row.phones is None else ";".join(row.phones)
    yield secrets.pin_hash_of(row)
    if row.bill is None:
        yield from (None, None, None, None)
    else:
        yield from (row.bill.number, row.bill.amount.cents, row.bill.issued, row.bill.due)
    yield from (row.email, row.mobile, row.sms_consent, row.language, row.billing_day)
    yield from (row.zip_code, row.customer_number, row.timezone, row.call_consent)
    yield row.bill_group
    yield from load_terms.cells(row.terms)
    yield secrets.answers_of(row)


async def _check(connection: Connection) -> None:
    faults = [
        LineFault(*row.values())
        for query in CHECKS
        for row in await (await connection.execute(query)).fetchall()
    ]
    if faults:
        faults.sort(key=lambda fault: fault.line)
        raise NotLoaded(faults[:SHOWN], len(faults))


async def _apply(connection: Connection, now: datetime) -> Loaded:
    changed = await load_customers.bring_together(connection)
    added = await _numbers(connection, ADD_ACCOUNTS, now=now)
    for query in CHANGES:
        changed |= await _numbers(connection, query, now=now)
    bills = await (await connection.execute(BILLS)).fetchone()
    assert bills is not None
    return Loaded(
        accounts_added=len(added),
        accounts_changed=len(changed - added),
        bills_added=bills["added"],
        bills_changed=bills["changed"],
    )


async def _numbers(connection: Connection, query: LiteralString, **values: object) -> set[str]:
    rows = await (await connection.execute(query, values)).fetchall()
    return {row["number"] for row in rows}
