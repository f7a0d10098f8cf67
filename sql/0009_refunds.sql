-- Giving money back: asked for and stored before the gateway is asked, booked once it is made.

CREATE TABLE refunds (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    way text NOT NULL CHECK (way IN ('void', 'refund')),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency text NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'made', 'refused')),
    asked_by text NOT NULL CHECK (asked_by <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    said text NOT NULL,
    transaction_id text UNIQUE CHECK (transaction_id <> ''),
    asked_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT made_refunds_name_their_transaction
        CHECK ((state = 'made') = (transaction_id IS NOT NULL))
);

CREATE INDEX ON refunds (payment_id);
CREATE UNIQUE INDEX refunds_one_asked ON refunds (payment_id) WHERE state = 'asked';

COMMENT ON TABLE refunds IS
    'What was asked to go back, by whom and why. way: void calls the charge off before it settles.';
COMMENT ON COLUMN refunds.id IS 'Also the order id and idempotency key of a refund at the gateway.';
COMMENT ON COLUMN refunds.state IS
    'asked: it may or may not go back, only asking the gateway tells; made: it goes back; '
    'refused: it does not.';
COMMENT ON COLUMN refunds.transaction_id IS 'Of a void, the charge''s own.';
COMMENT ON INDEX refunds_one_asked IS
    'While nobody knows whether one refund of a payment was made, no other is begun.';

ALTER TABLE ledger ADD COLUMN refund_id uuid UNIQUE REFERENCES refunds;
ALTER TABLE ledger ADD CONSTRAINT a_refund_is_booked_once
    CHECK ((kind = 'refund') = (refund_id IS NOT NULL));

CREATE FUNCTION refund_keeps_to_its_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid payments;
    given_back bigint;
BEGIN
    -- Others that give back from the same payment wait here.
    SELECT * INTO paid FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.state <> 'asked' THEN
        RAISE EXCEPTION 'a refund begins as asked, not as %', NEW.state USING ERRCODE = 'PT001';
    END IF;
    IF NOT (
        paid.state = 'voiding'
        OR (NEW.way = 'void' AND paid.state = 'settling')
        OR (NEW.way = 'refund' AND paid.state = 'settled')
    ) THEN
        RAISE EXCEPTION 'the payment is %', paid.state USING ERRCODE = 'PT005';
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO given_back
    FROM refunds WHERE payment_id = NEW.payment_id AND state <> 'refused';
    IF NEW.currency <> paid.currency OR given_back + NEW.amount_cents > paid.amount_cents
        OR ((NEW.way = 'void' OR paid.state = 'voiding') AND NEW.amount_cents <> paid.amount_cents)
    THEN
        RAISE EXCEPTION 'of % cents % go back already, so % cannot',
            paid.amount_cents, given_back, NEW.amount_cents USING ERRCODE = 'PT006';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER refund_keeps_to_its_payment BEFORE INSERT ON refunds
    FOR EACH ROW EXECUTE FUNCTION refund_keeps_to_its_payment();

CREATE FUNCTION refund_keeps_to_its_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.payment_id, NEW.way, NEW.amount_cents, NEW.currency, NEW.asked_by,
            NEW.reason, NEW.asked_at)
            IS NOT DISTINCT FROM
           (OLD.id, OLD.payment_id, OLD.way, OLD.amount_cents, OLD.currency, OLD.asked_by,
            OLD.reason, OLD.asked_at)
        THEN
            IF OLD.state = 'asked' THEN
                RETURN NEW;
            ELSIF (NEW.state, NEW.transaction_id)
                IS NOT DISTINCT FROM (OLD.state, OLD.transaction_id)
            THEN
                RETURN OLD;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'a refund stays what was asked for; what became of it is told once'
        USING ERRCODE = 'PT001';
END;
$$;

CREATE TRIGGER refund_keeps_to_its_moves BEFORE UPDATE OR DELETE ON refunds
    FOR EACH ROW EXECUTE FUNCTION refund_keeps_to_its_moves();

CREATE TRIGGER refunds_are_never_emptied BEFORE TRUNCATE ON refunds
    FOR EACH STATEMENT EXECUTE FUNCTION refund_keeps_to_its_moves();

CREATE FUNCTION book_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid payments;
    given_back bigint;
    why text := NEW.way || ' by ' || NEW.asked_by || ': ' || NEW.reason;
    goes_to text;
BEGIN
    SELECT * INTO paid FROM payments WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF NEW.way = 'refund' AND paid.state <> 'voiding' THEN
        INSERT INTO ledger (
            at, kind, debit, credit, amount_cents, currency, account_id, payment_id, refund_id,
            reason
        )
        VALUES (
            NEW.changed_at, 'refund', 'receivable', 'bank', NEW.amount_cents, NEW.currency,
            paid.account_id, paid.id, NEW.id, why
        );
    END IF;
    SELECT sum(amount_cents) INTO given_back
    FROM refunds WHERE payment_id = NEW.payment_id AND state = 'made';
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

CREATE TRIGGER book_refund AFTER UPDATE ON refunds
    FOR EACH ROW WHEN (OLD.state = 'asked' AND NEW.state = 'made')
    EXECUTE FUNCTION book_refund();

-- No payment is refunded but by refunds that are booked and cover all of it.
DELETE FROM payment_moves WHERE (from_state, to_state) = ('settling', 'refunded');

CREATE FUNCTION payment_is_refunded_in_full() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    booked bigint;
BEGIN
    SELECT coalesce(sum(amount_cents), 0) INTO booked
    FROM ledger WHERE payment_id = NEW.id AND kind = 'refund';
    IF booked <> NEW.amount_cents THEN
        RAISE EXCEPTION 'of payment % only % of % cents are refunded',
            NEW.id, booked, NEW.amount_cents USING ERRCODE = 'PT001';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER payment_is_refunded_in_full BEFORE UPDATE ON payments
    FOR EACH ROW WHEN (NEW.state = 'refunded' AND OLD.state <> 'refunded')
    EXECUTE FUNCTION payment_is_refunded_in_full();
