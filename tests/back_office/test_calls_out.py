"""Calls made by workers: each dial once, whatever dies when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import pytest

from paytone.back_office.calls_out import Switchboard, give_up, make_calls, queue_reminders
from paytone.rules.bill import Account
from paytone.rules.calling import Kind, Rules
from paytone.rules.money import Money
from paytone.rules.schedule import Once
from paytone.store import Row, Store, calls_out, consents, contacts
from paytone.store.contacts import Source
from paytone.trunk import OutCall, Place, Placed, Trunk, TrunkAway, WaitingRoom
from tests.plans import agreed, make
from tests.teller import NOW, PHONE, Counter

DAY = timedelta(days=1)
DUE_LATER = date(2026, 3, 12)


class Lines(Trunk):
    """A trunk that notes each call it is handed, and says *answer*; None never answers."""

    def __init__(self, answer: Placed | None = Placed.YES) -> None:
        self.answer = answer
        self.calls: list[OutCall] = []
        self.handed = asyncio.Event()

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Place]:
        yield self._place

    @asynccontextmanager
    async def waiting_room(self) -> AsyncIterator[WaitingRoom]:
        raise TrunkAway("no queue")
        yield

    async def _place(self, call: OutCall) -> Placed:
        self.calls.append(call)
        self.handed.set()
        if self.answer is None:
            await asyncio.Event().wait()
        return self.answer or Placed.UNKNOWN


class NoLine(Trunk):
    """A trunk that is away."""

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Place]:
        raise TrunkAway("no answer")
        yield

    @asynccontextmanager
    async def waiting_room(self) -> AsyncIterator[WaitingRoom]:
        raise TrunkAway("no answer")
        yield


@pytest.fixture
async def account(counter: Counter) -> Account:
    account = await counter.account()
    source = Source.admin("clerk")
    await consents.agree(
        counter.store, account.id, PHONE, said="form", source=source, now=NOW - DAY
    )
    return account


async def queue(store: Store, account: Account, dedupe: str = "one") -> None:
    customer, _ = await contacts.of_account(store, account.id)
    queued = await calls_out.queue(
        store,
        kind=Kind.FAILED,
        customer_id=customer,
        dedupe=dedupe,
        now=NOW,
        account_id=account.id,
    )
    assert queued


async def call(store: Store, trunk: Trunk, now: datetime = NOW) -> dict[str, int]:
    board = Switchboard(trunk, Rules(per_day=1))
    return dict(await make_calls(store, board, lambda: now))


async def dials(store: Store) -> list[Row]:
    return await store.all("SELECT * FROM dials ORDER BY at, id")


async def test_two_workers_make_each_call_once(store: Store, account: Account) -> None:
    for n in range(4):
        await queue(store, account, f"call {n}")
    trunk = Lines()
    await asyncio.gather(*(call(store, trunk) for _ in range(3)))
    (dial,) = await dials(store)
    assert [str(dial["id"])] == [each.id for each in trunk.calls]
    allowed = await store.all("SELECT id FROM call_gate WHERE answer = 'allow'")
    assert [dial["gate_id"]] == [row["id"] for row in allowed]


async def test_a_worker_killed_while_it_hands_a_call_over_never_makes_it_twice_in_a_cap(
    store: Store, account: Account
) -> None:
    await queue(store, account)
    hung = Lines(None)
    worker = asyncio.create_task(call(store, hung))
    await hung.handed.wait()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    again = Lines()
    assert {} == await call(store, again, NOW + timedelta(minutes=1))
    later = NOW + timedelta(hours=2)
    assert 0 == await give_up(store, now=NOW + timedelta(minutes=30))
    assert 1 == await give_up(store, now=later)
    await queue(store, account, "another")
    assert {"cap-of-a-day": 1} == await call(store, again, later)
    assert [] == again.calls
    assert {"dialled": 1, "cap-of-a-day": 1} == await call(store, again, NOW + DAY)
    assert ["lost", None] == [dial["result"] for dial in await dials(store)]


async def test_while_the_trunk_is_away_no_dial_is_spent(store: Store, account: Account) -> None:
    await queue(store, account)
    assert {} == await call(store, NoLine())
    assert [] == await dials(store)
    assert {"dialled": 1} == await call(store, Lines())


async def test_a_call_that_is_refused_failed_and_is_tried_another_day(
    store: Store, account: Account
) -> None:
    await queue(store, account)
    assert {"placed no": 1} == await call(store, Lines(Placed.NO))
    assert ["failed"] == [dial["result"] for dial in await dials(store)]
    assert {} == await call(store, Lines(), NOW + timedelta(hours=23))
    assert {"dialled": 1} == await call(store, Lines(), NOW + DAY)


async def test_of_a_call_that_may_be_made_its_own_end_tells(store: Store, account: Account) -> None:
    await queue(store, account)
    assert {"placed unknown": 1} == await call(store, Lines(Placed.UNKNOWN))
    assert [None] == [dial["result"] for dial in await dials(store)]


async def test_reminders_are_off_unless_days_are_set(store: Store, account: Account) -> None:
    off, on = Switchboard(Lines()), Switchboard(Lines(), days_before=(3,))
    assert 0 == await queue_reminders(store, off, now=NOW)
    assert 1 == await queue_reminders(store, on, now=NOW)
    assert 0 == await queue_reminders(store, on, now=NOW + timedelta(hours=1))


async def test_an_instalment_is_called_about_and_not_once_it_is_undone(
    store: Store, account: Account
) -> None:
    arranged = await store.one(
        "INSERT INTO arrangements (confirmation, account_id, currency, kind, made_at)"
        " VALUES ('123456789', %(account)s, 'USD', 'extension', %(now)s) RETURNING id",
        account=account.id,
        now=NOW,
    )
    assert arranged
    await store.run(
        "INSERT INTO arrangement_instalments (arrangement_id, seq, due, amount_cents)"
        " VALUES (%(id)s, 1, %(due)s, 11240)",
        id=arranged["id"],
        due=date(2026, 3, 9),
    )
    board = Switchboard(Lines(), days_before=(3, 7))
    assert 1 == await queue_reminders(store, board, now=NOW)
    (row,) = await store.all("SELECT kind FROM calls_out")
    assert "instalment" == row["kind"], "not of the bill besides"
    await store.run(
        "UPDATE arrangements SET state = 'undone', ended_at = made_at, ended_by = 'caller',"
        " reason = 'undone'"
    )
    assert {"already-paid": 1} == await call(store, board.trunk)


async def test_a_payment_that_was_set_up_and_failed_is_called_about(
    counter: Counter, account: Account
) -> None:
    schedule = await agreed(counter, account, Once(Money(5000), DUE_LATER))
    await counter.store.run("UPDATE accounts SET payable = 'no', payable_reason = 'closed'")
    await make(counter, DUE_LATER)
    (run,) = await counter.store.all("SELECT id, state FROM schedule_runs")
    assert "failed" == run["state"], schedule
    (row,) = await counter.store.all("SELECT kind, about, number FROM calls_out")
    assert ("failed", run["id"], PHONE) == (row["kind"], row["about"], row["number"])
