"""A spoken authorisation is confirmed in writing, or not given at all."""

from __future__ import annotations

import psycopg
import pytest

from paytone.config import Settings
from paytone.mail import texts
from paytone.store import Store
from tests.store import given
from tests.store.test_authorisations import debit, spoken


async def test_the_notice_is_queued_with_the_debit_and_has_every_fact(store: Store) -> None:
    account = await given.account(store)
    await store.run("UPDATE customers SET email = 'ada@customer.example'")
    payment = await debit(store, account, spoken())
    (letter,) = await store.all("SELECT * FROM letters WHERE kind = 'check-authorised'")
    words = texts.load(Settings.from_env({}).mail)
    email = words.email("check-authorised", letter["facts"], language="en", zone=None)
    shown = str(email)
    for fact in (payment.confirmation, "$50.00", "6789", "4412", "800-555-0100", "March 2, 2026"):
        assert fact in shown, (fact, shown)


async def test_no_debit_no_notice(store: Store) -> None:
    account = await given.account(store)
    await store.run("UPDATE customers SET email = 'ada@customer.example'")
    with pytest.raises(psycopg.Error):
        await debit(store, account, spoken(last_four="1111", cents=1))
    assert [] == await store.all("SELECT FROM letters")
