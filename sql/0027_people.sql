-- A person: when people are there, who they are, who asked for one and what came of it, and what
-- was left for them.

CREATE TABLE opening_hours (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL DEFAULT '' CHECK (queue ~ '^[A-Za-z0-9_-]*$'),
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens time,
    closes time,
    CHECK (num_nulls(opens, closes) IN (0, 2))
);

CREATE INDEX ON opening_hours (queue);

COMMENT ON TABLE opening_hours IS
    'When people answer, in the biller''s time zone. Without a row for a queue those of the empty queue '
    'hold, and without any it is always open.';
COMMENT ON COLUMN opening_hours.weekday IS '1 is Monday, 7 Sunday.';
COMMENT ON COLUMN opening_hours.closes IS
    'Not after opens: on the next day. Both null: closed on that weekday.';

CREATE TABLE special_days (
    queue text NOT NULL DEFAULT '' CHECK (queue ~ '^[A-Za-z0-9_-]*$'),
    day date NOT NULL,
    opens time,
    closes time,
    reason text NOT NULL CHECK (reason <> ''),
    by_whom text NOT NULL CHECK (by_whom <> ''),
    PRIMARY KEY (queue, day),
    CHECK (num_nulls(opens, closes) IN (0, 2))
);

COMMENT ON TABLE special_days IS
    'Days on which other hours hold, or none: holidays. Of the empty queue they hold for every queue '
    'that has none of its own for the day.';

CREATE TABLE agents (
    number text PRIMARY KEY CHECK (number ~ '^[0-9]{2,6}$'),
    name text NOT NULL CHECK (name <> ''),
    pin_hash text NOT NULL CHECK (pin_hash LIKE '$argon2id$%'),
    state text NOT NULL DEFAULT 'out' CHECK (state IN ('out', 'in', 'paused')),
    phone text CHECK (phone <> ''),
    changed_at timestamptz,
    failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failed_at timestamptz,
    CHECK ((state = 'out') = (phone IS NULL))
);

COMMENT ON TABLE agents IS 'People who answer. Asterisk keeps its own record of who is in a queue.';
COMMENT ON COLUMN agents.phone IS 'Where they are logged in, as PJSIP/agent.';

CREATE TABLE person_calls (
    id uuid PRIMARY KEY,
    call_id uuid NOT NULL,
    queue text NOT NULL DEFAULT '' CHECK (queue ~ '^[A-Za-z0-9_-]*$'),
    asked_at timestamptz NOT NULL,
    account_id uuid REFERENCES accounts,
    level text NOT NULL CHECK (level IN ('none', 'pay-only', 'verified')),
    place text NOT NULL CHECK (place ~ '^[a-z-]+$'),
    why text NOT NULL CHECK (why ~ '^[a-z-]+$'),
    number text CHECK (number ~ '^[2-9][0-9]{9}$'),
    answered_at timestamptz,
    answered_by text CHECK (answered_by <> ''),
    ended_at timestamptz,
    result text CHECK (result IN ('answered', 'abandoned', 'nobody', 'closed', 'message')),
    call_back text CHECK (call_back IN ('waiting', 'dialled', 'refused', 'expired')),
    call_back_said text CHECK (call_back_said <> ''),
    dial_id uuid REFERENCES dials,
    CHECK ((ended_at IS NULL) = (result IS NULL)),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
    CHECK (result IS DISTINCT FROM 'answered' OR answered_at IS NOT NULL),
    CHECK (call_back IS NULL OR number IS NOT NULL),
    CHECK ((call_back IS NOT DISTINCT FROM 'dialled') = (dial_id IS NOT NULL))
);

CREATE INDEX ON person_calls (asked_at);
CREATE INDEX ON person_calls (account_id);
CREATE INDEX ON person_calls (call_id);
CREATE INDEX person_calls_to_call_back ON person_calls (asked_at) WHERE call_back = 'waiting';

COMMENT ON TABLE person_calls IS
    'Each time somebody came out of the line to a person: from where, why, and what came of it.';
COMMENT ON COLUMN person_calls.call_id IS 'Of calls, where that was stored.';
COMMENT ON COLUMN person_calls.place IS 'The job that the caller came from.';
COMMENT ON COLUMN person_calls.call_back IS
    'waiting: keeps the place in line that asked_at gives; dialled: an agent was there and the gate '
    'allowed it, see dials; refused: the gate never will; expired: nobody had time for two days.';

CREATE FUNCTION person_call_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE'
        OR (NEW.id, NEW.call_id, NEW.queue, NEW.asked_at, NEW.account_id, NEW.level, NEW.place, NEW.why)
            IS DISTINCT FROM
           (OLD.id, OLD.call_id, OLD.queue, OLD.asked_at, OLD.account_id, OLD.level, OLD.place, OLD.why)
        OR (OLD.call_back = 'dialled' AND NEW.call_back IS DISTINCT FROM OLD.call_back)
    THEN
        RAISE EXCEPTION 'a row of person_calls stays, and its customer is called back once'
            USING ERRCODE = 'PT033';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER person_call_stays BEFORE UPDATE OR DELETE ON person_calls
    FOR EACH ROW EXECUTE FUNCTION person_call_stays();

CREATE VIEW person_calls_in_full AS
SELECT person_calls.*, right(accounts.number, 4) AS last_four, customers.name, customers.id AS customer_id,
    customers.timezone AS zone, customers.language,
    extract(epoch FROM coalesce(answered_at, person_calls.ended_at) - asked_at)::integer AS waited_s,
    extract(epoch FROM person_calls.ended_at - answered_at)::integer AS talked_s,
    dials.result AS dial_result
FROM person_calls
LEFT JOIN accounts ON accounts.id = person_calls.account_id
LEFT JOIN customers ON customers.id = accounts.customer_id
LEFT JOIN dials ON dials.id = person_calls.dial_id;

COMMENT ON VIEW person_calls_in_full IS 'Who asked for a person, how long they waited and talked.';

CREATE FUNCTION trouble_in_call(the_call uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN payment_states.open THEN 'unknown'
        WHEN payments.state = 'declined' THEN 'declined'
    END
    FROM payments JOIN payment_states USING (state)
    WHERE payments.call_id = the_call
    ORDER BY payments.opened_at DESC LIMIT 1
$$;

COMMENT ON FUNCTION trouble_in_call IS
    'What became of the last payment that was tried in a call: declined, unknown; NULL: no trouble.';

CREATE TABLE messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_call_id uuid NOT NULL REFERENCES person_calls,
    at timestamptz NOT NULL,
    recording bytea NOT NULL CHECK (length(recording) > 0),
    speech_ms integer NOT NULL CHECK (speech_ms > 0),
    told_at timestamptz,
    done_at timestamptz,
    done_by text CHECK (done_by <> ''),
    CHECK ((done_at IS NULL) = (done_by IS NULL))
);

CREATE INDEX messages_not_done ON messages (at) WHERE done_at IS NULL;
CREATE INDEX ON messages (person_call_id);

COMMENT ON TABLE messages IS 'What callers said for a person to hear: WAV, 16 bits at 8000 Hz.';
COMMENT ON COLUMN messages.told_at IS 'When the operator was written to about it.';

CREATE FUNCTION message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.person_call_id, NEW.at, NEW.recording, NEW.speech_ms)
            IS DISTINCT FROM (OLD.id, OLD.person_call_id, OLD.at, OLD.recording, OLD.speech_ms)
        OR (OLD.done_at IS NOT NULL AND NEW.done_at IS DISTINCT FROM OLD.done_at)
    THEN
        RAISE EXCEPTION 'a message is not changed, and done once' USING ERRCODE = 'PT034';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER message_stays BEFORE UPDATE ON messages
    FOR EACH ROW EXECUTE FUNCTION message_stays();
