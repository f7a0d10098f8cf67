"""Contacts: what customers agreed to, and who changed what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.rules.bill import Account
from paytone.rules.contact import Contacts, asks_to_stop, ten_digits
from paytone.store import Store, contacts
from paytone.store.contacts import NotAnAddress, Source
from tests.store import given
from tests.store.given import NOW

MOBILE = "3125550142"
OTHER = "3125550199"
ADMIN = Source.admin("clerk")


async def reached(store: Store, account: Account) -> Contacts:
    _, found = await contacts.of_account(store, account.id)
    return found


async def agrees(store: Store, account: Account, mobile: str = MOBILE) -> None:
    call = Source.caller(await given.call(store))
    await contacts.agree_to_texts(
        store, account.id, mobile, said="sms-terms sms-agree", source=call, now=NOW
    )


async def test_who_agrees_is_reached_at_that_number(store: Store) -> None:
    account = await given.account(store)
    assert Contacts(None, True, None, False) == await reached(store, account)
    await agrees(store, account)
    await agrees(store, account)
    assert Contacts(None, True, MOBILE, True) == await reached(store, account)
    (consent,) = await store.all("SELECT * FROM contact_consents")
    assert ("sms-terms sms-agree", "call", MOBILE, "receipts") == (
        consent["said"], consent["source"], consent["address"], consent["purpose"],
    )  # fmt: skip


async def test_another_number_needs_another_consent(store: Store) -> None:
    account = await given.account(store)
    await agrees(store, account)
    await store.run("UPDATE customers SET mobile = %(mobile)s", mobile=OTHER)
    assert Contacts(None, True, OTHER, False) == await reached(store, account)
    await store.run("UPDATE customers SET mobile = %(mobile)s", mobile=MOBILE)
    assert Contacts(None, True, MOBILE, False) == await reached(store, account)


async def test_who_stops_in_a_call_may_agree_again(store: Store) -> None:
    account = await given.account(store)
    await agrees(store, account)
    call = Source.caller(await given.call(store))
    for _ in range(2):
        await contacts.stop_texts(store, account.id, how="key 1", source=call, now=NOW)
    assert Contacts(None, True, MOBILE, False) == await reached(store, account)
    await agrees(store, account)
    assert (await reached(store, account)).sms_receipts
    rows = await store.all("SELECT withdrawn_how FROM contact_consents ORDER BY id")
    assert ["key 1", None] == [row["withdrawn_how"] for row in rows]
    told = [row["what"] for row in await contacts.changes(store, account.id)]
    assert ["text messages on", "text messages off", "text messages on"] == told


async def test_a_number_that_stops_stops_for_every_customer_who_gave_it(store: Store) -> None:
    first = await given.account(store)
    second = await given.account(store, "4412000000004413")
    third = await given.account(store, "4412000000004414")
    for account, mobile in ((first, MOBILE), (second, MOBILE), (third, OTHER)):
        await agrees(store, account, mobile)
    source = Source("sms", "a text message")
    stops = [
        await contacts.stop_number(store, MOBILE, how="answered stop", source=source, now=NOW)
        for _ in range(2)
    ]
    assert [2, 0] == stops
    wanted = [(await reached(store, each)).sms_receipts for each in (first, second, third)]
    assert [False, False, True] == wanted


async def test_a_wish_for_no_receipts_is_kept_and_told(store: Store) -> None:
    account = await given.account(store)
    for wanted in (False, False, True):
        await contacts.want_email(
            store, account.id, wanted=wanted, why="asked", source=ADMIN, now=NOW
        )
    told = [(row["what"], row["source"]) for row in await contacts.changes(store, account.id)]
    assert [("e-mail receipts off", "clerk"), ("e-mail receipts on", "clerk")] == told


async def test_an_address_is_changed_by_an_admin(store: Store) -> None:
    account = await given.account(store)
    later = NOW + timedelta(days=1)
    for email in ("someone@customer.example", "someone@customer.example", None):
        await contacts.set_email(
            store, account.id, email, why="a letter of May 2", source=ADMIN, now=later
        )
    with pytest.raises(NotAnAddress):
        await contacts.set_email(store, account.id, "nobody", why="a", source=ADMIN, now=later)
    told = await contacts.changes(store, account.id)
    assert 2 * [("e-mail address", "a letter of May 2")] == [(r["what"], r["why"]) for r in told]
    assert all("customer.example" not in str(row) for row in told)


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("STOP", True),
        (" stop. ", True),
        ("Stop!", True),
        ("opt out", True),
        ("OPT-OUT", True),
        ("optout", True),
        ("unsubscribe", True),
        ("quit", True),
        ("End", True),
        ("revoke", True),
        ("CANCEL", True),
        ("stop texting me", True),
        ("thanks, do not stop", False),
        ("when is my bill due?", False),
        ("START", False),
        ("", False),
    ],
)
def test_what_ends_text_messages(text: str, stops: bool) -> None:
    assert stops is asks_to_stop(text)


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("+1 (312) 555-0142", MOBILE),
        ("13125550142", MOBILE),
        ("3125550142", MOBILE),
        ("1125550142", None),
        ("+443125550142", None),
        ("", None),
    ],
)
def test_a_number_is_ten_digits_however_it_is_written(written: str, digits: str | None) -> None:
    assert digits == ten_digits(written)
