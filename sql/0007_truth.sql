-- One payment at a time on an account, on what the caller heard; and what callers were told of it.

CREATE UNIQUE INDEX payments_one_open ON payments (account_id)
    WHERE state IN ('submitting', 'unknown');

COMMENT ON INDEX payments_one_open IS
    'While nobody knows whether one payment moved money, no other is begun.';

CREATE FUNCTION hold_account(the_account uuid, heard_cents bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    owed bigint;
BEGIN
    -- Each statement sees what was committed before it, so that after the wait for the lock the
    -- balance is the one that another call may just have changed.
    PERFORM FROM accounts WHERE id = the_account FOR NO KEY UPDATE;
    PERFORM FROM payments WHERE account_id = the_account AND state IN ('submitting', 'unknown');
    IF FOUND THEN
        RAISE EXCEPTION 'another payment on the account is open' USING ERRCODE = 'PT003';
    END IF;
    SELECT balance_cents INTO owed FROM account_balance WHERE account_id = the_account;
    IF owed IS DISTINCT FROM heard_cents THEN
        RAISE EXCEPTION 'the account owes % cents, not %', owed, heard_cents
            USING ERRCODE = 'PT004';
    END IF;
END;
$$;

COMMENT ON FUNCTION hold_account IS
    'Holds the account to the end of the transaction, if it owes what the caller heard (else '
    'PT004) and no other payment on it is open (else PT003).';

CREATE TABLE payment_tellings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    call_id uuid REFERENCES calls,
    heard text NOT NULL CHECK (heard IN ('paid', 'not-paid', 'unknown', 'returned', 'refunded')),
    at timestamptz NOT NULL
);

CREATE INDEX ON payment_tellings (payment_id, id DESC);

COMMENT ON TABLE payment_tellings IS 'What a caller heard in full of a payment; the last one counts.';

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

INSERT INTO payment_tellings (payment_id, call_id, heard, at)
SELECT payments.id, payments.call_id, payment_states.heard, payments.changed_at
FROM payments JOIN payment_states USING (state);
