-- Payments made later from a bank account: what was authorised aloud for a schedule, until it ends.

ALTER TABLE authorisations
    ADD COLUMN schedule_id uuid REFERENCES schedules,
    ADD COLUMN terms text CHECK (terms <> ''),
    ALTER COLUMN amount_cents DROP NOT NULL,
    ADD CONSTRAINT a_schedule_says_how_much_and_when
        CHECK ((schedule_id IS NULL) = (terms IS NULL)),
    ADD CONSTRAINT one_debit_is_of_one_amount
        CHECK (amount_cents IS NOT NULL OR (schedule_id IS NOT NULL AND kind = 'standing'));

CREATE INDEX ON authorisations (schedule_id);

COMMENT ON COLUMN authorisations.kind IS
    'once: one debit, in the call or on a later date. standing: the debits of a schedule that repeats.';
COMMENT ON COLUMN authorisations.schedule_id IS
    'Whose debits it is for; NULL: the one of payment_id, in the call.';
COMMENT ON COLUMN authorisations.terms IS 'How much and when, in words; of a schedule.';
COMMENT ON COLUMN authorisations.amount_cents IS
    'Of a schedule, the most of one debit; NULL: as each bill''s notice tells.';
COMMENT ON COLUMN authorisations.revoked_at IS
    'Since when it serves for no debit: revoked, replaced by another, or its schedule ended.';

CREATE OR REPLACE FUNCTION keep_authorisation_until(the authorisations) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN (the.kind = 'standing' OR the.schedule_id IS NOT NULL) AND the.revoked_at IS NULL
        THEN NULL
        ELSE (greatest(the.debit_on, (the.revoked_at AT TIME ZONE 'UTC')::date)
            + interval '2 years')::date
    END
$$;

COMMENT ON FUNCTION keep_authorisation_until IS
    'The last day of its keeping; NULL while it still serves: two years from its end.';

CREATE OR REPLACE FUNCTION authorisations_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'authorisations are kept for two years' USING ERRCODE = 'PT008';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF (current_date > keep_authorisation_until(OLD)) IS NOT TRUE THEN
            RAISE EXCEPTION 'authorisation % is kept until %', OLD.id,
                coalesce(keep_authorisation_until(OLD)::text, 'two years after it ends')
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

DROP VIEW authorisations_in_full;

CREATE VIEW authorisations_in_full AS
SELECT authorisations.*, coalesce(payments.confirmation, schedules.confirmation) AS confirmation,
    right(accounts.number, 4) AS biller_account,
    keep_authorisation_until(authorisations) AS keep_until
FROM authorisations
JOIN accounts ON accounts.id = authorisations.account_id
LEFT JOIN payments ON payments.id = authorisations.payment_id
LEFT JOIN schedules ON schedules.id = authorisations.schedule_id;

COMMENT ON VIEW authorisations_in_full IS
    'Authorisations with the confirmation of their payment or schedule, and the last day of their keeping.';

CREATE FUNCTION authorisations_of(asked text) RETURNS SETOF authorisations_in_full
LANGUAGE sql STABLE AS $$
    SELECT given.* FROM authorisations_in_full AS given WHERE given.confirmation = asked
    UNION ALL (
        SELECT given.*
        FROM payments
        JOIN run_payments ON run_payments.payment_id = payments.id
        JOIN schedule_runs ON schedule_runs.id = run_payments.run_id
        JOIN authorisations_in_full AS given ON given.schedule_id = schedule_runs.schedule_id
            AND given.method_id = payments.method_id AND given.given_at <= payments.opened_at
        WHERE payments.confirmation = asked
        ORDER BY given.given_at DESC LIMIT 1
    )
$$;

COMMENT ON FUNCTION authorisations_of IS
    'By a confirmation number: of a payment, the one it was made by; of a schedule, all there ever were.';

CREATE OR REPLACE FUNCTION bank_debits_are_authorised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM authorisations AS given
    WHERE given.account_id = NEW.account_id AND given.last_four = NEW.last_four
        AND given.account_type = NEW.account_type AND given.revoked_at IS NULL
        AND CASE NEW.occasion
            WHEN 'call' THEN given.payment_id = NEW.id AND given.kind = 'once'
                AND (given.amount_cents, given.currency) = (NEW.amount_cents, NEW.currency)
            ELSE given.method_id = NEW.method_id AND given.currency = NEW.currency
                AND given.schedule_id = (
                    SELECT schedule_id FROM schedule_runs WHERE payment_id = NEW.id
                )
                AND NEW.amount_cents <= coalesce(given.amount_cents, NEW.amount_cents)
                AND given.debit_on <= NEW.opened_at::date + 1
        END;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no spoken authorisation of bank debit %', NEW.id USING ERRCODE = 'PT009';
    END IF;
    RETURN NULL;
END;
$$;

CREATE FUNCTION bank_schedules_are_authorised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM payment_methods AS method
    WHERE method.id = NEW.method_id AND method.kind = 'bank' AND NOT EXISTS (
        SELECT FROM authorisations AS given
        WHERE given.schedule_id = NEW.id AND given.method_id = method.id
            AND given.revoked_at IS NULL
    );
    IF FOUND THEN
        RAISE EXCEPTION 'schedule % debits a bank account that nobody authorised aloud', NEW.id
            USING ERRCODE = 'PT024';
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION bank_schedules_are_authorised IS 'Raises PT024 when a transaction ends so.';

CREATE CONSTRAINT TRIGGER bank_schedules_are_authorised
    AFTER INSERT OR UPDATE OF method_id, state ON schedules
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION bank_schedules_are_authorised();

CREATE FUNCTION revoke_with_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE authorisations SET revoked_at = greatest(given_at, now())
    WHERE schedule_id = NEW.id AND revoked_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER revoke_with_schedule AFTER UPDATE OF state ON schedules
    FOR EACH ROW WHEN (NEW.state IN ('cancelled', 'ended') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION revoke_with_schedule();

-- R01 and R09 say only that the money was not there, R08 that one payment was stopped.
CREATE FUNCTION bank_account_is_no_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payment_methods AS method SET removed_at = greatest(NEW.changed_at, method.added_at),
        removed_why = NEW.reason
    FROM accounts
    WHERE accounts.id = NEW.account_id AND method.customer_id = accounts.customer_id
        AND method.kind = 'bank' AND method.removed_at IS NULL
        AND (method.bank_name, method.account_type, method.last_four)
            = (NEW.bank_name, NEW.account_type, NEW.last_four);
    UPDATE authorisations SET revoked_at = greatest(NEW.changed_at, authorisations.given_at)
    FROM payment_methods AS method JOIN accounts USING (customer_id)
    WHERE accounts.id = NEW.account_id AND method.id = authorisations.method_id
        AND (method.bank_name, method.account_type, method.last_four)
            = (NEW.bank_name, NEW.account_type, NEW.last_four)
        AND authorisations.schedule_id IS NOT NULL AND authorisations.revoked_at IS NULL;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION bank_account_is_no_good IS
    'Its bank says that it is closed, unknown, or was debited against its owner''s will: never again.';

CREATE TRIGGER bank_account_is_no_good AFTER UPDATE OF state ON payments
    FOR EACH ROW WHEN (
        NEW.state = 'returned' AND OLD.state <> 'returned' AND NEW.method = 'bank'
        AND NEW.reason ~ '^returned: R[0-9]{2}\M' AND NEW.reason !~ '^returned: R0[189]\M'
    )
    EXECUTE FUNCTION bank_account_is_no_good();

-- The written copy of what a schedule debits is the copy of its terms.
CREATE OR REPLACE FUNCTION write_of_authorisation() RETURNS trigger LANGUAGE plpgsql AS $$
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
    WHERE accounts.id = NEW.account_id AND NEW.schedule_id IS NULL;
    RETURN NULL;
END;
$$;
