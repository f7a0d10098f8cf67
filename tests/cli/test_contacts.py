"""``paytone contacts`` and ``payments receipt``."""

from __future__ import annotations

import pytest

from paytone.gateway import Unreached
from paytone.rules.bill import Account
from paytone.rules.pace import Pace
from paytone.rules.payment import Payment
from paytone.store import Store, contacts, paces, payments
from tests.cli.command import paytone_beside
from tests.store import given

WHY = ("--why", "asked in a letter", "--by", "clerk")
EMAIL = "someone@customer.example"


@pytest.fixture
async def account(store: Store) -> Account:
    return await given.account(store)


@pytest.fixture
async def paid(store: Store, account: Account) -> Payment:
    return await given.settled(store, account)


async def test_an_address_is_set_and_told(database_url: str, account: Account) -> None:
    ended = await paytone_beside(database_url, "contacts", "email", account.number, EMAIL, *WHY)
    assert 0 == ended.exit_code
    first, second, spoken, pace, change = ended.output.splitlines()
    assert f"e-mail  {EMAIL}, receipts on" == first
    assert ("mobile  none, text messages off", "speaks  en", "pace    usual") == (
        second,
        spoken,
        pace,
    )
    assert change.endswith("e-mail address, by clerk: asked in a letter")
    ended = await paytone_beside(
        database_url, "contacts", "receipts", account.number, "--off", *WHY
    )
    assert f"e-mail  {EMAIL}, receipts off" == ended.output.splitlines()[0]


async def test_texts_start_and_stop(database_url: str, store: Store, account: Account) -> None:
    started = await paytone_beside(
        database_url, "contacts", "texts", account.number, "+1 312-555-0142", *WHY
    )
    assert "mobile  3125550142, text messages on" == started.output.splitlines()[1]
    stopped = await paytone_beside(database_url, "contacts", "stop", "3125550142", *WHY)
    assert "1 customers had agreed" in stopped.output
    assert not (await contacts.of_account(store, account.id))[1].sms_receipts


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("show", "4412000000009999"), "there is no such account"),
        (("email", given.NUMBER, "nobody", *WHY), "that is not one address"),
        (("texts", given.NUMBER, "555", *WHY), "that is not a ten-digit number"),
        (("stop", "555", *WHY), "that is not a ten-digit number"),
        (("stop", "3125550142"), "Missing option '--why'"),
    ],
)
async def test_what_cannot_be_done_is_told(
    database_url: str, store: Store, account: Account, words: tuple[str, ...], why: str
) -> None:
    ended = await paytone_beside(database_url, "contacts", *words)
    assert 0 != ended.exit_code
    assert why in ended.output
    assert [] == await contacts.changes(store, account.id)


async def test_a_receipt_is_shown(database_url: str, paid: Payment) -> None:
    ended = await paytone_beside(database_url, "payments", "receipt", paid.confirmation, "--show")
    assert 0 == ended.exit_code
    for words in (paid.confirmation, "$50.00", "Visa ending in 1111", "New balance: -$50.00"):
        assert words in ended.output


async def test_a_receipt_is_sent_once_more_to_the_customers_own_address(
    database_url: str, store: Store, paid: Payment
) -> None:
    words = ("payments", "receipt", paid.confirmation)
    none = await paytone_beside(database_url, *words)
    assert "the customer gets no receipts that way" in none.output
    await store.run("UPDATE customers SET email = %(email)s, email_receipts = false", email=EMAIL)
    ended = await paytone_beside(database_url, *words, "--email")
    assert (0, "queued 1; the worker sends it\n") == (ended.exit_code, ended.output)
    assert 1 == (await paytone_beside(database_url, *words, "--sms")).exit_code
    rows = await store.all("SELECT kind, channel, payment_id::text FROM letters")
    assert [{"kind": "receipt", "channel": "email", "payment_id": paid.id}] == rows


async def test_what_was_not_paid_has_no_receipt(
    database_url: str, store: Store, account: Account
) -> None:
    payment = await given.payment(store, account)
    await payments.close_payment(store, payment.id, Unreached("x"), "not reached", given.NOW)
    ended = await paytone_beside(database_url, "payments", "receipt", payment.confirmation)
    assert "the payment is not-charged: it has no receipt" in ended.output


async def test_a_pace_is_set_and_told(database_url: str, store: Store, account: Account) -> None:
    ended = await paytone_beside(database_url, "contacts", "pace", account.number, "slow", *WHY)
    assert "pace    slow" == ended.output.splitlines()[3]
    assert ended.output.splitlines()[4].endswith("pace slow, by clerk: asked in a letter")
    assert Pace.SLOW is await paces.pace_of(store, account.id)


async def test_a_language_is_set_and_told(
    database_url: str, store: Store, account: Account
) -> None:
    ended = await paytone_beside(database_url, "contacts", "language", account.number, "es", *WHY)
    assert "speaks  es" == ended.output.splitlines()[2]
    assert ended.output.splitlines()[4].endswith("language es, by clerk: asked in a letter")
    assert "es" == await contacts.language_of(store, account.id)
    again = await paytone_beside(database_url, "contacts", "language", account.number, "xx", *WHY)
    assert 0 != again.exit_code
