"""Saved methods: what is stored of them, and whose they are."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from paytone.card import Brand, Expiry
from paytone.method import AccountType, BankFace, CardFace, CardKind, Face, SavedMethod
from paytone.prompts import Prompt
from paytone.store import Store, methods
from paytone.store.methods import Consent
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
    assert [True, False] == removed
    assert [] == await methods.of_customer(store, account.customer_id)
    assert method == await methods.by_id(store, method.id)
