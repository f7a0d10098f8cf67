-- Asking the gateway after payments: how often, and when again.

CREATE TABLE payment_asks (
    payment_id uuid PRIMARY KEY REFERENCES payments,
    state text NOT NULL REFERENCES payment_states,
    asks integer NOT NULL CHECK (asks >= 0),
    last_at timestamptz,
    missing_since timestamptz,
    next_at timestamptz,
    said text NOT NULL
);

CREATE INDEX ON payment_asks (next_at);

COMMENT ON TABLE payment_asks IS
    'How often the gateway was asked after a payment in that state; without a row, or once the '
    'payment has moved on, it was not asked yet.';
COMMENT ON COLUMN payment_asks.missing_since IS
    'When the gateway first said that it knows no such charge.';
COMMENT ON COLUMN payment_asks.next_at IS 'When it is asked again; NULL: not before it is told of.';
