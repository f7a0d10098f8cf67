-- How fast the calls of a customer go.

ALTER TABLE customers
    ADD COLUMN pace text NOT NULL DEFAULT 'usual' CHECK (pace IN ('usual', 'slow'));

COMMENT ON COLUMN customers.pace IS
    'slow: asked for more time in a call, or an admin set it; waits and prompts are slow from the PIN on.';
