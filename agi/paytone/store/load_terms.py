"""How the accounts of an import may be paid, and what they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from paytone.store.account_file import Terms

UNLIKE_EACH_OTHER: Final = """
    SELECT line,
        'customer_number, payable, minimum or keep_service is not as in the account''s first row'
    FROM (
        SELECT *,
            first_value(customer_number)
                OVER (account ORDER BY customer_number IS NULL, line) AS first_customer,
            first_value(payable) OVER (account ORDER BY payable IS NULL, line) AS first_payable,
            first_value(payable_reason)
                OVER (account ORDER BY payable IS NULL, line) AS first_reason,
            first_value(minimum_cents)
                OVER (account ORDER BY minimum_cents IS NULL, line) AS first_minimum,
            first_value(keep_service_cents)
                OVER (account ORDER BY keep_service_cents IS NULL, line) AS first_keep_service
        FROM incoming WINDOW account AS (PARTITION BY account_number)
    ) AS rows_of_accounts
    WHERE customer_number <> first_customer OR payable <> first_payable
        OR payable_reason <> first_reason OR minimum_cents <> first_minimum
        OR keep_service_cents <> first_keep_service
    ORDER BY line
"""

NEW_PAYABLE: Final = """
    UPDATE accounts SET payable = incoming.payable, payable_reason = incoming.payable_reason
    FROM incoming
    WHERE accounts.number = incoming.account_number AND incoming.payable IS NOT NULL
        AND (accounts.payable, accounts.payable_reason)
            IS DISTINCT FROM (incoming.payable, incoming.payable_reason)
    RETURNING accounts.number
"""

NEW_MINIMUMS: Final = """
    UPDATE accounts SET minimum_cents = nullif(incoming.minimum_cents, 0),
        minimum_at = CASE WHEN incoming.minimum_cents > 0 THEN %(now)s::timestamptz END
    FROM incoming
    WHERE accounts.number = incoming.account_number
        AND accounts.minimum_cents IS DISTINCT FROM nullif(incoming.minimum_cents, 0)
        AND incoming.minimum_cents IS NOT NULL
    RETURNING accounts.number
"""

NEW_KEEP_SERVICE: Final = """
    UPDATE accounts SET keep_service_cents = nullif(incoming.keep_service_cents, 0),
        keep_service_at = CASE WHEN incoming.keep_service_cents > 0 THEN %(now)s::timestamptz END
    FROM incoming
    WHERE accounts.number = incoming.account_number
        AND accounts.keep_service_cents IS DISTINCT FROM nullif(incoming.keep_service_cents, 0)
        AND incoming.keep_service_cents IS NOT NULL
    RETURNING accounts.number
"""

QUERIES: Final = (NEW_PAYABLE, NEW_MINIMUMS, NEW_KEEP_SERVICE)
"""Each gives the numbers of the accounts changed, and takes the time now."""


def cells(terms: Terms) -> Iterator[object]:
    """What a row of the table incoming holds of *terms*."""
    if terms.payable is None:
        yield from (None, None)
    else:
        payable, restriction = terms.payable
        yield from (payable.value, restriction and restriction.value)
    yield None if terms.minimum is None else terms.minimum.cents
    yield None if terms.keep_service is None else terms.keep_service.cents
