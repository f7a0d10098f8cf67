"""The worker finds which arrangements are kept and which are broken."""

from __future__ import annotations

from datetime import UTC, datetime

from paytone.store import arrangements
from paytone.worker.jobs import Bench, arrangements_kept
from tests.store.test_arrangements import arranged, owing
from tests.teller import Counter, later


async def test_an_arrangement_is_broken_the_day_after_a_missed_instalment(
    counter: Counter,
) -> None:
    made = await arranged(counter.store, await owing(counter.store))
    states = []
    for day in (9, 10):
        at = later(counter, datetime(2026, 3, day, 12, tzinfo=UTC)).desk
        await arrangements_kept(Bench(at.store, at.gateway, at.clock))
        found = await arrangements.by_confirmation(counter.store, made.confirmation)
        states.append(found and found.state)
    assert ["active", "broken"] == states


KINDS = "SELECT kind FROM letters ORDER BY id"


async def test_what_was_arranged_its_instalments_and_its_end_are_written_of_once(
    counter: Counter,
) -> None:
    account = await owing(counter.store)
    await counter.store.run("UPDATE customers SET email = 'test@customer.example'")
    await arranged(counter.store, account)
    assert ["arrangement"] == [row["kind"] for row in await counter.store.all(KINDS)]
    for day in (6, 7, 10, 11):
        at = later(counter, datetime(2026, 3, day, 12, tzinfo=UTC)).desk
        await arrangements_kept(Bench(at.store, at.gateway, at.clock))
    kinds = [row["kind"] for row in await counter.store.all(KINDS)]
    assert ["arrangement", "instalment-due", "arrangement-broken"] == kinds
