"""Consents to be called: who agreed to which calls at which number, when, and by which words."""

from __future__ import annotations

from datetime import datetime

import psycopg

from paytone.rules.calling import ACCOUNT, Line
from paytone.store import Row, Store
from paytone.store.contacts import Source

AGREE = """
    WITH customer AS (
        SELECT accounts.customer_id AS id FROM accounts
        JOIN customers ON customers.id = accounts.customer_id
        WHERE accounts.id = %(account)s
            AND (customers.mobile = %(number)s OR EXISTS (
                SELECT FROM account_phones JOIN accounts AS own ON own.id = account_id
                WHERE own.customer_id = customers.id AND phone = %(number)s
            ))
            AND NOT EXISTS (
                SELECT FROM do_not_call WHERE number = %(number)s AND removed_at IS NULL
            )
    ), change AS (
        INSERT INTO contact_changes (customer_id, at, what, source, why, call_id)
        SELECT id, %(now)s, 'calls on', %(source)s, %(said)s, %(call)s FROM customer
    ), given AS (
        INSERT INTO contact_consents (
            customer_id, channel, address, purpose, source, said, call_id, at
        )
        SELECT id, 'call', %(number)s, %(purpose)s, %(kind)s, %(said)s, %(call)s, %(now)s
        FROM customer
        ON CONFLICT (customer_id, channel, address, purpose) WHERE withdrawn_at IS NULL DO NOTHING
    )
    SELECT FROM customer
"""

REVOKE = """
    WITH ended AS (
        UPDATE contact_consents SET withdrawn_at = %(now)s, withdrawn_how = %(why)s
        WHERE address = %(number)s AND channel = 'call' AND withdrawn_at IS NULL
        RETURNING customer_id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why)
    SELECT DISTINCT customer_id, %(now)s, 'calls off', %(source)s, %(why)s FROM ended
"""

EACH = """
    SELECT contact_consents.*, accounts.numbers
    FROM contact_consents
    CROSS JOIN LATERAL (
        SELECT array_agg(number ORDER BY number) AS numbers FROM accounts
        WHERE accounts.customer_id = contact_consents.customer_id
    ) AS accounts
    WHERE channel = 'call' AND (%(number)s::text IS NULL OR address = %(number)s)
    ORDER BY contact_consents.id
"""

LINE = """
    INSERT INTO phone_lines (number, line, said, by_whom, at)
    VALUES (%(number)s, %(line)s, %(said)s, %(by)s, %(now)s)
    ON CONFLICT (number) DO UPDATE
        SET line = excluded.line, said = excluded.said, by_whom = excluded.by_whom, at = excluded.at
"""


COUNTED = """
    SELECT count(DISTINCT address), count(DISTINCT address) FILTER (WHERE timezone IS NULL)
    FROM contact_consents JOIN customers ON customers.id = customer_id
    WHERE channel = 'call' AND withdrawn_at IS NULL
"""


class NoConsent(Exception):
    """The number is not the customer's, or is not to be called; nothing was stored."""


async def agree(
    store: Store,
    account_id: str,
    number: str,
    *,
    said: str,
    source: Source,
    now: datetime,
    purpose: str = ACCOUNT,
) -> None:
    """
    Note that the account's customer wants to be called at *number*; may be repeated.

    Args:
        said: The words that were agreed to, or where the agreement is kept.
        purpose: `ACCOUNT`, or the name of one kind of call.

    Raises:
        NoConsent: See there.
    """
    row = await store.one(
        AGREE,
        account=account_id,
        number=number,
        purpose=purpose,
        said=said,
        kind=source.kind,
        source=source.who,
        call=source.call_id,
        now=now,
    )
    if row is None:
        raise NoConsent(account_id)


async def revoke(store: Store, number: str, *, why: str, source: Source, now: datetime) -> int:
    """Let nobody be called at *number* by an earlier consent; how many customers had agreed."""
    return await store.run(REVOKE, number=number, why=why, source=source.who, now=now)


async def each(store: Store, number: str | None = None) -> list[Row]:
    """Every consent to be called, also those that ended, oldest first; or those for *number*."""
    return await store.all(EACH, number=number)


async def note_line(
    store: Store, number: str, line: Line, *, said: str, by: str, now: datetime
) -> None:
    """Note that *number* is a landline or a mobile, and how that is known; the last note stands."""
    await store.run(LINE, number=number, line=line.value, said=said, by=by, now=now)


def counted(conninfo: str) -> tuple[int, int]:
    """How many numbers may be called by a consent, and of how many nobody said where they are."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(COUNTED).fetchone()
    assert row is not None
    return row[0], row[1]
