-- Payment centres: where bills are paid in person, and where ZIP codes lie.

CREATE TABLE zip_codes (
    zip text PRIMARY KEY CHECK (zip ~ '^[0-9]{5}$'),
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180)
);

COMMENT ON TABLE zip_codes IS
    'The middle of each ZIP code, in degrees, as the Census Bureau''s Gazetteer has it.';

CREATE TABLE payment_centres (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    address text NOT NULL CHECK (address <> ''),
    city text NOT NULL CHECK (city <> ''),
    zip text NOT NULL CHECK (zip ~ '^[0-9]{5}$'),
    hours text CHECK (hours <> ''),
    phone text CHECK (phone ~ '^[2-9][0-9]{9}$'),
    takes text[] NOT NULL CHECK (
        cardinality(takes) > 0 AND takes <@ ARRAY['cash', 'check', 'money-order', 'card']
    ),
    place_prompt text CHECK (place_prompt ~ '^place-[a-p]{12}$'),
    hours_prompt text CHECK (hours_prompt ~ '^hours-[a-p]{12}$'),
    CONSTRAINT a_centre_is_listed_once UNIQUE (name, address, zip)
);

COMMENT ON COLUMN payment_centres.place_prompt IS
    'The recording of name and address; null where there is none.';
COMMENT ON COLUMN payment_centres.hours_prompt IS
    'The recording of the hours; null where there is none.';

CREATE VIEW placed_centres AS
SELECT payment_centres.*, latitude, longitude
FROM payment_centres LEFT JOIN zip_codes USING (zip);

COMMENT ON VIEW placed_centres IS
    'Payment centres with the middle of their ZIP code, where that is known; others are not offered.';

CREATE TABLE place_imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    by text NOT NULL CHECK (by <> ''),
    what text NOT NULL CHECK (what IN ('centres', 'ZIP codes')),
    count integer NOT NULL CHECK (count >= 0)
);

COMMENT ON TABLE place_imports IS 'Which list was loaded when, by whom, and how long it was.';

ALTER TABLE accounts ADD COLUMN zip text CHECK (zip ~ '^[0-9]{5}$');

COMMENT ON COLUMN accounts.zip IS
    'The ZIP code of the address that is billed for; null where it is not known.';
