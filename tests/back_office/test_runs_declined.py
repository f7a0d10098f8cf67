"""A run that is declined, or not answered, is tried again as the networks allow, and told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.back_office.runs import make_runs
from paytone.rules.card import Brand
from paytone.rules.contact import Channel
from paytone.rules.money import Money
from paytone.rules.payment import Heard, State
from paytone.rules.schedule import Every, Fixed, Once, RunState
from paytone.sandbox.control.faults import Fault
from paytone.store import letters, methods, payments
from tests.back_office.test_runs import DAY, NEXT_WEEK, ONCE, cancel
from tests.plans import (
    MASTERCARD,
    agreed,
    at,
    letters_of,
    make,
    office,
    reached,
    runs_of,
    saved_card,
    standing,
)
from tests.teller import NOW, Counter


async def test_a_gateway_that_is_away_is_tried_again_within_the_hour(counter: Counter) -> None:
    await agreed(counter, await counter.account(), ONCE)
    counter.sandbox.faults.inject(Fault("sale", "before", "status", status=429))
    assert {"put off": 1} == await make_runs(office(counter, at(DAY)))
    assert {"paid": 1} == await make_runs(office(counter, at(DAY) + timedelta(hours=1)))


async def test_a_soft_decline_is_tried_again_on_the_set_days_and_then_told(
    counter: Counter,
) -> None:
    """2001, insufficient funds, by the sandbox's amounts."""
    account = await counter.account(owes_cents=900000)
    await reached(counter, account)
    schedule = await agreed(counter, account, Once(Money(200100), DAY))
    tried = []
    for days in range(20):
        before = len(counter.charges())
        await make(counter, DAY + timedelta(days=days))
        if len(counter.charges()) > before:
            tried.append(days)
    assert [0, 1, 4, 9] == tried
    assert [(DAY, RunState.FAILED)] == await runs_of(counter, schedule)
    failed = await letters_of(counter, "run-failed")
    assert ["2026-03-13", "2026-03-16", "2026-03-21", None] == [each["again_on"] for each in failed]
    assert 900000 == await counter.owes_cents(account)


async def test_a_hard_decline_is_never_tried_again_and_pauses(counter: Counter) -> None:
    """2012, possible lost card: hard_declined."""
    account = await counter.account(owes_cents=900000)
    await reached(counter, account)
    schedule = await agreed(counter, account, Fixed(Money(201200), Every.WEEK, DAY))
    for weeks in range(5):
        await make(counter, DAY + weeks * NEXT_WEEK)
    assert 1 == len(counter.charges())
    assert "paused" == (await standing(counter, schedule))[0]
    (told,) = await letters_of(counter, "run-failed")
    assert "yes" == told["stops"]


async def test_a_card_declined_for_good_in_a_call_is_not_tried_by_a_run(counter: Counter) -> None:
    account = await counter.account(owes_cents=900000)
    await reached(counter, account)
    first = await agreed(counter, account, Once(Money(201200), DAY))
    other = await agreed(counter, account, Once(Money(5000), DAY + timedelta(days=1)))
    await make(counter, DAY)
    await make(counter, DAY + timedelta(days=1))
    assert 1 == len(counter.charges())
    assert [(DAY, RunState.FAILED)] == await runs_of(counter, first)
    assert [(DAY + timedelta(days=1), RunState.FAILED)] == await runs_of(counter, other)


async def test_a_card_that_was_tried_too_often_waits(counter: Counter) -> None:
    """Mastercard: ten declines in a day, whoever tried."""
    account = await counter.account(owes_cents=900000)
    method = await saved_card(counter, account, number=MASTERCARD, brand=Brand.MASTERCARD)
    for _ in range(10):
        declined = await agreed(counter, account, Once(Money(200100), DAY), method)
        await make(counter, DAY)
        await cancel(counter, declined)
    await agreed(counter, account, Once(Money(5000), DAY), method)
    assert {"put off": 1} == await make_runs(office(counter, at(DAY)))
    assert 10 == len(counter.charges())
    assert {"paid": 1} == await make_runs(office(counter, at(DAY + timedelta(days=1))))


async def test_a_removed_method_is_not_charged(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    schedule = await agreed(counter, account, ONCE, method)
    await methods.remove(counter.store, method, why="by the caller", now=NOW)
    await make(counter, DAY)
    assert [] == counter.charges()
    assert [(DAY, RunState.FAILED)] == await runs_of(counter, schedule)


@pytest.mark.parametrize(
    ("why", "goes_on"),
    [
        pytest.param("returned: R01 insufficient funds", True, id="want of money"),
        pytest.param("returned: R10 the customer says it was not authorized", False, id="R10"),
        pytest.param("returned: R07 authorization revoked", False, id="R07"),
        pytest.param("returned: dispute lost", False, id="a dispute"),
    ],
)
async def test_what_a_customer_did_not_authorize_is_not_tried_again(
    counter: Counter, why: str, goes_on: bool
) -> None:
    account = await counter.account()
    schedule = await agreed(counter, account, Fixed(Money(3000), Every.WEEK, DAY))
    await make(counter, DAY)
    (payment,) = await counter.payments(account)
    await payments.move(counter.store, payment.id, State.RETURNED, why, at(DAY))
    for weeks in range(3):
        await make(counter, DAY + weeks * NEXT_WEEK)
    assert (3 if goes_on else 1) == len(counter.charges())
    assert ("active" if goes_on else "paused") == (await standing(counter, schedule))[0]


async def kinds(counter: Counter) -> list[str]:
    """The kinds of all letters that were queued, but for the terms."""
    rows = await counter.store.all("SELECT kind FROM letters ORDER BY id")
    return [row["kind"] for row in rows if not row["kind"].endswith("-terms")]


async def test_a_run_that_is_paid_has_its_receipt_and_nothing_more(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    await agreed(counter, account, ONCE)
    await make(counter, DAY)
    assert ["receipt"] == await kinds(counter)


async def test_a_decline_is_told_once(counter: Counter) -> None:
    """Once the letter of the run is sent, the notice of its payment has nothing left to tell."""
    account = await counter.account(owes_cents=900000)
    await reached(counter, account)
    await agreed(counter, account, Once(Money(200100), DAY))
    await make(counter, DAY)
    assert {"run-failed", "not-paid"} == set(await kinds(counter))
    await counter.store.run(
        "UPDATE letters SET sent_at = %(now)s, next_at = NULL WHERE kind = 'run-failed'",
        now=at(DAY),
    )
    now = at(DAY) + timedelta(minutes=5)
    due = await letters.claim(
        counter.store, Channel.EMAIL, now=now, until=now + timedelta(minutes=1)
    )
    assert due is not None
    assert ("not-paid", Heard.NOT_PAID) == (due.kind, due.known)
