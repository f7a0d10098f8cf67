"""Runs: each made once, for no more than was agreed, and tried again as the rules allow."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from paytone.back_office.reconcile import Patience, reconcile
from paytone.back_office.runs import CLAIMED_FOR, make_runs, plan_autopay
from paytone.rules.bill import Account
from paytone.rules.money import Money
from paytone.rules.payment import Occasion, State
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, Run, RunState, Schedule
from paytone.rules.schedule import State as Stands
from paytone.sandbox.control.faults import Fault
from paytone.store import agreements, payments, runs
from paytone.store.agreements import Authorisation
from tests.plans import (
    agreed,
    at,
    delivered,
    letters_of,
    make,
    office,
    reached,
    runs_of,
    saved_card,
    standing,
)
from tests.store import given
from tests.teller import NOW, Counter

DAY = date(2026, 3, 12)
ONCE = Once(Money(5000), DAY)
NEXT_WEEK = timedelta(weeks=1)


async def test_a_payment_put_off_is_made_on_its_day_and_no_other(counter: Counter) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    await make(counter, DAY - timedelta(days=1))
    assert [] == counter.charges()
    for _ in range(3):
        await make(counter, DAY)
    (payment,) = await counter.payments(account)
    assert [(payment.id, "50.00", "submitted_for_settlement")] == counter.charges()
    assert (Occasion.LATER, State.SETTLING) == (payment.occasion, payment.state)
    assert [(DAY, RunState.PAID)] == await runs_of(counter, schedule)
    assert ("ended", "paid") == await standing(counter, schedule)
    assert 6240 == await counter.owes_cents(account)


async def test_nothing_is_charged_before_the_hour(counter: Counter) -> None:
    await agreed(counter, await counter.account(), ONCE)
    assert not await make_runs(office(counter, at(DAY, 5)))
    assert {"paid": 1} == await make_runs(office(counter, at(DAY, 6)))


async def test_a_fixed_amount_is_paid_again_and_again(counter: Counter) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, Fixed(Money(3000), Every.WEEK, DAY))
    await make(counter, DAY)
    await make(counter, DAY + NEXT_WEEK)
    assert [
        (DAY, RunState.PAID),
        (DAY + NEXT_WEEK, RunState.PAID),
        (DAY + 2 * NEXT_WEEK, RunState.WAITING),
    ] == await runs_of(counter, schedule)
    assert [Occasion.RECURRING] * 2 == [each.occasion for each in await counter.payments(account)]


async def test_never_more_than_is_owed(counter: Counter) -> None:
    account = await counter.account(owes_cents=1000)
    schedule = await agreed(counter, account, Fixed(Money(3000), Every.WEEK, DAY))
    await make(counter, DAY)
    await make(counter, DAY + NEXT_WEEK)
    assert ["10.00"] == [amount for _, amount, _ in counter.charges()]
    assert [RunState.PAID, RunState.SKIPPED, RunState.WAITING] == [
        state for _, state in await runs_of(counter, schedule)
    ]


DUE = date(2026, 3, 20)


async def cancel(counter: Counter, schedule: Schedule) -> list[Run]:
    """The runs that it stops."""
    return await agreements.halt(
        counter.store,
        schedule,
        Stands.CANCELLED,
        why="by the caller",
        authorisation=Authorisation("the caller", NOW),
    )


async def autopay(counter: Counter, *, owes_cents: int = 11240) -> Account:
    """An account with AutoPay, on the due date."""
    account = await counter.account(owes_cents=owes_cents, due=DUE)
    await reached(counter, account)
    return account


async def test_autopay_pays_the_whole_bill_after_its_notice(counter: Counter) -> None:
    account = await autopay(counter)
    schedule = await agreed(counter, account, AutoPay(0))
    await make(counter, NOW.date())
    (notice,) = await letters_of(counter, "run-notice")
    assert (11240, "2026-03-20") == (notice["amount_cents"], notice["on"])
    await make(counter, DUE - timedelta(days=1))
    assert [] == counter.charges()
    await make(counter, DUE)
    (payment,) = await counter.payments(account)
    assert (Occasion.AUTOPAY, Money(11240)) == (payment.occasion, payment.amount)
    assert [(DUE, RunState.PAID)] == await runs_of(counter, schedule)
    assert 1 == len(await letters_of(counter, "run-notice"))


async def test_a_bill_that_comes_too_late_waits_for_ten_days_of_notice(counter: Counter) -> None:
    schedule = await agreed(counter, await autopay(counter), AutoPay(0))
    told = DUE - timedelta(days=3)
    await make(counter, told)
    assert [(told + timedelta(days=10), RunState.WAITING)] == await runs_of(counter, schedule)


async def test_never_more_than_was_announced(counter: Counter) -> None:
    """A bill that comes after the notice is for the next run, told of by a notice of its own."""
    account = await autopay(counter)
    schedule = await agreed(counter, account, AutoPay(0))
    await make(counter, NOW.date())
    await given.bill(counter.store, account, 5000, DUE + timedelta(days=30))
    await make(counter, DUE)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]
    assert [11240, 5000] == [
        each["amount_cents"] for each in await letters_of(counter, "run-notice")
    ]
    assert RunState.WAITING is (await runs_of(counter, schedule))[1][1]


async def test_what_was_paid_meanwhile_is_not_paid_again(counter: Counter) -> None:
    account = await autopay(counter)
    schedule = await agreed(counter, account, AutoPay(0))
    await make(counter, NOW.date())
    await given.settled(counter.store, account, 11240)
    await make(counter, DUE)
    assert [] == counter.charges()
    assert [(DUE, RunState.SKIPPED)] == await runs_of(counter, schedule)


async def test_a_run_waits_for_its_notice_to_be_sent_and_to_be_ten_days_old(
    counter: Counter,
) -> None:
    await agreed(counter, await autopay(counter), AutoPay(0))
    await plan_autopay(office(counter, NOW))
    assert {"put off": 1} == await make_runs(office(counter, at(DUE)))
    await delivered(counter, at(DUE - timedelta(days=6)))
    assert {"put off": 1} == await make_runs(office(counter, at(DUE, 13)))
    assert not await make_runs(office(counter, at(DUE + timedelta(days=3))))
    assert {"paid": 1} == await make_runs(office(counter, at(DUE + timedelta(days=4))))


async def test_a_notice_that_is_given_up_pauses_autopay(counter: Counter) -> None:
    schedule = await agreed(counter, await autopay(counter), AutoPay(0))
    await plan_autopay(office(counter, NOW))
    await counter.store.run("UPDATE letters SET next_at = NULL, said = 'given up'")
    await make_runs(office(counter, at(DUE)))
    assert [] == counter.charges()
    assert ("paused", "the notice could not be sent") == await standing(counter, schedule)


async def test_whoever_cannot_be_told_is_not_charged(counter: Counter) -> None:
    account = await counter.account(due=DUE)
    schedule = await agreed(counter, account, AutoPay(0))
    await make(counter, NOW.date())
    await make(counter, DUE)
    assert [] == counter.charges()
    assert ("paused", "no address for the notice") == await standing(counter, schedule)


async def test_a_new_bill_of_another_month_is_planned_once(counter: Counter) -> None:
    account = await autopay(counter)
    schedule = await agreed(counter, account, AutoPay(2))
    await make(counter, NOW.date())
    await make(counter, DUE)
    april = date(2026, 4, 20)
    await given.bill(counter.store, account, 7000, april)
    for _ in range(3):
        await make(counter, DUE + timedelta(days=1))
    assert [
        (DUE - timedelta(days=2), RunState.PAID),
        (april - timedelta(days=3), RunState.WAITING),
    ] == await runs_of(counter, schedule)


async def test_cancelling_stops_the_run_and_names_it(counter: Counter) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    stopped = await cancel(counter, schedule)
    assert [DAY] == [run.on for run in stopped]
    await make(counter, DAY)
    assert [] == counter.charges()
    assert [(DAY, RunState.STOPPED)] == await runs_of(counter, schedule)


async def test_a_run_that_is_stopped_after_it_was_claimed_is_not_begun(counter: Counter) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    now = at(DAY)
    (due,) = await runs.claim(counter.store, now=now, until=now + CLAIMED_FOR, at_most=10)
    await cancel(counter, schedule)
    with pytest.raises(runs.NotBegun):
        await runs.begin(counter.store, due, Money(5000), now=now)
    assert [] == await counter.payments(account)


async def test_a_run_under_way_as_it_is_cancelled_is_not_tried_again(counter: Counter) -> None:
    """It was begun, and comes to nothing: what was cancelled meanwhile is left at that."""
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    now = at(DAY)
    (due,) = await runs.claim(counter.store, now=now, until=now + CLAIMED_FOR, at_most=10)
    payment = await runs.begin(counter.store, due, Money(5000), now=now)
    assert [] == await cancel(counter, schedule)
    await payments.never_charged(counter.store, payment.id, "never charged", now)
    for hours in range(1, 50, 12):
        await make_runs(office(counter, now + timedelta(hours=hours)))
    assert [] == counter.charges()
    assert [(DAY, RunState.FAILED)] == await runs_of(counter, schedule)


async def test_one_claim_does_not_wait_for_another_nor_take_its_runs(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    for _ in range(4):
        await agreed(counter, account, Once(Money(100), DAY), method)
    now = at(DAY)
    until = now + CLAIMED_FOR
    async with counter.store.transaction() as connection:
        values = {"now": now, "until": until, "at_most": 2}
        first = await (await connection.execute(runs.CLAIM, values)).fetchall()
        second = await runs.claim(counter.store, now=now, until=until, at_most=4)
    assert (2, 2) == (len(first), len(second))
    assert set() == {str(row["id"]) for row in first} & {due.run.id for due in second}


async def test_what_is_paid_ahead_and_announced_leaves_nothing_to_plan(counter: Counter) -> None:
    account = await autopay(counter)
    schedule = await agreed(counter, account, AutoPay(0))
    await make(counter, NOW.date())
    await given.settled(counter.store, account, 6000)
    await given.bill(counter.store, account, 5000, DUE + timedelta(days=30))
    await make(counter, NOW.date())
    assert [(DUE, RunState.WAITING)] == await runs_of(counter, schedule)


async def test_many_workers_make_a_run_once(counter: Counter) -> None:
    accounts = [
        await counter.account(number=f"44120000000044{each}", phone=f"31255501{each}")
        for each in range(10, 30)
    ]
    for account in accounts:
        await agreed(counter, account, ONCE)
    done = await asyncio.gather(*(make_runs(office(counter, at(DAY))) for _ in range(4)))
    assert 20 == sum(each["paid"] for each in done)
    assert 20 == len(counter.charges())


async def test_a_worker_that_dies_with_a_claim_leaves_it_to_another(counter: Counter) -> None:
    await agreed(counter, await counter.account(), ONCE)
    now = at(DAY)
    assert await runs.claim(counter.store, now=now, until=now + CLAIMED_FOR, at_most=10)
    assert not await make_runs(office(counter, now))
    assert {"paid": 1} == await make_runs(office(counter, now + CLAIMED_FOR))


async def test_a_worker_that_dies_before_it_charges_charges_nothing_and_tries_again(
    counter: Counter,
) -> None:
    """The payment stands as submitting; asking finds that it was never charged."""
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    now = at(DAY)
    (due,) = await runs.claim(counter.store, now=now, until=now + CLAIMED_FOR, at_most=10)
    await runs.begin(counter.store, due, Money(5000), now=now)
    assert not await make_runs(office(counter, now + CLAIMED_FOR))
    later = now + timedelta(hours=1)
    patience = Patience(missing_for=timedelta())
    await reconcile(counter.store, counter.desk.gateway, now=later, patience=patience)
    assert {"put off": 1} == await make_runs(office(counter, later))
    assert {"paid": 1} == await make_runs(office(counter, later + timedelta(hours=1)))
    assert 1 == len(counter.charges())
    assert [(DAY, RunState.PAID)] == await runs_of(counter, schedule)


async def test_a_worker_that_dies_after_it_charged_charges_no_more(counter: Counter) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    assert {"not known yet": 1} == await make_runs(office(counter, at(DAY)))
    later = at(DAY) + timedelta(minutes=2)
    await reconcile(counter.store, counter.desk.gateway, now=later)
    assert {"paid": 1} == await make_runs(office(counter, later))
    assert 1 == len(counter.charges())
    assert [(DAY, RunState.PAID)] == await runs_of(counter, schedule)


async def test_while_another_payment_is_open_the_run_waits(counter: Counter) -> None:
    account = await counter.account()
    await agreed(counter, account, ONCE)
    await given.payment(counter.store, account, 100)
    assert {"put off": 1} == await make_runs(office(counter, at(DAY)))
    assert [] == counter.charges()


@pytest.mark.parametrize(
    ("payable", "reason", "state"),
    [("no", "closed", RunState.FAILED), ("card-only", "bank-return", RunState.PAID)],
)
async def test_an_account_that_may_not_be_paid_by_phone_any_more_is_not_charged(
    counter: Counter, payable: str, reason: str, state: RunState
) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, ONCE)
    await counter.store.run(
        "UPDATE accounts SET payable = %(payable)s, payable_reason = %(reason)s",
        payable=payable,
        reason=reason,
    )
    await make(counter, DAY)
    assert [(DAY, state)] == await runs_of(counter, schedule)
    assert (state is RunState.PAID) == bool(counter.charges())


async def test_a_run_that_could_not_be_made_for_a_week_is_not_made(counter: Counter) -> None:
    schedule = await agreed(counter, await counter.account(), ONCE)
    await make(counter, DAY + timedelta(days=8))
    assert [] == counter.charges()
    assert [(DAY, RunState.FAILED)] == await runs_of(counter, schedule)
