-- Customers, their accounts, the phone numbers on them, and what they were billed.

CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (name <> '')
);

CREATE TABLE accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL REFERENCES customers,
    number text NOT NULL UNIQUE CHECK (number ~ '^[0-9]{16}$'),
    currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
    pin_hash text CHECK (pin_hash LIKE '$argon2id$%'),
    UNIQUE (id, currency)
);

CREATE INDEX ON accounts (customer_id);

COMMENT ON COLUMN accounts.pin_hash IS 'Null where no PIN was ever set: nobody identifies by it.';

CREATE TABLE account_phones (
    account_id uuid NOT NULL REFERENCES accounts,
    phone text NOT NULL CHECK (phone ~ '^[2-9][0-9]{9}$'),
    PRIMARY KEY (phone, account_id)
);

CREATE INDEX ON account_phones (account_id);

COMMENT ON TABLE account_phones IS 'Ten digits. One number may stand on several accounts.';

CREATE TABLE bills (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL,
    number text NOT NULL UNIQUE CHECK (number <> ''),
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    currency text NOT NULL,
    issued date NOT NULL,
    due date NOT NULL,
    CHECK (due >= issued),
    CONSTRAINT bills_in_the_accounts_currency
        FOREIGN KEY (account_id, currency) REFERENCES accounts (id, currency)
);

CREATE INDEX ON bills (account_id, due);

COMMENT ON COLUMN bills.amount_cents IS 'Below zero is a credit note.';
