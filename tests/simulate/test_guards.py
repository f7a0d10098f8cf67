"""Each invariant has been seen to fail: a guard is taken out, and the simulation misses it."""

from __future__ import annotations

import pytest

from paytone.line.postgres import PrivatePostgres
from paytone.simulate.truths import INVARIANTS
from tests.simulate.given import a_database, found
from tests.simulate.test_after_guards import OF_WHAT_GOES_BACK
from tests.simulate.test_arrangement_guards import OF_ARRANGEMENTS
from tests.simulate.test_check_guards import OF_CHECKS
from tests.simulate.test_flow_guards import OF_A_FLOW
from tests.simulate.test_gateway_guards import OF_THE_GATEWAY, OF_THE_WORKER, UNCOMPARED
from tests.simulate.test_pay_only_guards import OF_PAYING_ONLY
from tests.simulate.test_run_guards import OF_THE_RUNS, OF_THE_RUNS_ROWS
from tests.simulate.test_saved_guards import OF_SAVED

WITHOUT_ONE_OPEN = """
    DROP INDEX payments_one_open;
    CREATE OR REPLACE FUNCTION hold_account(the_account uuid, heard_cents bigint) RETURNS void
    LANGUAGE plpgsql AS 'BEGIN END';
"""
WITHOUT_POSTINGS = "DROP TRIGGER book_payment_change ON payment_changes"
WITHOUT_FEES = """
    CREATE FUNCTION forget_fees() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER forget_fees BEFORE INSERT ON ledger
        FOR EACH ROW WHEN (NEW.kind = 'fee') EXECUTE FUNCTION forget_fees();
"""
WITHOUT_BALANCED_BILLS = "DROP TRIGGER book_changed_bills ON bills"
WITHOUT_APPEND_ONLY = "DROP TRIGGER ledger_stays ON ledger"
WITHOUT_TELLINGS = """
    DROP VIEW payments_to_tell;
    DROP VIEW payments_as_heard;
    CREATE VIEW payments_as_heard AS
    SELECT payments.*, payment_states.open, payment_states.heard AS to_hear,
        payment_states.heard AS told
    FROM payments JOIN payment_states USING (state);
    CREATE VIEW payments_to_tell AS
    SELECT * FROM payments_as_heard WHERE told IS DISTINCT FROM to_hear;
"""


OF_THE_DATABASE = [
    pytest.param(WITHOUT_ONE_OPEN, "one_open_payment_an_account", id="one open payment"),
    pytest.param(WITHOUT_ONE_OPEN, "paid_on_the_balance_heard", id="the balance heard"),
    pytest.param(WITHOUT_POSTINGS, "gateway_and_ledger_agree", id="postings of payments"),
    pytest.param(WITHOUT_FEES, "gateway_and_ledger_agree", id="postings of fees"),
    pytest.param(
        WITHOUT_BALANCED_BILLS, "balances_are_bills_less_payments", id="postings of bills"
    ),
    pytest.param(WITHOUT_APPEND_ONLY, "the_books_are_append_only", id="append-only"),
    pytest.param(WITHOUT_TELLINGS, "next_call_tells_first", id="telling first"),
    pytest.param(WITHOUT_TELLINGS, "everyone_is_told_in_the_end", id="telling at all"),
]


@pytest.mark.parametrize(("without", "invariant"), OF_THE_DATABASE)
def test_a_guard_of_the_database_is_missed(
    postgres: PrivatePostgres, migrated_template: str, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant) is not None


def test_every_invariant_has_been_seen_to_fail() -> None:
    rows = [
        getattr(row, "values", row)
        for row in [
            *OF_THE_DATABASE,
            *OF_THE_GATEWAY,
            *OF_A_FLOW,
            *OF_THE_WORKER,
            *UNCOMPARED,
            *OF_THE_RUNS,
            *OF_THE_RUNS_ROWS,
            *OF_SAVED,
            *OF_CHECKS,
            *OF_ARRANGEMENTS,
            *OF_WHAT_GOES_BACK,
            *OF_PAYING_ONLY,
        ]
    ]
    seen = {"moves_are_allowed", *(row[-1] for row in rows)}
    assert {"at_any_time", *(invariant.__name__ for invariant in INVARIANTS)} == seen
