-- Notices by mail: what became of a payment, for those who do not know it yet.

ALTER TABLE customers ADD COLUMN email text CONSTRAINT email_is_one_address CHECK (
    length(email) <= 254
    AND email ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$'
);

COMMENT ON COLUMN customers.email IS 'Null where none is known: nothing is sent.';

CREATE TABLE notices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change_id bigint NOT NULL UNIQUE REFERENCES payment_changes,
    payment_id uuid NOT NULL REFERENCES payments,
    heard text NOT NULL CHECK (heard IN ('paid', 'not-paid', 'returned', 'refunded')),
    queued_at timestamptz NOT NULL,
    next_at timestamptz,
    claimed_at timestamptz,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    doubts integer NOT NULL DEFAULT 0 CHECK (doubts >= 0),
    sent_at timestamptz,
    said text NOT NULL DEFAULT 'queued',
    CHECK (sent_at IS NULL OR next_at IS NULL),
    CHECK (claimed_at IS NULL OR next_at IS NOT NULL)
);

CREATE INDEX ON notices (next_at);
CREATE INDEX ON notices (payment_id);

COMMENT ON TABLE notices IS 'Queued by the database alone; a change of a payment is told once.';
COMMENT ON COLUMN notices.heard IS 'What is to be told; as payment_states.heard.';
COMMENT ON COLUMN notices.next_at IS 'When it is looked at next; NULL: it is done with, see said.';
COMMENT ON COLUMN notices.claimed_at IS 'Since when a worker is sending it; NULL: none is.';
COMMENT ON COLUMN notices.doubts IS 'How often it may have been sent, but nobody knows.';

CREATE FUNCTION last_known(the_payment uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT heard
    FROM (
        SELECT heard, at, id FROM payment_tellings WHERE payment_id = the_payment
        UNION ALL
        SELECT heard, sent_at, 0 FROM notices
        WHERE payment_id = the_payment AND sent_at IS NOT NULL
    ) AS told
    ORDER BY at DESC, id DESC
    LIMIT 1
$$;

COMMENT ON FUNCTION last_known IS
    'What the customer last heard or was sent of a payment; NULL when nothing.';

CREATE VIEW payment_turns AS
SELECT changes.id, changes.payment_id, changes.from_state, changes.at, after.heard
FROM payment_changes AS changes
JOIN payment_states AS before ON before.state = changes.from_state
JOIN payment_states AS after ON after.state = changes.to_state
WHERE after.heard <> before.heard;

COMMENT ON VIEW payment_turns IS 'Changes of a payment after which something else must be heard.';

CREATE FUNCTION queue_notice(turn bigint, moment timestamptz) RETURNS void LANGUAGE sql AS $$
    -- Two minutes, for a call that is about to tell.
    INSERT INTO notices (change_id, payment_id, heard, queued_at, next_at)
    SELECT turns.id, turns.payment_id, turns.heard, moment, moment + interval '2 minutes'
    FROM payment_turns AS turns
    JOIN payments ON payments.id = turns.payment_id
    JOIN accounts ON accounts.id = payments.account_id
    JOIN customers ON customers.id = accounts.customer_id
    WHERE turns.id = turn
        AND customers.email IS NOT NULL
        AND turns.heard IS DISTINCT FROM last_known(turns.payment_id)
    ON CONFLICT (change_id) DO NOTHING
$$;

COMMENT ON FUNCTION queue_notice IS
    'Queues what a change means, if the customer has an address and does not know it.';

CREATE FUNCTION queue_notice_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    in_its_call boolean;
BEGIN
    -- A payment that closes within its call is told there; if not, the call's end queues it. One
    -- that is a minute old was closed by the worker or by another call.
    SELECT NEW.from_state = 'submitting' AND NEW.at < payments.opened_at + interval '1 minute'
        AND calls.id IS NOT NULL AND calls.closed_at IS NULL
    INTO in_its_call
    FROM payments LEFT JOIN calls ON calls.id = payments.call_id
    WHERE payments.id = NEW.payment_id;
    IF NOT in_its_call THEN
        PERFORM queue_notice(NEW.id, NEW.at);
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER queue_notice_of_change AFTER INSERT ON payment_changes
    FOR EACH ROW WHEN (NEW.from_state IS NOT NULL) EXECUTE FUNCTION queue_notice_of_change();

CREATE FUNCTION queue_notices_of_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_notice(max(turns.id), NEW.closed_at)
    FROM payments JOIN payment_turns AS turns ON turns.payment_id = payments.id
    WHERE payments.call_id = NEW.id
    GROUP BY payments.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER queue_notices_of_call AFTER UPDATE ON calls
    FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION queue_notices_of_call();

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
