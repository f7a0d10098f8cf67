-- More time to pay: what was arranged, and how far it is kept.

CREATE TABLE arrangements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    confirmation text NOT NULL UNIQUE CHECK (confirmation ~ '^[0-9]{9}$'),
    account_id uuid NOT NULL,
    currency text NOT NULL,
    call_id uuid REFERENCES calls,
    kind text NOT NULL CHECK (kind IN ('extension', 'instalments')),
    made_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'active'
        CHECK (state IN ('active', 'undone', 'cancelled', 'kept', 'broken')),
    ended_at timestamptz CHECK (ended_at >= made_at),
    ended_by text CHECK (ended_by <> ''),
    reason text CHECK (reason <> ''),
    CONSTRAINT what_is_not_active_has_ended CHECK (
        CASE WHEN state = 'active' THEN num_nonnulls(ended_at, ended_by, reason) = 0
            ELSE num_nulls(ended_at, ended_by, reason) = 0 END
    ),
    CONSTRAINT arrangements_in_the_accounts_currency
        FOREIGN KEY (account_id, currency) REFERENCES accounts (id, currency)
);

CREATE INDEX ON arrangements (account_id, made_at DESC);
CREATE UNIQUE INDEX arrangements_one_active ON arrangements (account_id) WHERE state = 'active';

COMMENT ON COLUMN arrangements.state IS
    'undone: by the customer on the day it was made; cancelled: by an admin. Each ends once.';
COMMENT ON COLUMN arrangements.ended_by IS 'caller, worker, or the admin''s name.';

CREATE TABLE arrangement_instalments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    arrangement_id uuid NOT NULL REFERENCES arrangements,
    seq smallint NOT NULL CHECK (seq >= 1),
    due date NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    UNIQUE (arrangement_id, seq)
);

CREATE INDEX ON arrangement_instalments (due);

COMMENT ON TABLE arrangement_instalments IS
    'What the customer promised to pay. Nothing here is charged by itself.';

CREATE FUNCTION arrangement_stays_as_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_TABLE_NAME = 'arrangement_instalments' THEN
        RAISE EXCEPTION 'what was arranged is never changed or deleted' USING ERRCODE = 'PT005';
    END IF;
    IF (NEW.id, NEW.confirmation, NEW.account_id, NEW.currency, NEW.call_id, NEW.kind, NEW.made_at)
        IS DISTINCT FROM
       (OLD.id, OLD.confirmation, OLD.account_id, OLD.currency, OLD.call_id, OLD.kind, OLD.made_at)
        OR OLD.state <> 'active'
    THEN
        RAISE EXCEPTION 'arrangement % stays as it was agreed, and ends once', OLD.id
            USING ERRCODE = 'PT005';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION arrangement_stays_as_agreed() IS 'Raises PT005.';

CREATE TRIGGER arrangement_stays_as_agreed BEFORE UPDATE OR DELETE ON arrangements
    FOR EACH ROW EXECUTE FUNCTION arrangement_stays_as_agreed();

CREATE TRIGGER instalments_stay_as_agreed BEFORE UPDATE OR DELETE ON arrangement_instalments
    FOR EACH ROW EXECUTE FUNCTION arrangement_stays_as_agreed();

CREATE VIEW arrangement_progress AS
SELECT arrangements.*, accounts.number AS account_number, accounts.customer_id,
    planned.total_cents, planned.last_due, planned.terms, paid.cents AS paid_cents,
    planned.total_cents <= paid.cents OR owed.balance_cents <= 0 AS is_covered,
    EXISTS (
        SELECT FROM payments JOIN payment_states USING (state)
        WHERE payments.account_id = arrangements.account_id AND payment_states.open
    ) AS is_doubtful
FROM arrangements
JOIN accounts ON accounts.id = arrangements.account_id
JOIN account_balance AS owed ON owed.account_id = arrangements.account_id
CROSS JOIN LATERAL (
    SELECT sum(amount_cents)::bigint AS total_cents, max(due) AS last_due,
        jsonb_agg(
            jsonb_build_object('id', id, 'due', due, 'cents', amount_cents) ORDER BY seq
        ) AS terms
    FROM arrangement_instalments WHERE arrangement_id = arrangements.id
) AS planned
CROSS JOIN LATERAL (
    SELECT coalesce(sum(
        CASE 'receivable' WHEN ledger.credit THEN ledger.amount_cents
            WHEN ledger.debit THEN -ledger.amount_cents END
    ), 0)::bigint AS cents
    FROM ledger JOIN payments ON payments.id = ledger.payment_id
    WHERE payments.account_id = arrangements.account_id
        AND payments.opened_at >= arrangements.made_at
        AND (arrangements.ended_at IS NULL OR payments.opened_at <= arrangements.ended_at)
) AS paid;

COMMENT ON VIEW arrangement_progress IS
    'Arrangements with what has been paid since: payments that count, less what of them went back. '
    'is_doubtful: nobody knows yet whether a payment moved money.';

CREATE VIEW instalment_progress AS
SELECT progress.id AS arrangement_id, progress.account_id, progress.account_number,
    progress.customer_id, progress.confirmation, progress.currency, progress.state,
    progress.is_covered, progress.is_doubtful, running.id AS instalment_id, running.seq,
    running.due, running.amount_cents,
    greatest(0, least(running.amount_cents, running.so_far - progress.paid_cents)) AS left_cents
FROM arrangement_progress AS progress
JOIN (
    SELECT *, sum(amount_cents) OVER (PARTITION BY arrangement_id ORDER BY seq)::bigint AS so_far
    FROM arrangement_instalments
) AS running ON running.arrangement_id = progress.id;

COMMENT ON VIEW instalment_progress IS
    'Instalments with what is left to pay of each: payments cover them in turn.';

CREATE VIEW arranged_balance AS
SELECT account_balance.account_id, arranged.arrangement_id, arranged.due AS arranged_due,
    arranged.left_cents AS arranged_cents, arranged.all_left_cents, first_beyond.due AS rest_due
FROM account_balance
JOIN LATERAL (
    SELECT arrangement_id, due, left_cents, sum(left_cents) OVER ()::bigint AS all_left_cents
    FROM instalment_progress
    WHERE instalment_progress.account_id = account_balance.account_id
        AND state = 'active' AND NOT is_covered AND left_cents > 0
    ORDER BY seq
    LIMIT 1
) AS arranged ON true
LEFT JOIN LATERAL (
    SELECT running.due
    FROM (
        SELECT
            bills.due,
            sum(bills.amount_cents) OVER (ORDER BY bills.due, bills.issued, bills.id) AS so_far,
            sum(bills.amount_cents) OVER () AS charged
        FROM bills
        WHERE bills.account_id = account_balance.account_id AND bills.amount_cents > 0
    ) AS running
    WHERE running.so_far
        > running.charged - account_balance.balance_cents + arranged.all_left_cents
    ORDER BY running.so_far
    LIMIT 1
) AS first_beyond ON true;

COMMENT ON VIEW arranged_balance IS
    'Accounts with an active arrangement: what is due next by it, all that is left of it, and the '
    'due date of the oldest bill beyond it.';

-- The copy of what was arranged, in the transaction that stores it; and that it was broken.
CREATE FUNCTION queue_letters_of_arrangement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_letter(
        CASE NEW.state WHEN 'broken' THEN 'arrangement-broken' ELSE 'arrangement' END,
        accounts.customer_id,
        'arrangement ' || NEW.id || ' ' || NEW.state,
        jsonb_build_object(
            'account', right(accounts.number, 4), 'confirmation', NEW.confirmation,
            'count', count(*)::text, 'total_cents', sum(parts.amount_cents),
            'first_cents', (array_agg(parts.amount_cents ORDER BY parts.seq))[1],
            'first_on', min(parts.due), 'last_on', max(parts.due)
        ),
        coalesce(NEW.ended_at, NEW.made_at)
    )
    FROM arrangement_instalments AS parts JOIN accounts ON accounts.id = NEW.account_id
    WHERE parts.arrangement_id = NEW.id
    GROUP BY accounts.customer_id, accounts.number;
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER queue_letter_of_new_arrangement AFTER INSERT ON arrangements
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION queue_letters_of_arrangement();

CREATE TRIGGER queue_letter_of_broken_arrangement AFTER UPDATE ON arrangements
    FOR EACH ROW WHEN (OLD.state = 'active' AND NEW.state = 'broken')
    EXECUTE FUNCTION queue_letters_of_arrangement();
