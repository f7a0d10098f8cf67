-- Bank debits: the directory of banks, and the spoken authorisation that each debit needs.

CREATE TABLE banks (
    routing text PRIMARY KEY CHECK (routing ~ '^[0-9]{9}$'),
    name text NOT NULL CHECK (name <> ''),
    moved_to text CHECK (moved_to ~ '^[0-9]{9}$' AND moved_to <> routing),
    changed date NOT NULL
);

COMMENT ON TABLE banks IS 'The Federal Reserve''s FedACH participants, as paytone banks import loads them.';
COMMENT ON COLUMN banks.moved_to IS 'Where debits go now; NULL: to this number.';

CREATE TABLE bank_imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    by text NOT NULL,
    banks integer NOT NULL CHECK (banks > 0)
);

CREATE FUNCTION bank_of(asked text) RETURNS TABLE (routing text, name text)
LANGUAGE sql STABLE AS $$
    -- A bank that was bought twice has moved twice; more than five steps are a circle.
    WITH RECURSIVE way AS (
        SELECT banks.*, 1 AS step FROM banks WHERE banks.routing = asked
        UNION ALL
        SELECT banks.*, way.step + 1
        FROM way JOIN banks ON banks.routing = way.moved_to
        WHERE way.step < 5
    )
    SELECT way.routing, way.name FROM way WHERE way.moved_to IS NULL LIMIT 1
$$;

COMMENT ON FUNCTION bank_of IS
    'The bank that takes debits for a routing number now; no row when it is not listed.';

CREATE TABLE bank_refusals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    code text NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX ON bank_refusals (account_id, at);

COMMENT ON TABLE bank_refusals IS
    'Bank accounts that their bank did not confirm; too many in a day, and no more are checked.';

CREATE TABLE authorisations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('once', 'standing')),
    call_id uuid REFERENCES calls,
    account_id uuid NOT NULL REFERENCES accounts,
    payment_id uuid UNIQUE REFERENCES payments,
    method_id uuid REFERENCES payment_methods,
    customer text NOT NULL CHECK (customer <> ''),
    bank_name text NOT NULL CHECK (bank_name <> ''),
    account_type text NOT NULL CHECK (account_type IN ('checking', 'savings')),
    last_four text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    currency text NOT NULL,
    debit_on date NOT NULL,
    given_on date NOT NULL,
    enquiries text NOT NULL CHECK (enquiries ~ '^[0-9]{10}$'),
    mandate text NOT NULL CHECK (mandate <> ''),
    recording bytea NOT NULL,
    codec text NOT NULL CHECK (codec IN ('wav-pcm16-8000')),
    sha256 bytea NOT NULL,
    speech_ms integer NOT NULL,
    given_at timestamptz NOT NULL,
    revoked_at timestamptz CHECK (revoked_at >= given_at),
    CONSTRAINT a_recording_is_whole CHECK (sha256 = sha256(recording)),
    CONSTRAINT somebody_speaks CHECK (speech_ms >= 600),
    CONSTRAINT no_debit_before_its_authorisation CHECK (debit_on >= given_on),
    CONSTRAINT a_standing_one_names_its_method
        CHECK (kind = 'once' OR (method_id IS NOT NULL AND payment_id IS NULL))
);

CREATE INDEX ON authorisations (account_id);
CREATE INDEX ON authorisations (method_id);
CREATE INDEX ON authorisations (call_id);

COMMENT ON TABLE authorisations IS
    'Spoken authorisations of bank debits (Nacha TEL): what was read out, and the voice that agreed.';
COMMENT ON COLUMN authorisations.kind IS
    'once: one debit. standing: debits that follow by a schedule, from the method that it names.';

CREATE FUNCTION keep_authorisation_until(the authorisations) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT (greatest(the.debit_on, (the.revoked_at AT TIME ZONE 'UTC')::date)
        + interval '2 years')::date
$$;

CREATE FUNCTION authorisations_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'authorisations are kept for two years' USING ERRCODE = 'PT008';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.kind = 'standing' AND OLD.revoked_at IS NULL
            OR current_date <= keep_authorisation_until(OLD)
        THEN
            RAISE EXCEPTION 'authorisation % is kept until %', OLD.id,
                CASE WHEN OLD.kind = 'standing' AND OLD.revoked_at IS NULL
                    THEN 'two years after it is revoked'
                    ELSE keep_authorisation_until(OLD)::text END
                USING ERRCODE = 'PT008';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(NEW) - ARRAY['payment_id', 'revoked_at']
            IS DISTINCT FROM to_jsonb(OLD) - ARRAY['payment_id', 'revoked_at']
        OR OLD.payment_id IS NOT NULL AND NEW.payment_id IS DISTINCT FROM OLD.payment_id
        OR OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
    THEN
        RAISE EXCEPTION 'authorisation % stays as it was given', OLD.id USING ERRCODE = 'PT008';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER authorisations_stay BEFORE UPDATE OR DELETE ON authorisations
    FOR EACH ROW EXECUTE FUNCTION authorisations_stay();
CREATE TRIGGER authorisations_are_never_emptied BEFORE TRUNCATE ON authorisations
    FOR EACH STATEMENT EXECUTE FUNCTION authorisations_stay();

CREATE VIEW authorisations_in_full AS
SELECT authorisations.*, payments.confirmation, right(accounts.number, 4) AS biller_account,
    keep_authorisation_until(authorisations) AS keep_until
FROM authorisations
JOIN accounts ON accounts.id = authorisations.account_id
LEFT JOIN payments ON payments.id = authorisations.payment_id;

COMMENT ON VIEW authorisations_in_full IS
    'Authorisations with their payment''s confirmation, and the last day of their keeping.';

CREATE TABLE authorisation_uses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    confirmation text,
    authorisation_id uuid NOT NULL,
    act text NOT NULL CHECK (act IN ('played', 'exported', 'revoked', 'purged')),
    by text NOT NULL CHECK (by <> ''),
    at timestamptz NOT NULL
);

COMMENT ON TABLE authorisation_uses IS
    'Who listened to, took out, revoked or purged which authorisation; outlives it.';

CREATE FUNCTION bank_debits_are_authorised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.occasion = 'later' THEN
        -- It was given when the debit was agreed to, and serves for this one.
        UPDATE authorisations SET payment_id = NEW.id
        WHERE id = (
            SELECT id FROM authorisations
            WHERE kind = 'once' AND payment_id IS NULL AND revoked_at IS NULL
                AND (account_id, method_id, amount_cents, currency)
                    = (NEW.account_id, NEW.method_id, NEW.amount_cents, NEW.currency)
                AND debit_on <= NEW.opened_at::date + 1
            ORDER BY debit_on, id LIMIT 1 FOR UPDATE
        );
    END IF;
    PERFORM FROM authorisations AS given
    WHERE given.account_id = NEW.account_id AND given.last_four = NEW.last_four
        AND given.account_type = NEW.account_type AND given.revoked_at IS NULL
        AND (
            given.payment_id = NEW.id AND given.kind = 'once'
            AND (given.amount_cents, given.currency) = (NEW.amount_cents, NEW.currency)
            OR given.kind = 'standing' AND given.method_id = NEW.method_id
            AND NEW.occasion NOT IN ('call', 'later')
        );
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no spoken authorisation of bank debit %', NEW.id USING ERRCODE = 'PT009';
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION bank_debits_are_authorised IS
    'Raises PT009 when a transaction ends with a bank debit that nobody authorised aloud.';

CREATE CONSTRAINT TRIGGER bank_debits_are_authorised AFTER INSERT ON payments
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.method = 'bank') EXECUTE FUNCTION bank_debits_are_authorised();

CREATE FUNCTION write_of_authorisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_letter(
        'check-authorised', accounts.customer_id, 'check-authorised ' || NEW.id,
        jsonb_build_object(
            'amount_cents', NEW.amount_cents,
            'confirmation', coalesce(payments.confirmation, ''),
            'account', right(accounts.number, 4),
            'method', NEW.account_type,
            'bank_name', NEW.bank_name,
            'last_four', NEW.last_four,
            'debit_on', NEW.debit_on,
            'given_on', NEW.given_on,
            'enquiries', regexp_replace(NEW.enquiries, '^(...)(...)(....)$', '\1-\2-\3')
        ),
        NEW.given_at
    )
    FROM accounts LEFT JOIN payments ON payments.id = NEW.payment_id
    WHERE accounts.id = NEW.account_id;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION write_of_authorisation IS
    'The written notice, queued with the authorisation or not at all.';

DO $$
BEGIN
    IF to_regproc('queue_letter') IS NOT NULL THEN
        CREATE TRIGGER write_of_authorisation AFTER INSERT ON authorisations
            FOR EACH ROW EXECUTE FUNCTION write_of_authorisation();
    END IF;
END;
$$;
