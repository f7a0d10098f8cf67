"""AutoPay in a call: heard, and set up."""

from __future__ import annotations

from uuid import uuid4

import pytest

from paytone.flows.autopay import DONE, SET_UP, autopay
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.keep_card import ACCEPT as KEEP_ACCEPT
from paytone.flows.keep_card import CARD_KEPT, CARD_NOT_KEPT, KEEP_CARD, NOT_CHARGED
from paytone.flows.method_entry import face_in_words
from paytone.flows.plan_agree import NO_ADDRESS, NOT_AGREED, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_DAYS_BEFORE,
    DAYS_BEFORE_MISREAD,
    NOTICE_ALWAYS,
    WHICH_METHOD,
)
from paytone.flows.plan_words import (
    AT_MOST,
    DAYS_BEFORE,
    NEXT_IS,
    ON_DUE_DATE,
    TERMS_AUTOPAY,
    TERMS_CANCEL,
    TERMS_CHANGES,
    TERMS_COPY,
    TERMS_ENQUIRIES,
    TERMS_NOTICE,
)
from paytone.gateway import Refusal
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.method import AccountType, BankFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay
from paytone.sandbox.control.faults import Fault
from paytone.store import methods, schedules
from paytone.store.methods import Consent
from tests.flows.enrolling import ACCEPT, ASKED, DUE, ON_DUE, only, reached_account, talk
from tests.flows.test_pay_bill import CARD
from tests.plans import VISA, delivered, letters_of, make, saved_card, writing
from tests.teller import NOW, Counter


async def test_setting_it_up_reads_all_terms_stores_them_and_plans_the_bill(
    counter: Counter,
) -> None:
    account = await reached_account(counter)
    method = await saved_card(counter, account)
    phone = await talk(counter, account, *ON_DUE, ACCEPT)
    schedule = await only(counter, account)
    assert (AutoPay(0), method.id) == (schedule.terms, schedule.method_id)
    assert phone.heard_in_order(
        TERMS_AUTOPAY,
        ON_DUE_DATE,
        *face_in_words(method.face),
        *spoken.digits("4412"),
        TERMS_NOTICE,
        *spoken.number(10),
        TERMS_CHANGES,
        TERMS_CANCEL,
        TERMS_ENQUIRIES,
        TERMS_COPY,
        TERMS_ACCEPT,
        DONE,
        *spoken.digits(schedule.confirmation, group=3),
        NEXT_IS,
        AT_MOST,
        *spoken.money(Money(11240)),
        *spoken.date(DUE),
    )
    (change,) = await schedules.changes(counter.store, schedule)
    start = phone.heard.index(TERMS_AUTOPAY)
    assert phone.heard[start : phone.heard.index(DONE)] == change["prompts"]
    assert 1 == len(await letters_of(counter, "autopay-terms"))
    assert 1 == len(await letters_of(counter, "run-notice"))
    assert [] == counter.charges()


async def test_what_was_promised_is_what_is_paid(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    await talk(counter, account, *ON_DUE, ACCEPT)
    await delivered(counter, NOW)
    await make(counter, DUE)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


async def test_some_days_before_the_due_date(counter: Counter) -> None:
    account = await reached_account(counter, owes_cents=500)
    await saved_card(counter, account)
    turns: tuple[Turn, ...] = (
        (SET_UP, "1"),
        (ASK_AUTOPAY_DAY, "2"),
        (ASK_DAYS_BEFORE, "21"),
        (ASK_DAYS_BEFORE, "5#"),
        (NOTICE_ALWAYS, "1"),
        (WHICH_METHOD, "1"),
        ACCEPT,
    )
    phone = await talk(counter, account, *turns)
    assert AutoPay(5) == (await only(counter, account)).terms
    assert phone.heard_in_order(DAYS_BEFORE_MISREAD, TERMS_AUTOPAY, Prompt("number-5"), DAYS_BEFORE)


async def test_the_second_of_two_cards_can_be_chosen(counter: Counter) -> None:
    account = await reached_account(counter)
    for number in (VISA, "4012888888881881"):
        await saved_card(counter, account, number=number)
    _, second = await methods.of_customer(counter.store, account.customer_id)
    await talk(counter, account, *ASKED, (WHICH_METHOD, "2"), ACCEPT)
    assert second.id == (await only(counter, account)).method_id


async def test_star_at_the_terms_sets_nothing_up(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    phone = await talk(counter, account, *ON_DUE, (TERMS_ACCEPT, "*"))
    assert NOT_AGREED == phone.heard[-1]
    assert [] == await schedules.of_account(counter.store, account.id)


async def test_a_one_typed_ahead_does_not_accept(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    ahead: tuple[Turn, ...] = (*ASKED, (WHICH_METHOD, "11"), (TERMS_ACCEPT, "*"))
    await talk(counter, account, *ahead)
    assert [] == await schedules.of_account(counter.store, account.id)


async def test_without_an_address_for_the_notices_there_is_no_autopay(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    phone = await talk(counter, account, (SET_UP, "1"))
    assert NO_ADDRESS == phone.heard[-1]


async def test_where_nothing_can_be_written_there_is_no_autopay(counter: Counter) -> None:
    """The biller has no mail server."""
    account = await reached_account(counter)
    with ScriptedPhone((SET_UP, "1")) as phone:
        await autopay(phone, counter.desk, await counter.call(), account)
    assert NO_ADDRESS == phone.heard[-1]


NEW_CARD_TURNS: tuple[Turn, ...] = (*CARD, (KEEP_ACCEPT, "1"))


async def test_without_a_saved_method_a_new_card_is_saved_with_consent(counter: Counter) -> None:
    account = await reached_account(counter)
    phone = await talk(counter, account, *ASKED, *NEW_CARD_TURNS, ACCEPT)
    (method,) = await methods.of_customer(counter.store, account.customer_id)
    assert method.id == (await only(counter, account)).method_id
    row = await counter.store.one("SELECT consent_prompts FROM payment_methods")
    assert row is not None
    start = phone.heard.index(KEEP_CARD)
    assert phone.heard[start : phone.heard.index(CARD_KEPT)] == row["consent_prompts"]
    assert [] == counter.charges()
    await delivered(counter, NOW)
    await make(counter, DUE)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


async def test_a_new_card_beside_a_saved_one(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account, number="4012888888881881")
    turns = (*ASKED, (WHICH_METHOD, "2"), *NEW_CARD_TURNS, ACCEPT)
    await talk(counter, account, *turns)
    saved = await methods.by_id(counter.store, (await only(counter, account)).method_id)
    assert saved is not None
    assert "1111" == saved.face.last_four


async def test_a_bank_account_is_not_offered(counter: Counter) -> None:
    """The line takes no electronic checks, which it would be debited by."""
    account = await reached_account(counter)
    face = BankFace("First Bank", "0000", AccountType.CHECKING)
    bank = SavedMethod(str(uuid4()), account.customer_id, face, "bank")
    consent = Consent([KEEP_CARD], "en", None)
    await methods.keep(counter.store, bank, consent, now=NOW)
    with ScriptedPhone(*ASKED, (CARD[0][0], None)) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert WHICH_METHOD not in phone.heard


async def test_a_card_that_may_not_be_saved_is_not(counter: Counter) -> None:
    account = await reached_account(counter)
    turns = (*ASKED, *CARD, (KEEP_ACCEPT, "*"), (NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
    await talk(counter, account, *turns)
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    assert [] == await schedules.of_account(counter.store, account.id)


async def test_a_card_that_cannot_be_saved_is_told(counter: Counter) -> None:
    account = await reached_account(counter)
    counter.sandbox.faults.inject(Fault("vault", "before", "drop", times=9))
    turns = (*ASKED, *NEW_CARD_TURNS, (NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
    phone = await talk(counter, account, *turns)
    assert phone.heard_in_order(CARD_NOT_KEPT, NOT_CHARGED)
    assert [] == await methods.of_customer(counter.store, account.customer_id)


async def test_a_card_that_its_bank_does_not_know_is_not_saved(counter: Counter) -> None:
    account = await reached_account(counter)
    declines = (CARD[0][0], "4000111111111115#")
    turns = (*ASKED, declines, *NEW_CARD_TURNS[1:], (NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
    phone = await talk(counter, account, *turns)
    assert phone.heard_in_order(CARD_NOT_KEPT, WHY_DECLINED[Refusal.ISSUER])
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    assert {} == dict(counter.sandbox.books_of().cards)


@pytest.mark.parametrize("at", range(len(NEW_CARD_TURNS)), ids=[each for each, _ in NEW_CARD_TURNS])
async def test_hanging_up_at_the_new_card_saves_none(counter: Counter, at: int) -> None:
    account = await reached_account(counter)
    turns = (*ASKED, *NEW_CARD_TURNS[:at], (NEW_CARD_TURNS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert [] == await methods.of_customer(counter.store, account.customer_id)


TURNS: tuple[Turn, ...] = (*ON_DUE, ACCEPT)


@pytest.mark.parametrize("at", range(len(TURNS)), ids=[prompt for prompt, _ in TURNS])
async def test_hanging_up_at_a_question_agrees_to_nothing(counter: Counter, at: int) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    turns = (*TURNS[:at], (TURNS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert [] == await schedules.of_account(counter.store, account.id)
