"""More time to pay: promised, told, undone; nothing is ever charged by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from paytone.flows import Talk
from paytone.flows.menu import BY_ARRANGEMENT, balance
from paytone.flows.more_time import (
    ACCEPT,
    ARRANGED,
    DAY_PASSED,
    GO_ON,
    IF_MISSED,
    NOT_ARRANGED,
    NOTHING_CHARGED,
    REPEAT,
    TOO_LATE,
    UNDO,
    UNDONE,
    YOU_HAVE_ONE,
    YOU_PROMISE,
    more_time,
)
from paytone.flows.more_time_entry import ASK_DAY, EXTEND_TO, FIRST_ON, HOW_MANY, IN_INSTALMENTS
from paytone.phone import HungUp, Keys
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.arrangement import Kind
from paytone.rules.job import Status
from paytone.rules.money import Money
from paytone.store import arrangements
from tests.flows.promising import (
    ALL,
    ALL_OF_IT,
    BY_DAY,
    BY_FIRST_DAY,
    DONE,
    FIRST,
    IN_TWO,
    LATEST,
    YES,
    asked,
)
from tests.teller import NOW, Counter, later


async def test_all_of_it_on_a_later_date(counter: Counter) -> None:
    account = await counter.account()
    with ScriptedPhone(*ALL_OF_IT, YES, DONE) as phone:
        ended = await more_time(Talk(phone, counter.desk, await counter.call(), account))
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert (Status.DONE, Kind.EXTENSION) == (ended.status, made.terms.kind)
    assert [(LATEST, Money(11240))] == [(i.due, i.amount) for i in made.terms.instalments]
    assert phone.heard_in_order(
        EXTEND_TO, *spoken.date(LATEST), YOU_PROMISE, *spoken.money(Money(11240)),
        *spoken.date(LATEST), NOTHING_CHARGED, IF_MISSED, ACCEPT, ARRANGED,
        *spoken.digits(made.confirmation, group=3),
    )  # fmt: skip
    assert [] == counter.charges()
    words = await balance(phone, counter.desk, account)
    assert BY_ARRANGEMENT in words
    assert set(spoken.date(LATEST)) <= set(words)


async def test_instalments_are_read_back_one_by_one_and_come_to_the_balance(
    counter: Counter,
) -> None:
    account = await counter.account(owes_cents=10001)
    turns = ((IN_INSTALMENTS, "2"), (HOW_MANY, "3"), (FIRST_ON, "1"), YES, DONE)
    _, heard = await asked(counter, account, *turns)
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    days = [FIRST + timedelta(days=14 * n) for n in range(3)]
    expected = list(zip(days, map(Money, (3335, 3333, 3333)), strict=True))
    assert expected == [(i.due, i.amount) for i in made.terms.instalments]
    said = heard[heard.index(YOU_PROMISE) : heard.index(NOTHING_CHARGED)]
    for day, amount in expected:
        assert {*spoken.date(day), *spoken.money(amount)} <= set(said)


async def test_choosing_again_arranges_the_second(counter: Counter) -> None:
    account = await counter.account()
    turns: tuple[Turn, ...] = (
        *ALL_OF_IT,
        (ACCEPT, "2"),
        (IN_INSTALMENTS, "2"),
        (HOW_MANY, "*"),
    )
    turns += (*ALL, DONE)
    await asked(counter, account, *turns)
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert 2 == len(made.terms.instalments)


@pytest.mark.parametrize("turns", [((IN_INSTALMENTS, "*"),), (*ALL_OF_IT, (ACCEPT, "*"))])
async def test_star_arranges_nothing(counter: Counter, turns: tuple[Turn, ...]) -> None:
    account = await counter.account()
    ended, heard = await asked(counter, account, *turns)
    assert (Status.CANCELLED, NOT_ARRANGED) == (ended.status, heard[-1])
    assert await arrangements.active(counter.store, account.id) is None


QUESTIONS = [(turns, at) for turns in (ALL, BY_DAY, BY_FIRST_DAY) for at in range(len(turns))]


@pytest.mark.parametrize(
    ("turns", "at"), QUESTIONS, ids=[f"{turns[at][0]} of {len(turns)}" for turns, at in QUESTIONS]
)
async def test_hanging_up_at_a_question_arranges_nothing(
    counter: Counter, turns: tuple[Turn, ...], at: int
) -> None:
    account = await counter.account()
    with pytest.raises(HungUp):
        await asked(counter, account, *turns[:at], (turns[at][0], None))
    assert await arrangements.active(counter.store, account.id) is None
    assert [] == counter.charges()


async def test_hanging_up_after_accepting_keeps_it_and_the_next_call_tells(
    counter: Counter,
) -> None:
    account = await counter.account()
    with pytest.raises(HungUp):
        await asked(counter, account, *ALL, (REPEAT, None))
    ended, heard = await asked(counter, account, (UNDO, "#"))
    assert (Status.DONE, YOU_HAVE_ONE) == (ended.status, heard[0])


async def test_it_is_undone_on_its_day(counter: Counter) -> None:
    account = await counter.account()
    await asked(counter, account, *ALL, DONE)
    _, heard = await asked(counter, account, (UNDO, "1"))
    assert UNDONE == heard[-1]
    assert await arrangements.active(counter.store, account.id) is None


async def test_hanging_up_at_the_undoing_leaves_it(counter: Counter) -> None:
    account = await counter.account()
    await asked(counter, account, *ALL, DONE)
    with pytest.raises(HungUp):
        await asked(counter, account, (UNDO, None))
    assert await arrangements.active(counter.store, account.id) is not None


class MidnightComes(ScriptedPhone):
    """While the caller thinks about undoing it, the day ends."""

    hour = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        keys = await super().collect(*prompts, at_most=at_most, ends=ends)
        self.hour += timedelta(minutes=1)
        return keys


async def test_at_midnight_it_is_too_late_to_undo_it(counter: Counter) -> None:
    account = await counter.account()
    await asked(counter, account, *ALL, DONE)
    with MidnightComes((UNDO, "1")) as phone:
        desk = replace(counter.desk, clock=lambda: phone.hour)
        await more_time(Talk(phone, desk, await counter.call(), account))
    assert TOO_LATE == phone.heard[-1]
    assert await arrangements.active(counter.store, account.id) is not None


async def test_a_first_day_that_midnight_takes_away_is_chosen_again(counter: Counter) -> None:
    account = await counter.account()
    turns = (*IN_TWO[:2], (FIRST_ON, "2"), (ASK_DAY, "0302"), YES, *ALL, DONE)
    with MidnightComes(*turns) as phone:
        phone.hour = datetime(2026, 3, 2, 23, 56, tzinfo=UTC)
        desk = replace(counter.desk, clock=lambda: phone.hour)
        await more_time(Talk(phone, desk, await counter.call(), account))
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert DAY_PASSED in phone.heard
    assert date(2026, 3, 10) == made.terms.instalments[0].due


async def test_the_day_after_it_stands(counter: Counter) -> None:
    account = await counter.account()
    await asked(counter, account, *ALL, DONE)
    next_day = later(counter, NOW + timedelta(days=1))
    _, heard = await asked(next_day, account, (GO_ON, "#"))
    assert UNDO not in heard
    assert await arrangements.active(counter.store, account.id) is not None
