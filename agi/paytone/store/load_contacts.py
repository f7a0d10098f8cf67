"""What an operator's file says of addresses and agreements, brought into the database."""

from __future__ import annotations

from typing import Final, LiteralString

NEW_CONTACTS = """
    WITH wanted AS (
        SELECT accounts.customer_id, min(accounts.number) AS number,
            coalesce(min(incoming.email), min(customers.email)) AS email,
            coalesce(min(incoming.mobile), min(customers.mobile)) AS mobile,
            coalesce(min(incoming.language), min(customers.language)) AS language
        FROM incoming
        JOIN accounts ON accounts.number = incoming.account_number
        JOIN customers ON customers.id = accounts.customer_id
        WHERE num_nonnulls(incoming.email, incoming.mobile, incoming.language) > 0
        GROUP BY accounts.customer_id
    ), written AS (
        UPDATE customers SET email = wanted.email, mobile = wanted.mobile,
            language = wanted.language
        FROM wanted
        WHERE customers.id = wanted.customer_id
            AND (customers.email, customers.mobile, customers.language)
                IS DISTINCT FROM (wanted.email, wanted.mobile, wanted.language)
        RETURNING customers.id, number
    ), change AS (
        INSERT INTO contact_changes (customer_id, at, what, source, why)
        SELECT id, now(), 'e-mail address, mobile number or language', 'import', 'accounts import'
        FROM written
    )
    SELECT number FROM written
"""

NEW_CONSENTS = """
    WITH given AS (
        INSERT INTO contact_consents (
            customer_id, channel, address, purpose, source, said, at
        )
        SELECT DISTINCT accounts.customer_id, 'sms', incoming.mobile, 'receipts', 'import',
            incoming.sms_consent, now()
        FROM incoming JOIN accounts ON accounts.number = incoming.account_number
        WHERE sms_consent IS NOT NULL AND NOT EXISTS (
            -- What a customer has taken back since is not given again by the same paper.
            SELECT FROM contact_consents
            WHERE customer_id = accounts.customer_id AND address = incoming.mobile
                AND channel = 'sms'
                AND (withdrawn_at IS NULL OR said = incoming.sms_consent)
        )
        ON CONFLICT DO NOTHING
        RETURNING customer_id
    )
    SELECT accounts.number
    FROM incoming JOIN accounts ON accounts.number = incoming.account_number
    WHERE accounts.customer_id IN (SELECT customer_id FROM given)
"""

CHANGES: Final[tuple[LiteralString, ...]] = (NEW_CONTACTS, NEW_CONSENTS)
"""From the table ``incoming`` of `load_accounts`; each gives the accounts' numbers."""
