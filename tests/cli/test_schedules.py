"""``paytone schedules``: AutoPay, recurring payments, payments on a later date."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.rules.bill import Account
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, RunState, Schedule
from tests.cli.command import paytone_beside
from tests.plans import agreed, make, reached, runs_of, saved_card
from tests.teller import NOW, Counter

DAY = date(2026, 3, 12)
LATER = date(2026, 3, 19)


@pytest.fixture
async def account(counter: Counter) -> Account:
    account = await counter.account()
    await reached(counter, account)
    return account


@pytest.fixture
async def plans(counter: Counter, account: Account) -> list[Schedule]:
    """One payment on a day, and one every week from a later day on."""
    method = await saved_card(counter, account)
    return [
        await agreed(counter, account, Once(Money(5000), DAY), method),
        await agreed(counter, account, Fixed(Money(3000), Every.WEEK, LATER), method),
    ]


async def test_a_list_has_a_line_a_schedule(database_url: str, plans: list[Schedule]) -> None:
    once, fixed = (plan.confirmation for plan in plans)
    ended = await paytone_beside(database_url, "schedules", "list")
    assert [
        f"{fixed}  4412000000004412  fixed    active     30.00 USD every week from 2026-03-19",
        f"{once}  4412000000004412  once     active     50.00 USD on 2026-03-12",
        "2 schedules",
    ] == ended.output.splitlines()


async def test_what_is_due_on_a_day_with_the_last_day_to_stop_it(
    database_url: str, plans: list[Schedule]
) -> None:
    once, fixed = (plan.confirmation for plan in plans)
    ended = await paytone_beside(database_url, "schedules", "due", "--on", "2026-03-12")
    assert [
        f"2026-03-12  {once}  4412000000004412       50.00 USD  2026-03-09",
        "1 runs of at most 50.00 USD",
    ] == ended.output.splitlines()
    ended = await paytone_beside(database_url, "schedules", "due", "--on", "2026-03-19")
    assert fixed in ended.output
    assert "2 runs of at most 80.00 USD" in ended.output


async def test_a_cancelled_run_is_no_longer_due(
    counter: Counter, database_url: str, plans: list[Schedule]
) -> None:
    number = plans[0].confirmation
    words = ("schedules", "cancel", number, "--reason", "asked by letter", "--by", "clerk")
    ended = await paytone_beside(database_url, *words)
    assert 0 == ended.exit_code
    assert "the run of 2026-03-12, at most 50.00 USD, is stopped" in ended.output
    ended = await paytone_beside(database_url, "schedules", "due", "--on", "2026-03-12")
    assert "0 runs" in ended.output
    await make(counter, DAY)
    assert [] == counter.charges()
    ended = await paytone_beside(database_url, "schedules", "show", number)
    assert "cancelled  asked by letter, by clerk" in ended.output
    ended = await paytone_beside(database_url, *words)
    assert (1, True) == (ended.exit_code, "cancelled already" in ended.output)


async def test_a_paused_one_says_so_and_why(
    counter: Counter, database_url: str, plans: list[Schedule]
) -> None:
    number = plans[1].confirmation
    words = ("schedules", "pause", number, "--reason", "disputed")
    ended = await paytone_beside(database_url, *words)
    assert "paused" in ended.output
    assert "(disputed)" in ended.output
    assert [(LATER, RunState.STOPPED)] == await runs_of(counter, plans[1])


async def test_one_is_shown_with_its_card_its_record_and_its_runs(
    counter: Counter, database_url: str, account: Account
) -> None:
    plan = await agreed(counter, account, AutoPay(0))
    await make(counter, NOW.date())
    ended = await paytone_beside(database_url, "schedules", "show", plan.confirmation)
    assert "paid from Visa ending in 1111" in ended.output
    assert "agreed     the whole bill 0 days before it is due, by the caller" in ended.output
    assert "waiting    at most 112.40 USD: planned" in ended.output


async def test_a_wrong_number_is_told(database_url: str) -> None:
    ended = await paytone_beside(database_url, "schedules", "show", "123456789")
    assert (1, True) == (ended.exit_code, "no confirmation number" in ended.output)
