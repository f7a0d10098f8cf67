-- The worker's own tables come with procrastinate and are kept up to date by paytone migrate.

CREATE TABLE work_migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE work_migrations IS
    'The migrations of procrastinate that its tables, procrastinate_*, have.';
