-- Ways to pay: by card or bank account, new or saved at the gateway; and on which occasion.

DROP TABLE card_methods;

-- A method belongs to the customer, whatever account it pays for.
CREATE TABLE payment_methods (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    kind text NOT NULL CHECK (kind IN ('card', 'bank')),
    token text NOT NULL UNIQUE CHECK (token <> ''),
    brand text CHECK (brand IN ('Visa', 'MasterCard', 'American Express', 'Discover')),
    expiry_year smallint CHECK (expiry_year BETWEEN 2000 AND 2099),
    expiry_month smallint CHECK (expiry_month BETWEEN 1 AND 12),
    bank_name text CHECK (bank_name <> ''),
    account_type text CHECK (account_type IN ('checking', 'savings')),
    last_four text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
    card_kind text CHECK (card_kind IN ('credit', 'debit', 'prepaid')),
    fingerprint text CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    added_at timestamptz NOT NULL,
    consent_call uuid REFERENCES calls,
    consent_prompts text[] NOT NULL CHECK (cardinality(consent_prompts) > 0),
    consent_language text NOT NULL CHECK (consent_language ~ '^[a-z]{2}$'),
    removed_at timestamptz CHECK (removed_at >= added_at),
    removed_why text CHECK (removed_why <> ''),
    forgotten_at timestamptz CHECK (forgotten_at >= removed_at),
    CONSTRAINT a_token_is_no_card_number CHECK (token !~ '^[0-9]{12,19}$'),
    CONSTRAINT consent_holds_no_numbers CHECK (consent_prompts::text !~ '[0-9]{7}'),
    CONSTRAINT a_method_is_a_card_or_an_account CHECK (
        CASE kind
            WHEN 'card' THEN num_nulls(brand, expiry_year, expiry_month) = 0
                AND num_nonnulls(bank_name, account_type) = 0
            ELSE num_nulls(bank_name, account_type) = 0
                AND num_nonnulls(brand, expiry_year, expiry_month, card_kind) = 0
        END
    ),
    CONSTRAINT removed_methods_say_why CHECK ((removed_at IS NULL) = (removed_why IS NULL))
);

CREATE INDEX ON payment_methods (customer_id) WHERE removed_at IS NULL;
CREATE INDEX ON payment_methods (removed_at) WHERE removed_at IS NOT NULL AND forgotten_at IS NULL;

COMMENT ON COLUMN payment_methods.token IS 'The gateway''s; the numbers themselves are only there.';
COMMENT ON COLUMN payment_methods.removed_at IS 'Offered and charged no more.';
COMMENT ON COLUMN payment_methods.forgotten_at IS 'Since when the gateway keeps it no more.';
COMMENT ON COLUMN payment_methods.fingerprint IS
    'HMAC-SHA-256 of the card number with a key that is not in the database; NULL: none was set.';
COMMENT ON COLUMN payment_methods.consent_prompts IS
    'The words that the caller agreed to, prompt by prompt, in consent_language.';

ALTER TABLE payments
    ALTER COLUMN brand DROP NOT NULL,
    ALTER COLUMN expiry_year DROP NOT NULL,
    ALTER COLUMN expiry_month DROP NOT NULL,
    ADD COLUMN method text NOT NULL DEFAULT 'card' CHECK (method IN ('card', 'bank')),
    ADD COLUMN bank_name text CHECK (bank_name <> ''),
    ADD COLUMN account_type text CHECK (account_type IN ('checking', 'savings')),
    ADD COLUMN card_kind text CHECK (card_kind IN ('credit', 'debit', 'prepaid')),
    ADD COLUMN method_id uuid REFERENCES payment_methods,
    ADD COLUMN occasion text NOT NULL DEFAULT 'call'
        CHECK (occasion IN ('call', 'later', 'recurring', 'autopay', 'instalment')),
    ADD CONSTRAINT a_payment_is_by_card_or_account CHECK (
        CASE method
            WHEN 'card' THEN num_nulls(brand, expiry_year, expiry_month) = 0
                AND num_nonnulls(bank_name, account_type) = 0
            ELSE num_nulls(bank_name, account_type) = 0
                AND num_nonnulls(brand, expiry_year, expiry_month, card_kind) = 0
        END
    ),
    ADD CONSTRAINT payments_without_a_call_have_a_saved_method
        CHECK (occasion = 'call' OR method_id IS NOT NULL);

ALTER TABLE payments ALTER COLUMN method DROP DEFAULT;

CREATE INDEX ON payments (method_id);

COMMENT ON COLUMN payments.occasion IS 'call: agreed and charged in a call; else made by the worker.';
COMMENT ON COLUMN payments.card_kind IS 'What the gateway says the card is; NULL: it does not say.';

-- What was confirmed stays, whatever is added to it: all but these columns.
CREATE OR REPLACE FUNCTION payment_keeps_to_its_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := ARRAY[
        'state', 'transaction_id', 'refusal', 'refusal_hard', 'refusal_code', 'refusal_text',
        'changed_at', 'reason', 'card_kind'
    ];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'submitting' THEN
            RAISE EXCEPTION 'a payment begins as submitting, not as %', NEW.state
                USING ERRCODE = 'PT001';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
        RAISE EXCEPTION 'payment % stays what was confirmed; only its state moves', OLD.id
            USING ERRCODE = 'PT001';
    END IF;
    -- A charge that turns up for a payment that was declined is another attempt than the declined one.
    IF NEW.transaction_id IS DISTINCT FROM OLD.transaction_id AND OLD.transaction_id IS NOT NULL
        AND (OLD.state, NEW.state) IS DISTINCT FROM ('declined', 'voiding')
    THEN
        RAISE EXCEPTION 'payment % already has another transaction', OLD.id
            USING ERRCODE = 'PT001';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN OLD;
    END IF;
    PERFORM FROM payment_moves WHERE from_state = OLD.state AND to_state = NEW.state;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'payment % may not move from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'PT001';
    END IF;
    RETURN NEW;
END;
$$;

-- The views of payments name each column that payments had; now they name these too.
DROP VIEW notices_in_full;
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

CREATE VIEW notices_in_full AS
SELECT notices.id AS notice_id, notices.heard, notices.queued_at, notices.tries, notices.doubts,
    payments.*, payment_states.heard AS stands, last_known(payments.id) AS known,
    right(accounts.number, 4) AS account_last_four, customers.email
FROM notices
JOIN payments ON payments.id = notices.payment_id
JOIN payment_states USING (state)
JOIN accounts ON accounts.id = payments.account_id
JOIN customers ON customers.id = accounts.customer_id;

COMMENT ON VIEW notices_in_full IS
    'Notices with the payment, how it stands now, what is known of it, and where to send.';
