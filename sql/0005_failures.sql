-- Failed identifications, counted for each account and each calling number, and the locks they end in.

CREATE TABLE failures (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid REFERENCES accounts,
    calling text,
    at timestamptz NOT NULL,
    cleared boolean NOT NULL DEFAULT false,
    CHECK (num_nonnulls(account_id, calling) = 1)
);

CREATE INDEX ON failures (account_id, at) WHERE NOT cleared;
CREATE INDEX ON failures (calling, at) WHERE NOT cleared;

CREATE TABLE locks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid REFERENCES accounts,
    calling text,
    at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    CHECK (until > at),
    CHECK (num_nonnulls(account_id, calling) = 1)
);

CREATE INDEX ON locks (account_id, until);
CREATE INDEX ON locks (calling, until);

CREATE FUNCTION count_failure(
    the_account uuid,
    the_number text,
    moment timestamptz,
    at_most integer,
    within interval,
    locked_for interval
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF num_nonnulls(the_account, the_number) = 0 THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(
        hashtextextended(coalesce('account ' || the_account, 'number ' || the_number), 0)
    );
    INSERT INTO failures (account_id, calling, at) VALUES (the_account, the_number, moment);
    PERFORM FROM failures
    WHERE (account_id = the_account OR calling = the_number)
        AND NOT cleared
        AND at > moment - within
        AND at > coalesce(
            (SELECT max(at) FROM locks WHERE account_id = the_account OR calling = the_number),
            '-infinity'
        )
    HAVING count(*) >= at_most;
    IF FOUND THEN
        INSERT INTO locks (account_id, calling, at, until)
        VALUES (the_account, the_number, moment, moment + locked_for);
    END IF;
END;
$$;

COMMENT ON FUNCTION count_failure IS
    'Give an account or a number, not both. Failures up to a lock do not count towards the next.';
