"""The next bill and the last ones, as they are told."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.flows.bills import (
    BILL_OF,
    CREDIT_NOTE_OF,
    DUE_ON,
    EARLIER_BILL,
    LAST_BILLS_CAME,
    NEXT_BILL_ON,
    NEXT_BILL_UNKNOWN,
    NO_BILLS,
    WAS_DUE_ON,
    tell_bills,
)
from paytone.flows.history import GO_ON
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from tests.store import given
from tests.teller import Counter

DONE: Turn = (GO_ON, "#")


async def hears(counter: Counter, account: Account, *turns: Turn) -> list[Prompt]:
    with ScriptedPhone(*turns) as phone:
        ended = await tell_bills(phone, counter.desk, account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone.heard


async def comes_on(counter: Counter, day: int) -> None:
    await counter.store.run("UPDATE accounts SET billing_day = %(day)s", day=day)


async def test_the_next_bill_is_told_by_its_day(counter: Counter) -> None:
    """It is March 2; the last bill came on February 20, and is due on March 5."""
    account = await counter.account()
    await comes_on(counter, 20)
    assert [
        NEXT_BILL_ON, *spoken.date(date(2026, 3, 20)),
        BILL_OF, *spoken.money(Money(11240)), Prompt("came-on"), *spoken.date(date(2026, 2, 20)),
        DUE_ON, *spoken.date(date(2026, 3, 5)), GO_ON,
    ] == await hears(counter, account, DONE)  # fmt: skip


async def test_without_a_day_it_is_told_when_the_last_two_came(counter: Counter) -> None:
    account = await counter.account()
    await given.bill(counter.store, account, 9000, date(2026, 2, 9))
    heard = await hears(counter, account, DONE)
    assert [
        NEXT_BILL_UNKNOWN, LAST_BILLS_CAME, *spoken.date(date(2026, 1, 20)), Prompt("and-on"),
        *spoken.date(date(2026, 2, 20)), BILL_OF,
    ] == heard[:6]  # fmt: skip


async def test_with_one_bill_it_is_not_known(counter: Counter) -> None:
    assert [NEXT_BILL_UNKNOWN, BILL_OF] == (await hears(counter, await counter.account(), DONE))[:2]


async def test_an_account_without_bills_is_told_so(counter: Counter) -> None:
    account = await given.account(counter.store)
    assert [NEXT_BILL_UNKNOWN, NO_BILLS] == await hears(counter, account)


async def three_bills(counter: Counter) -> Account:
    account = await counter.account()
    await given.bill(counter.store, account, 9000, date(2026, 2, 9))
    await given.bill(counter.store, account, -500, date(2026, 2, 1))
    return account


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ((DONE,), [True, False, False]),
        (((GO_ON, "1"), (GO_ON, "*")), [True, True, False]),
        (((GO_ON, "1"), (GO_ON, "1"), DONE), [True, True, True]),
        ((), [True, False, False]),
    ],
    ids=["the last", "two", "all", "says nothing"],
)
async def test_earlier_ones_are_told_as_far_as_wanted(
    counter: Counter, turns: tuple[Turn, ...], told: list[bool]
) -> None:
    heard = await hears(counter, await three_bills(counter), *turns)
    assert told == [BILL_OF in heard, WAS_DUE_ON in heard, CREDIT_NOTE_OF in heard]
    if all(told):
        assert 2 == heard.count(EARLIER_BILL)


@pytest.mark.parametrize("turns", [((GO_ON, None),), ((GO_ON, "1"), (GO_ON, None))])
async def test_hanging_up_ends_it(counter: Counter, turns: tuple[Turn, ...]) -> None:
    account = await three_bills(counter)
    with pytest.raises(HungUp):
        await hears(counter, account, *turns)
