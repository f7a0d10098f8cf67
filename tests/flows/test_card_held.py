"""A card that the networks' rules forbid to try again, in a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from paytone.ask import GaveUp
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.method_entry import PAY_WITH_NEW_CARD
from paytone.flows.pay_bill import CARD_HELD, NOT_CHARGED, TRY_ANOTHER_CARD, pay_bill
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.bill import Account
from paytone.rules.card import CardNumber
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.money import Money
from paytone.rules.schedule import Once
from tests.flows.test_pay_bill import AGREE, CARD, DONE, OTHER_METHOD, VISA
from tests.plans import agreed, make, saved_card
from tests.teller import NOW, TODAY, Counter, later

PRINTS = Fingerprints(b"k" * 32)
LOST, FUNDS, CODE = "2012*00#", "2001*00#", "2010*00#"
"""Amounts at which the sandbox declines: for good; softly; hard, but for what was keyed with it."""


@pytest.fixture
def counting(counter: Counter) -> Counter:
    """The counter, with a key for fingerprints."""
    return replace(counter, desk=replace(counter.desk, fingerprints=PRINTS))


def amount(keys: str) -> tuple[Turn, ...]:
    """The turns that choose it."""
    return ((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, keys), (IS_THAT_RIGHT, "1"))


async def tried(counter: Counter, account: Account, keys: str) -> ScriptedPhone:
    """A call of its own that tries the same Visa once, and ends after the answer."""
    turns = (*amount(keys), *CARD, AGREE)
    with ScriptedPhone(*turns, (TRY_ANOTHER_CARD, None)) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    return phone


async def tried_with_new(counter: Counter, account: Account) -> None:
    """The same for a customer who is offered a saved card first."""
    turns = (*amount(LOST), *OTHER_METHOD, (PAY_WITH_NEW_CARD, "2"), *CARD, AGREE)
    with ScriptedPhone(*turns, (TRY_ANOTHER_CARD, None)) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)


async def until_nothing_more(phone: ScriptedPhone, counter: Counter, account: Account) -> None:
    """The caller says nothing more, and gets a person."""
    with pytest.raises(GaveUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)


async def test_a_card_declined_for_good_is_refused_in_the_next_call(counting: Counter) -> None:
    account = await counting.account(owes_cents=490000)
    await tried(counting, account, LOST)
    with ScriptedPhone(*amount("10*00#"), *CARD, AGREE) as phone:
        await until_nothing_more(phone, counting, account)
    assert phone.heard_in_order(CARD_HELD, NOT_CHARGED)
    assert 1 == len(counting.charges())


async def test_for_good_means_for_years(counting: Counter) -> None:
    account = await counting.account(owes_cents=490000)
    await tried(counting, account, LOST)
    years_on = later(counting, NOW + timedelta(days=400))
    with ScriptedPhone(*amount("10*00#"), *CARD, AGREE) as phone:
        await until_nothing_more(phone, years_on, account)
    assert CARD_HELD in phone.heard


async def test_a_wrong_security_code_does_not_bar_the_card(counting: Counter) -> None:
    account = await counting.account(owes_cents=490000)
    await tried(counting, account, CODE)
    with ScriptedPhone(*amount("10*00#"), *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counting.desk, await counting.call(), account)
    assert CARD_HELD not in phone.heard


async def test_fifteen_declines_in_thirty_days_hold_a_visa(counting: Counter) -> None:
    account = await counting.account(owes_cents=490000)
    for days in range(15):
        day = later(counting, NOW + timedelta(days=days))
        await tried(day, account, FUNDS)
    then = later(counting, NOW + timedelta(days=20))
    with ScriptedPhone(*amount("10*00#"), *CARD, AGREE) as phone:
        await until_nothing_more(phone, then, account)
    assert CARD_HELD in phone.heard
    freed = later(counting, NOW + timedelta(days=31))
    with ScriptedPhone(*amount("10*00#"), *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, freed.desk, await freed.call(), account)
    assert CARD_HELD not in phone.heard


async def test_calls_and_runs_count_together(counting: Counter) -> None:
    """What a call learnt of a card keeps the run from trying it, by the number's fingerprint."""
    account = await counting.account(owes_cents=490000)
    saved = await saved_card(counting, account, fingerprint=PRINTS.of(CardNumber(VISA)))
    day = TODAY + timedelta(days=3)
    await agreed(counting, account, Once(Money(5000), day), saved)
    await tried_with_new(counting, account)
    await make(counting, day)
    assert 1 == len(counting.charges())


async def test_a_saved_card_that_is_held_is_refused_too(counting: Counter) -> None:
    account = await counting.account(owes_cents=490000)
    await saved_card(counting, account, fingerprint=PRINTS.of(CardNumber(VISA)))
    await tried_with_new(counting, account)
    with ScriptedPhone(*amount("10*00#"), AGREE) as phone:
        await until_nothing_more(phone, counting, account)
    assert CARD_HELD in phone.heard
    assert 1 == len(counting.charges())
