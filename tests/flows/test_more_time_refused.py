"""More time to pay: who gets none, and who is overtaken while thinking it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from paytone.flows import Talk
from paytone.flows.more_time import (
    ACCEPT,
    ALREADY_ARRANGED,
    ANOTHER_OPEN,
    BALANCE_MOVED,
    WHY_NOT,
    more_time,
)
from paytone.gateway import Approved
from paytone.phone import Keys
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.rules.arrangement import Ineligible, Kind, Rules
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.store import arrangements, payments
from tests.flows.promising import ALL, ALL_OF_IT, DONE, YES, asked
from tests.store import given
from tests.teller import NOW, Counter, later

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
