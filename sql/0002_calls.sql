-- Calls, and what was said and asked in them. Never a key, nor how many were pressed.

CREATE TABLE calls (
    id uuid PRIMARY KEY,
    called text NOT NULL,
    calling text CHECK (calling <> ''),
    account_id uuid REFERENCES accounts,
    opened_at timestamptz NOT NULL,
    identified_at timestamptz,
    closed_at timestamptz,
    ending text CHECK (ending ~ '^[a-z-]+$'),
    CHECK ((account_id IS NULL) = (identified_at IS NULL)),
    CHECK ((closed_at IS NULL) = (ending IS NULL))
);

CREATE INDEX ON calls (account_id, opened_at);
CREATE INDEX ON calls (opened_at);

COMMENT ON COLUMN calls.calling IS 'Null when the caller withholds it.';

CREATE TABLE call_events (
    call_id uuid NOT NULL REFERENCES calls,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    verb text NOT NULL CHECK (verb ~ '^[a-z-]+$'),
    kind text NOT NULL CHECK (kind ~ '^[a-z-]+$'),
    prompts text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (call_id, seq),
    CONSTRAINT prompts_are_names CHECK (prompts::text ~ '^\{[a-z0-9,-]*\}$'),
    CONSTRAINT prompts_hold_no_numbers CHECK (prompts::text !~ '[0-9]{7}')
);
