-- Payments, the moves they may make, and every change of them.

CREATE TABLE payment_states (
    state text PRIMARY KEY,
    counted boolean NOT NULL,
    open boolean NOT NULL,
    CHECK (NOT (counted AND open))
);

COMMENT ON COLUMN payment_states.counted IS 'Lowers the balance.';
COMMENT ON COLUMN payment_states.open IS 'Nobody knows yet whether money moved.';

INSERT INTO payment_states (state, counted, open) VALUES
    ('submitting', false, true),
    ('settling', true, false),
    ('settled', true, false),
    ('declined', false, false),
    ('unknown', false, true),
    ('not-charged', false, false),
    ('voided', false, false),
    ('refunded', false, false);

CREATE TABLE payment_moves (
    from_state text REFERENCES payment_states,
    to_state text REFERENCES payment_states,
    PRIMARY KEY (from_state, to_state),
    CHECK (from_state <> to_state)
);

INSERT INTO payment_moves (from_state, to_state) VALUES
    ('submitting', 'settling'),
    ('submitting', 'declined'),
    ('submitting', 'unknown'),
    ('submitting', 'not-charged'),
    ('unknown', 'settling'),
    ('unknown', 'declined'),
    ('unknown', 'not-charged'),
    ('settling', 'settled'),
    ('settling', 'voided'),
    ('settling', 'refunded'),
    ('settled', 'refunded');

CREATE TABLE payments (
    id uuid PRIMARY KEY,
    confirmation text NOT NULL UNIQUE CHECK (confirmation ~ '^[0-9]{9}$'),
    account_id uuid NOT NULL,
    call_id uuid REFERENCES calls,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency text NOT NULL,
    brand text NOT NULL
        CHECK (brand IN ('Visa', 'MasterCard', 'American Express', 'Discover')),
    last_four text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
    expiry_year smallint NOT NULL CHECK (expiry_year BETWEEN 2000 AND 2099),
    expiry_month smallint NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    state text NOT NULL REFERENCES payment_states,
    transaction_id text UNIQUE CHECK (transaction_id <> ''),
    refusal text CHECK (refusal ~ '^[a-z-]+$'),
    refusal_hard boolean,
    refusal_code text,
    refusal_text text,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    CONSTRAINT payments_in_the_accounts_currency
        FOREIGN KEY (account_id, currency) REFERENCES accounts (id, currency),
    CONSTRAINT charged_payments_name_their_transaction CHECK (
        transaction_id IS NOT NULL
        OR state NOT IN ('settling', 'settled', 'voided', 'refunded')
    ),
    CONSTRAINT declined_payments_name_their_refusal CHECK (
        (state = 'declined') = (refusal IS NOT NULL)
        AND num_nulls(refusal, refusal_hard, refusal_code, refusal_text) IN (0, 4)
    )
);

CREATE INDEX ON payments (account_id, opened_at DESC);
CREATE INDEX ON payments (opened_at);
CREATE INDEX ON payments (call_id);
CREATE INDEX payments_open ON payments (changed_at) WHERE state IN ('submitting', 'unknown');

COMMENT ON COLUMN payments.id IS 'Also the order id and idempotency key at the gateway.';
COMMENT ON COLUMN payments.reason IS 'Why it is in this state; set it with every change of state.';

CREATE TABLE payment_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    from_state text REFERENCES payment_states,
    to_state text NOT NULL REFERENCES payment_states,
    at timestamptz NOT NULL,
    reason text NOT NULL
);

CREATE INDEX ON payment_changes (payment_id);

COMMENT ON TABLE payment_changes IS 'Written by the database alone, never changed or deleted.';

CREATE FUNCTION payment_keeps_to_its_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'submitting' THEN
            RAISE EXCEPTION 'a payment begins as submitting, not as %', NEW.state
                USING ERRCODE = 'PT001';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.confirmation, NEW.account_id, NEW.call_id, NEW.amount_cents, NEW.currency,
        NEW.brand, NEW.last_four, NEW.expiry_year, NEW.expiry_month, NEW.opened_at)
        IS DISTINCT FROM
       (OLD.id, OLD.confirmation, OLD.account_id, OLD.call_id, OLD.amount_cents, OLD.currency,
        OLD.brand, OLD.last_four, OLD.expiry_year, OLD.expiry_month, OLD.opened_at)
    THEN
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

COMMENT ON FUNCTION payment_keeps_to_its_moves() IS
    'Raises PT001. An update that leaves the state as it is changes nothing at all.';

CREATE TRIGGER payment_keeps_to_its_moves BEFORE INSERT OR UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION payment_keeps_to_its_moves();

CREATE FUNCTION write_payment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO payment_changes (payment_id, to_state, at, reason)
        VALUES (NEW.id, NEW.state, NEW.changed_at, NEW.reason);
    ELSIF NEW.state <> OLD.state THEN
        INSERT INTO payment_changes (payment_id, from_state, to_state, at, reason)
        VALUES (NEW.id, OLD.state, NEW.state, NEW.changed_at, NEW.reason);
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER write_payment_change AFTER INSERT OR UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION write_payment_change();

CREATE FUNCTION payment_changes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'payment_changes is written by the database alone and never changed'
        USING ERRCODE = 'PT002';
END;
$$;

CREATE TRIGGER payment_changes_stay BEFORE INSERT OR UPDATE OR DELETE ON payment_changes
    FOR EACH ROW EXECUTE FUNCTION payment_changes_stay();

CREATE TRIGGER payment_changes_are_never_emptied BEFORE TRUNCATE ON payment_changes
    FOR EACH STATEMENT EXECUTE FUNCTION payment_changes_stay();

CREATE TABLE card_methods (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES accounts,
    token text NOT NULL UNIQUE CHECK (token <> ''),
    brand text NOT NULL
        CHECK (brand IN ('Visa', 'MasterCard', 'American Express', 'Discover')),
    last_four text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
    expiry_year smallint NOT NULL CHECK (expiry_year BETWEEN 2000 AND 2099),
    expiry_month smallint NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    added_at timestamptz NOT NULL,
    removed_at timestamptz CHECK (removed_at >= added_at),
    CONSTRAINT a_token_is_no_card_number CHECK (token !~ '^[0-9]{12,19}$')
);

CREATE INDEX ON card_methods (account_id);
