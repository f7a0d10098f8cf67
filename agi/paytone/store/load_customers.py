"""Whose the accounts of an import are, where the biller numbers its customers."""

from __future__ import annotations

from typing import Final

from paytone.store import Connection

UNLIKE_EACH_OTHER: Final = """
    SELECT line, 'customer_name, email, mobile or language is not as in the customer''s first row'
    FROM (
        SELECT *,
            first_value(customer_name) OVER (customer ORDER BY line) AS first_name,
            first_value(email) OVER (customer ORDER BY email IS NULL, line) AS first_email,
            first_value(mobile) OVER (customer ORDER BY mobile IS NULL, line) AS first_mobile,
            first_value(language) OVER (customer ORDER BY language IS NULL, line) AS first_language
        FROM incoming WHERE customer_number IS NOT NULL
        WINDOW customer AS (PARTITION BY customer_number)
    ) AS rows_of_customers
    WHERE customer_name <> first_name OR email <> first_email OR mobile <> first_mobile
        OR language <> first_language
    ORDER BY line
"""

TAKE_NUMBERS: Final = """
    UPDATE customers SET biller_id = taken.customer_number
    FROM (
        SELECT DISTINCT ON (customer_number) customer_number, customer_id, account_number
        FROM (
            SELECT DISTINCT ON (customer_id) customer_number, customer_id, account_number, line
            FROM incoming JOIN accounts ON accounts.number = account_number
            WHERE customer_number IS NOT NULL
            ORDER BY customer_id, line
        ) AS one_number_each
        JOIN customers AS unnumbered ON unnumbered.id = customer_id AND unnumbered.biller_id IS NULL
        WHERE NOT EXISTS (SELECT FROM customers WHERE customers.biller_id = customer_number)
        ORDER BY customer_number, line
    ) AS taken
    WHERE customers.id = taken.customer_id
    RETURNING taken.account_number AS number
"""

ADD: Final = """
    INSERT INTO customers (biller_id, name)
    SELECT customer_number, min(customer_name)
    FROM incoming WHERE customer_number IS NOT NULL
    GROUP BY customer_number
    ON CONFLICT (biller_id) DO NOTHING
"""

MOVE: Final = """
    UPDATE accounts SET customer_id = customers.id
    FROM incoming JOIN customers ON customers.biller_id = incoming.customer_number
    WHERE accounts.number = incoming.account_number AND accounts.customer_id <> customers.id
    RETURNING accounts.number
"""


async def bring_together(connection: Connection) -> set[str]:
    """
    Put the known accounts of each numbered customer together, and add the customers that are new.

    An account's customer takes the number given where it has none and nobody else has it.

    Returns:
        The numbers of the accounts that changed.
    """
    taken = await (await connection.execute(TAKE_NUMBERS)).fetchall()
    await connection.execute(ADD)
    moved = await (await connection.execute(MOVE)).fetchall()
    return {row["number"] for row in (*taken, *moved)}
