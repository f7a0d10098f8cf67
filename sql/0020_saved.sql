-- Saved methods: a removed one pays nothing more, and nothing stays at the gateway unused.

CREATE TABLE methods_asked (
    token uuid PRIMARY KEY,
    asked_at timestamptz NOT NULL
);

COMMENT ON TABLE methods_asked IS
    'What the gateway was asked to keep and no method here has yet: after a while it is forgotten.';

CREATE FUNCTION method_must_be_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever removes the method waits for this, and then sees the payment.
    PERFORM FROM payment_methods WHERE id = NEW.method_id AND removed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'method % was removed', NEW.method_id USING ERRCODE = 'PT021';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER method_must_be_there BEFORE INSERT ON payments
    FOR EACH ROW WHEN (NEW.method_id IS NOT NULL) EXECUTE FUNCTION method_must_be_there();

CREATE FUNCTION remove_method(the_method uuid, how text, moment timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM payment_methods WHERE id = the_method AND removed_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not there';
    END IF;
    PERFORM FROM payments WHERE method_id = the_method AND state = 'submitting';
    IF FOUND THEN
        RETURN 'paying';
    END IF;
    UPDATE payment_methods SET removed_at = moment, removed_why = how WHERE id = the_method;
    RETURN 'removed';
END;
$$;

COMMENT ON FUNCTION remove_method IS
    'Removes a method, unless a payment by it is on its way to the gateway at this moment.';
