-- The daily comparison of every transaction at the gateway with every payment here.

CREATE TABLE comparisons (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > since),
    at timestamptz NOT NULL,
    transactions integer NOT NULL CHECK (transactions >= 0),
    payments integer NOT NULL CHECK (payments >= 0)
);

CREATE INDEX ON comparisons (until DESC);

CREATE TABLE differences (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind ~ '^[a-z-]+$'),
    payment_id uuid REFERENCES payments,
    transaction_id text CHECK (transaction_id <> ''),
    of_time timestamptz NOT NULL,
    said text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL CHECK (last_seen_at >= first_seen_at),
    cleared_at timestamptz CHECK (cleared_at >= first_seen_at),
    UNIQUE NULLS NOT DISTINCT (kind, payment_id, transaction_id),
    CHECK (num_nonnulls(payment_id, transaction_id) > 0)
);

CREATE INDEX ON differences (of_time);

COMMENT ON TABLE differences IS
    'Where the gateway and the books disagree. One that is seen again is the same row; cleared: a '
    'later comparison of its time no longer saw it.';
COMMENT ON COLUMN differences.of_time IS 'When the payment was opened, or the transaction made.';
