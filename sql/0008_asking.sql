-- Asking the gateway after payments: how often, and when again.

CREATE TABLE payment_asks (
    payment_id uuid PRIMARY KEY REFERENCES payments,
    state text NOT NULL REFERENCES payment_states,
    asks integer NOT NULL CHECK (asks >= 0),
    last_at timestamptz,
    missing_since timestamptz,
    next_at timestamptz,
    said text NOT NULL
);

CREATE INDEX ON payment_asks (next_at);

COMMENT ON TABLE payment_asks IS
    'How often the gateway was asked after a payment in that state; without a row, or once the '
    'payment has moved on, it was not asked yet.';
COMMENT ON COLUMN payment_asks.missing_since IS
    'When the gateway first said that it knows no such charge.';
COMMENT ON COLUMN payment_asks.next_at IS 'When it is asked again; NULL: not before it is told of.';

-- A charge that turns up for a payment that was declined is another attempt than the declined one.
CREATE OR REPLACE FUNCTION payment_keeps_to_its_moves() RETURNS trigger LANGUAGE plpgsql AS $$
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
