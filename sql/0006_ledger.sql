-- The books: double entry, written by the database alone as bills and payments change.

ALTER TABLE payment_states ADD COLUMN heard text NOT NULL DEFAULT 'unknown'
    CHECK (heard IN ('paid', 'not-paid', 'unknown', 'returned', 'refunded'));

COMMENT ON COLUMN payment_states.heard IS 'What a caller must have been told of such a payment.';

UPDATE payment_states SET heard = 'paid' WHERE state IN ('settling', 'settled');
UPDATE payment_states SET heard = 'not-paid' WHERE state IN ('declined', 'not-charged', 'voided');
UPDATE payment_states SET heard = 'refunded' WHERE state = 'refunded';
INSERT INTO payment_states (state, counted, open, heard) VALUES
    ('voiding', false, false, 'not-paid'),
    ('returned', false, false, 'returned');

CREATE TABLE ledger_accounts (
    name text PRIMARY KEY CHECK (name ~ '^[a-z]+$'),
    kind text NOT NULL CHECK (kind IN ('asset', 'liability', 'income', 'expense')),
    what text NOT NULL
);

INSERT INTO ledger_accounts (name, kind, what) VALUES
    ('receivable', 'asset', 'owed by customers: the sum of the accounts'' balances'),
    ('gateway', 'asset', 'taken by the gateway, not yet settled'),
    ('bank', 'asset', 'settled: paid out by the gateway'),
    ('billed', 'income', 'bills less credit notes'),
    ('fees', 'income', 'fees charged for paying'),
    ('unapplied', 'liability', 'taken though the caller was told it was not: goes back'),
    ('adjustments', 'expense', 'given or taken by an admin, with a reason');

-- Money that moved names the transaction that moved it.
ALTER TABLE payments DROP CONSTRAINT charged_payments_name_their_transaction;
ALTER TABLE payments ADD CONSTRAINT charged_payments_name_their_transaction CHECK (
    transaction_id IS NOT NULL
    OR state IN ('submitting', 'unknown', 'declined', 'not-charged')
);

-- A posting is one amount from one ledger account to another, so it cannot but balance.
CREATE TABLE ledger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'bill', 'payment', 'settlement', 'void', 'return', 'refund', 'fee', 'adjustment'
    )),
    debit text NOT NULL REFERENCES ledger_accounts,
    credit text NOT NULL REFERENCES ledger_accounts,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency text NOT NULL,
    account_id uuid NOT NULL,
    bill_id uuid REFERENCES bills,
    payment_id uuid REFERENCES payments,
    change_id bigint UNIQUE REFERENCES payment_changes,
    reason text NOT NULL CHECK (reason <> ''),
    CHECK (debit <> credit),
    CONSTRAINT ledger_in_the_accounts_currency
        FOREIGN KEY (account_id, currency) REFERENCES accounts (id, currency),
    CONSTRAINT a_posting_has_its_cause CHECK (
        CASE kind
            WHEN 'bill' THEN bill_id IS NOT NULL AND payment_id IS NULL
            WHEN 'adjustment' THEN payment_id IS NULL AND change_id IS NULL
            WHEN 'refund' THEN payment_id IS NOT NULL
            WHEN 'fee' THEN payment_id IS NOT NULL
            ELSE payment_id IS NOT NULL AND change_id IS NOT NULL
        END
    )
);

CREATE INDEX ON ledger (account_id);
CREATE INDEX ON ledger (payment_id);
CREATE INDEX ON ledger (bill_id);
CREATE INDEX ON ledger (at);

COMMENT ON TABLE ledger IS 'Append-only. A mistake is mended by another posting.';
COMMENT ON COLUMN ledger.change_id IS 'The change of the payment that it books; each is booked once.';

CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'PT002';
END;
$$;

CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_stays();

CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();

-- What each move of a payment books.
ALTER TABLE payment_moves
    ADD COLUMN kind text CHECK (kind IN ('payment', 'settlement', 'void', 'return')),
    ADD COLUMN debit text REFERENCES ledger_accounts,
    ADD COLUMN credit text REFERENCES ledger_accounts,
    ADD CHECK (num_nulls(kind, debit, credit) IN (0, 3));

INSERT INTO payment_moves (from_state, to_state) VALUES
    ('not-charged', 'settling'),
    ('submitting', 'voiding'),
    ('unknown', 'voiding'),
    ('not-charged', 'voiding'),
    ('declined', 'voiding'),
    ('voiding', 'voided'),
    ('settling', 'returned'),
    ('settled', 'returned'),
    ('returned', 'settling');

COMMENT ON TABLE payment_moves IS
    'Allowed moves. voiding: charged though the caller was told it was not; the money goes back. '
    'returned to settling: the bank was asked once more. Refunds are booked as refunds are made.';

UPDATE payment_moves SET kind = 'payment', debit = 'gateway', credit = 'receivable'
WHERE to_state = 'settling';
UPDATE payment_moves SET kind = 'settlement', debit = 'bank', credit = 'gateway'
WHERE (from_state, to_state) = ('settling', 'settled');
UPDATE payment_moves SET kind = 'void', debit = 'receivable', credit = 'gateway'
WHERE (from_state, to_state) = ('settling', 'voided');
UPDATE payment_moves SET kind = 'payment', debit = 'gateway', credit = 'unapplied'
WHERE to_state = 'voiding';
UPDATE payment_moves SET kind = 'void', debit = 'unapplied', credit = 'gateway'
WHERE (from_state, to_state) = ('voiding', 'voided');
UPDATE payment_moves SET kind = 'return', debit = 'receivable', credit = 'gateway'
WHERE (from_state, to_state) = ('settling', 'returned');
UPDATE payment_moves SET kind = 'return', debit = 'receivable', credit = 'bank'
WHERE (from_state, to_state) = ('settled', 'returned');

CREATE FUNCTION book_payment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger (
        at, kind, debit, credit, amount_cents, currency, account_id, payment_id, change_id, reason
    )
    SELECT NEW.at, moves.kind, moves.debit, moves.credit, payments.amount_cents,
        payments.currency, payments.account_id, payments.id, NEW.id, NEW.reason
    FROM payment_moves AS moves JOIN payments ON payments.id = NEW.payment_id
    WHERE (moves.from_state, moves.to_state) = (NEW.from_state, NEW.to_state)
        AND moves.kind IS NOT NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER book_payment_change AFTER INSERT ON payment_changes
    FOR EACH ROW EXECUTE FUNCTION book_payment_change();

INSERT INTO ledger (
    at, kind, debit, credit, amount_cents, currency, account_id, payment_id, change_id, reason
)
SELECT changes.at, moves.kind, moves.debit, moves.credit, payments.amount_cents,
    payments.currency, payments.account_id, payments.id, changes.id, changes.reason
FROM payment_changes AS changes
JOIN payment_moves AS moves USING (from_state, to_state)
JOIN payments ON payments.id = changes.payment_id
WHERE moves.kind IS NOT NULL
ORDER BY changes.id;

-- Bills. A credit note is a bill below zero; a bill that changes is booked by the difference.
CREATE FUNCTION book_bills(account uuid, bill uuid, cents bigint, currency text, why text)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger (
        at, kind, debit, credit, amount_cents, currency, account_id, bill_id, reason
    )
    SELECT now(), 'bill',
        CASE WHEN cents > 0 THEN 'receivable' ELSE 'billed' END,
        CASE WHEN cents > 0 THEN 'billed' ELSE 'receivable' END,
        abs(cents), currency, account, bill, why
    WHERE cents <> 0;
$$;

CREATE FUNCTION book_new_bills() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM book_bills(account_id, id, amount_cents, currency, 'bill ' || number) FROM added;
    RETURN NULL;
END;
$$;

CREATE FUNCTION book_changed_bills() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM book_bills(
        new_bill.account_id, new_bill.id, new_bill.amount_cents - old_bill.amount_cents,
        new_bill.currency, 'bill ' || new_bill.number || ' changed'
    )
    FROM new_bills AS new_bill JOIN old_bills AS old_bill USING (id);
    RETURN NULL;
END;
$$;

CREATE FUNCTION bills_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.account_id, NEW.currency)
        IS NOT DISTINCT FROM (OLD.id, OLD.account_id, OLD.currency)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a bill stays, on its account; load it with another amount or a credit note'
        USING ERRCODE = 'PT002';
END;
$$;

CREATE TRIGGER bills_stay BEFORE UPDATE OR DELETE ON bills
    FOR EACH ROW EXECUTE FUNCTION bills_stay();

CREATE TRIGGER bills_are_never_emptied BEFORE TRUNCATE ON bills
    FOR EACH STATEMENT EXECUTE FUNCTION bills_stay();

CREATE TRIGGER book_new_bills AFTER INSERT ON bills
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION book_new_bills();

CREATE TRIGGER book_changed_bills AFTER UPDATE ON bills
    REFERENCING OLD TABLE AS old_bills NEW TABLE AS new_bills
    FOR EACH STATEMENT EXECUTE FUNCTION book_changed_bills();

DO $$
BEGIN
    PERFORM book_bills(account_id, id, amount_cents, currency, 'bill ' || number) FROM bills;
END;
$$;

-- Balances come from the ledger.
CREATE VIEW ledger_lines AS
SELECT id AS posting_id, at, kind, debit AS ledger_account, amount_cents, currency, account_id,
    bill_id, payment_id, reason
FROM ledger
UNION ALL
SELECT id, at, kind, credit, -amount_cents, currency, account_id, bill_id, payment_id, reason
FROM ledger;

COMMENT ON VIEW ledger_lines IS 'Two lines a posting: a debit above zero, a credit below.';

CREATE OR REPLACE VIEW account_balance AS
SELECT
    accounts.id AS account_id,
    accounts.number AS account_number,
    accounts.currency,
    booked.balance_cents,
    first_unpaid.due
FROM accounts
CROSS JOIN LATERAL (
    SELECT coalesce(sum(
        CASE 'receivable' WHEN debit THEN amount_cents WHEN credit THEN -amount_cents END
    ), 0)::bigint AS balance_cents
    FROM ledger
    WHERE ledger.account_id = accounts.id
) AS booked
LEFT JOIN LATERAL (
    SELECT running.due
    FROM (
        SELECT
            bills.due,
            sum(bills.amount_cents) OVER (ORDER BY bills.due, bills.issued, bills.id) AS so_far,
            sum(bills.amount_cents) OVER () AS charged
        FROM bills
        WHERE bills.account_id = accounts.id AND bills.amount_cents > 0
    ) AS running
    WHERE running.so_far > running.charged - booked.balance_cents
    ORDER BY running.so_far
    LIMIT 1
) AS first_unpaid ON true;

COMMENT ON VIEW account_balance IS
    'What the ledger holds against the account; due: the oldest bill that is not covered.';
