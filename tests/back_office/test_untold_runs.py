"""Runs of customers who chose to be told beforehand only of payments over an amount."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from paytone.back_office.runs import make_runs, plan_autopay
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, RunState
from tests.back_office.test_runs import DUE, autopay
from tests.plans import agreed, at, letters_of, make, office, runs_of, standing
from tests.store import given
from tests.teller import NOW, Counter

JUST = AutoPay(0, Money(11240))
LESS = AutoPay(0, Money(11239))


async def test_what_is_not_over_the_amount_is_paid_on_its_day_without_a_notice(
    counter: Counter,
) -> None:
    schedule = await agreed(counter, await autopay(counter), JUST)
    await make(counter, NOW.date())
    await make(counter, DUE - timedelta(days=1))
    assert ([], []) == (await letters_of(counter, "run-notice"), counter.charges())
    await make(counter, DUE)
    assert [(DUE, RunState.PAID)] == await runs_of(counter, schedule)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


async def test_a_cent_over_it_is_told_and_waits_for_its_notice(counter: Counter) -> None:
    await agreed(counter, await autopay(counter), LESS)
    await plan_autopay(office(counter, NOW))
    (notice,) = await letters_of(counter, "run-notice")
    assert 11240 == notice["amount_cents"]
    assert {"put off": 1} == await make_runs(office(counter, at(DUE)))
    assert [] == counter.charges()


@pytest.mark.parametrize(
    ("terms", "days"), [(JUST, 1), (LESS, 10)], ids=["untold: the next day", "told: ten days"]
)
async def test_a_bill_that_comes_late_waits_no_longer_than_its_notice(
    counter: Counter, terms: AutoPay, days: int
) -> None:
    schedule = await agreed(counter, await autopay(counter), terms)
    late = date(2026, 3, 25)
    await plan_autopay(office(counter, at(late)))
    ((day, _),) = await runs_of(counter, schedule)
    assert late + timedelta(days=days) <= day <= late + timedelta(days=days + 2)


async def test_each_bill_is_told_of_by_its_own_amount(counter: Counter) -> None:
    account = await autopay(counter)
    await agreed(counter, account, JUST)
    await make(counter, NOW.date())
    await given.bill(counter.store, account, 11241, DUE + timedelta(days=30))
    await make(counter, NOW.date() + timedelta(days=1))
    assert [11241] == [each["amount_cents"] for each in await letters_of(counter, "run-notice")]


async def test_who_cannot_be_written_to_any_more_still_pays_what_needs_no_notice(
    counter: Counter,
) -> None:
    schedule = await agreed(counter, await autopay(counter), JUST)
    await counter.store.run("UPDATE customers SET email = NULL")
    await make(counter, NOW.date())
    await make(counter, DUE)
    assert 1 == len(counter.charges())
    assert ("active", "") == await standing(counter, schedule)


async def test_who_cannot_be_written_to_any_more_is_paused_at_what_needs_one(
    counter: Counter,
) -> None:
    schedule = await agreed(counter, await autopay(counter), LESS)
    await counter.store.run("UPDATE customers SET email = NULL")
    await make(counter, NOW.date())
    await make(counter, DUE)
    assert [] == counter.charges()
    assert ("paused", "no address for the notice") == await standing(counter, schedule)
