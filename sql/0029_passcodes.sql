-- A PIN that is forgotten or was never set: codes that prove who calls, answers to questions, and each
-- change of a PIN. And callers who pay for an account without hearing anything of it.

ALTER TABLE calls
    ADD COLUMN pays_for uuid REFERENCES accounts,
    ADD COLUMN pays_for_since timestamptz,
    ADD CHECK ((pays_for IS NULL) = (pays_for_since IS NULL)),
    ADD CONSTRAINT calls_have_one_level CHECK (account_id IS NULL OR pays_for IS NULL);

COMMENT ON COLUMN calls.pays_for IS
    'The account that the caller may pay, and hear nothing of: its number and ZIP code were keyed.';

CREATE TABLE passcodes (
    name text PRIMARY KEY CHECK (name ~ '^[a-z]{24}$'),
    account_id uuid REFERENCES accounts,
    calling text CHECK (calling <> ''),
    way text NOT NULL CHECK (way IN ('email', 'sms', 'call')),
    asked_at timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 3),
    used_at timestamptz,
    CHECK (expires > asked_at),
    CHECK (used_at IS NULL OR (account_id IS NOT NULL AND tries > 0 AND used_at < expires))
);

CREATE INDEX ON passcodes (account_id, asked_at);
CREATE INDEX ON passcodes (calling, asked_at);

COMMENT ON TABLE passcodes IS
    'Codes that were asked for. No code is stored: it is a keyed hash of its name, cut to six digits.';
COMMENT ON COLUMN passcodes.account_id IS
    'Null where the caller named an account that there is not: that is counted in the same way.';

CREATE FUNCTION passcode_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.name, NEW.account_id, NEW.calling, NEW.way, NEW.asked_at, NEW.expires)
            IS DISTINCT FROM
        (OLD.name, OLD.account_id, OLD.calling, OLD.way, OLD.asked_at, OLD.expires)
        OR NEW.tries < OLD.tries OR OLD.used_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'a passcode stays as it was asked for, and is used once'
            USING ERRCODE = 'PT037';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER passcode_stays BEFORE UPDATE ON passcodes
    FOR EACH ROW EXECUTE FUNCTION passcode_stays();

CREATE FUNCTION ask_passcode(
    the_name text,
    the_account uuid,
    the_number text,
    the_way text,
    moment timestamptz,
    lives interval,
    per_account integer,
    per_number integer
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    customer uuid := (SELECT customer_id FROM accounts WHERE id = the_account);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('passcodes', 0));
    IF (
        SELECT count(*) FROM passcodes
        WHERE account_id = the_account AND asked_at > moment - interval '1 day'
    ) >= per_account OR (
        SELECT count(*) FROM passcodes
        WHERE calling = the_number AND asked_at > moment - interval '1 day'
    ) >= per_number THEN
        RETURN false;
    END IF;
    INSERT INTO passcodes (name, account_id, calling, way, asked_at, expires)
    VALUES (the_name, the_account, the_number, the_way, moment, moment + lives);
    IF the_way = 'call' THEN
        PERFORM queue_call(
            'passcode', customer, 'passcode ' || the_name, moment, account => the_account,
            number => (SELECT min(phone) FROM account_phones WHERE account_id = the_account)
        )
        WHERE customer IS NOT NULL
            AND EXISTS (SELECT FROM account_phones WHERE account_id = the_account);
    ELSE
        PERFORM queue_letter(
            'passcode', customer, 'passcode ' || the_name,
            jsonb_build_object('passcode', the_name, 'expires', moment + lives), moment,
            only_by => the_way
        );
    END IF;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION ask_passcode IS
    'Stores a passcode and lets it be sent; false where too many were asked for in a day. Takes the '
    'same steps where there is no account, or no way to reach its customer.';

CREATE TABLE security_answers (
    account_id uuid NOT NULL REFERENCES accounts,
    question text NOT NULL CHECK (question ~ '^[a-z-]+$'),
    answer_hash text NOT NULL CHECK (answer_hash LIKE '$argon2id$%'),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, question)
);

COMMENT ON TABLE security_answers IS 'What customers answer by keypad, as hashes.';

CREATE TABLE pin_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    at timestamptz NOT NULL,
    proved_by text NOT NULL CHECK (proved_by IN ('passcode', 'security')),
    call_id uuid NOT NULL
);

CREATE INDEX ON pin_changes (account_id);

COMMENT ON TABLE pin_changes IS 'Append-only: every PIN that a caller set, and what they proved it by.';

CREATE FUNCTION pin_changes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pin_changes is append-only' USING ERRCODE = 'PT038';
END;
$$;

CREATE TRIGGER pin_changes_stay BEFORE UPDATE OR DELETE ON pin_changes
    FOR EACH ROW EXECUTE FUNCTION pin_changes_stay();
CREATE TRIGGER pin_changes_are_never_emptied BEFORE TRUNCATE ON pin_changes
    FOR EACH STATEMENT EXECUTE FUNCTION pin_changes_stay();

CREATE FUNCTION queue_letter_of_new_pin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_letter(
        'pin-changed', customer_id, 'pin ' || NEW.id,
        jsonb_build_object('account', right(number, 4), 'on', NEW.at), NEW.at
    )
    FROM accounts WHERE id = NEW.account_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER queue_letter_of_new_pin AFTER INSERT ON pin_changes
    FOR EACH ROW EXECUTE FUNCTION queue_letter_of_new_pin();
