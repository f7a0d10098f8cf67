"""Accounts that may not be paid by phone: the caller hears why before anything is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from paytone.ask import WantsPerson
from paytone.flows.amount_entry import ASK_AMOUNT_KIND, NOTHING_DUE
from paytone.flows.authorisation import CANNOT_SPEAK
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.menu import CAN_PAY_AHEAD, tell_balance
from paytone.flows.method_entry import PAY_WITH_CHECK, PAY_WITH_SAVED
from paytone.flows.pay_bill import pay_bill
from paytone.flows.restriction import TO_MENU, TO_OTHER_WAYS, WHY
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.bill import Account, Limits, Payable, Restriction
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.store import accounts
from tests.flows.debited import customer
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.teller import Counter

SHUT = (Restriction.COLLECTIONS, Restriction.CLOSED, Restriction.CASH_ONLY)


async def new_account(counter: Counter) -> Account:
    return await counter.account()


@pytest.mark.parametrize("restriction", SHUT)
async def test_why_an_account_may_not_be_paid_is_all_that_is_said(
    counter: Counter, restriction: Restriction
) -> None:
    account = await counter.account()
    await accounts.set_payable(counter.store, account.number, Payable.NO, restriction)
    account = await accounts.by_id(counter.store, account.id)
    with ScriptedPhone((TO_MENU, "#")) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.REFUSED, Next.MENU) == ended
    assert WHY[restriction] == phone.heard[0]
    assert not {ASK_AMOUNT_KIND, ASK_CARD} & set(phone.heard)


@pytest.mark.parametrize(("key", "following"), [("5", Next.OTHER_WAYS), ("#", Next.MENU)])
async def test_who_may_pay_in_cash_only_is_a_key_away_from_the_other_ways(
    counter: Counter, key: str, following: Next
) -> None:
    cash = replace(await counter.account(), payable=Payable.NO, restriction=Restriction.CASH_ONLY)
    with ScriptedPhone((TO_OTHER_WAYS, key)) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), cash)
    assert Ended(Status.REFUSED, following) == ended
    assert [WHY[Restriction.CASH_ONLY], TO_OTHER_WAYS] == phone.heard[:2]


async def test_the_other_ways_are_not_offered_where_only_a_person_helps(counter: Counter) -> None:
    shut = replace(await counter.account(), payable=Payable.NO, restriction=Restriction.CLOSED)
    with ScriptedPhone((TO_MENU, "5"), (TO_MENU, "#")) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), shut)
    assert TO_OTHER_WAYS not in phone.heard


@pytest.mark.parametrize("keys", ["0", None], ids=["a person", "hanging up"])
async def test_who_may_not_pay_can_have_a_person_or_leave(
    counter: Counter, keys: str | None
) -> None:
    account = await counter.account()
    shut = replace(account, payable=Payable.NO, restriction=Restriction.CLOSED)
    with (
        ScriptedPhone((TO_MENU, keys)) as phone,
        pytest.raises(WantsPerson if keys else HungUp),
    ):
        await pay_bill(phone, counter.desk, await counter.call(), shut)
    assert [] == counter.charges()


@pytest.mark.parametrize(
    "account_of", [new_account, customer], ids=["nothing saved", "a bank account"]
)
async def test_an_account_that_takes_cards_only_says_so_and_takes_one(
    checks: Counter, account_of: Callable[[Counter], Awaitable[Account]]
) -> None:
    """The line takes bank accounts; one that is saved is not offered either."""
    account = await account_of(checks)
    cards = replace(account, payable=Payable.CARD_ONLY, restriction=Restriction.BANK_RETURN)
    with ScriptedPhone(WHOLE, *CARD, AGREE, DONE) as phone:
        ended = await pay_bill(phone, checks.desk, await checks.call(), cards)
    assert Status.PAID is ended.status
    assert phone.heard_in_order(WHY[Restriction.BANK_RETURN], ASK_AMOUNT_KIND, ASK_CARD)
    assert not {PAY_WITH_CHECK, PAY_WITH_SAVED, CANNOT_SPEAK} & set(phone.heard)


async def test_where_nothing_is_due_and_nothing_may_be_paid_ahead_nothing_is_asked(
    counter: Counter,
) -> None:
    account = await counter.account(owes_cents=-500)
    desk = replace(counter.desk, limits=Limits(over_balance=Money(0)))
    with ScriptedPhone() as phone:
        ended = await pay_bill(phone, desk, await counter.call(), account)
        await tell_balance(phone, desk, account)
    assert Ended(Status.REFUSED, Next.MENU) == ended
    assert NOTHING_DUE == phone.heard[0]
    assert CAN_PAY_AHEAD not in phone.heard


async def test_who_may_not_pay_is_not_told_to_pay_ahead(counter: Counter) -> None:
    account = await counter.account(owes_cents=-500)
    shut = replace(account, payable=Payable.NO, restriction=Restriction.CLOSED)
    with ScriptedPhone() as phone:
        await tell_balance(phone, counter.desk, account)
    assert CAN_PAY_AHEAD in phone.heard
    with ScriptedPhone() as phone:
        await tell_balance(phone, counter.desk, shut)
    assert CAN_PAY_AHEAD not in phone.heard
