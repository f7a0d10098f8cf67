"""Which method pays: a saved one is offered first."""

from __future__ import annotations

from uuid import uuid4

import pytest

from paytone.ask import BACK
from paytone.bill import Account
from paytone.card import Brand, Card, Expiry
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.method_entry import PAY_WITH_NEW_CARD, PAY_WITH_SAVED, ask_method, face_in_words
from paytone.flows.pay_bill import pay_bill
from paytone.gateway import CardToKeep, Kept
from paytone.job import Ended, Next, Status
from paytone.method import AccountType, BankFace, CardFace, SavedMethod
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.store import methods
from paytone.store.methods import Consent
from tests.flows.test_pay_bill import AGREE, CARD, DONE, VISA, WHOLE
from tests.gateway.test_vault import to_keep
from tests.teller import NOW, Counter

SAVED: Turn = (PAY_WITH_NEW_CARD, "1")
NEW: Turn = (PAY_WITH_NEW_CARD, "2")


async def saved(counter: Counter, account: Account, *, year: int = 2030) -> SavedMethod:
    """A Visa of the customer's, kept here and at Braintree."""
    card: CardToKeep = to_keep()
    name = str(uuid4())
    kept = await counter.desk.gateway.save_card(card, customer=account.customer_id, token=name)
    assert isinstance(kept, Kept)
    face = CardFace(Brand.VISA, "1111", Expiry(year, 9))
    method = SavedMethod(name, account.customer_id, face, kept.token)
    await methods.keep(counter.store, method, Consent([PAY_WITH_SAVED], "en", None), now=NOW)
    return method


async def test_a_saved_card_pays_with_four_keys(counter: Counter) -> None:
    account = await counter.account()
    method = await saved(counter, account)
    with ScriptedPhone(WHOLE, SAVED, AGREE, DONE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert (method.face, 0) == (payment.face, await counter.owes_cents(account))
    assert [(payment.id, "112.40", "submitted_for_settlement")] == counter.charges()
    assert phone.heard_in_order(PAY_WITH_SAVED, *face_in_words(method.face), Prompt("press-1"))
    assert ASK_CARD not in phone.heard


async def test_another_card_may_be_used_all_the_same(counter: Counter) -> None:
    account = await counter.account()
    await saved(counter, account)
    with ScriptedPhone(NEW, *CARD) as phone:
        means = await ask_method(phone, counter.desk, account, frozenset())
    assert isinstance(means, Card)


async def test_going_back_from_the_card_offers_the_saved_one_again(counter: Counter) -> None:
    account = await counter.account()
    method = await saved(counter, account)
    with ScriptedPhone(NEW, (ASK_CARD, "*"), SAVED) as phone:
        assert method == await ask_method(phone, counter.desk, account, frozenset())


async def test_going_back_from_the_first_question_goes_back(counter: Counter) -> None:
    account = await counter.account()
    await saved(counter, account)
    with ScriptedPhone((PAY_WITH_NEW_CARD, "*")) as phone:
        assert BACK is await ask_method(phone, counter.desk, account, frozenset())


@pytest.mark.parametrize("what", ["expired", "barred", "another customer's", "removed"])
async def test_a_method_that_cannot_pay_is_not_offered(counter: Counter, what: str) -> None:
    account = await counter.account()
    other = await counter.account(number="4412000000004413", phone="3125550143")
    owner = other if what == "another customer's" else account
    method = await saved(counter, owner, year=2025 if what == "expired" else 2030)
    if what == "removed":
        await methods.remove(counter.store, method, why="asked", now=NOW)
    barred = frozenset({method.id} if what == "barred" else ())
    with ScriptedPhone(*CARD) as phone:
        means = await ask_method(phone, counter.desk, account, barred)
    assert isinstance(means, Card)
    assert VISA == means.number.digits
    assert PAY_WITH_SAVED not in phone.heard


async def test_hanging_up_at_the_choice_charges_nothing(counter: Counter) -> None:
    account = await counter.account()
    await saved(counter, account)
    with ScriptedPhone(WHOLE, (PAY_WITH_NEW_CARD, None)) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert [] == counter.charges()


def test_a_bank_account_is_told_by_its_last_four() -> None:
    face = BankFace("First Bank", "6789", AccountType.CHECKING)
    words = (Prompt("checking-ending-in"), *spoken.digits("6789"))
    assert words == face_in_words(face)
