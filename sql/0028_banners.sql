-- Banners: what callers hear of a storm, an outage, a closure; and who may switch them from a phone.

ALTER TABLE accounts ADD COLUMN bill_group text CHECK (bill_group ~ '^[0-9]{1,6}$');

COMMENT ON COLUMN accounts.bill_group IS
    'The group in which the account is billed, as a phone can key it; null where there is none.';

CREATE TABLE banners (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('outage', 'closure', 'maintenance', 'message')),
    scope text NOT NULL CHECK (scope IN ('all', 'number', 'area', 'zip', 'group')),
    places text[] NOT NULL DEFAULT '{}',
    priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 9),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    recording text CHECK (recording ~ '^[0-9a-f-]{36}$'),
    language text CHECK (language ~ '^[a-z]{2}$'),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL CHECK (made_by <> ''),
    call_id uuid,
    ended_at timestamptz,
    ended_by text CHECK (ended_by <> ''),
    CHECK (num_nulls(ended_at, ended_by) IN (0, 2)),
    CHECK (num_nulls(recording, language) IN (0, 2)),
    CHECK (kind <> 'message' OR recording IS NOT NULL),
    CONSTRAINT banner_places CHECK (
        array_to_string(places, ' ') ~ CASE scope
            WHEN 'all' THEN '^$'
            WHEN 'number' THEN '^[2-9][0-9]{9}( [2-9][0-9]{9})*$'
            WHEN 'area' THEN '^[2-9][0-9]{2}( [2-9][0-9]{2})*$'
            WHEN 'zip' THEN '^[0-9]{3,5}( [0-9]{3,5})*$'
            ELSE '^[0-9]{1,6}( [0-9]{1,6})*$'
        END
    )
);

CREATE INDEX ON banners (ends_at) WHERE ended_at IS NULL;

COMMENT ON TABLE banners IS 'What callers are told beside their own affairs, to whom and until when.';
COMMENT ON COLUMN banners.places IS
    'Of the scope: numbers dialled, area codes that call, first digits of ZIP codes, bill groups.';
COMMENT ON COLUMN banners.priority IS '1 is said first.';
COMMENT ON COLUMN banners.recording IS
    'A file of PAYTONE_BANNERS, in language; null: the ready-made words of the kind.';

CREATE FUNCTION banners_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.ended_at IS NOT NULL
        OR to_jsonb(NEW) - '{ended_at,ended_by}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{ended_at,ended_by}'::text[]
    THEN
        RAISE EXCEPTION 'a banner stays as it was made, and is ended once' USING ERRCODE = 'PT035';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER banners_stay BEFORE UPDATE OR DELETE ON banners
    FOR EACH ROW EXECUTE FUNCTION banners_stay();
CREATE TRIGGER banners_are_never_emptied BEFORE TRUNCATE ON banners
    FOR EACH STATEMENT EXECUTE FUNCTION banners_stay();

CREATE TABLE banner_plays (
    call_id uuid NOT NULL,
    banner_id uuid NOT NULL REFERENCES banners,
    language text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (call_id, banner_id, language)
);

COMMENT ON TABLE banner_plays IS 'Which banners a call has had, so that none is said again.';

CREATE TABLE banner_admins (
    number text PRIMARY KEY CHECK (number ~ '^[0-9]{4,8}$'),
    name text NOT NULL CHECK (name <> ''),
    pin_hash text NOT NULL CHECK (pin_hash ~ '^\$argon2id\$'),
    added_at timestamptz NOT NULL,
    added_by text NOT NULL CHECK (added_by <> ''),
    failures smallint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    locked_until timestamptz
);

COMMENT ON TABLE banner_admins IS 'Who may record and switch banners from a phone.';
COMMENT ON COLUMN banner_admins.failures IS 'Wrong PINs since the last right one, or the last lock.';

CREATE TABLE banner_admin_tries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    number text,
    calling text,
    call_id uuid,
    result text NOT NULL CHECK (result IN ('opened', 'refused', 'locked', 'not-from-there'))
);

COMMENT ON TABLE banner_admin_tries IS
    'Append-only: who came to switch banners by phone, or tried to. A number nobody has is not kept.';

CREATE FUNCTION banner_admin_tries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'banner_admin_tries is append-only' USING ERRCODE = 'PT036';
END;
$$;

CREATE TRIGGER banner_admin_tries_stay BEFORE UPDATE OR DELETE ON banner_admin_tries
    FOR EACH ROW EXECUTE FUNCTION banner_admin_tries_stay();
CREATE TRIGGER banner_admin_tries_are_never_emptied BEFORE TRUNCATE ON banner_admin_tries
    FOR EACH STATEMENT EXECUTE FUNCTION banner_admin_tries_stay();

-- Payments for which an agent sent the caller into card capture, and got them back.

CREATE TABLE assists (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_id uuid NOT NULL,
    agent text NOT NULL CHECK (agent ~ '^[A-Za-z0-9_.@/+:-]{1,80}$' AND agent !~ '[0-9]{13}'),
    begun_at timestamptz NOT NULL,
    ended_at timestamptz CHECK (ended_at >= begun_at),
    outcome text CHECK (outcome IN ('paid', 'declined', 'unknown', 'not-paid')),
    caller_left boolean NOT NULL DEFAULT false,
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);

CREATE UNIQUE INDEX assists_one_at_a_time ON assists (call_id) WHERE ended_at IS NULL;
CREATE INDEX ON assists (call_id, id DESC);

COMMENT ON TABLE assists IS 'Each time an agent had a caller pay: who, and what came of it.';
COMMENT ON COLUMN assists.caller_left IS 'The caller hung up before they were back with the agent.';

ALTER TABLE payments ADD COLUMN agent text;

COMMENT ON COLUMN payments.agent IS 'The agent who sent the caller to pay; null: the caller alone.';

CREATE FUNCTION note_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.agent := (
        SELECT agent FROM assists WHERE call_id = NEW.call_id AND ended_at IS NULL
    );
    RETURN NEW;
END;
$$;

CREATE TRIGGER note_agent BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION note_agent();
