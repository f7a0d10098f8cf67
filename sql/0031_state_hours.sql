-- Which states' hours were kept as the gate was asked.

ALTER TABLE call_gate ADD COLUMN states text[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN call_gate.states IS
    'The states whose stricter hours were kept, besides those of the law of the United States.';
