"""Enrolments by the million for the bench: customers, bills, methods, schedules, runs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from paytone.gateway import CardToKeep, Kept
from paytone.gateway.braintree import BraintreeGateway
from paytone.rules.card import CardNumber, Expiry
from paytone.store import Store

CARD: Final = CardNumber("4111111111111111")
METHODS: Final = 50
CENTS: Final = 2500
AT_ONCE: Final = 100_000
"""Rows that one statement adds."""

ADD_METHODS: Final = """
    WITH customer AS (INSERT INTO customers (name) VALUES ('Bench') RETURNING id)
    INSERT INTO payment_methods (
        id, customer_id, kind, token, brand, expiry_year, expiry_month, last_four, fingerprint,
        added_at, consent_prompts, consent_language
    )
    SELECT gen_random_uuid(), customer.id, 'card', token, 'Visa', 2090, 12, '1111',
        encode(sha256(token::bytea), 'hex'), %(now)s, '{bench}', 'en'
    FROM customer, unnest(%(tokens)s::text[]) AS token
"""

ADD_ENROLMENTS: Final = """
    WITH methods AS (
        SELECT id, customer_id, row_number() OVER (ORDER BY id) - 1 AS at FROM payment_methods
    ),
    numbered AS (
        SELECT number, methods.id AS method_id, methods.customer_id
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
        JOIN methods ON methods.at = number %% (SELECT count(*) FROM methods)
    ),
    added AS (
        INSERT INTO accounts (customer_id, number)
        SELECT customer_id, '7' || lpad(number::text, 15, '0') FROM numbered
        RETURNING id, number
    ),
    enrolled AS (
        INSERT INTO schedules (
            id, confirmation, account_id, currency, method_id, kind, amount_cents, every, first_on,
            day_of_month
        )
        SELECT gen_random_uuid(), lpad(numbered.number::text, 9, '0'), added.id, 'USD',
            numbered.method_id, 'fixed', %(cents)s, 'month', %(today)s, 28
        FROM numbered JOIN added ON added.number = '7' || lpad(numbered.number::text, 15, '0')
        RETURNING id, confirmation
    )
    INSERT INTO schedule_runs (schedule_id, run_on, most_cents, next_at, changed_at, said)
    SELECT id, %(today)s::date + CASE WHEN confirmation::bigint <= %(due)s THEN 0 ELSE 28 END,
        %(cents)s,
        %(now)s::timestamptz
            + CASE WHEN confirmation::bigint <= %(due)s THEN interval '-1 hour' ELSE '28 days' END,
        %(now)s, 'planned'
    FROM enrolled
"""

ADD_BILLS: Final = """
    INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
    SELECT accounts.id, 'bench-' || number, %(cents)s, 'USD', %(today)s, %(today)s::date + 14
    FROM accounts
    WHERE number BETWEEN '7' || lpad(%(first)s::text, 15, '0')
        AND '7' || lpad(%(last)s::text, 15, '0')
"""

MADE: Final = """
    SELECT
        (SELECT count(*) FROM schedule_runs WHERE state = 'paid') AS paid,
        (SELECT count(*) FROM payments WHERE state = 'settling') AS payments,
        (SELECT count(*) FROM (
            SELECT FROM run_payments GROUP BY run_id HAVING count(*) > 1
        ) AS twice) AS twice
"""


async def load(
    store: Store, gateway: BraintreeGateway, *, enrolments: int, due: int, now: datetime
) -> None:
    """
    Add *enrolments* accounts, each with a bill and a monthly payment; *due* of these run at once.

    Up to `METHODS` cards are kept at the gateway, which these share.
    """
    tokens = [f"bench{at}" for at in range(min(METHODS, due))]
    for token in tokens:
        card = CardToKeep(CARD, Expiry(2090, 12), "60601")
        kept = await gateway.save_card(card, customer="bench", token=token)
        assert isinstance(kept, Kept)
    await store.run(ADD_METHODS, tokens=tokens, now=now)
    for first in range(1, enrolments + 1, AT_ONCE):
        span = {"first": first, "last": min(first + AT_ONCE - 1, enrolments), "cents": CENTS}
        await store.run(ADD_ENROLMENTS, due=due, now=now, today=now.date(), **span)
        await store.run(ADD_BILLS, today=now.date(), **span)
    await store.run("ANALYZE")
