"""Saved methods: what is stored of them, and whose they are."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from paytone.gateway import Unknown, Unreached
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import AccountType, BankFace, CardFace, CardKind, Face, SavedMethod
from paytone.rules.money import Money
from paytone.rules.payment import Payment
from paytone.store import Store, methods, payments
from paytone.store.methods import Consent, Removal
from tests.store import given

CARD = CardFace(Brand.VISA, "1111", Expiry(2030, 9))
BANK = BankFace("First Bank", "0000", AccountType.SAVINGS)
CONSENT = Consent([Prompt("consent-save")], "en", None)


async def saved(store: Store, face: Face, *, customer: str, days: int = 0) -> SavedMethod:
    """A method, saved so many days after `given.NOW`."""
    name = str(uuid4())
    method = SavedMethod(name, customer, face, token=name, fingerprint=None)
    await methods.keep(store, method, CONSENT, now=given.NOW + timedelta(days=days))
    return method


async def test_a_customers_methods_come_back_the_last_saved_first(store: Store) -> None:
    account = await given.account(store)
    card = await saved(store, CARD, customer=account.customer_id)
    bank = await saved(store, BANK, customer=account.customer_id, days=1)
    assert [bank, card] == await methods.of_customer(store, account.customer_id)
    assert card == await methods.by_id(store, card.id)


async def test_methods_of_others_are_not_there(store: Store) -> None:
    account = await given.account(store)
    other = await given.account(store, "4412000000004413")
    await saved(store, CARD, customer=account.customer_id)
    assert [] == await methods.of_customer(store, other.customer_id)


async def test_keeping_twice_keeps_one_with_its_consent(store: Store) -> None:
    account = await given.account(store)
    call = await given.call(store)
    method = SavedMethod(str(uuid4()), account.customer_id, CARD, "token", "ab" * 32)
    consent = Consent([Prompt("consent-save"), Prompt("number-1")], "en", call)
    for _ in range(2):
        await methods.keep(store, method, consent, now=given.NOW, card_kind=CardKind.DEBIT)
    row = await store.one("SELECT * FROM payment_methods")
    assert row is not None
    assert (["consent-save", "number-1"], "en", call, "debit") == (
        row["consent_prompts"],
        row["consent_language"],
        str(row["consent_call"]),
        row["card_kind"],
    )
    assert [method] == await methods.of_customer(store, account.customer_id)


async def test_a_removed_method_is_offered_no_more_but_known(store: Store) -> None:
    account = await given.account(store)
    method = await saved(store, CARD, customer=account.customer_id)
    removed = [await methods.remove(store, method, why="asked", now=given.NOW) for _ in range(2)]
    assert [Removal.REMOVED, Removal.NOT_THERE] == removed
    assert [] == await methods.of_customer(store, account.customer_id)
    assert method == await methods.by_id(store, method.id)


async def opened(store: Store, account: Account, method: SavedMethod) -> Payment:
    """A payment by *method* that is on its way."""
    return await payments.open_payment(
        store,
        call_id=None,
        account_id=account.id,
        heard=Money(0),
        amount=Money(100),
        face=method.face,
        method_id=method.id,
        now=given.NOW,
    )


async def test_a_method_is_not_removed_while_a_payment_by_it_is_on_its_way(store: Store) -> None:
    account = await given.account(store)
    method = await saved(store, CARD, customer=account.customer_id)
    payment = await opened(store, account, method)
    now = given.NOW
    assert Removal.PAYING is await methods.remove(store, method, why="asked", now=now)
    assert [method] == await methods.of_customer(store, account.customer_id)
    await payments.close_payment(store, payment.id, Unknown("silence"), reason="silence", now=now)
    assert Removal.REMOVED is await methods.remove(store, method, why="asked", now=now)


async def test_a_removed_method_opens_no_payment(store: Store) -> None:
    account = await given.account(store)
    method = await saved(store, CARD, customer=account.customer_id)
    await methods.remove(store, method, why="asked", now=given.NOW)
    with pytest.raises(payments.MethodRemoved):
        await opened(store, account, method)


async def test_removing_and_paying_at_the_same_time_only_one_comes_about(store: Store) -> None:
    account = await given.account(store)
    for _ in range(20):
        method = await saved(store, CARD, customer=account.customer_id)
        payment, removal = await asyncio.gather(
            opened(store, account, method),
            methods.remove(store, method, why="asked", now=given.NOW),
            return_exceptions=True,
        )
        assert isinstance(payment, Payment | payments.MethodRemoved)
        assert isinstance(payment, Payment) == (removal is Removal.PAYING)
        if isinstance(payment, Payment):
            await payments.close_payment(
                store, payment.id, Unreached("never"), reason="never", now=given.NOW
            )


async def test_what_was_asked_for_and_not_kept_is_an_orphan_after_a_while(store: Store) -> None:
    account = await given.account(store)
    asked, kept = str(uuid4()), str(uuid4())
    for token in (asked, kept, asked):
        await methods.ask_to_keep(store, token, now=given.NOW)
    method = SavedMethod(kept, account.customer_id, CARD, kept, None)
    await methods.keep(store, method, CONSENT, now=given.NOW)
    assert [] == await methods.orphans(store, before=given.NOW, limit=9)
    after = given.NOW + timedelta(seconds=1)
    assert [asked] == await methods.orphans(store, before=after, limit=9)
    await methods.not_kept(store, asked)
    assert [] == await methods.orphans(store, before=after, limit=9)
