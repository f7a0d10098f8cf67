"""Which method pays: a saved one is offered first."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from paytone.ask import BACK, Back
from paytone.flows import Call
from paytone.flows.agreement import ASK_CHANGE, REVIEW_KEYS, REVIEW_PAY
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.declined import SAVED_NO_LONGER_RIGHT, WHY_DECLINED
from paytone.flows.method_entry import (
    CARD_EXPIRED,
    EXPIRES_NEXT_MONTH,
    EXPIRES_THIS_MONTH,
    PAY_WITH_ANOTHER_SAVED,
    PAY_WITH_NEW_CARD,
    PAY_WITH_SAVED,
    YOUR_SAVED,
    MethodEntry,
    face_in_words,
)
from paytone.flows.pay_bill import METHOD_GONE, TRY_ANOTHER_CARD, pay_bill
from paytone.gateway import CardToKeep, Kept, Refusal
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.card import Brand, Card, Expiry
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import AccountType, BankFace, CardFace, Means, SavedMethod
from paytone.store import calls, methods
from paytone.store.calls import CallEvent
from paytone.store.methods import Consent
from tests.flows.test_pay_bill import AGREE, CARD, DONE, OTHER_METHOD, VISA, WHOLE, other
from tests.gateway.test_vault import to_keep
from tests.teller import NOW, Counter, later

IN_YEARS = Expiry(2030, 9)
SAVED: Turn = (PAY_WITH_NEW_CARD, "1")
NEW: Turn = (PAY_WITH_NEW_CARD, "2")


async def saved(
    counter: Counter,
    account: Account,
    *,
    expiry: Expiry = IN_YEARS,
    last_four: str = "1111",
    now: datetime = NOW,
) -> SavedMethod:
    """A Visa of the customer's, kept here and at Braintree."""
    card: CardToKeep = to_keep()
    name = str(uuid4())
    kept = await counter.desk.gateway.save_card(card, customer=account.customer_id, token=name)
    assert isinstance(kept, Kept)
    face = CardFace(Brand.VISA, last_four, expiry)
    method = SavedMethod(name, account.customer_id, face, kept.token)
    await methods.keep(counter.store, method, Consent([PAY_WITH_SAVED], "en", None), now=now)
    return method


async def asked(
    counter: Counter,
    account: Account,
    *turns: Turn,
    call: Call | None = None,
    barred: Means | None = None,
) -> tuple[Means | Back, list[Prompt]]:
    """What the caller pays with, and what was heard."""
    call = call or await counter.call()
    with ScriptedPhone(*turns) as phone:
        entry = MethodEntry(phone, counter.desk, call, account)
        if barred is not None:
            entry.declined(barred, for_good=True)
        return await entry.ask(), phone.heard


async def test_a_saved_card_pays_with_three_keys(counter: Counter) -> None:
    """The usual one is not asked for: what pays is read back before anything is charged."""
    account = await counter.account()
    method = await saved(counter, account)
    with ScriptedPhone(WHOLE, AGREE, DONE) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert (method.face, 0) == (payment.face, await counter.owes_cents(account))
    assert [(payment.id, "112.40", "submitted_for_settlement")] == counter.charges()
    assert phone.heard_in_order(REVIEW_PAY, *face_in_words(method.face), REVIEW_KEYS)
    assert not {ASK_CARD, PAY_WITH_SAVED} & set(phone.heard)


async def test_a_saved_method_is_offered_by_its_name(counter: Counter) -> None:
    account = await counter.account()
    method = await saved(counter, account)
    means, heard = await asked(counter, account, SAVED)
    words = (PAY_WITH_SAVED, *face_in_words(method.face), Prompt("press-1"), PAY_WITH_NEW_CARD)
    assert (method, list(words)) == (means, heard)


async def test_who_does_not_want_the_usual_method_is_asked(counter: Counter) -> None:
    account = await counter.account()
    await saved(counter, account)
    with ScriptedPhone(WHOLE, *OTHER_METHOD, NEW, *CARD, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    assert (None, 0) == (payment.method_id, await counter.owes_cents(account))


async def test_another_amount_keeps_the_usual_method(counter: Counter) -> None:
    account = await counter.account()
    method = await saved(counter, account)
    amount: tuple[Turn, ...] = ((REVIEW_KEYS, "2"), (ASK_CHANGE, "1"), *other("50*00#"))
    with ScriptedPhone(WHOLE, *amount, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert method.id == (await counter.payments(account))[0].method_id
    assert PAY_WITH_SAVED not in phone.heard


async def test_another_card_may_be_used_all_the_same(counter: Counter) -> None:
    account = await counter.account()
    await saved(counter, account)
    means, _ = await asked(counter, account, NEW, *CARD)
    assert isinstance(means, Card)


async def test_going_back_from_the_card_offers_the_saved_one_again(counter: Counter) -> None:
    account = await counter.account()
    method = await saved(counter, account)
    means, _ = await asked(counter, account, NEW, (ASK_CARD, "*"), SAVED)
    assert method == means


async def test_going_back_from_the_first_question_goes_back(counter: Counter) -> None:
    account = await counter.account()
    await saved(counter, account)
    means, _ = await asked(counter, account, (PAY_WITH_NEW_CARD, "*"))
    assert BACK is means


@pytest.mark.parametrize("what", ["expired", "barred", "another customer's", "removed"])
async def test_a_method_that_cannot_pay_is_not_offered(counter: Counter, what: str) -> None:
    account = await counter.account()
    other = await counter.account(number="4412000000004413", phone="3125550143")
    owner = other if what == "another customer's" else account
    method = await saved(counter, owner, expiry=Expiry(2025 if what == "expired" else 2030, 9))
    if what == "removed":
        await methods.remove(counter.store, method, why="asked", now=NOW)
    barred = method if what == "barred" else None
    means, heard = await asked(counter, account, *CARD, barred=barred)
    assert isinstance(means, Card)
    assert VISA == means.number.digits
    assert PAY_WITH_SAVED not in heard


async def test_the_one_used_last_is_offered_first_and_others_behind_key_4(counter: Counter) -> None:
    account = await counter.account()
    used = await saved(counter, account)
    news = [
        await saved(counter, account, last_four=f"000{at}", now=NOW + timedelta(seconds=at))
        for at in range(1, 7)
    ]
    others: tuple[Turn, ...] = ((PAY_WITH_ANOTHER_SAVED, "4"), (PAY_WITH_SAVED, "5"))
    with ScriptedPhone(WHOLE, *OTHER_METHOD, *others, *OTHER_METHOD, SAVED, AGREE, DONE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert news[-1].id == (await counter.payments(account))[0].method_id
    # Five are offered behind the first; the sixth, the oldest, is not.
    five = phone.heard[phone.heard.index(PAY_WITH_ANOTHER_SAVED) + 1 :]
    five = five[: five.index(Prompt("review-pay"))]
    assert 5 == five.count(PAY_WITH_SAVED)
    means, _ = await asked(counter, account, SAVED)
    assert news[-1] == means
    assert used != means


async def test_paying_with_a_card_makes_it_the_first(counter: Counter) -> None:
    account = await counter.account()
    used = await saved(counter, account)
    await saved(counter, account, last_four="0002", now=NOW - timedelta(days=1))
    newest = await saved(counter, account, last_four="0003", now=NOW + timedelta(seconds=1))
    assert newest == (await asked(counter, account, SAVED))[0]
    later_on = later(counter, NOW + timedelta(minutes=5))
    turns = (
        WHOLE,
        *OTHER_METHOD,
        (PAY_WITH_ANOTHER_SAVED, "4"),
        (PAY_WITH_SAVED, "1"),
        AGREE,
        DONE,
    )
    with ScriptedPhone(*turns) as phone:
        await pay_bill(phone, later_on.desk, await counter.call(), account)
    assert used == (await asked(counter, account, SAVED))[0]


async def test_going_back_from_the_other_saved_ones_offers_the_first_again(
    counter: Counter,
) -> None:
    account = await counter.account()
    await saved(counter, account)
    method = await saved(counter, account, last_four="0002", now=NOW + timedelta(seconds=1))
    turns = ((PAY_WITH_ANOTHER_SAVED, "4"), (PAY_WITH_SAVED, "*"), (PAY_WITH_ANOTHER_SAVED, "1"))
    assert method == (await asked(counter, account, *turns))[0]


@pytest.mark.parametrize(
    ("expiry", "words"),
    [
        pytest.param(Expiry(2026, 3), {EXPIRES_THIS_MONTH}, id="this month"),
        pytest.param(Expiry(2026, 4), {EXPIRES_NEXT_MONTH}, id="next month"),
        pytest.param(Expiry(2026, 5), set(), id="later"),
    ],
)
async def test_a_card_that_expires_soon_is_told_of_when_it_is_chosen(
    counter: Counter, expiry: Expiry, words: set[Prompt]
) -> None:
    account = await counter.account()
    method = await saved(counter, account, expiry=expiry)
    means, heard = await asked(counter, account, SAVED)
    assert method == means
    assert words == {EXPIRES_THIS_MONTH, EXPIRES_NEXT_MONTH} & set(heard)


async def test_that_a_card_has_expired_is_said_once_in_a_call(counter: Counter) -> None:
    account = await counter.account()
    old = await saved(counter, account, expiry=Expiry(2026, 2))
    call = await counter.call()
    _, heard = await asked(counter, account, (ASK_CARD, "*"), call=call)
    assert [YOUR_SAVED, *face_in_words(old.face), CARD_EXPIRED] == heard[: heard.index(ASK_CARD)]
    event = CallEvent(NOW, "pay-bill", "said", tuple(heard))
    await calls.record(counter.store, call.id, [event])
    _, heard = await asked(counter, account, (ASK_CARD, "*"), call=call)
    assert CARD_EXPIRED not in heard
    _, heard = await asked(counter, account, (ASK_CARD, "*"))
    assert CARD_EXPIRED in heard


async def test_after_a_soft_decline_the_card_comes_last(counter: Counter) -> None:
    account = await counter.account(owes_cents=200_100)
    other = await saved(counter, account, last_four="0002", now=NOW - timedelta(days=1))
    first = await saved(counter, account)
    turns = (WHOLE, AGREE, (TRY_ANOTHER_CARD, "1"), (PAY_WITH_ANOTHER_SAVED, "1"))
    with ScriptedPhone(*turns, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    tried = {each.method_id for each in await counter.payments(account)}
    assert {first.id, other.id} == tried


async def test_a_decline_of_what_was_not_keyed_does_not_ask_to_check_it(counter: Counter) -> None:
    account = await counter.account(owes_cents=201_000)
    await saved(counter, account)
    with ScriptedPhone(WHOLE, AGREE, (TRY_ANOTHER_CARD, "*")) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert SAVED_NO_LONGER_RIGHT in phone.heard
    assert WHY_DECLINED[Refusal.SECURITY_CODE] not in phone.heard


async def test_a_card_removed_after_it_was_chosen_is_not_charged(counter: Counter) -> None:
    account = await counter.account()
    method = await saved(counter, account)

    class Removing(ScriptedPhone):
        async def announce(self, *prompts: Prompt) -> None:
            if REVIEW_PAY in prompts:
                await methods.remove(counter.store, method, why="asked", now=NOW)
            await super().announce(*prompts)

    turns = (WHOLE, AGREE, *CARD, AGREE, DONE)
    with Removing(*turns) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert METHOD_GONE in phone.heard
    assert [None] == [each.method_id for each in await counter.payments(account)]
    assert 1 == len(counter.charges())


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(((REVIEW_KEYS, None),), id="the review of the usual method"),
        pytest.param((*OTHER_METHOD, (PAY_WITH_NEW_CARD, None)), id="the choice"),
        pytest.param(
            (*OTHER_METHOD, (PAY_WITH_ANOTHER_SAVED, "4"), (PAY_WITH_SAVED, None)),
            id="further saved methods",
        ),
    ],
)
async def test_hanging_up_at_a_saved_method_charges_nothing(
    counter: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await counter.account()
    await saved(counter, account)
    await saved(counter, account, last_four="0002", now=NOW - timedelta(days=1))
    with ScriptedPhone(WHOLE, *turns) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert [] == counter.charges()


def test_a_bank_account_is_told_by_its_last_four() -> None:
    face = BankFace("First Bank", "6789", AccountType.CHECKING)
    words = (Prompt("checking-ending-in"), *spoken.digits("6789"))
    assert words == face_in_words(face)
