-- Payments agreed to now and made later: once, again and again, or the whole bill every time.

CREATE TABLE schedules (
    id uuid PRIMARY KEY,
    confirmation text NOT NULL UNIQUE CHECK (confirmation ~ '^[0-9]{9}$'),
    account_id uuid NOT NULL,
    currency text NOT NULL,
    method_id uuid NOT NULL REFERENCES payment_methods,
    kind text NOT NULL CHECK (kind IN ('once', 'fixed', 'autopay')),
    amount_cents bigint CHECK (amount_cents > 0),
    every text CHECK (every IN ('week', 'two-weeks', 'month')),
    first_on date,
    day_of_month smallint CHECK (day_of_month BETWEEN 1 AND 31),
    days_before smallint CHECK (days_before BETWEEN 0 AND 28),
    state text NOT NULL DEFAULT 'active'
        CHECK (state IN ('active', 'paused', 'cancelled', 'ended')),
    why text NOT NULL DEFAULT '',
    planned_due date,
    look_since timestamptz,
    CONSTRAINT schedules_in_the_accounts_currency
        FOREIGN KEY (account_id, currency) REFERENCES accounts (id, currency),
    CHECK ((state = 'active') = (why = '')),
    CHECK (look_since IS NULL OR (kind = 'autopay' AND state = 'active')),
    CONSTRAINT terms_fit_their_kind CHECK (
        CASE kind
            WHEN 'once' THEN num_nulls(amount_cents, first_on) = 0
                AND num_nonnulls(every, day_of_month, days_before) = 0
            WHEN 'fixed' THEN num_nulls(amount_cents, first_on, every) = 0
                AND (every = 'month') = (day_of_month IS NOT NULL) AND days_before IS NULL
            ELSE days_before IS NOT NULL
                AND num_nonnulls(amount_cents, first_on, every, day_of_month) = 0
        END
    )
);

CREATE INDEX ON schedules (account_id);
CREATE INDEX ON schedules (method_id);
CREATE INDEX ON schedules (look_since);
CREATE UNIQUE INDEX schedules_one_autopay ON schedules (account_id)
    WHERE kind = 'autopay' AND state IN ('active', 'paused');

COMMENT ON COLUMN schedules.why IS 'Why it is not active.';
COMMENT ON COLUMN schedules.planned_due IS 'Bills due up to then are planned for; AutoPay only.';
COMMENT ON COLUMN schedules.look_since IS 'Since when a bill may want a run; NULL: none does.';

CREATE TABLE schedule_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id uuid NOT NULL REFERENCES schedules,
    at timestamptz NOT NULL,
    what text NOT NULL CHECK (what IN (
        'agreed', 'changed', 'paused', 'resumed', 'cancelled', 'ended'
    )),
    said text NOT NULL CHECK (said <> ''),
    by_whom text NOT NULL CHECK (by_whom <> ''),
    call_id uuid REFERENCES calls,
    language text CHECK (language ~ '^[a-z]{2}$'),
    prompts text[],
    CHECK (what <> 'agreed' OR prompts IS NOT NULL),
    CHECK ((language IS NULL) = (prompts IS NULL)),
    CONSTRAINT schedule_prompts_are_names CHECK (prompts::text ~ '^\{[a-z0-9,-]+\}$'),
    CONSTRAINT schedule_prompts_hold_no_numbers CHECK (prompts::text !~ '[0-9]{7}')
);

CREATE INDEX ON schedule_changes (schedule_id);

COMMENT ON TABLE schedule_changes IS 'Append-only: what was agreed to, changed and cancelled.';
COMMENT ON COLUMN schedule_changes.prompts IS
    'The authorisation: all that was read before the customer pressed 1, prompt by prompt.';

CREATE FUNCTION schedule_changes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'schedule_changes is append-only' USING ERRCODE = 'PT002';
END;
$$;

CREATE TRIGGER schedule_changes_stay BEFORE UPDATE OR DELETE ON schedule_changes
    FOR EACH ROW EXECUTE FUNCTION schedule_changes_stay();

CREATE TRIGGER schedule_changes_are_never_emptied BEFORE TRUNCATE ON schedule_changes
    FOR EACH STATEMENT EXECUTE FUNCTION schedule_changes_stay();

CREATE TABLE schedule_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    schedule_id uuid NOT NULL REFERENCES schedules,
    run_on date NOT NULL,
    most_cents bigint NOT NULL CHECK (most_cents > 0),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN (
        'waiting', 'charging', 'paid', 'skipped', 'failed', 'stopped'
    )),
    payment_id uuid UNIQUE REFERENCES payments DEFERRABLE INITIALLY DEFERRED,
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at timestamptz,
    notice text,
    changed_at timestamptz NOT NULL,
    said text NOT NULL CHECK (said <> ''),
    UNIQUE (schedule_id, run_on),
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK (payment_id IS NOT NULL OR state NOT IN ('charging', 'paid'))
);

CREATE INDEX ON schedule_runs (next_at) WHERE state = 'waiting';
CREATE INDEX schedule_runs_charging ON schedule_runs (changed_at) WHERE state = 'charging';

COMMENT ON TABLE schedule_runs IS 'A schedule runs once on a day, whatever happens.';
COMMENT ON COLUMN schedule_runs.most_cents IS
    'No more is charged: what was agreed to, or told of beforehand.';
COMMENT ON COLUMN schedule_runs.payment_id IS 'The last payment that was tried for it.';
COMMENT ON COLUMN schedule_runs.notice IS
    'letters.dedupe of what tells of it beforehand; not made before that was sent. NULL: none is due.';
COMMENT ON COLUMN schedule_runs.next_at IS 'When a worker may take it; put off while one has it.';

CREATE TABLE run_payments (
    payment_id uuid PRIMARY KEY REFERENCES payments,
    run_id uuid NOT NULL REFERENCES schedule_runs
);

CREATE INDEX ON run_payments (run_id);

COMMENT ON TABLE run_payments IS 'Every payment that was tried for a run; one at most counts.';

CREATE FUNCTION note_run_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO run_payments (payment_id, run_id) VALUES (NEW.payment_id, NEW.id);
    RETURN NULL;
END;
$$;

CREATE CONSTRAINT TRIGGER note_run_payment AFTER UPDATE OF payment_id ON schedule_runs
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.payment_id IS DISTINCT FROM OLD.payment_id)
    EXECUTE FUNCTION note_run_payment();

CREATE FUNCTION run_keeps_to_its_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.schedule_id, NEW.run_on) IS DISTINCT FROM (OLD.id, OLD.schedule_id, OLD.run_on)
        OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('waiting', 'charging'), ('waiting', 'skipped'), ('waiting', 'failed'),
            ('waiting', 'stopped'), ('stopped', 'waiting'),
            ('charging', 'paid'), ('charging', 'failed'), ('charging', 'waiting'),
            ('paid', 'failed')
        ))
        OR (NEW.state = 'waiting' AND OLD.state = 'stopped' AND OLD.payment_id IS NOT NULL)
    THEN
        RAISE EXCEPTION 'run % may not move from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'PT001';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER run_keeps_to_its_moves BEFORE UPDATE ON schedule_runs
    FOR EACH ROW EXECUTE FUNCTION run_keeps_to_its_moves();

-- A bill that comes in is planned for, and told of, by whoever looks next.
CREATE FUNCTION look_at_autopay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE schedules SET look_since = now()
    WHERE kind = 'autopay' AND state = 'active'
        AND account_id IN (SELECT account_id FROM added WHERE amount_cents > 0);
    RETURN NULL;
END;
$$;

CREATE TRIGGER look_at_autopay AFTER INSERT ON bills
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION look_at_autopay();

CREATE VIEW autopay_to_plan AS
SELECT
    schedules.id AS schedule_id,
    schedules.look_since,
    schedules.days_before,
    accounts.customer_id,
    right(accounts.number, 4) AS account_last_four,
    account_balance.balance_cents - waiting.cents AS most_cents,
    bills.due,
    bills.through
FROM schedules
JOIN accounts ON accounts.id = schedules.account_id
JOIN account_balance ON account_balance.account_id = schedules.account_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(most_cents), 0)::bigint AS cents
    FROM schedule_runs
    WHERE schedule_id = schedules.id AND state IN ('waiting', 'charging')
) AS waiting
CROSS JOIN LATERAL (
    SELECT min(bills.due) AS due, max(bills.due) AS through
    FROM bills
    WHERE bills.account_id = schedules.account_id AND bills.amount_cents > 0
        AND bills.due > coalesce(schedules.planned_due, '-infinity')
        AND bills.due >= account_balance.due
) AS bills
WHERE schedules.kind = 'autopay' AND schedules.state = 'active';

COMMENT ON VIEW autopay_to_plan IS
    'AutoPay with the bills not planned for: the earliest due date, and the latest (through).';

CREATE VIEW runs_in_full AS
SELECT
    runs.id AS run_id,
    runs.run_on,
    runs.most_cents,
    runs.state AS run_state,
    runs.attempts,
    runs.said,
    runs.payment_id,
    runs.changed_at AS run_changed_at,
    runs.notice,
    told.at AS told_at,
    told.never AS never_told,
    schedules.*,
    accounts.number AS account_number,
    accounts.customer_id,
    accounts.payable,
    account_balance.balance_cents,
    methods.token,
    methods.kind AS method_kind,
    methods.brand,
    methods.last_four,
    methods.expiry_year,
    methods.expiry_month,
    methods.bank_name,
    methods.account_type,
    methods.fingerprint,
    methods.removed_at
FROM schedule_runs AS runs
JOIN schedules ON schedules.id = runs.schedule_id
JOIN accounts ON accounts.id = schedules.account_id
JOIN account_balance ON account_balance.account_id = schedules.account_id
JOIN payment_methods AS methods ON methods.id = schedules.method_id
LEFT JOIN LATERAL (
    SELECT min(sent_at) AS at, bool_and(sent_at IS NULL AND next_at IS NULL) AS never
    FROM letters WHERE letters.dedupe = runs.notice
) AS told ON runs.notice IS NOT NULL;

COMMENT ON VIEW runs_in_full IS 'Runs with their schedule, its method, and what is owed now.';

CREATE VIEW runs_to_settle AS
SELECT runs_in_full.*, payments.state AS payment_state, payments.amount_cents AS asked_cents,
    payments.refusal, payments.refusal_hard,
    (
        SELECT count(*)
        FROM run_payments JOIN payments AS tried ON tried.id = run_payments.payment_id
        WHERE run_payments.run_id = runs_in_full.run_id AND tried.state = 'declined'
    ) AS declines
FROM runs_in_full
JOIN payments ON payments.id = runs_in_full.payment_id
JOIN payment_states ON payment_states.state = payments.state
WHERE runs_in_full.run_state = 'charging' AND NOT payment_states.open;

COMMENT ON VIEW runs_to_settle IS 'Runs whose payment is no longer open.';

CREATE VIEW runs_taken_back AS
SELECT runs_in_full.*, payments.reason
FROM runs_in_full JOIN payments ON payments.id = runs_in_full.payment_id
WHERE runs_in_full.run_state = 'paid' AND runs_in_full.state <> 'cancelled'
    AND payments.state = 'returned' AND payments.reason !~ '^returned: R0[19]\M';

COMMENT ON VIEW runs_taken_back IS
    'Runs that a bank took back for another reason than want of money: the schedule must not go on.';

CREATE INDEX payments_returned ON payments (id) WHERE state = 'returned';

CREATE FUNCTION plan_run(the_schedule uuid, day date, cents bigint, moment timestamptz,
    starts timestamptz, told_by text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO schedule_runs (
        schedule_id, run_on, most_cents, next_at, notice, changed_at, said
    )
    VALUES (the_schedule, day, cents, starts, told_by, moment, 'planned')
    ON CONFLICT (schedule_id, run_on) DO UPDATE
        SET state = 'waiting', most_cents = cents, next_at = starts, notice = told_by,
            changed_at = moment, said = 'planned'
        WHERE schedule_runs.state = 'stopped' AND schedule_runs.payment_id IS NULL;
    RETURN FOUND;
END;
$$;

COMMENT ON FUNCTION plan_run IS
    'Plans a run, also one that was stopped before it was begun; false where the day has one.';

CREATE FUNCTION end_run(the_run uuid, ends_as text, moment timestamptz, how text,
    next_on date, next_starts timestamptz, halts boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    the_schedule schedules;
BEGIN
    -- The schedule first, as whoever cancels it does, so that neither waits for the other for ever.
    SELECT schedules.* INTO the_schedule
    FROM schedules JOIN schedule_runs ON schedule_runs.schedule_id = schedules.id
    WHERE schedule_runs.id = the_run FOR UPDATE OF schedules;
    UPDATE schedule_runs SET state = ends_as, next_at = NULL, changed_at = moment, said = how
    WHERE id = the_run
        AND (state IN ('waiting', 'charging') OR (state, ends_as) = ('paid', 'failed'));
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF the_schedule.state <> 'active' THEN
        RETURN true;
    ELSIF the_schedule.kind = 'once' THEN
        PERFORM halt_schedule(the_schedule.id, 'ended', how, 'the run', moment);
    ELSIF halts THEN
        PERFORM halt_schedule(the_schedule.id, 'paused', how, 'the run', moment);
    ELSIF next_on IS NOT NULL THEN
        PERFORM plan_run(
            the_schedule.id, next_on, the_schedule.amount_cents, moment, next_starts, NULL
        );
    END IF;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION end_run IS
    'Ends a run, and plans the next one, or ends or pauses the schedule; false where it has ended.';

CREATE FUNCTION halt_schedule(the_schedule uuid, stands text, how text, who text,
    moment timestamptz)
RETURNS void LANGUAGE sql AS $$
    UPDATE schedules SET state = stands, why = how, look_since = NULL, planned_due = NULL
    WHERE id = the_schedule;
    UPDATE schedule_runs SET state = 'stopped', next_at = NULL, changed_at = moment, said = how
    WHERE schedule_id = the_schedule AND state = 'waiting';
    INSERT INTO schedule_changes (schedule_id, at, what, said, by_whom)
    VALUES (the_schedule, moment, stands, how, who);
$$;

CREATE OR REPLACE FUNCTION letter_tells(kind text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE
        WHEN kind = 'receipt' THEN 'paid'
        WHEN kind = 'run-failed' THEN 'not-paid'
        WHEN kind IN ('paid', 'not-paid', 'returned', 'refunded') THEN kind
    END
$$;

-- Declines of cards, by keyed fingerprint, whoever tried: calls, agents and runs.
CREATE TABLE card_attempts (
    payment_id uuid PRIMARY KEY REFERENCES payments,
    fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$')
);

CREATE INDEX ON card_attempts (fingerprint);

COMMENT ON TABLE card_attempts IS
    'Which card a payment was tried with, by the keyed fingerprint of its number.';

CREATE VIEW card_declines AS
SELECT card_attempts.fingerprint, payments.changed_at AS at, payments.amount_cents,
    payments.currency, payments.refusal, payments.refusal_hard
FROM card_attempts JOIN payments ON payments.id = card_attempts.payment_id
WHERE payments.state = 'declined';
