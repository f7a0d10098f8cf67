-- What each account owes, and since when.

CREATE VIEW account_balance AS
SELECT
    accounts.id AS account_id,
    accounts.number AS account_number,
    accounts.currency,
    (billed.charged - billed.credited - paid.cents)::bigint AS balance_cents,
    first_unpaid.due
FROM accounts
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0) AS charged,
        coalesce(-sum(amount_cents) FILTER (WHERE amount_cents < 0), 0) AS credited
    FROM bills
    WHERE bills.account_id = accounts.id
) AS billed
CROSS JOIN LATERAL (
    SELECT coalesce(sum(payments.amount_cents), 0) AS cents
    FROM payments
    JOIN payment_states USING (state)
    WHERE payments.account_id = accounts.id AND payment_states.counted
) AS paid
LEFT JOIN LATERAL (
    SELECT running.due
    FROM (
        SELECT
            bills.due,
            sum(bills.amount_cents) OVER (ORDER BY bills.due, bills.issued, bills.id) AS so_far
        FROM bills
        WHERE bills.account_id = accounts.id AND bills.amount_cents > 0
    ) AS running
    WHERE running.so_far > paid.cents + billed.credited
    ORDER BY running.so_far
    LIMIT 1
) AS first_unpaid ON true;

COMMENT ON VIEW account_balance IS
    'Bills less credit notes and counted payments; due: the oldest bill these do not cover.';
