"""What was read back, paid on a later date instead: no amount and no card is asked twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from paytone.flows.agreement import ASK_CHANGE, REVIEW_KEYS, REVIEW_LATER
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.keep_card import ACCEPT as KEEP_ACCEPT
from paytone.flows.keep_card import CARD_KEPT, CARD_NOT_KEPT, KEEP_CARD, REFUSED_OFTEN
from paytone.flows.later import LATER_DONE
from paytone.flows.method_entry import PAY_WITH_NEW_CARD, face_in_words
from paytone.flows.pay_bill import CANCELLED, PAID, pay_bill
from paytone.flows.plan_agree import NOT_AGREED, TERMS_ACCEPT
from paytone.flows.plan_entry import ASK_LATER_DAY, LATER_DAY_TOO_FAR, WHICH_METHOD
from paytone.flows.plan_words import TERMS_LESS, TERMS_ONCE
from paytone.flows.put_off import CARD_HELD, KEPT_FOR_IT, NOT_CHARGED
from paytone.gateway import Refusal
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.card import CardNumber
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.schedule import Once, Rule
from paytone.sandbox.control.faults import Fault
from paytone.store import methods, schedules
from tests.flows.test_card_held import LOST, PRINTS, tried, tried_with_new
from tests.flows.test_pay_bill import AGREE, CARD, DONE, VISA, WHOLE, other
from tests.plans import make, saved_card
from tests.teller import PHONE, Counter

DAY = date(2026, 3, 12)
FIFTY = other("50*00#")
PUT_OFF: tuple[Turn, ...] = ((REVIEW_LATER, "3"), (ASK_LATER_DAY, "0312"))
TAKE_NEW: tuple[Turn, ...] = (
    (REVIEW_KEYS, "2"),
    (ASK_CHANGE, "2"),
    (PAY_WITH_NEW_CARD, "2"),
)
KEEP: Turn = (KEEP_ACCEPT, "1")
ACCEPT: Turn = (TERMS_ACCEPT, "1")
SAVED: tuple[Turn, ...] = (*FIFTY, *PUT_OFF, ACCEPT)
NEW: tuple[Turn, ...] = (*FIFTY, *CARD, *PUT_OFF, KEEP, ACCEPT)
CANCEL: Turn = (REVIEW_KEYS, "*")


async def paid(
    counter: Counter, account: Account, *turns: Turn
) -> tuple[Ended, list[Prompt], ScriptedPhone]:
    """How the job ended, what was heard, and the phone."""
    with ScriptedPhone(*turns) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(PHONE), account)
    return ended, phone.heard, phone


async def plans(counter: Counter, account: Account) -> list[Once]:
    found = await schedules.of_account(counter.store, account.id)
    return [each.terms for each in found if isinstance(each.terms, Once)]


async def test_a_saved_card_pays_on_the_day_what_was_read_back(counter: Counter) -> None:
    account = await counter.account()
    method = await saved_card(counter, account)
    ended, heard, phone = await paid(counter, account, *SAVED)
    (plan,) = await schedules.of_account(counter.store, account.id)
    assert (Ended(Status.DONE, Next.MENU), Once(Money(5000), DAY), method.id) == (
        ended, plan.terms, plan.method_id,
    )  # fmt: skip
    assert phone.heard_in_order(
        REVIEW_LATER,
        TERMS_ONCE,
        *spoken.money(Money(5000)),
        *spoken.date(DAY, year=True),
        *face_in_words(method.face),
        TERMS_LESS,
        TERMS_ACCEPT,
        LATER_DONE,
        *spoken.digits(plan.confirmation, group=3),
    )
    assert [1, 0, 0] == [heard.count(each) for each in (ASK_AMOUNT_KIND, WHICH_METHOD, KEEP_CARD)]
    assert ([], []) == (counter.charges(), await counter.payments(account))
    await make(counter, DAY)
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]


async def test_a_new_card_is_saved_with_consent_and_not_keyed_again(counter: Counter) -> None:
    account = await counter.account()
    _, heard, phone = await paid(counter, account, *NEW)
    (method,) = await methods.of_customer(counter.store, account.customer_id)
    (plan,) = await schedules.of_account(counter.store, account.id)
    assert (VISA[-4:], method.id) == (method.face.last_four, plan.method_id)
    assert phone.heard_in_order(KEPT_FOR_IT, KEEP_CARD, CARD_KEPT, TERMS_ONCE, LATER_DONE)
    assert 1 == heard.count(ASK_CARD)
    assert [] == counter.charges()
    await make(counter, DAY)
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]


async def test_a_new_card_that_is_saved_already_is_not_saved_twice(counter: Counter) -> None:
    counting = replace(counter, desk=replace(counter.desk, fingerprints=PRINTS))
    account = await counter.account()
    prints = PRINTS.of(CardNumber(VISA))
    method = await saved_card(counter, account, fingerprint=prints)
    turns = (*FIFTY, *TAKE_NEW, CARD[0], (CARD[1][0], "0930"), *CARD[2:], *PUT_OFF)
    _, heard, _ = await paid(counting, account, *turns, ACCEPT)
    (plan,) = await schedules.of_account(counter.store, account.id)
    assert [method] == await methods.of_customer(counter.store, account.customer_id)
    assert (method.id, 0) == (plan.method_id, heard.count(KEEP_CARD))


QUESTIONS = [(turns, at) for turns in (SAVED, NEW) for at in range(len(turns))]


@pytest.mark.parametrize(
    ("turns", "at"),
    QUESTIONS,
    ids=[f"{turns[at][0]}, {'saved' if turns is SAVED else 'new'}" for turns, at in QUESTIONS],
)
async def test_hanging_up_at_a_question_sets_nothing_up(
    counter: Counter, turns: tuple[Turn, ...], at: int
) -> None:
    account = await counter.account()
    if turns is SAVED:
        await saved_card(counter, account)
    with ScriptedPhone(*turns[:at], (turns[at][0], None)) as phone, pytest.raises(HungUp):
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert ([], []) == (await plans(counter, account), counter.charges())


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        pytest.param((PUT_OFF[0], (ASK_LATER_DAY, "*")), None, id="the day"),
        pytest.param((*PUT_OFF, (KEEP_ACCEPT, "*")), NOT_AGREED, id="the consent"),
        pytest.param((*PUT_OFF, KEEP, (TERMS_ACCEPT, "*")), NOT_AGREED, id="the terms"),
    ],
)
async def test_star_goes_back_to_the_review_where_it_can_still_be_paid_now(
    counter: Counter, turns: tuple[Turn, ...], said: Prompt | None
) -> None:
    account = await counter.account()
    ended, heard, _ = await paid(counter, account, *FIFTY, *CARD, *turns, AGREE, DONE)
    assert (Status.PAID, 1, 1) == (ended.status, heard.count(ASK_CARD), heard.count(PAID))
    (payment,) = await counter.payments(account)
    assert (KEEP in turns) is (payment.method_id is not None)  # saved, it pays as that
    assert said is None or said in heard
    assert [] == await plans(counter, account)
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]


async def test_star_at_the_review_after_going_back_charges_nothing(counter: Counter) -> None:
    account = await counter.account()
    turns = (*FIFTY, *CARD, PUT_OFF[0], (ASK_LATER_DAY, "*"), CANCEL)
    ended, heard, _ = await paid(counter, account, *turns)
    assert (Status.CANCELLED, CANCELLED) == (ended.status, heard[-1])
    assert ([], []) == (await plans(counter, account), counter.charges())


async def test_the_amount_can_be_changed_after_going_back(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    back = (*SAVED[:-1], (TERMS_ACCEPT, "*"), (REVIEW_KEYS, "2"), (ASK_CHANGE, "1"))
    await paid(counter, account, *back, WHOLE, *PUT_OFF, ACCEPT)
    assert [Once(Money(11240), DAY)] == await plans(counter, account)


async def test_a_day_too_far_ahead_is_asked_again(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    turns = (*SAVED[:-2], (ASK_LATER_DAY, "0502"), SAVED[-2], ACCEPT)
    _, heard, _ = await paid(counter, account, *turns)
    assert LATER_DAY_TOO_FAR in heard
    assert [Once(Money(5000), DAY)] == await plans(counter, account)


async def test_without_later_dates_none_is_offered(counter: Counter) -> None:
    account = await counter.account()
    off = replace(counter, desk=replace(counter.desk, rule=Rule(later_days=0)))
    _, heard, _ = await paid(off, account, *FIFTY, *CARD, (REVIEW_KEYS, "3"), AGREE, DONE)
    assert REVIEW_LATER not in heard
    assert ["50.00"] == [amount for _, amount, _ in counter.charges()]


@pytest.mark.parametrize("saved", [False, True], ids=["a new card", "a saved card"])
async def test_a_held_card_is_not_put_off_and_another_is_asked(
    counter: Counter, saved: bool
) -> None:
    counting = replace(counter, desk=replace(counter.desk, fingerprints=PRINTS))
    account = await counter.account(owes_cents=490000)
    if saved:
        await saved_card(counter, account, fingerprint=PRINTS.of(CardNumber(VISA)))
        await tried_with_new(counting, account)
    else:
        await tried(counting, account, LOST)
    method = () if saved else CARD
    other_card = ((ASK_CARD, "5555555555554444#"), *CARD[1:])
    ended, _, phone = await paid(
        counting, account, *FIFTY, *method, PUT_OFF[0], *other_card, CANCEL
    )
    assert phone.heard_in_order(CARD_HELD, NOT_CHARGED, ASK_CARD)
    assert Status.CANCELLED is ended.status
    assert [] == await plans(counter, account)


async def test_a_card_that_its_bank_does_not_know_is_told_and_another_asked(
    counter: Counter,
) -> None:
    account = await counter.account()
    unknown = ((ASK_CARD, "4000111111111115#"), *CARD[1:])
    _, _, phone = await paid(
        counter, account, *FIFTY, *unknown, *PUT_OFF, KEEP, *CARD, *PUT_OFF, KEEP, ACCEPT
    )
    assert phone.heard_in_order(CARD_NOT_KEPT, WHY_DECLINED[Refusal.ISSUER], ASK_CARD, LATER_DONE)
    assert 1 == len(await plans(counter, account))


async def test_cards_that_their_banks_do_not_know_are_counted_as_declined(
    counter: Counter,
) -> None:
    account = await counter.account()
    unknown = ((ASK_CARD, "4000111111111115#"), *CARD[1:])
    again = (*unknown, *PUT_OFF, KEEP)
    ended, _, _ = await paid(counter, account, *FIFTY, *again, *again, *again)
    assert Ended(Status.DECLINED, Next.AGENT) == ended


async def test_after_five_refusals_in_a_day_no_bank_is_asked_any_more(counter: Counter) -> None:
    account = await counter.account()
    again = ((ASK_CARD, "4000111111111115#"), *CARD[1:], *PUT_OFF, KEEP)
    await paid(counter, account, *FIFTY, *again, *again, *again)
    turns = (*FIFTY, *again, *again, *CARD, *PUT_OFF, CANCEL)
    ended, heard, phone = await paid(counter, account, *turns)
    assert phone.heard_in_order(REFUSED_OFTEN, NOT_CHARGED, REVIEW_KEYS, CANCELLED)
    assert (Status.CANCELLED, 2) == (ended.status, heard.count(KEEP_CARD))
    assert {} == dict(counter.sandbox.books_of().cards)


async def test_a_card_that_cannot_be_saved_can_still_pay_now(counter: Counter) -> None:
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("vault", "before", "drop", times=9))
    _, _, phone = await paid(counter, account, *FIFTY, *CARD, *PUT_OFF, KEEP, AGREE, DONE)
    assert phone.heard_in_order(CARD_NOT_KEPT, NOT_CHARGED, REVIEW_KEYS, PAID)
    assert [] == await plans(counter, account)


async def test_keys_typed_ahead_agree_to_nothing(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    ahead = (*SAVED[:-2], (ASK_LATER_DAY, "03121"), (TERMS_ACCEPT, "*"), CANCEL)
    await paid(counter, account, *ahead)
    assert [] == await plans(counter, account)
