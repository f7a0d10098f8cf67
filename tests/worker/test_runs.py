"""The worker makes the runs of schedules, beside other workers."""

from __future__ import annotations

import asyncio
from datetime import date

from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.rules.schedule import AutoPay, Once
from paytone.sandbox.control.faults import Fault
from paytone.worker.jobs import runs
from tests.plans import agreed, at, letters_of, reached, saved_card
from tests.teller import Counter, later
from tests.worker.test_jobs import Tally, becomes, bench, until, working

DAY = date(2026, 3, 12)


async def test_the_worker_pays_what_is_due(counter: Counter, database_url: str) -> None:
    account = await counter.account()
    await agreed(counter, account, Once(Money(5000), DAY))
    async with working(database_url, bench(later(counter, at(DAY)))):
        await becomes(counter.store, State.SETTLING)
        await asyncio.sleep(2)
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]


async def test_the_worker_announces_what_autopay_will_pay(
    counter: Counter, database_url: str
) -> None:
    account = await counter.account(due=DAY)
    await reached(counter, account)
    await agreed(counter, account, AutoPay(0))
    async with working(database_url, bench(counter)):
        for _ in range(100):
            if await letters_of(counter, "run-notice"):
                break
            await asyncio.sleep(0.1)
    told = await letters_of(counter, "run-notice")
    assert [11240] == [each["amount_cents"] for each in told]


async def test_two_workers_make_runs_at_the_same_time(counter: Counter, database_url: str) -> None:
    """Unlike other jobs, of which one worker does each."""
    tally = Tally()
    async with (
        working(database_url, bench(counter), runs=tally),
        working(database_url, bench(counter), runs=tally),
    ):
        await until(lambda: tally.most > 1)


async def test_one_worker_makes_runs_once_at_a_time(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    await agreed(counter, account, Once(Money(5000), DAY), method)
    counter.sandbox.faults.inject(Fault("sale", "before", "delay", seconds=0.5))
    work_at = bench(later(counter, at(DAY)))
    first = asyncio.create_task(runs(work_at))
    await asyncio.sleep(0.2)
    assert work_at.making_runs.locked()
    await asyncio.wait_for(runs(work_at), 0.1)
    await first
    assert 1 == len(counter.charges())
