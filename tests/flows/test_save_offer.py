"""A card that has just paid is saved for the next time, if the caller agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from paytone.back_office.forget import ORPHANED_AFTER, forget_orphans
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.keep_card import (
    ACCEPT,
    CARD_KEPT,
    KEEP_CARD,
    KEEP_CARD_FOR,
)
from paytone.flows.method_entry import PAY_WITH_NEW_CARD, face_in_words
from paytone.flows.pay_bill import pay_bill
from paytone.flows.save_offer import PAID_NOT_SAVED, SAVE_CARD, SAVE_NEXT_TIME
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.card import Brand, CardNumber, Expiry
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import CardFace, SavedMethod
from paytone.sandbox.control.faults import Fault
from paytone.store import methods
from paytone.store.methods import Consent
from tests.flows.test_pay_bill import AGREE, CARD, DONE, OTHER_METHOD, VISA, WHOLE, other
from tests.teller import NOW, Counter

SAVE: Turn = (REPEAT_CONFIRMATION, "4")
YES: Turn = (ACCEPT, "1")


async def paid(counter: Counter, account: Account, *turns: Turn) -> tuple[Ended, list[Prompt]]:
    with ScriptedPhone(*other("40*00#"), *CARD, AGREE, *turns) as phone:
        ended = await pay_bill(phone, counter.desk, await counter.call(), account)
    return ended, phone.heard


async def test_a_card_is_saved_with_consent_and_pays_the_next_time(counter: Counter) -> None:
    account = await counter.account()
    ended, heard = await paid(counter, account, SAVE, YES, DONE)
    (method,) = await methods.of_customer(counter.store, account.customer_id)
    row = await counter.store.one("SELECT consent_prompts, consent_call FROM payment_methods")
    words = [KEEP_CARD, *face_in_words(method.face), KEEP_CARD_FOR, ACCEPT]
    assert row is not None
    assert (Status.PAID, words) == (ended.status, row["consent_prompts"])
    assert row["consent_call"] is not None
    assert CARD_KEPT in heard
    assert 1 == heard.count(SAVE_CARD)
    assert [method.token] == list(counter.sandbox.books_of().cards)
    with ScriptedPhone(WHOLE, AGREE, DONE) as phone:
        again = await pay_bill(phone, counter.desk, await counter.call(), account)
    assert Ended(Status.PAID, Next.MENU) == again
    assert ASK_CARD not in phone.heard
    assert SAVE_CARD not in phone.heard


async def test_a_card_that_is_saved_is_not_offered_again(counter: Counter) -> None:
    account = await counter.account()
    await paid(counter, account, SAVE, YES, DONE)
    turns = (*other("41*00#"), *OTHER_METHOD, (PAY_WITH_NEW_CARD, "2"), *CARD, AGREE, DONE)
    with ScriptedPhone(*turns) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)
    assert SAVE_CARD not in phone.heard


async def test_a_biller_may_offer_nothing_to_be_saved(counter: Counter) -> None:
    account = await counter.account()
    off = replace(counter, desk=replace(counter.desk, offers_to_save=False))
    ended, heard = await paid(off, account, SAVE, DONE)
    assert Status.PAID is ended.status
    assert SAVE_CARD not in heard
    assert [] == await methods.of_customer(counter.store, account.customer_id)


async def test_without_consent_nothing_is_saved(counter: Counter) -> None:
    account = await counter.account()
    ended, _ = await paid(counter, account, SAVE, (ACCEPT, "*"), DONE)
    assert Status.PAID is ended.status
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    assert {} == dict(counter.sandbox.books_of().cards)


@pytest.mark.parametrize("turns", [((REPEAT_CONFIRMATION, None),), (SAVE, (ACCEPT, None))])
async def test_hanging_up_saves_nothing_and_the_payment_stands(
    counter: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await counter.account()
    with pytest.raises(HungUp):
        await paid(counter, account, *turns)
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    assert 7240 == await counter.owes_cents(account)


@pytest.mark.parametrize("act", ["drop", "garble"])
async def test_a_vault_that_does_not_answer_is_told_and_offers_nothing_later(
    counter: Counter, act: str
) -> None:
    account = await counter.account()
    for kind in ("vault", "other"):
        fault = Fault(kind, "after", "drop" if act == "drop" else "garble", times=3)
        counter.sandbox.faults.inject(fault)
    ended, heard = await paid(counter, account, SAVE, YES, DONE)
    assert Status.PAID is ended.status
    assert SAVE_NEXT_TIME == heard[heard.index(PAID_NOT_SAVED) + 1]
    assert [] == await methods.of_customer(counter.store, account.customer_id)


async def test_what_a_process_leaves_behind_between_vault_and_store_is_forgotten(
    counter: Counter,
) -> None:
    """The vault has kept the card, and its answer is lost."""
    account = await counter.account()
    to_find_and_make_the_customer = Fault("vault", "before", "delay", times=2)
    for fault in (to_find_and_make_the_customer, Fault("vault", "after", "drop")):
        counter.sandbox.faults.inject(fault)
    await paid(counter, account, SAVE, YES, DONE)
    (token,) = await asked_for(counter)
    assert [token] == list(counter.sandbox.books_of().cards)
    gateway, soon = counter.desk.gateway, NOW + ORPHANED_AFTER
    assert 0 == await forget_orphans(counter.store, gateway, now=soon)
    assert 1 == await forget_orphans(counter.store, gateway, now=soon + timedelta(seconds=1))
    assert {} == dict(counter.sandbox.books_of().cards)
    assert [] == await asked_for(counter)


async def test_a_card_that_the_vault_keeps_only_an_hour_later_is_forgotten_too(
    counter: Counter,
) -> None:
    """A request that was given up may still be done; whoever forgets first must forget again."""
    account = await counter.account()
    to_find_and_make_the_customer = Fault("vault", "before", "delay", times=2)
    for fault in (to_find_and_make_the_customer, Fault("vault", "before", "delay", seconds=3_600)):
        counter.sandbox.faults.inject(fault)
    await paid(counter, account, SAVE, YES, DONE)
    for minutes in range(0, 360, 10):
        moment = NOW + timedelta(minutes=minutes)
        await forget_orphans(counter.store, counter.desk.gateway, now=moment)
        counter.sandbox.advance(600)
    assert {} == dict(counter.sandbox.books_of().cards)
    assert [] == await asked_for(counter)


async def test_a_saved_card_stays_when_orphans_are_forgotten(counter: Counter) -> None:
    account = await counter.account()
    await paid(counter, account, SAVE, YES, DONE)
    assert 0 == await forget_orphans(
        counter.store, counter.desk.gateway, now=NOW + timedelta(days=1)
    )
    assert 1 == len(counter.sandbox.books_of().cards)


async def test_another_card_with_the_same_face_is_offered_to_be_saved(counter: Counter) -> None:
    """Brand, last four and expiry are the same; the fingerprints are not."""
    prints = Fingerprints(b"k" * 32)
    counting = replace(counter, desk=replace(counter.desk, fingerprints=prints))
    account = await counting.account()
    face = CardFace(Brand.VISA, "1111", Expiry(2027, 9))
    for fingerprint, offered in (("ab" * 32, True), (prints.of(CardNumber(VISA)), False)):
        name = str(uuid4())
        method = SavedMethod(name, account.customer_id, face, name, fingerprint)
        consent = Consent([KEEP_CARD], "en", None)
        await methods.keep(counting.store, method, consent, now=NOW)
        amount = other("4*00#" if offered else "5*00#")
        new = (*amount, *OTHER_METHOD, (PAY_WITH_NEW_CARD, "2"), *CARD, AGREE)
        with ScriptedPhone(*new, DONE) as phone:
            await pay_bill(phone, counting.desk, await counting.call(), account)
        assert offered is (SAVE_CARD in phone.heard)


async def asked_for(counter: Counter) -> list[str]:
    """What the vault may hold and nobody has."""
    rows = await counter.store.all("SELECT token::text FROM methods_asked")
    return [str(row["token"]) for row in rows]
