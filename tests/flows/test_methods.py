"""Saved methods are heard one by one, and removed for good."""

from __future__ import annotations

from datetime import date

import pytest

from paytone.back_office.forget import forget_removed
from paytone.flows import Talk
from paytone.flows.method_entry import face_in_words
from paytone.flows.methods import (
    CONFIRM,
    EXPIRES_IN,
    EXPIRES_SOON,
    GO_ON,
    HAS_EXPIRED,
    IN_USE,
    NEXT,
    NONE_SAVED,
    PAYING,
    REMOVE,
    REMOVED,
    SAVED,
    expiry_in_words,
    saved_methods,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.card import Brand, Expiry
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import AccountType, BankFace, CardFace
from paytone.rules.money import Money
from paytone.rules.schedule import Once
from paytone.sandbox.control.faults import Fault
from paytone.store import methods, payments
from tests.plans import MASTERCARD, agreed, saved_card
from tests.teller import NOW, TODAY, Counter


async def listened(counter: Counter, account: Account, *turns: Turn) -> list[Prompt]:
    with ScriptedPhone(*turns) as phone:
        talk = Talk(phone, counter.desk, await counter.call(), account)
        assert Ended(Status.DONE, Next.MENU) == await saved_methods(talk)
    return phone.heard


async def test_whoever_has_none_hears_so(counter: Counter) -> None:
    assert [NONE_SAVED] == await listened(counter, await counter.account())


async def test_each_is_heard_with_its_expiry(counter: Counter) -> None:
    account = await counter.account()
    visa = await saved_card(counter, account)
    other = await saved_card(counter, account, number=MASTERCARD, brand=Brand.MASTERCARD)
    heard = await listened(counter, account, (NEXT, "2"), (GO_ON, "#"))
    assert 2 == heard.count(SAVED) == heard.count(EXPIRES_IN)
    for each in (visa, other):
        assert set(face_in_words(each.face)) <= set(heard)


async def test_a_removed_card_is_not_charged_and_the_gateway_forgets_it(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    heard = await listened(counter, account, (REMOVE, "1"), (CONFIRM, "1"))
    assert REMOVED == heard[-1]
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    counter.sandbox.faults.inject(Fault("any", "before", "drop"))
    gateway = counter.desk.gateway
    counts = [await forget_removed(counter.store, gateway, now=NOW) for _ in range(3)]
    assert [0, 1, 0] == counts
    assert {} == dict(counter.sandbox.books_of().cards)


async def test_star_keeps_it(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    await listened(counter, account, (REMOVE, "1"), (CONFIRM, "*"))
    assert [method] == await methods.of_customer(counter.store, account.customer_id)


async def test_what_a_payment_is_set_up_with_is_kept(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    await agreed(counter, account, Once(Money(5000), date(2026, 3, 12)), method)
    heard = await listened(counter, account, (REMOVE, "1"))
    assert IN_USE == heard[-1]
    assert [method] == await methods.of_customer(counter.store, account.customer_id)


@pytest.mark.parametrize("turns", [((REMOVE, None),), ((REMOVE, "1"), (CONFIRM, None))])
async def test_hanging_up_removes_nothing(counter: Counter, turns: tuple[Turn, ...]) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    with pytest.raises(HungUp):
        await listened(counter, account, *turns)
    assert [method] == await methods.of_customer(counter.store, account.customer_id)


@pytest.mark.parametrize(
    ("expiry", "lead"),
    [
        pytest.param(Expiry(2026, 2), HAS_EXPIRED, id="past"),
        pytest.param(Expiry(2026, 3), EXPIRES_SOON, id="this month"),
        pytest.param(Expiry(2026, 4), EXPIRES_SOON, id="next month"),
        pytest.param(Expiry(2026, 5), EXPIRES_IN, id="in two months"),
        pytest.param(Expiry(2030, 9), EXPIRES_IN, id="in years"),
    ],
)
def test_an_expiry_is_told(expiry: Expiry, lead: Prompt) -> None:
    assert lead == expiry_in_words(CardFace(Brand.VISA, "1111", expiry), TODAY)[0]


def test_a_bank_account_has_no_expiry() -> None:
    assert () == expiry_in_words(BankFace("First", "6789", AccountType.SAVINGS), TODAY)


async def test_a_card_that_is_being_charged_is_not_removed(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    await payments.open_payment(
        counter.store,
        call_id=None,
        account_id=account.id,
        heard=Money(11240),
        amount=Money(100),
        face=method.face,
        method_id=method.id,
        now=NOW,
    )
    heard = await listened(counter, account, (REMOVE, "1"), (CONFIRM, "1"))
    assert PAYING == heard[-1]
    assert [method] == await methods.of_customer(counter.store, account.customer_id)
