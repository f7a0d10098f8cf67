-- AutoPay: the customer may choose to be told beforehand only of payments over an amount.

ALTER TABLE schedules ADD COLUMN notice_over_cents bigint CHECK (notice_over_cents > 0),
    ADD CONSTRAINT only_autopay_is_told_of CHECK (notice_over_cents IS NULL OR kind = 'autopay');

COMMENT ON COLUMN schedules.notice_over_cents IS
    'Told of beforehand is only what is more (12 CFR 1005.10(d)(2)); NULL: every payment.';

CREATE OR REPLACE VIEW autopay_to_plan AS
SELECT
    schedules.id AS schedule_id,
    schedules.look_since,
    schedules.days_before,
    accounts.customer_id,
    right(accounts.number, 4) AS account_last_four,
    account_balance.balance_cents - waiting.cents AS most_cents,
    bills.due,
    bills.through,
    schedules.notice_over_cents
FROM schedules
JOIN accounts ON accounts.id = schedules.account_id
JOIN account_balance ON account_balance.account_id = schedules.account_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(most_cents), 0)::bigint AS cents
    FROM schedule_runs
    WHERE schedule_id = schedules.id AND state IN ('waiting', 'charging')
) AS waiting
CROSS JOIN LATERAL (
    SELECT min(bills.due) AS due, max(bills.due) AS through
    FROM bills
    WHERE bills.account_id = schedules.account_id AND bills.amount_cents > 0
        AND bills.due > coalesce(schedules.planned_due, '-infinity')
        AND bills.due >= account_balance.due
) AS bills
WHERE schedules.kind = 'autopay' AND schedules.state = 'active';

-- As before, with the new column of schedules.
DROP VIEW runs_taken_back, runs_to_settle, runs_in_full;

CREATE VIEW runs_in_full AS
SELECT
    runs.id AS run_id,
    runs.run_on,
    runs.most_cents,
    runs.state AS run_state,
    runs.attempts,
    runs.said,
    runs.payment_id,
    runs.changed_at AS run_changed_at,
    runs.notice,
    told.at AS told_at,
    told.never AS never_told,
    schedules.*,
    accounts.number AS account_number,
    accounts.customer_id,
    accounts.payable,
    account_balance.balance_cents,
    methods.token,
    methods.kind AS method_kind,
    methods.brand,
    methods.last_four,
    methods.expiry_year,
    methods.expiry_month,
    methods.bank_name,
    methods.account_type,
    methods.fingerprint,
    methods.removed_at
FROM schedule_runs AS runs
JOIN schedules ON schedules.id = runs.schedule_id
JOIN accounts ON accounts.id = schedules.account_id
JOIN account_balance ON account_balance.account_id = schedules.account_id
JOIN payment_methods AS methods ON methods.id = schedules.method_id
LEFT JOIN LATERAL (
    SELECT min(sent_at) AS at, bool_and(sent_at IS NULL AND next_at IS NULL) AS never
    FROM letters WHERE letters.dedupe = runs.notice
) AS told ON runs.notice IS NOT NULL;

COMMENT ON VIEW runs_in_full IS 'Runs with their schedule, its method, and what is owed now.';

CREATE VIEW runs_to_settle AS
SELECT runs_in_full.*, payments.state AS payment_state, payments.amount_cents AS asked_cents,
    payments.refusal, payments.refusal_hard,
    (
        SELECT count(*)
        FROM run_payments JOIN payments AS tried ON tried.id = run_payments.payment_id
        WHERE run_payments.run_id = runs_in_full.run_id AND tried.state = 'declined'
    ) AS declines
FROM runs_in_full
JOIN payments ON payments.id = runs_in_full.payment_id
JOIN payment_states ON payment_states.state = payments.state
WHERE runs_in_full.run_state = 'charging' AND NOT payment_states.open;

COMMENT ON VIEW runs_to_settle IS 'Runs whose payment is no longer open.';

CREATE VIEW runs_taken_back AS
SELECT runs_in_full.*, payments.reason
FROM runs_in_full JOIN payments ON payments.id = runs_in_full.payment_id
WHERE runs_in_full.run_state = 'paid' AND runs_in_full.state <> 'cancelled'
    AND payments.state = 'returned' AND payments.reason !~ '^returned: R0[19]\M';

COMMENT ON VIEW runs_taken_back IS
    'Runs that a bank took back for another reason than want of money: the schedule must not go on.';
