-- Which accounts may be paid by phone, and what they are asked for: a minimum, what keeps the service.

ALTER TABLE customers ADD COLUMN biller_id text UNIQUE CHECK (biller_id <> '');

COMMENT ON COLUMN customers.biller_id IS
    'The biller''s number of the customer; accounts loaded with the same one are one customer''s.';

ALTER TABLE accounts
    ADD COLUMN payable text NOT NULL DEFAULT 'yes',
    ADD COLUMN payable_reason text,
    ADD COLUMN minimum_cents bigint CHECK (minimum_cents > 0),
    ADD COLUMN minimum_at timestamptz,
    ADD COLUMN keep_service_cents bigint CHECK (keep_service_cents > 0),
    ADD COLUMN keep_service_at timestamptz,
    ADD CONSTRAINT what_is_not_payable_says_why CHECK (
        CASE payable
            WHEN 'yes' THEN payable_reason IS NULL
            WHEN 'card-only' THEN coalesce(payable_reason = 'bank-return', false)
            WHEN 'no' THEN
                coalesce(payable_reason IN ('collections', 'closed', 'cash-only'), false)
            ELSE false
        END
    ),
    ADD CHECK ((minimum_cents IS NULL) = (minimum_at IS NULL)),
    ADD CHECK ((keep_service_cents IS NULL) = (keep_service_at IS NULL));

COMMENT ON COLUMN accounts.payable IS 'By phone: yes, card-only or no.';
COMMENT ON COLUMN accounts.minimum_at IS 'Payments from then on count towards it.';
COMMENT ON COLUMN accounts.keep_service_at IS 'Payments from then on count towards it.';

CREATE VIEW unpaid_bills AS
SELECT account_id, due, least(amount_cents, so_far - covered)::bigint AS cents
FROM (
    SELECT
        bills.account_id, bills.due, bills.amount_cents,
        sum(bills.amount_cents) OVER (
            PARTITION BY bills.account_id ORDER BY bills.due, bills.issued, bills.id
        ) AS so_far,
        sum(bills.amount_cents) OVER (PARTITION BY bills.account_id)
            - account_balance.balance_cents AS covered
    FROM bills JOIN account_balance USING (account_id)
    WHERE bills.amount_cents > 0
) AS running
WHERE so_far > covered;

COMMENT ON VIEW unpaid_bills IS 'What is left of each bill: the oldest are covered first.';

CREATE FUNCTION paid_since(account uuid, moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(amount_cents), 0)::bigint
    FROM payments JOIN payment_states USING (state)
    WHERE account_id = account AND opened_at >= moment AND counted;
$$;

COMMENT ON FUNCTION paid_since IS 'Payments on the account that were opened since and count.';

CREATE FUNCTION still_asked(asked bigint, paid bigint, balance bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT nullif(greatest(least(asked - paid, balance), 0), 0);
$$;

COMMENT ON FUNCTION still_asked IS
    'What is left of an amount that is asked, the balance at most; null for nothing.';

CREATE VIEW account_owed AS
SELECT
    account_balance.*,
    accounts.customer_id,
    still_asked(
        accounts.minimum_cents,
        paid_since(accounts.id, greatest(accounts.minimum_at, newest.issued::timestamptz)),
        account_balance.balance_cents
    ) AS minimum_cents,
    still_asked(
        accounts.keep_service_cents,
        paid_since(accounts.id, accounts.keep_service_at),
        account_balance.balance_cents
    ) AS keep_service_cents,
    bills_left.unpaid
FROM account_balance
JOIN accounts ON accounts.id = account_balance.account_id
CROSS JOIN LATERAL (
    SELECT max(issued) AS issued FROM bills WHERE bills.account_id = accounts.id
) AS newest
CROSS JOIN LATERAL (
    SELECT coalesce(
        jsonb_agg(jsonb_build_object('due', due, 'cents', cents) ORDER BY due), '[]'
    ) AS unpaid
    FROM unpaid_bills WHERE unpaid_bills.account_id = accounts.id
) AS bills_left;

COMMENT ON VIEW account_owed IS
    'The balance with the bills that it is made of, and what is left of the minimum (since it was '
    'loaded, or since a newer bill) and of the amount that keeps the service (since it was loaded).';
