-- Payments that a dialplan asks for: without a bill, under a reference of its own, and told of by HTTP.

-- Each reference has an account, so that one payment at a time is made on it. It is never billed.
ALTER TABLE accounts
    DROP CONSTRAINT accounts_number_check,
    ADD COLUMN kind text NOT NULL DEFAULT 'billed',
    ADD CONSTRAINT accounts_number_check CHECK (
        CASE kind
            WHEN 'billed' THEN number ~ '^[0-9]{16}$'
            WHEN 'sale' THEN number ~ '^sale:[A-Za-z0-9._-]{1,64}$' AND pin_hash IS NULL
            ELSE false
        END
    );

COMMENT ON COLUMN accounts.kind IS
    'billed: owes what its bills come to. sale: a reference under which something is sold once.';
COMMENT ON COLUMN accounts.number IS 'Sixteen digits; of a sale, sale: and its reference.';

INSERT INTO ledger_accounts (name, kind, what) VALUES
    ('sales', 'income', 'sold under a reference, without a bill');

CREATE FUNCTION owed_or_sold(ledger_account text, account uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN ledger_account = 'receivable' AND kind = 'sale' THEN 'sales' ELSE ledger_account
    END
    FROM accounts WHERE id = account
$$;

COMMENT ON FUNCTION owed_or_sold IS 'Where a sale is booked instead of receivable: sales.';

CREATE OR REPLACE VIEW postings_of_changes AS
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
        (
            moves.kind,
            owed_or_sold(moves.debit, payments.account_id),
            owed_or_sold(moves.credit, payments.account_id),
            payments.amount_cents - fee.cents
        ),
        (
            'fee',
            CASE moves.debit WHEN 'receivable' THEN 'fees' ELSE moves.debit END,
            CASE moves.credit WHEN 'receivable' THEN 'fees' ELSE moves.credit END,
            fee.cents
        )
) AS postings (kind, debit, credit, amount_cents)
WHERE moves.kind IS NOT NULL AND postings.amount_cents > 0;

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
                ('refund', owed_or_sold('receivable', paid.account_id), of_bill),
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

CREATE OR REPLACE FUNCTION hold_account(the_account uuid, heard_cents bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    account_kind text;
    owed bigint;
BEGIN
    -- Each statement sees what was committed before it, so that after the wait for the lock the
    -- balance is the one that another call may just have changed.
    SELECT kind INTO account_kind FROM accounts WHERE id = the_account FOR NO KEY UPDATE;
    PERFORM FROM payments WHERE account_id = the_account AND state IN ('submitting', 'unknown');
    IF FOUND THEN
        RAISE EXCEPTION 'another payment on the account is open' USING ERRCODE = 'PT003';
    END IF;
    IF account_kind = 'sale' THEN
        PERFORM FROM payments JOIN payment_states USING (state)
        WHERE account_id = the_account AND counted;
        IF FOUND THEN
            RAISE EXCEPTION 'the sale is paid' USING ERRCODE = 'PT031';
        END IF;
        RETURN;
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
    'PT004), or is a sale that is not paid (else PT031), and no other payment on it is open '
    '(else PT003).';

CREATE FUNCTION sales_are_not_billed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM added JOIN accounts ON accounts.id = added.account_id WHERE accounts.kind = 'sale';
    IF FOUND THEN
        RAISE EXCEPTION 'a sale has no bills' USING ERRCODE = 'PT032';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER sales_are_not_billed AFTER INSERT ON bills
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sales_are_not_billed();

CREATE FUNCTION sale_account(reference text, payer text, in_currency text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    found_id uuid;
    whose uuid;
BEGIN
    -- Two calls may ask for the same reference at the same moment.
    PERFORM pg_advisory_xact_lock(hashtextextended('sale:' || reference, 0));
    SELECT id, customer_id INTO found_id, whose FROM accounts WHERE number = 'sale:' || reference;
    IF found_id IS NULL THEN
        INSERT INTO customers (name) VALUES (payer) RETURNING id INTO whose;
        INSERT INTO accounts (customer_id, number, currency, kind)
        VALUES (whose, 'sale:' || reference, in_currency, 'sale') RETURNING id INTO found_id;
    ELSE
        UPDATE customers SET name = payer WHERE id = whose AND name <> payer;
    END IF;
    RETURN found_id;
END;
$$;

COMMENT ON FUNCTION sale_account IS 'The account of a reference, made where there is none yet.';

-- Authorisations of debits that no account stands behind name the sale.
CREATE OR REPLACE VIEW authorisations_in_full AS
SELECT authorisations.*, coalesce(payments.confirmation, schedules.confirmation) AS confirmation,
    CASE accounts.kind WHEN 'sale' THEN accounts.number ELSE right(accounts.number, 4) END
        AS biller_account,
    keep_authorisation_until(authorisations) AS keep_until
FROM authorisations
JOIN accounts ON accounts.id = authorisations.account_id
LEFT JOIN payments ON payments.id = authorisations.payment_id
LEFT JOIN schedules ON schedules.id = authorisations.schedule_id;

ALTER TABLE payment_methods ADD COLUMN keep_until timestamptz CHECK (keep_until > added_at);

CREATE INDEX ON payment_methods (keep_until) WHERE removed_at IS NULL AND keep_until IS NOT NULL;

COMMENT ON COLUMN payment_methods.keep_until IS 'When it is removed by itself; NULL: never.';

CREATE TABLE payment_requests (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    call_id uuid REFERENCES calls,
    amount_cents bigint CHECK (amount_cents > 0),
    currency text NOT NULL,
    description text NOT NULL,
    parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
    callback_url text CHECK (callback_url <> ''),
    opened_at timestamptz NOT NULL,
    result text CHECK (result ~ '^[a-z-]+$'),
    error text,
    ended_at timestamptz CHECK (ended_at >= opened_at),
    CONSTRAINT requests_hold_no_numbers
        CHECK (description !~ '[0-9]{13}' AND parameters::text !~ '[0-9]{13}'),
    CHECK ((result IS NULL) = (ended_at IS NULL))
);

CREATE INDEX ON payment_requests (account_id, opened_at DESC);
CREATE INDEX ON payment_requests (call_id);

COMMENT ON TABLE payment_requests IS 'What a dialplan asked to take, and with which result.';
COMMENT ON COLUMN payment_requests.amount_cents IS 'NULL: a card is only to be stored.';
COMMENT ON COLUMN payment_requests.parameters IS 'The dialplan''s own, told back in each callback.';

CREATE TABLE callbacks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES payment_requests,
    event text NOT NULL CHECK (event IN ('progress', 'payment', 'result')),
    facts jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    queued_at timestamptz NOT NULL,
    next_at timestamptz,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    delivered_at timestamptz,
    said text NOT NULL DEFAULT 'queued',
    -- A payment's facts come from its row alone, and must never hinder its change.
    CONSTRAINT callbacks_hold_no_numbers CHECK (event = 'payment' OR facts::text !~ '[0-9]{13}'),
    CHECK (delivered_at IS NULL OR next_at IS NULL)
);

CREATE INDEX ON callbacks (next_at, id);
CREATE INDEX ON callbacks (request_id);

COMMENT ON TABLE callbacks IS 'What is to be told to the URL of a payment request, or was.';
COMMENT ON COLUMN callbacks.next_at IS 'When it is told next; NULL: it is done with, see said.';

CREATE VIEW callbacks_in_full AS
SELECT callbacks.*, requests.callback_url AS url,
    facts || jsonb_build_object(
        'id', callbacks.id,
        'event', event,
        'at', queued_at,
        'request', requests.id,
        'call', requests.call_id,
        'reference', substr(accounts.number, length('sale:') + 1),
        'description', requests.description,
        'parameters', requests.parameters
    ) AS body
FROM callbacks
JOIN payment_requests AS requests ON requests.id = callbacks.request_id
JOIN accounts ON accounts.id = requests.account_id;

COMMENT ON VIEW callbacks_in_full IS 'Callbacks as they are told: where to, and in which words.';

CREATE VIEW payment_requests_in_full AS
SELECT requests.*, substr(accounts.number, length('sale:') + 1) AS reference,
    told.*
FROM payment_requests AS requests
JOIN accounts ON accounts.id = requests.account_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE delivered_at IS NOT NULL) AS told,
        count(*) FILTER (WHERE next_at IS NOT NULL) AS waiting,
        count(*) FILTER (WHERE delivered_at IS NULL AND next_at IS NULL) AS given_up,
        max(said) FILTER (WHERE delivered_at IS NULL AND said <> 'queued') AS said
    FROM callbacks WHERE callbacks.request_id = requests.id
) AS told;

COMMENT ON VIEW payment_requests_in_full IS 'Payment requests with what became of their callbacks.';

CREATE FUNCTION payment_facts(the payments) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'state', the.state,
        'confirmation', the.confirmation,
        'amount', to_char(the.amount_cents / 100.0, 'FM9999999990.00'),
        'currency', the.currency,
        'method', CASE the.method WHEN 'card' THEN 'credit-card' ELSE 'ach-debit' END,
        'brand', the.brand,
        'bank', the.bank_name,
        'last_four', the.last_four,
        'transaction', the.transaction_id,
        'code', the.refusal_code,
        'text', regexp_replace(the.refusal_text, '[0-9]{7,}', '…', 'g')
    ))
$$;

COMMENT ON FUNCTION payment_facts IS 'What a callback tells of a payment: never more of a number.';

CREATE FUNCTION queue_callback_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO callbacks (request_id, event, facts, queued_at, next_at)
    SELECT request.id, 'payment', jsonb_build_object('payment', payment_facts(payments)),
        NEW.at, NEW.at
    FROM payments
    CROSS JOIN LATERAL (
        SELECT id, callback_url FROM payment_requests
        WHERE payment_requests.account_id = payments.account_id
            AND payment_requests.call_id = payments.call_id
            AND payment_requests.opened_at <= payments.opened_at
        ORDER BY payment_requests.opened_at DESC LIMIT 1
    ) AS request
    WHERE payments.id = NEW.payment_id AND request.callback_url IS NOT NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER queue_callback_of_change AFTER INSERT ON payment_changes
    FOR EACH ROW EXECUTE FUNCTION queue_callback_of_change();

COMMENT ON TRIGGER queue_callback_of_change ON payment_changes IS
    'Queued with the change, or not at all.';
