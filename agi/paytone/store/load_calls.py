"""What an operator's file says of calling people, brought into the database."""

from __future__ import annotations

from typing import Final, LiteralString

UNLIKE_EACH_OTHER: Final = """
    SELECT line, 'timezone or call_consent is not as in the account''s first row that has it'
    FROM (
        SELECT *,
            first_value(timezone) OVER (account ORDER BY timezone IS NULL, line) AS first_zone,
            first_value(call_consent) OVER (account ORDER BY call_consent IS NULL, line)
                AS first_consent
        FROM incoming WINDOW account AS (PARTITION BY account_number)
    ) AS rows_of_accounts
    WHERE timezone <> first_zone OR call_consent <> first_consent
    ORDER BY line
"""

NEW_ZONES: Final = """
    UPDATE customers SET timezone = incoming.timezone
    FROM incoming JOIN accounts ON accounts.number = incoming.account_number
    WHERE customers.id = accounts.customer_id AND incoming.timezone IS NOT NULL
        AND customers.timezone IS DISTINCT FROM incoming.timezone
    RETURNING accounts.number
"""

NEW_CONSENTS: Final = """
    WITH given AS (
        INSERT INTO contact_consents (
            customer_id, channel, address, purpose, source, said, at
        )
        SELECT DISTINCT accounts.customer_id, 'call', incoming.mobile, 'account', 'import',
            incoming.call_consent, %(now)s
        FROM incoming JOIN accounts ON accounts.number = incoming.account_number
        WHERE call_consent IS NOT NULL
            AND NOT EXISTS (
                -- What a customer has taken back since is not given again by the same paper.
                SELECT FROM contact_consents
                WHERE customer_id = accounts.customer_id AND address = incoming.mobile
                    AND channel = 'call' AND (withdrawn_at IS NULL OR said = incoming.call_consent)
            )
            AND NOT EXISTS (
                SELECT FROM do_not_call WHERE number = incoming.mobile AND removed_at IS NULL
            )
        ON CONFLICT DO NOTHING
        RETURNING customer_id
    )
    SELECT accounts.number
    FROM incoming JOIN accounts ON accounts.number = incoming.account_number
    WHERE accounts.customer_id IN (SELECT customer_id FROM given)
"""

CHANGES: Final[tuple[LiteralString, ...]] = (NEW_ZONES, NEW_CONSENTS)
"""From the table ``incoming`` of `load_accounts`; each gives the accounts' numbers."""
