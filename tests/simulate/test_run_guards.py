"""Runs that bend the rules, and the simulation that misses what they keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from paytone.back_office.runs import Office, make_runs
from paytone.line.postgres import PrivatePostgres
from paytone.simulate.rig import LINE
from tests.simulate.given import a_database, found


async def forgets_doubt(office: Office) -> object:
    """Takes a run whose outcome is not known for one that was not made."""
    made = await make_runs(office)
    await office.till.store.run(
        "UPDATE schedule_runs SET state = 'waiting', next_at = %(now)s WHERE state = 'charging'",
        now=office.till.clock(),
    )
    return made


async def without_limits(office: Office) -> object:
    """Lets runs take all that is owed."""
    store = office.till.store
    await store.run("UPDATE schedule_runs SET most_cents = most_cents + 1000000000")
    try:
        return await make_runs(office)
    finally:
        await store.run("UPDATE schedule_runs SET most_cents = most_cents - 1000000000")


WITHOUT_STOPS = """
    CREATE FUNCTION forget_to_stop() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RETURN CASE WHEN NEW.state = 'stopped' THEN OLD ELSE NEW END;
    END;
    $$;
    CREATE TRIGGER a_forget_to_stop BEFORE UPDATE ON schedule_runs
        FOR EACH ROW EXECUTE FUNCTION forget_to_stop();
"""
WITHOUT_RUN_PAYMENTS = "DROP TRIGGER note_run_payment ON schedule_runs"


OF_THE_RUNS = [
    pytest.param(forgets_doubt, "a_run_is_charged_once", id="doubt"),
    pytest.param(without_limits, "a_run_takes_no_more_than_was_agreed", id="the most"),
]


@pytest.mark.parametrize(("make", "invariant"), OF_THE_RUNS)
def test_a_guard_of_runs_is_missed(
    postgres: PrivatePostgres,
    migrated_template: str,
    make: Callable[[Office], Awaitable[object]],
    invariant: str,
) -> None:
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, replace(LINE, make_runs=make)) is not None


OF_THE_RUNS_ROWS = [
    pytest.param(WITHOUT_STOPS, "what_is_cancelled_is_not_begun", id="stopping"),
    pytest.param(
        WITHOUT_RUN_PAYMENTS, "a_payment_without_a_call_has_its_run", id="a run's payments"
    ),
    pytest.param(WITHOUT_RUN_PAYMENTS, "a_run_stands_as_its_payments_do", id="a run's standing"),
]


@pytest.mark.parametrize(("without", "invariant"), OF_THE_RUNS_ROWS)
def test_a_guard_of_runs_in_the_database_is_missed(
    postgres: PrivatePostgres, migrated_template: str, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant) is not None
