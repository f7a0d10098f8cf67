-- Calls that the line makes: what is to be called about, who agreed to it, who wants none, and the
-- gate that every dial passes. Nothing is dialled unless PAYTONE_CALLS_OUT is on.

ALTER TABLE customers ADD COLUMN timezone text CHECK (timezone ~ '^[A-Za-z0-9_+/-]+$');

COMMENT ON COLUMN customers.timezone IS
    'Where the customer is, by its name in the IANA database; null: told from the number alone.';

ALTER TABLE contact_consents
    DROP CONSTRAINT contact_consents_channel_check,
    ADD CONSTRAINT contact_consents_channel_check CHECK (channel IN ('sms', 'call'));

COMMENT ON COLUMN contact_consents.purpose IS
    'receipts by text message; of calls: account for all that are about it, or one kind of calls_out.';

CREATE OR REPLACE FUNCTION consent_ends_with_its_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Calls may go to any number of the customer; the gate asks whether it still is theirs.
    UPDATE contact_consents SET withdrawn_at = now(), withdrawn_how = 'another number'
    WHERE customer_id = NEW.id AND channel = 'sms' AND address IS DISTINCT FROM NEW.mobile
        AND withdrawn_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TABLE phone_lines (
    number text PRIMARY KEY CHECK (number ~ '^[2-9][0-9]{9}$'),
    line text NOT NULL CHECK (line IN ('landline', 'mobile')),
    said text NOT NULL CHECK (said <> ''),
    by_whom text NOT NULL CHECK (by_whom <> ''),
    at timestamptz NOT NULL
);

COMMENT ON TABLE phone_lines IS
    'Which numbers are known to be landlines or mobiles. One that is not here counts as a mobile.';

CREATE TABLE do_not_call (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text NOT NULL CHECK (number ~ '^[2-9][0-9]{9}$'),
    since timestamptz NOT NULL,
    source text NOT NULL CHECK (source IN ('call-out', 'call', 'admin')),
    said text NOT NULL CHECK (said <> ''),
    call_id uuid,
    removed_at timestamptz,
    removed_by text CHECK (removed_by <> ''),
    removed_why text CHECK (removed_why <> ''),
    CHECK (num_nulls(removed_at, removed_by, removed_why) IN (0, 3))
);

CREATE UNIQUE INDEX do_not_call_one_stands ON do_not_call (number) WHERE removed_at IS NULL;

COMMENT ON TABLE do_not_call IS
    'Numbers that are not to be called, for ever. What was taken out stays here with who and why.';
COMMENT ON COLUMN do_not_call.source IS
    'call-out: by a key in a call that we made; call: by a caller who dialled in; admin: by an admin.';

CREATE FUNCTION do_not_call_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.removed_at IS NOT NULL
        OR (NEW.id, NEW.number, NEW.since, NEW.source, NEW.said, NEW.call_id)
            IS DISTINCT FROM (OLD.id, OLD.number, OLD.since, OLD.source, OLD.said, OLD.call_id)
    THEN
        RAISE EXCEPTION 'do_not_call only grows, and a number is taken out once'
            USING ERRCODE = 'PT030';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER do_not_call_stays BEFORE UPDATE OR DELETE ON do_not_call
    FOR EACH ROW EXECUTE FUNCTION do_not_call_stays();

CREATE TRIGGER do_not_call_is_never_emptied BEFORE TRUNCATE ON do_not_call
    FOR EACH STATEMENT EXECUTE FUNCTION do_not_call_stays();

CREATE TABLE calls_out (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('due', 'failed', 'instalment', 'call-back', 'passcode')),
    customer_id uuid REFERENCES customers,
    account_id uuid REFERENCES accounts,
    number text NOT NULL CHECK (number ~ '^[2-9][0-9]{9}$'),
    dedupe text NOT NULL UNIQUE CHECK (dedupe <> ''),
    about uuid,
    due date,
    asked_at timestamptz,
    queued_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'dialling', 'done', 'refused', 'expired')),
    next_at timestamptz,
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    said text NOT NULL DEFAULT 'queued' CHECK (said <> ''),
    CHECK (expires > not_before),
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK (kind = 'call-back' OR customer_id IS NOT NULL),
    CHECK (kind IN ('call-back', 'passcode') OR account_id IS NOT NULL),
    CHECK ((kind IN ('call-back', 'passcode')) = (asked_at IS NOT NULL))
);

CREATE INDEX ON calls_out (next_at) WHERE state = 'waiting';
CREATE INDEX calls_out_dialling ON calls_out (id) WHERE state = 'dialling';
CREATE INDEX ON calls_out (customer_id);
CREATE INDEX ON calls_out (number);

COMMENT ON TABLE calls_out IS 'What is to be called about, or was; queue_call puts it here.';
COMMENT ON COLUMN calls_out.kind IS
    'due: a bill is due soon; failed: a payment that was set up failed; instalment: one is due soon; '
    'call-back, passcode: the person asked for the call.';
COMMENT ON COLUMN calls_out.about IS 'The instalment or the run that gives cause to it.';
COMMENT ON COLUMN calls_out.asked_at IS 'When the person asked for the call; that is the consent.';
COMMENT ON COLUMN calls_out.next_at IS 'When the gate is asked next; not before that.';

CREATE TABLE call_gate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_out_id uuid NOT NULL REFERENCES calls_out,
    at timestamptz NOT NULL,
    answer text NOT NULL CHECK (answer IN ('allow', 'refuse')),
    why text NOT NULL CHECK (why ~ '^[a-z-]+$'),
    consent_id bigint REFERENCES contact_consents,
    zones text[] NOT NULL,
    UNIQUE (id, answer, call_out_id),
    CHECK (answer = 'allow' OR consent_id IS NULL)
);

CREATE INDEX ON call_gate (call_out_id);

COMMENT ON TABLE call_gate IS 'Append-only: what the gate said before each dial, and why.';
COMMENT ON COLUMN call_gate.why IS
    'Of an allowance what it rests on: consent, request, or landline. Of a refusal its reason.';
COMMENT ON COLUMN call_gate.zones IS 'The time zones whose hours were kept.';

CREATE FUNCTION call_gate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'call_gate is append-only' USING ERRCODE = 'PT028';
END;
$$;

CREATE TRIGGER call_gate_stays BEFORE UPDATE OR DELETE ON call_gate
    FOR EACH ROW EXECUTE FUNCTION call_gate_stays();

CREATE TRIGGER call_gate_is_never_emptied BEFORE TRUNCATE ON call_gate
    FOR EACH STATEMENT EXECUTE FUNCTION call_gate_stays();

CREATE TABLE dials (
    id uuid PRIMARY KEY,
    call_out_id uuid NOT NULL,
    gate_id bigint NOT NULL UNIQUE,
    gate_answer text NOT NULL DEFAULT 'allow' CHECK (gate_answer = 'allow'),
    number text NOT NULL CHECK (number ~ '^[2-9][0-9]{9}$'),
    kind text NOT NULL,
    at timestamptz NOT NULL,
    met text CHECK (met IN ('person', 'machine')),
    result text CHECK (result IN ('answered', 'busy', 'no-answer', 'failed', 'lost')),
    ended_at timestamptz,
    CHECK ((result IS NULL) = (ended_at IS NULL)),
    FOREIGN KEY (gate_id, gate_answer, call_out_id)
        REFERENCES call_gate (id, answer, call_out_id)
);

CREATE INDEX ON dials (number, at);
CREATE INDEX ON dials (call_out_id);
CREATE INDEX dials_under_way ON dials (at) WHERE result IS NULL;

COMMENT ON TABLE dials IS
    'Each time a number was dialled; no row without an allowance of the gate of its own. The id is '
    'also that of the call in calls.';
COMMENT ON COLUMN dials.result IS 'What came of it; lost: nobody knows. NULL: it is under way.';

CREATE FUNCTION dial_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR (NEW.id, NEW.call_out_id, NEW.gate_id, NEW.number, NEW.kind, NEW.at)
            IS DISTINCT FROM
           (OLD.id, OLD.call_out_id, OLD.gate_id, OLD.number, OLD.kind, OLD.at)
        OR (OLD.result IS NOT NULL AND OLD.result IS DISTINCT FROM NEW.result)
    THEN
        RAISE EXCEPTION 'a dial stays, and ends once' USING ERRCODE = 'PT029';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER dial_stays BEFORE UPDATE OR DELETE ON dials
    FOR EACH ROW EXECUTE FUNCTION dial_stays();

CREATE TRIGGER dials_are_never_emptied BEFORE TRUNCATE ON dials
    FOR EACH STATEMENT EXECUTE FUNCTION dial_stays();

CREATE FUNCTION number_to_call(the_customer uuid, the_kind text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT number
    FROM (
        SELECT address AS number, 1 AS place, at FROM contact_consents
        WHERE customer_id = the_customer AND channel = 'call' AND withdrawn_at IS NULL
            AND purpose IN ('account', the_kind)
        UNION ALL
        SELECT phone_lines.number, 2, phone_lines.at
        FROM accounts
        JOIN account_phones ON account_phones.account_id = accounts.id
        JOIN phone_lines ON phone_lines.number = account_phones.phone AND line = 'landline'
        WHERE accounts.customer_id = the_customer
    ) AS known
    WHERE NOT EXISTS (
        SELECT FROM do_not_call
        WHERE do_not_call.number = known.number AND removed_at IS NULL
    )
    ORDER BY place, at DESC, number
    LIMIT 1
$$;

COMMENT ON FUNCTION number_to_call IS
    'Where a customer may be called about the account: as agreed to last, else at a landline; NULL: '
    'nowhere.';

CREATE FUNCTION queue_call(
    kind text,
    customer uuid,
    dedupe text,
    moment timestamptz,
    account uuid DEFAULT NULL,
    number text DEFAULT NULL,
    not_before timestamptz DEFAULT NULL,
    expires timestamptz DEFAULT NULL,
    about uuid DEFAULT NULL,
    due date DEFAULT NULL
) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO calls_out (
        kind, customer_id, account_id, number, dedupe, about, due, asked_at, queued_at,
        not_before, expires, next_at
    )
    SELECT queue_call.kind, customer, account, found.number, queue_call.dedupe, queue_call.about,
        queue_call.due, CASE WHEN queue_call.kind IN ('call-back', 'passcode') THEN moment END,
        moment, starts.at, ends.at, starts.at
    FROM (
        SELECT coalesce(queue_call.number, number_to_call(customer, queue_call.kind)) AS number
    ) AS found
    CROSS JOIN (SELECT greatest(moment, queue_call.not_before) AS at) AS starts
    CROSS JOIN LATERAL (
        SELECT coalesce(queue_call.expires, (queue_call.due + 1)::timestamp AT TIME ZONE 'UTC', starts.at +
            CASE queue_call.kind
                WHEN 'passcode' THEN interval '10 minutes'
                WHEN 'call-back' THEN interval '2 days'
                ELSE interval '3 days'
            END) AS at
    ) AS ends
    WHERE found.number IS NOT NULL AND ends.at > starts.at
    ON CONFLICT (dedupe) DO NOTHING
    RETURNING id
$$;

COMMENT ON FUNCTION queue_call IS
    'Queues a call, to the number given or wherever the customer may be called, and returns its id; '
    'NULL where there is no such number, it has expired, or it was queued under the same dedupe '
    'before. For use in any transaction. Whether it is made the gate says when its time has come.';

CREATE VIEW calls_out_facts AS
SELECT calls_out.*, customers.timezone AS zone, customers.language, phone_lines.line, do_not_call.since AS stopped_at,
    calls_out.kind = 'call-back' OR calls_out.number = customers.mobile OR EXISTS (
        SELECT FROM account_phones JOIN accounts ON accounts.id = account_phones.account_id
        WHERE accounts.customer_id = calls_out.customer_id
            AND account_phones.phone = calls_out.number
    ) AS is_theirs,
    CASE calls_out.kind
        WHEN 'due' THEN account_balance.balance_cents <= 0
            OR coalesce(account_balance.due > calls_out.due, true)
        WHEN 'failed' THEN account_balance.balance_cents <= 0
        WHEN 'instalment' THEN NOT EXISTS (
            SELECT FROM instalment_progress
            WHERE instalment_id = calls_out.about AND state = 'active' AND NOT is_covered
                AND left_cents > 0
        )
        ELSE false
    END AS is_settled,
    calls_out.asked_at IS NULL AND EXISTS (
        SELECT FROM payments JOIN payment_states USING (state)
        WHERE payments.account_id = calls_out.account_id AND payment_states.open
    ) AS is_doubtful
FROM calls_out
LEFT JOIN customers ON customers.id = calls_out.customer_id
LEFT JOIN phone_lines ON phone_lines.number = calls_out.number
LEFT JOIN do_not_call ON do_not_call.number = calls_out.number AND removed_at IS NULL
LEFT JOIN account_balance ON account_balance.account_id = calls_out.account_id;

COMMENT ON VIEW calls_out_facts IS 'Calls to make, with what the gate asks of each.';

CREATE VIEW dials_in_full AS
SELECT dials.*, calls_out.customer_id, calls_out.attempts, call_gate.why AS rests_on,
    calls.account_id IS NOT NULL AS verified,
    EXISTS (SELECT FROM do_not_call WHERE do_not_call.call_id = dials.id) AS opted_out,
    EXISTS (
        SELECT FROM payments JOIN payment_states USING (state)
        WHERE payments.call_id = dials.id AND payment_states.counted
    ) AS paid
FROM dials
JOIN calls_out ON calls_out.id = dials.call_out_id
JOIN call_gate ON call_gate.id = dials.gate_id
LEFT JOIN calls ON calls.id = dials.id;

COMMENT ON VIEW dials_in_full IS 'Dials with what they rested on and what came of them.';

CREATE VIEW bills_to_remind_of AS
SELECT account_balance.account_id, accounts.customer_id, account_balance.due
FROM account_balance
JOIN accounts ON accounts.id = account_balance.account_id
WHERE account_balance.balance_cents > 0 AND accounts.payable <> 'no'
    AND NOT EXISTS (
        SELECT FROM schedules
        WHERE schedules.account_id = accounts.id AND kind = 'autopay' AND state = 'active'
    )
    AND NOT EXISTS (
        SELECT FROM arrangements
        WHERE arrangements.account_id = accounts.id AND state = 'active'
    );

COMMENT ON VIEW bills_to_remind_of IS
    'Accounts that owe, by the due date of the oldest bill; not those that pay by AutoPay or as '
    'arranged.';

CREATE FUNCTION queue_call_of_failed_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_call(
        'failed', accounts.customer_id, 'run failed ' || NEW.id, NEW.changed_at,
        account => accounts.id, about => NEW.id
    )
    FROM schedules JOIN accounts ON accounts.id = schedules.account_id
    WHERE schedules.id = NEW.schedule_id AND schedules.state <> 'cancelled';
    RETURN NULL;
END;
$$;

CREATE TRIGGER queue_call_of_failed_run AFTER UPDATE ON schedule_runs
    FOR EACH ROW WHEN (OLD.state <> 'failed' AND NEW.state = 'failed')
    EXECUTE FUNCTION queue_call_of_failed_run();
