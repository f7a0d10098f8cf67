-- A fee for paying by phone, where the biller takes one: part of what is charged, not of the bill.

ALTER TABLE payments
    ADD COLUMN fee_cents bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT a_fee_is_part_of_the_charge
        CHECK (fee_cents >= 0 AND fee_cents < amount_cents),
    ADD CONSTRAINT no_fee_but_for_paying_in_the_call
        CHECK (fee_cents = 0 OR occasion = 'call');

COMMENT ON COLUMN payments.amount_cents IS 'What is charged, the fee included.';
COMMENT ON COLUMN payments.fee_cents IS 'The part of it that is the fee; the rest lowers the balance.';

-- A change books its bill's part and its fee, each once; a refund likewise.
ALTER TABLE ledger
    DROP CONSTRAINT ledger_change_id_key,
    DROP CONSTRAINT ledger_refund_id_key,
    DROP CONSTRAINT a_refund_is_booked_once,
    DROP CONSTRAINT a_posting_has_its_cause,
    ADD UNIQUE (change_id, kind),
    ADD UNIQUE (refund_id, kind),
    ADD CONSTRAINT refunds_name_what_was_refunded CHECK (
        CASE WHEN kind = 'refund' THEN refund_id IS NOT NULL
            ELSE refund_id IS NULL OR kind = 'fee' END
    ),
    ADD CONSTRAINT a_posting_has_its_cause CHECK (
        CASE kind
            WHEN 'bill' THEN bill_id IS NOT NULL AND payment_id IS NULL
            WHEN 'adjustment' THEN payment_id IS NULL AND change_id IS NULL
            WHEN 'refund' THEN payment_id IS NOT NULL
            WHEN 'fee' THEN payment_id IS NOT NULL AND num_nonnulls(change_id, refund_id) = 1
            ELSE payment_id IS NOT NULL AND change_id IS NOT NULL
        END
    );

COMMENT ON COLUMN ledger.change_id IS
    'The change of the payment that it books; each is booked once, and its fee once.';

CREATE VIEW postings_of_changes AS
SELECT changes.id AS change_id, changes.at, changes.reason, changes.from_state, changes.to_state,
    payments.id AS payment_id, payments.confirmation, payments.account_id, payments.currency,
    postings.kind, postings.debit, postings.credit, postings.amount_cents
FROM payment_changes AS changes
JOIN payments ON payments.id = changes.payment_id
JOIN payment_moves AS moves USING (from_state, to_state)
CROSS JOIN LATERAL (
    SELECT CASE WHEN 'receivable' IN (moves.debit, moves.credit) THEN fee_cents ELSE 0 END AS cents
) AS fee
CROSS JOIN LATERAL (
    VALUES
        (moves.kind, moves.debit, moves.credit, payments.amount_cents - fee.cents),
        (
            'fee',
            CASE moves.debit WHEN 'receivable' THEN 'fees' ELSE moves.debit END,
            CASE moves.credit WHEN 'receivable' THEN 'fees' ELSE moves.credit END,
            fee.cents
        )
) AS postings (kind, debit, credit, amount_cents)
WHERE moves.kind IS NOT NULL AND postings.amount_cents > 0;

COMMENT ON VIEW postings_of_changes IS
    'What each change of a payment books. The fee goes to fees where the rest goes to receivable, '
    'and comes from there with it; between the gateway and the bank they move as one.';

CREATE OR REPLACE FUNCTION book_payment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger (
        at, kind, debit, credit, amount_cents, currency, account_id, payment_id, change_id, reason
    )
    SELECT at, kind, debit, credit, amount_cents, currency, account_id, payment_id, change_id, reason
    FROM postings_of_changes WHERE change_id = NEW.id
    ORDER BY kind = 'fee';
    RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION book_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid payments;
    given_back bigint;
    of_bill bigint;
    why text := NEW.way || ' by ' || NEW.asked_by || ': ' || NEW.reason;
    goes_to text;
BEGIN
    SELECT * INTO paid FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT sum(amount_cents) INTO given_back
    FROM refunds WHERE payment_id = NEW.payment_id AND state = 'made';
    -- What went towards the bill goes back first, the fee last.
    of_bill := least(
        NEW.amount_cents,
        greatest(paid.amount_cents - paid.fee_cents - (given_back - NEW.amount_cents), 0)
    );
    IF NEW.way = 'refund' AND paid.state <> 'voiding' THEN
        INSERT INTO ledger (
            at, kind, debit, credit, amount_cents, currency, account_id, payment_id, refund_id,
            reason
        )
        SELECT NEW.changed_at, kind, debit, 'bank', cents, NEW.currency, paid.account_id, paid.id,
            NEW.id, why
        FROM (
            VALUES
                ('refund', 'receivable', of_bill),
                ('fee', 'fees', NEW.amount_cents - of_bill)
        ) AS parts (kind, debit, cents)
        WHERE cents > 0;
    END IF;
    goes_to := CASE
        WHEN paid.state = 'voiding' OR (paid.state = 'settling' AND NEW.way = 'void') THEN 'voided'
        WHEN paid.state = 'settled' AND given_back = paid.amount_cents THEN 'refunded'
    END;
    IF goes_to IS NOT NULL THEN
        UPDATE payments SET state = goes_to, reason = why, changed_at = NEW.changed_at
        WHERE id = paid.id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION payment_is_refunded_in_full() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    booked bigint;
BEGIN
    SELECT coalesce(sum(amount_cents), 0) INTO booked
    FROM ledger WHERE payment_id = NEW.id AND refund_id IS NOT NULL;
    IF booked <> NEW.amount_cents THEN
        RAISE EXCEPTION 'of payment % only % of % cents are refunded',
            NEW.id, booked, NEW.amount_cents USING ERRCODE = 'PT001';
    END IF;
    RETURN NEW;
END;
$$;

CREATE VIEW fees_unlike AS
SELECT payments.confirmation, due.cents AS due_cents, coalesce(booked.cents, 0) AS booked_cents
FROM payments
LEFT JOIN (
    SELECT payment_id,
        sum(CASE 'fees' WHEN credit THEN amount_cents ELSE -amount_cents END)::bigint AS cents
    FROM ledger WHERE 'fees' IN (debit, credit) GROUP BY payment_id
) AS booked ON booked.payment_id = payments.id
LEFT JOIN (
    SELECT payment_id, sum(amount_cents)::bigint AS cents
    FROM refunds WHERE state = 'made' AND way = 'refund' GROUP BY payment_id
) AS back ON back.payment_id = payments.id
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN state IN ('voiding', 'voided') THEN 0
        ELSE CASE WHEN state IN ('settling', 'settled', 'refunded') THEN fee_cents ELSE 0 END
            - greatest(coalesce(back.cents, 0) - (amount_cents - fee_cents), 0)
    END AS cents
) AS due
WHERE due.cents <> coalesce(booked.cents, 0);

COMMENT ON VIEW fees_unlike IS
    'Payments whose fee is not in the ledger as they stand: taken, or gone back after the bill''s part.';

CREATE OR REPLACE FUNCTION paid_since(account uuid, moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(amount_cents - fee_cents), 0)::bigint
    FROM payments JOIN payment_states USING (state)
    WHERE account_id = account AND opened_at >= moment AND counted;
$$;

-- The views of payments name each column that payments had; now they name the fee too.
DROP VIEW payments_to_tell;
DROP VIEW payments_as_heard;

CREATE VIEW payments_as_heard AS
SELECT payments.*, payment_states.open, payment_states.heard AS to_hear, told.heard AS told
FROM payments
JOIN payment_states USING (state)
LEFT JOIN LATERAL (
    SELECT heard FROM payment_tellings
    WHERE payment_id = payments.id
    ORDER BY id DESC
    LIMIT 1
) AS told ON true;

COMMENT ON VIEW payments_as_heard IS
    'Payments with what a caller must hear of them (to_hear) and last heard (told).';

CREATE VIEW payments_to_tell AS
SELECT * FROM payments_as_heard WHERE told IS DISTINCT FROM to_hear;

COMMENT ON VIEW payments_to_tell IS
    'Payments that stand otherwise than the caller last heard: the next call tells.';
