"""Arrangements without their guards, and the simulation that misses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from paytone.flows import Talk
from paytone.flows.more_time import more_time
from paytone.jobs import JOBS
from paytone.line.postgres import PrivatePostgres
from paytone.rules.arrangement import Rules
from paytone.rules.job import Ended
from paytone.rules.money import Money
from paytone.simulate.arrangement_truths import GRANTS
from paytone.simulate.rig import LINE, Rig
from paytone.store import accounts, methods
from paytone.till import Sale, open_and_charge
from paytone.visit import Visit
from tests.simulate.given import a_database, found

A_DAY_LATER = """
    CREATE FUNCTION a_day_later() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.due := NEW.due + 1; RETURN NEW; END';
    CREATE TRIGGER a_day_later BEFORE INSERT ON arrangement_instalments
        FOR EACH ROW EXECUTE FUNCTION a_day_later();
"""
WHATEVER_BECAME_OF_IT = """
    DO $$ BEGIN
        EXECUTE 'CREATE OR REPLACE VIEW arranged_balance AS ' || replace(
            pg_get_viewdef('arranged_balance'::regclass), '.state = ''active''', '.state <> ''''');
    END $$
"""
"""What was arranged says when something is due even where it has ended."""


async def charges_at_once(visit: Visit) -> Ended:
    """Arranges more time, and takes a part now."""
    account, desk = await visit.account(), visit.desk
    ended = await more_time(Talk(visit.phone, desk, visit.call, account))
    saved = await methods.of_customer(desk.store, account.customer_id)
    owed = await accounts.owed(desk.store, account.id)
    if saved and owed.balance > Money(100):
        sale = Sale(account.id, owed.balance, Money(100), saved[0], call_id=visit.call.id)
        await open_and_charge(desk.till, sale)
    return ended


async def grants_anything(visit: Visit) -> Ended:
    """Asks nobody's history."""
    lenient = Rules(
        none_broken_for_days=0,
        none_made_for_days=0,
        at_most_a_year=99,
        extension_at_most_days=GRANTS.extension_at_most_days,
        balance_most=Money(10_000_000),
    )
    desk = replace(visit.desk, grants=lenient)
    return await more_time(Talk(visit.phone, desk, visit.call, await visit.account()))


def arranging(flow: Callable[[Visit], Awaitable[Ended]]) -> Rig:
    """The line where *flow* gives more time."""
    return replace(LINE, jobs={**JOBS, "more-time": flow})


OF_ARRANGEMENTS = [
    pytest.param(LINE, A_DAY_LATER, "arranged_as_said", id="as said"),
    pytest.param(LINE, WHATEVER_BECAME_OF_IT, "what_is_undone_leaves_no_trace", id="undone"),
    pytest.param(
        arranging(charges_at_once), "", "an_arrangement_charges_nothing", id="nothing charged"
    ),
    pytest.param(arranging(grants_anything), "", "only_who_may_has_more_time", id="who may"),
]


@pytest.mark.parametrize(("rig", "without", "invariant"), OF_ARRANGEMENTS)
def test_a_guard_of_arrangements_is_missed(
    postgres: PrivatePostgres, migrated_template: str, rig: Rig, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant, rig) is not None
