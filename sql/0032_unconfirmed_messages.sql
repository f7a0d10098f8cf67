-- Messages of callers who hung up while speaking, or instead of saying that it is to be sent.

ALTER TABLE messages ADD COLUMN confirmed boolean;

COMMENT ON COLUMN messages.confirmed IS
    'Whether the caller pressed 1 to send it; NULL where that was not kept yet.';

CREATE OR REPLACE FUNCTION message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.person_call_id, NEW.at, NEW.recording, NEW.speech_ms, NEW.confirmed)
            IS DISTINCT FROM
       (OLD.id, OLD.person_call_id, OLD.at, OLD.recording, OLD.speech_ms, OLD.confirmed)
        OR (OLD.done_at IS NOT NULL AND NEW.done_at IS DISTINCT FROM OLD.done_at)
    THEN
        RAISE EXCEPTION 'a message is not changed, and done once' USING ERRCODE = 'PT034';
    END IF;
    RETURN NEW;
END;
$$;
