-- The language of a spoken authorisation, and its words as they were read out in it.

CREATE TABLE authorisation_words (
    authorisation_id uuid PRIMARY KEY REFERENCES authorisations ON DELETE CASCADE,
    language text NOT NULL CHECK (language ~ '^[a-z]{2}$'),
    read_out text
);

COMMENT ON TABLE authorisation_words IS
    'All that was read out before the voice of an authorisation, in its language; kept as long as it.';

CREATE FUNCTION authorisation_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM authorisations WHERE id = OLD.authorisation_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the words of an authorisation stay as they were read out'
        USING ERRCODE = 'PT008';
END;
$$;

CREATE TRIGGER authorisation_words_stay BEFORE UPDATE OR DELETE ON authorisation_words
    FOR EACH ROW EXECUTE FUNCTION authorisation_words_stay();
CREATE TRIGGER authorisation_words_are_never_emptied BEFORE TRUNCATE ON authorisation_words
    FOR EACH STATEMENT EXECUTE FUNCTION authorisation_words_stay();
