"""Receipts after a payment: on their way unasked, or asked for with a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID, pay_bill
from paytone.flows.receipt_offer import (
    RECEIPT_BY_EMAIL,
    RECEIPT_BY_TEXT,
    RECEIPT_COMES_BY_EMAIL,
    RECEIPT_COMES_BY_TEXT,
    RECEIPT_NOT_SENT,
    ReceiptOffer,
)
from paytone.flows.save_offer import SAVE_CARD
from paytone.flows.text_consent import (
    ASK_MOBILE,
    MOBILE_MISREAD,
    TEXTS_AGREE,
    TEXTS_GO_TO,
    TEXTS_TERMS,
    number_in_words,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.contact import Channel, Contacts
from paytone.rules.job import Ended, Next, Status
from paytone.rules.payment import State
from paytone.store import Store, accounts
from tests.flows.reached import EMAIL, MOBILE, agreed, knows, queued, reached, writing
from tests.flows.test_pay_bill import AGREE, CARD, DONE, WHOLE
from tests.teller import NUMBER, Counter

TO_CONFIRM = (WHOLE, *CARD, AGREE)
BY_TEXT: Turn = (REPEAT_CONFIRMATION, "2")
BY_EMAIL: Turn = (REPEAT_CONFIRMATION, "3")


async def pays(counter: Counter, *turns: Turn) -> ScriptedPhone:
    """A caller who pays the whole bill, and then keys *turns*."""
    account = await accounts.by_number(counter.store, NUMBER)
    assert account is not None
    with ScriptedPhone(*TO_CONFIRM, *turns) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Status.PAID is ended.status
    return phone


async def test_who_gets_them_anyway_is_told_so(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL)
    await agreed(counter, account)
    phone = await pays(writing(counter), DONE)
    assert phone.heard_in_order(
        CONFIRMATION_IS, RECEIPT_COMES_BY_EMAIL, RECEIPT_COMES_BY_TEXT, REPEAT_CONFIRMATION
    )
    assert not {RECEIPT_BY_TEXT, RECEIPT_BY_EMAIL} & set(phone.heard)
    assert [("receipt", "email"), ("receipt", "sms")] == sorted(await queued(counter))


async def test_a_line_that_sends_nothing_offers_nothing(counter: Counter) -> None:
    await counter.account()
    await knows(counter, email=EMAIL, mobile=MOBILE)
    phone = await pays(counter, DONE)
    assert [REPEAT_CONFIRMATION, SAVE_CARD] == phone.heard[-2:]


async def test_who_has_no_address_is_not_offered_email(counter: Counter) -> None:
    await counter.account()
    phone = await pays(writing(counter), DONE)
    assert RECEIPT_BY_TEXT in phone.heard
    assert RECEIPT_BY_EMAIL not in phone.heard


async def test_a_line_without_texts_offers_none(counter: Counter) -> None:
    await counter.account()
    await knows(counter, email=EMAIL, receipts=False, mobile=MOBILE)
    phone = await pays(writing(counter, Channel.EMAIL), DONE)
    assert RECEIPT_BY_EMAIL in phone.heard
    assert RECEIPT_BY_TEXT not in phone.heard


async def test_one_by_email_is_sent_to_who_switched_them_off(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL, receipts=False)
    phone = await pays(writing(counter), BY_EMAIL, BY_EMAIL, DONE)
    assert [("receipt", "email")] == await queued(counter)
    assert 2 == phone.heard.count(RECEIPT_COMES_BY_EMAIL)
    assert not (await reached(counter, account)).email_receipts


async def test_one_by_text_needs_an_agreement_to_the_number_on_file(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, mobile=MOBILE)
    phone = await pays(writing(counter), BY_TEXT, (TEXTS_AGREE, "1"), DONE)
    assert phone.heard_in_order(
        TEXTS_GO_TO, *number_in_words(MOBILE), TEXTS_TERMS, TEXTS_AGREE, RECEIPT_COMES_BY_TEXT
    )
    assert [("receipt", "sms")] == await queued(counter)
    assert Contacts(None, True, MOBILE, True) == await reached(counter, account)
    (consent,) = await counter.store.all("SELECT said, source, call_id FROM contact_consents")
    assert ("en: texts-go-to texts-terms texts-agree", "call") == (
        consent["said"],
        consent["source"],
    )
    assert consent["call_id"] is not None


async def test_a_number_that_is_not_known_is_keyed_and_read_back(counter: Counter) -> None:
    account = await counter.account()
    number = (ASK_MOBILE, "5550177#"), (ASK_MOBILE, "3125550199#"), (TEXTS_AGREE, "2")
    right = (ASK_MOBILE, "13125550177"), (TEXTS_AGREE, "1")
    phone = await pays(writing(counter), BY_TEXT, *number, *right, DONE)
    assert MOBILE_MISREAD in phone.heard
    assert phone.heard_in_order(*number_in_words("3125550199"), *number_in_words(MOBILE))
    assert Contacts(None, True, MOBILE, True) == await reached(counter, account)


@pytest.mark.parametrize(
    "turns",
    [((TEXTS_AGREE, "*"),), ((TEXTS_AGREE, "2"), (ASK_MOBILE, "*"))],
    ids=["at the terms", "at the number"],
)
async def test_who_does_not_agree_gets_none(counter: Counter, turns: tuple[Turn, ...]) -> None:
    account = await counter.account()
    await knows(counter, mobile=MOBILE)
    await pays(writing(counter), BY_TEXT, *turns, DONE)
    assert [] == await queued(counter)
    assert not (await reached(counter, account)).sms_receipts


@pytest.mark.parametrize(
    "turns",
    [
        ((REPEAT_CONFIRMATION, None),),
        (BY_TEXT, (TEXTS_GO_TO, None)),
        (BY_TEXT, (TEXTS_AGREE, None)),
        (BY_TEXT, (TEXTS_AGREE, "2"), (ASK_MOBILE, None)),
    ],
    ids=["at the confirmation", "at the terms", "at the agreement", "at the number"],
)
async def test_hanging_up_leaves_the_payment_made_and_nothing_agreed(
    counter: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await counter.account()
    await knows(counter, mobile=MOBILE)
    with pytest.raises(HungUp):
        await pays(writing(counter), *turns)
    (payment,) = await counter.payments(account)
    assert State.SETTLING is payment.state
    assert [] == await queued(counter)
    assert not (await reached(counter, account)).sms_receipts


async def test_who_asks_for_a_person_in_the_middle_gets_one(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, mobile=MOBILE)
    with ScriptedPhone(*TO_CONFIRM, BY_TEXT, (TEXTS_AGREE, "0")) as phone:
        ended = await pay_bill(phone, writing(counter).desk, await counter.call(), account)
    assert Ended(Status.PAID, Next.AGENT) == ended


async def test_while_the_store_is_away_it_is_told_that_none_is_sent(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL, receipts=False)
    open_counter = writing(counter)
    with ScriptedPhone(*TO_CONFIRM, DONE) as phone:
        await pay_bill(phone, open_counter.desk, await counter.call(), account)
    (payment,) = await counter.payments(account)
    async with Store.open("postgresql://127.0.0.1:1/paytone", patience_s=0.5) as away:
        gone = replace(open_counter.desk, store=away)
        offer = ReceiptOffer(
            phone, gone, await counter.call(), account, await reached(counter, account)
        )
        await offer.send("3", payment)
        nothing = await ReceiptOffer.to(phone, gone, await counter.call(), account)
    assert RECEIPT_NOT_SENT == phone.heard[-1]
    assert ({}, ()) == (nothing.options(new=False), nothing.coming())
    assert PAID in phone.heard
