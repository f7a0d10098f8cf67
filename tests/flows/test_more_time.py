"""More time to pay: promised, told, undone; nothing is ever charged by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from paytone.ask import BadAnswer
from paytone.flows import Talk
from paytone.flows.menu import BY_ARRANGEMENT, balance
from paytone.flows.more_time import (
    ACCEPT,
    ALREADY_ARRANGED,
    ANOTHER_OPEN,
    ARRANGED,
    BALANCE_MOVED,
    DAY_PASSED,
    GO_ON,
    IF_MISSED,
    NOT_ARRANGED,
    NOTHING_CHARGED,
    REPEAT,
    TOO_LATE,
    UNDO,
    UNDONE,
    WHY_NOT,
    YOU_HAVE_ONE,
    YOU_PROMISE,
    more_time,
)
from paytone.flows.more_time_entry import (
    ALL_LATER,
    ASK_DAY,
    DAY_SKIPPED,
    DAYS_FROM,
    DAYS_TO,
    EARLIER_DAY,
    EXTEND_TO,
    FIRST_ON,
    HOW_MANY,
    IN_INSTALMENTS,
    NOT_A_DAY,
    read_day,
)
from paytone.gateway import Approved
from paytone.phone import HungUp, Keys
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.arrangement import Ineligible, Kind, Rules
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.store import arrangements, payments
from tests.store import given
from tests.teller import NOW, TODAY, Counter, later

LATEST = date(2026, 3, 19)
"""Fourteen days after the bill is due."""
FIRST = date(2026, 3, 9)
YES: Turn = (ACCEPT, "1")
DONE: Turn = (REPEAT, "#")
ALL_OF_IT: tuple[Turn, ...] = ((ALL_LATER, "1"), (EXTEND_TO, "1"))
IN_TWO: tuple[Turn, ...] = ((ALL_LATER, "2"), (HOW_MANY, "2"), (FIRST_ON, "1"))
ALL: tuple[Turn, ...] = (*IN_TWO, YES)


async def asked(counter: Counter, account: Account, *turns: Turn) -> tuple[Ended, list[Prompt]]:
    with ScriptedPhone(*turns) as phone:
        talk = Talk(phone, counter.desk, await counter.call(), account)
        ended = await more_time(talk)
    return ended, phone.heard


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


BY_DAY: tuple[Turn, ...] = ((ALL_LATER, "1"), (EARLIER_DAY, "2"), (ASK_DAY, "0312"), YES)
BY_FIRST_DAY: tuple[Turn, ...] = (*IN_TWO[:2], (FIRST_ON, "2"), (ASK_DAY, "0304"), YES)
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


@pytest.mark.parametrize(
    ("turns", "days"),
    [
        pytest.param(BY_DAY, [date(2026, 3, 12)], id="all of it"),
        pytest.param(BY_FIRST_DAY, [date(2026, 3, 4), date(2026, 3, 18)], id="the first payment"),
    ],
)
async def test_a_day_of_the_callers_choice_is_read_back_and_arranged(
    counter: Counter, turns: tuple[Turn, ...], days: list[date]
) -> None:
    account = await counter.account()
    _, heard = await asked(counter, account, *turns, DONE)
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert days == [each.due for each in made.terms.instalments]
    said = heard[heard.index(YOU_PROMISE) : heard.index(NOTHING_CHARGED)]
    assert all(spoken.date(day)[0] in said for day in days)


async def test_a_day_that_is_too_late_is_refused_with_the_days_there_are(
    counter: Counter,
) -> None:
    account = await counter.account()
    turns = (*BY_DAY[:2], (ASK_DAY, "0320"), (ASK_DAY, "0319"), YES, DONE)
    _, heard = await asked(counter, account, *turns)
    at = heard.index(DAYS_FROM)
    between = [DAYS_FROM, *spoken.date(date(2026, 3, 6)), DAYS_TO, *spoken.date(LATEST)]
    assert between == heard[at : at + len(between)]
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert [LATEST] == [each.due for each in made.terms.instalments]


CLOSED = (date(2026, 12, 28), date(2026, 12, 29), date(2027, 1, 4))


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        pytest.param("1227", DAYS_FROM, id="too early"),
        pytest.param("0105", DAYS_FROM, id="too late"),
        pytest.param("0102", DAY_SKIPPED, id="skipped, in the next year"),
        pytest.param("1230", DAY_SKIPPED, id="skipped, in this year"),
        pytest.param("0230", NOT_A_DAY, id="no such day"),
        pytest.param("1301", NOT_A_DAY, id="no such month"),
        pytest.param("14", NOT_A_DAY, id="two digits"),
    ],
)
def test_a_day_that_may_not_be_chosen_is_told_why(keys: str, why: Prompt) -> None:
    with pytest.raises(BadAnswer) as refused:
        read_day(keys, CLOSED)
    assert why == refused.value.say[0]
    between = (DAYS_FROM, *spoken.date(CLOSED[0]), DAYS_TO, *spoken.date(CLOSED[-1]))
    assert between == refused.value.say[-len(between) :]


def test_a_day_of_the_next_year_may_be_chosen() -> None:
    assert date(2027, 1, 4) == read_day("0104", CLOSED)


async def test_star_goes_back_a_question(counter: Counter) -> None:
    account = await counter.account()
    turns: tuple[Turn, ...] = (
        *BY_DAY[:2], (ASK_DAY, "*"), (EXTEND_TO, "*"),
        *IN_TWO[:2], (FIRST_ON, "*"), (HOW_MANY, "3"), (FIRST_ON, "2"), (ASK_DAY, "*"),
        (FIRST_ON, "1"), YES, DONE,
    )  # fmt: skip
    await asked(counter, account, *turns)
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert [FIRST + timedelta(days=14 * n) for n in range(3)] == [
        each.due for each in made.terms.instalments
    ]


def granting(counter: Counter, rules: Rules) -> Counter:
    """The counter of a biller with those rules."""
    return replace(counter, desk=replace(counter.desk, grants=rules))


async def test_without_extensions_the_number_of_instalments_is_asked_at_once(
    counter: Counter,
) -> None:
    account = await counter.account()
    rules = Rules(extension_at_most_days=0, counts=(2, 3, 4, 5, 6), first_within_days=0)
    _, heard = await asked(granting(counter, rules), account, (HOW_MANY, "6"), YES, DONE)
    assert HOW_MANY == heard[0]
    assert FIRST_ON not in heard  # there is one day alone
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert (6, TODAY) == (len(made.terms.instalments), made.terms.instalments[0].due)


async def test_without_instalments_the_day_is_asked_at_once(counter: Counter) -> None:
    account = await counter.account()
    rules = Rules(counts=(), extension_at_most_days=1)
    _, heard = await asked(granting(counter, rules), account, (EXTEND_TO, "1"), YES, DONE)
    assert EXTEND_TO == heard[0]
    assert EARLIER_DAY not in heard  # there is one day alone


async def test_star_at_the_only_question_arranges_nothing(counter: Counter) -> None:
    account = await counter.account()
    ended, heard = await asked(granting(counter, Rules(counts=())), account, (EXTEND_TO, "*"))
    assert (Status.CANCELLED, NOT_ARRANGED) == (ended.status, heard[-1])


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


REFUSED = [
    (Ineligible.NOTHING_OWED, 0, Rules()),
    (Ineligible.TOO_LITTLE, 1999, Rules()),
    (Ineligible.TOO_MUCH, 200_001, Rules()),
    (Ineligible.PAST_DUE, 11240, Rules(past_due_at_most_days=-10)),
    (Ineligible.TOO_NEW, 11240, Rules(billed_for_at_least_days=365)),
    (Ineligible.TOO_SOON, 11240, Rules(at_most_a_year=0)),
    (Ineligible.NOT_OFFERED, 11240, Rules(extension_at_most_days=0, counts=())),
]


@pytest.mark.parametrize(("why", "cents", "rules"), REFUSED, ids=[w.value for w, _, _ in REFUSED])
async def test_each_refusal_has_its_words(
    counter: Counter, why: Ineligible, cents: int, rules: Rules
) -> None:
    account = await counter.account(owes_cents=cents or 1)
    if not cents:
        payment = await given.payment(counter.store, account, 1)
        await payments.close_payment(
            counter.store, payment.id, Approved("t", Money(1)), "approved", NOW
        )
    strict = replace(counter, desk=replace(counter.desk, grants=rules))
    ended, heard = await asked(strict, account)
    assert (Ended(Status.REFUSED, Next.MENU), [WHY_NOT[why]]) == (ended, heard)


async def test_a_broken_arrangement_bars_another(counter: Counter) -> None:
    account = await counter.account()
    await asked(counter, account, *ALL, DONE)
    await arrangements.mark(counter.store, now=NOW + timedelta(days=60))
    late = later(counter, NOW + timedelta(days=61))
    strict = replace(late, desk=replace(late.desk, grants=Rules(past_due_at_most_days=999)))
    _, heard = await asked(strict, account)
    assert [WHY_NOT[Ineligible.BROKEN]] == heard


class BillComes(ScriptedPhone):
    """While the caller thinks the terms over, something happens to the account."""

    counter: Counter
    account: Account
    pays = False

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        if ACCEPT in prompts and not self.pays:
            self.pays = True
            await given.bill(self.counter.store, self.account, 500, date(2026, 3, 30))
        return await super().collect(*prompts, at_most=at_most, ends=ends)


async def test_a_bill_that_comes_meanwhile_is_told_and_nothing_arranged_on_the_old_balance(
    counter: Counter,
) -> None:
    account = await counter.account()
    turns = (*ALL_OF_IT, YES, *ALL_OF_IT, YES, DONE)
    with BillComes(*turns) as phone:
        phone.counter, phone.account = counter, account
        await more_time(Talk(phone, counter.desk, await counter.call(), account))
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert BALANCE_MOVED in phone.heard
    assert Money(11740) == made.terms.total


async def test_an_open_payment_is_told(counter: Counter) -> None:
    account = await counter.account()
    await given.payment(counter.store, account, 5000)
    ended, heard = await asked(counter, account, *ALL_OF_IT, YES)
    assert (Status.CANCELLED, ANOTHER_OPEN) == (ended.status, heard[-1])


class AnotherArranges(ScriptedPhone):
    """While the caller thinks the terms over, somebody else arranges."""

    counter: Counter
    account: Account
    arranged = False

    async def collect(self, *prompts: Prompt, at_most: int, ends: str = "#*") -> Keys:
        if ACCEPT in prompts and not self.arranged:
            self.arranged = True
            await asked(self.counter, self.account, *ALL_OF_IT, YES, DONE)
        return await super().collect(*prompts, at_most=at_most, ends=ends)


async def test_two_callers_arrange_one(counter: Counter) -> None:
    account = await counter.account()
    with AnotherArranges(*ALL) as phone:
        phone.counter, phone.account = counter, account
        await more_time(Talk(phone, counter.desk, await counter.call(), account))
    made = await arrangements.active(counter.store, account.id)
    assert made is not None
    assert (Kind.EXTENSION, ALREADY_ARRANGED) == (made.terms.kind, phone.heard[-1])
