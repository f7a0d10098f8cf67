"""Payments on a later date and recurring ones in a call: set up, heard, changed, cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from paytone.ask import BadAnswer
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.later import (
    CANCEL_SURE,
    IS_PAUSED,
    LATER_DONE,
    LATER_FIXED,
    LATER_LIST,
    LATER_OFF,
    LATER_ONCE,
    NEXT_ONE,
    START_IT,
    THAT_IS_ALL,
    later,
)
from paytone.flows.method_entry import face_in_words
from paytone.flows.plan_agree import CANCELLED, NO_ADDRESS, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_EVERY,
    ASK_FIRST_DAY,
    ASK_LATER_DAY,
    ASK_MONTH_DAY,
    LATER_DAY_MISREAD,
    LATER_DAY_TOO_FAR,
    WHICH_METHOD,
    read_later_day,
)
from paytone.flows.plan_words import (
    CANNOT_BE_STOPPED,
    EVERY_MONTH,
    IS_STOPPED,
    NEXT_IS,
    STOPPED_OF,
    TERMS_CANCEL_ONCE,
    TERMS_COPY,
    TERMS_FIXED,
    TERMS_LESS,
    TERMS_MONTH_END,
    TERMS_ONCE,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.schedule import Every, Fixed, Kind, Once, RunState, Schedule
from paytone.store import runs, schedules
from tests.plans import agreed, at, letters_of, make, reached, runs_of, saved_card, writing
from tests.teller import TODAY, Counter

DAY = date(2026, 3, 12)
ONCE: tuple[Turn, ...] = (
    (LATER_ONCE, "1"),
    (ASK_AMOUNT_KIND, "4"),
    (ASK_AMOUNT, "50*00#"),
    (IS_THAT_RIGHT, "1"),
    (ASK_LATER_DAY, "0312"),
    (WHICH_METHOD, "1"),
    (TERMS_ACCEPT, "1"),
)
FIXED: tuple[Turn, ...] = (
    (LATER_FIXED, "2"),
    (ASK_AMOUNT, "30*00#"),
    (IS_THAT_RIGHT, "1"),
    (ASK_EVERY, "3"),
    (ASK_MONTH_DAY, "31"),
    (WHICH_METHOD, "1"),
    (TERMS_ACCEPT, "1"),
)


async def talk(counter: Counter, account: Account, *turns: Turn) -> ScriptedPhone:
    """The job, with a caller who takes those turns."""
    with ScriptedPhone(*turns) as phone:
        ended = await later(phone, writing(counter).desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone


async def set_up(counter: Counter, account: Account) -> list[Schedule]:
    return await schedules.of_account(counter.store, account.id)


async def test_one_payment_on_a_later_date(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    phone = await talk(counter, account, *ONCE)
    (plan,) = await set_up(counter, account)
    assert Once(Money(5000), DAY) == plan.terms
    assert phone.heard_in_order(
        TERMS_ONCE,
        *spoken.money(Money(5000)),
        *spoken.date(DAY, year=True),
        *face_in_words(method.face),
        *spoken.digits("4412"),
        TERMS_LESS,
        TERMS_CANCEL_ONCE,
        TERMS_ACCEPT,
        LATER_DONE,
        *spoken.digits(plan.confirmation, group=3),
        NEXT_IS,
        *spoken.money(Money(5000)),
        *spoken.date(DAY),
    )
    assert TERMS_COPY not in phone.heard  # there is nowhere to send it
    assert [] == counter.charges()
    await make(counter, DAY)
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]


async def test_the_same_amount_every_month(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    await saved_card(counter, account)
    phone = await talk(counter, account, *FIXED)
    (plan,) = await set_up(counter, account)
    assert Fixed(Money(3000), Every.MONTH, TODAY, 31) == plan.terms
    assert phone.heard_in_order(
        TERMS_FIXED, EVERY_MONTH, Prompt("ordinal-31"), TERMS_MONTH_END, TERMS_COPY, LATER_DONE
    )
    assert [date(2026, 3, 31)] == [day for day, _ in await runs_of(counter, plan)]
    (letter,) = await letters_of(counter, "recurring-terms")
    assert (3000, "month", "31") == (letter["amount_cents"], letter["every"], letter["day"])


async def test_every_two_weeks_from_a_day_on(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    await saved_card(counter, account)
    turns = (*FIXED[:3], (ASK_EVERY, "2"), (ASK_FIRST_DAY, "0309"), *FIXED[5:])
    await talk(counter, account, *turns)
    (plan,) = await set_up(counter, account)
    assert Fixed(Money(3000), Every.TWO_WEEKS, date(2026, 3, 9)) == plan.terms


async def test_what_repeats_needs_an_address_for_its_terms(counter: Counter) -> None:
    account = await counter.account()
    phone = await talk(counter, account, (LATER_FIXED, "2"))
    assert NO_ADDRESS == phone.heard[-1]


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        pytest.param("0303", date(2026, 3, 3), id="tomorrow"),
        pytest.param("0501", date(2026, 5, 1), id="the last day"),
    ],
)
def test_a_day_that_may_be_chosen(keys: str, day: date) -> None:
    assert day == read_later_day(keys, TODAY, 60)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        pytest.param("0502", LATER_DAY_TOO_FAR, id="too far ahead"),
        pytest.param("0302", LATER_DAY_TOO_FAR, id="today, which is next year's"),
        pytest.param("0230", LATER_DAY_MISREAD, id="no such day"),
        pytest.param("1301", LATER_DAY_MISREAD, id="no such month"),
        pytest.param("305", LATER_DAY_MISREAD, id="three digits"),
    ],
)
def test_a_day_that_may_not_be_chosen(keys: str, why: Prompt) -> None:
    with pytest.raises(BadAnswer) as refused:
        read_later_day(keys, TODAY, 60)
    assert why == refused.value.say[0]


def switched(counter: Counter, *, later_days: int = 60, recurring: bool = True) -> Counter:
    """The counter of a biller who offers that much of it."""
    rule = replace(counter.desk.rule, later_days=later_days, recurring=recurring)
    return replace(counter, desk=replace(counter.desk, rule=rule))


async def test_a_biller_may_switch_later_dates_off(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    await saved_card(counter, account)
    phone = await talk(switched(counter, later_days=0), account, (LATER_FIXED, "1"), *FIXED)
    assert LATER_ONCE not in phone.heard
    assert [Kind.FIXED] == [plan.kind for plan in await set_up(counter, account)]


async def test_a_first_day_can_be_chosen_where_later_dates_are_off(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    await saved_card(counter, account)
    turns = (*FIXED[:3], (ASK_EVERY, "1"), (ASK_FIRST_DAY, "0309"), *FIXED[5:])
    await talk(switched(counter, later_days=0), account, *turns)
    (plan,) = await set_up(counter, account)
    assert Fixed(Money(3000), Every.WEEK, date(2026, 3, 9)) == plan.terms


async def test_a_biller_may_switch_recurring_payments_off(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    phone = await talk(switched(counter, recurring=False), account, (LATER_ONCE, "2"), *ONCE)
    assert LATER_FIXED not in phone.heard
    assert [Kind.ONCE] == [plan.kind for plan in await set_up(counter, account)]


async def test_a_biller_may_switch_both_off(counter: Counter) -> None:
    account = await counter.account()
    phone = await talk(switched(counter, later_days=0, recurring=False), account)
    assert [LATER_OFF] == phone.heard


async def test_what_repeats_can_still_be_cancelled_where_it_is_not_offered(
    counter: Counter,
) -> None:
    account = await counter.account()
    await reached(counter, account)
    await agreed(counter, account, Fixed(Money(3000), Every.MONTH, TODAY, 12))
    none = switched(counter, later_days=0, recurring=False)
    turns: tuple[Turn, ...] = ((LATER_LIST, "3"), (NEXT_ONE, "1"), (CANCEL_SURE, "1"))
    phone = await talk(none, account, *turns)
    assert CANCELLED in phone.heard
    assert [] == await set_up(counter, account)


@pytest.mark.parametrize("at_question", range(len(ONCE)), ids=[prompt for prompt, _ in ONCE])
async def test_hanging_up_at_a_question_sets_nothing_up(counter: Counter, at_question: int) -> None:
    await _hung_up(counter, ONCE, at_question)


@pytest.mark.parametrize("at_question", range(len(FIXED)), ids=[prompt for prompt, _ in FIXED])
async def test_hanging_up_at_a_recurring_one_sets_nothing_up(
    counter: Counter, at_question: int
) -> None:
    await _hung_up(counter, FIXED, at_question)


async def _hung_up(counter: Counter, turns: tuple[Turn, ...], at_question: int) -> None:
    account = await counter.account()
    await reached(counter, account)
    await saved_card(counter, account)
    cut = (*turns[:at_question], (turns[at_question][0], None))
    with ScriptedPhone(*cut) as phone, pytest.raises(HungUp):
        await later(phone, writing(counter).desk, await counter.call(), account)
    assert [] == await set_up(counter, account)


async def test_stepping_back_to_the_amount_and_on_again(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    turns = (*ONCE[:4], (ASK_LATER_DAY, "*"), (ASK_AMOUNT_KIND, "2"), *ONCE[4:])
    await talk(counter, account, *turns)
    assert [Once(Money(11240), DAY)] == [plan.terms for plan in await set_up(counter, account)]


async def test_star_at_the_terms_sets_nothing_up(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    await talk(counter, account, *ONCE[:-1], (TERMS_ACCEPT, "*"))
    assert [] == await set_up(counter, account)


async def test_what_is_set_up_is_told_and_cancelled_by_name(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    plan = await agreed(counter, account, Once(Money(5000), DAY))
    phone = await talk(counter, account, (LATER_LIST, "3"), (NEXT_ONE, "1"), (CANCEL_SURE, "1"))
    assert phone.heard_in_order(
        CANCELLED, STOPPED_OF, *spoken.money(Money(5000)), *spoken.date(DAY), IS_STOPPED
    )
    assert [] == await set_up(counter, account)
    await make(counter, DAY)
    assert [] == counter.charges()
    (letter,) = await letters_of(counter, "schedule-cancelled")
    assert (plan.confirmation, "2026-03-12") == (letter["confirmation"], letter["stopped_on"])


async def test_a_payment_that_was_begun_cannot_be_stopped_and_that_is_said(
    counter: Counter,
) -> None:
    account = await counter.account()
    await agreed(counter, account, Once(Money(5000), DAY))
    now = at(DAY)
    (due,) = await runs.claim(counter.store, now=now, until=now + timedelta(hours=1), at_most=1)
    await runs.begin(counter.store, due, Money(5000), now=now)
    phone = await talk(counter, account, (LATER_LIST, "3"), (NEXT_ONE, "1"), (CANCEL_SURE, "1"))
    assert phone.heard_in_order(CANCELLED, CANNOT_BE_STOPPED)
    assert IS_STOPPED not in phone.heard


async def test_every_plan_is_told_in_turn(counter: Counter) -> None:
    account = await counter.account()
    for days in (0, 1):
        await agreed(counter, account, Once(Money(5000), DAY + timedelta(days=days)))
    phone = await talk(counter, account, (LATER_LIST, "3"), (NEXT_ONE, "#"), (NEXT_ONE, "#"))
    assert phone.heard_in_order(
        *spoken.date(DAY), *spoken.date(DAY + timedelta(days=1)), THAT_IS_ALL
    )


async def test_pausing_and_starting_again(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    plan = await agreed(counter, account, Fixed(Money(3000), Every.WEEK, DAY))
    await talk(counter, account, (LATER_LIST, "3"), (NEXT_ONE, "4"))
    await make(counter, DAY)
    assert [] == counter.charges()
    phone = await talk(counter, account, (LATER_LIST, "3"), (START_IT, "4"), (TERMS_ACCEPT, "1"))
    assert phone.heard_in_order(IS_PAUSED, TERMS_FIXED, LATER_DONE)
    await make(counter, DAY)
    assert 1 == len(counter.charges())
    assert ["agreed", "paused", "resumed"] == [
        change["what"] for change in await schedules.changes(counter.store, plan)
    ]


async def test_another_day_for_one_payment(counter: Counter) -> None:
    account = await counter.account()
    plan = await agreed(counter, account, Once(Money(5000), DAY))
    turns: tuple[Turn, ...] = ((LATER_LIST, "3"), (NEXT_ONE, "3"), (ASK_LATER_DAY, "0317"))
    phone = await talk(counter, account, *turns, (TERMS_ACCEPT, "1"))
    assert phone.heard_in_order(TERMS_ONCE, LATER_DONE, *spoken.date(date(2026, 3, 17)))
    for days in range(10):
        await make(counter, DAY + timedelta(days=days))
    assert [(DAY, RunState.STOPPED), (date(2026, 3, 17), RunState.PAID)] == await runs_of(
        counter, plan
    )
    assert 1 == len(counter.charges())


@pytest.mark.parametrize(
    ("before", "turn", "after"),
    [
        pytest.param(
            Fixed(Money(3000), Every.MONTH, DAY, 12),
            (ASK_MONTH_DAY, "20"),
            Fixed(Money(3000), Every.MONTH, TODAY, 20),
            id="of the month",
        ),
        pytest.param(
            Fixed(Money(3000), Every.WEEK, DAY),
            (ASK_FIRST_DAY, "0310"),
            Fixed(Money(3000), Every.WEEK, date(2026, 3, 10)),
            id="of the week",
        ),
    ],
)
async def test_another_day_for_what_repeats(
    counter: Counter, before: Fixed, turn: Turn, after: Fixed
) -> None:
    account = await counter.account()
    await reached(counter, account)
    await agreed(counter, account, before)
    await talk(counter, account, (LATER_LIST, "3"), (NEXT_ONE, "3"), turn, (TERMS_ACCEPT, "1"))
    assert [after] == [plan.terms for plan in await set_up(counter, account)]


async def test_another_card_for_what_is_set_up(counter: Counter) -> None:
    account = await counter.account()
    await agreed(counter, account, Once(Money(5000), DAY))
    other = await saved_card(counter, account, number="4012888888881881")
    kept = await counter.store.all("SELECT id FROM payment_methods ORDER BY added_at DESC, id")
    key = str(1 + [str(row["id"]) for row in kept].index(other.id))
    turns: tuple[Turn, ...] = ((LATER_LIST, "3"), (NEXT_ONE, "2"), (WHICH_METHOD, key))
    await talk(counter, account, *turns, (TERMS_ACCEPT, "1"))
    await make(counter, DAY)
    (payment,) = await counter.payments(account)
    assert (other.face, Money(5000)) == (payment.face, payment.amount)


LISTED: tuple[tuple[Turn, ...], ...] = (
    ((LATER_LIST, "3"), (NEXT_ONE, None)),
    ((LATER_LIST, "3"), (NEXT_ONE, "1"), (CANCEL_SURE, None)),
    ((LATER_LIST, "3"), (NEXT_ONE, "2"), (WHICH_METHOD, None)),
    ((LATER_LIST, "3"), (NEXT_ONE, "3"), (ASK_LATER_DAY, None)),
    ((LATER_LIST, "3"), (NEXT_ONE, "3"), (ASK_LATER_DAY, "0317"), (TERMS_ACCEPT, None)),
)


@pytest.mark.parametrize("turns", LISTED, ids=[each[-1][0] for each in LISTED])
async def test_hanging_up_in_the_list_changes_nothing(
    counter: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await counter.account()
    plan = await agreed(counter, account, Once(Money(5000), DAY))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await later(phone, writing(counter).desk, await counter.call(), account)
    assert [plan] == await set_up(counter, account)
