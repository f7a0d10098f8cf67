"""No bank debit without a spoken authorisation; none is changed, or deleted too early."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest

from paytone.rules.authorisation import Authorisation, Given
from paytone.rules.bill import Account
from paytone.rules.method import AccountType, BankFace
from paytone.rules.money import Money
from paytone.rules.payment import Payment
from paytone.rules.speech import measured
from paytone.store import Store, authorisations, payments
from tests.spoken_yes import YES
from tests.store import given
from tests.store.given import NOW

FACE = BankFace("JPMORGAN CHASE BANK, NA", "6789", AccountType.CHECKING)
TODAY = NOW.date()
LONG_AGO = date(2021, 3, 1)


def spoken(*, cents: int = 5000, on: date = TODAY, last_four: str = "6789") -> Given:
    """An authorisation by voice."""
    face = BankFace(FACE.bank_name, last_four, FACE.account_type)
    agreed = Authorisation("Test", "4412", face, Money(cents), on, on, "8005550100")
    return Given(agreed, measured(YES), NOW)


async def debit(store: Store, by: Account, spoke: Given | None) -> Payment:
    """A debit of fifty dollars that is being submitted."""
    return await payments.open_payment(
        store,
        call_id=await given.call(store),
        account_id=by.id,
        heard=Money(0),
        amount=Money(5000),
        face=FACE,
        given=spoke,
        now=NOW,
    )


async def test_a_debit_keeps_its_authorisation(store: Store) -> None:
    spoke = spoken()
    payment = await debit(store, await given.account(store), spoke)
    kept = await authorisations.by_confirmation(store, payment.confirmation)
    assert kept is not None
    assert spoke == kept.given
    assert 32 == len(kept.sha256)


async def test_no_debit_is_opened_without_one(store: Store) -> None:
    account = await given.account(store)
    with pytest.raises(psycopg.Error, match="no spoken authorisation"):
        await debit(store, account, None)
    assert [] == await payments.of_account(store, account.id, 9)


@pytest.mark.parametrize(
    "spoke", [spoken(cents=4999), spoken(last_four="1111")], ids=["amount", "account"]
)
async def test_no_debit_is_opened_with_one_for_another(store: Store, spoke: Given) -> None:
    account = await given.account(store)
    with pytest.raises(psycopg.Error, match="no spoken authorisation"):
        await debit(store, account, spoke)
    assert [] == await payments.of_account(store, account.id, 9)


async def test_one_with_too_little_speech_opens_nothing(store: Store) -> None:
    account, spoke = await given.account(store), spoken()
    silent = Given(spoke.authorisation, measured(YES[:44] + bytes(32000)), spoke.at)
    with pytest.raises(psycopg.Error, match="somebody_speaks"):
        await debit(store, account, silent)
    assert [] == await payments.of_account(store, account.id, 9)


@pytest.mark.parametrize(
    "change",
    [
        "amount_cents = 1", "customer = 'Somebody'", "recording = 'x', sha256 = sha256('x')",
        "payment_id = NULL", "given_on = '2020-01-01'", "mandate = 'else'",
    ],
)  # fmt: skip
async def test_one_that_was_given_stays_as_it_is(store: Store, change: str) -> None:
    await debit(store, await given.account(store), spoken())
    with pytest.raises(psycopg.Error, match="stays as it was given"):
        await store.run(f"UPDATE authorisations SET {change}")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM authorisations", "TRUNCATE authorisations CASCADE"]
)
async def test_none_is_deleted_within_two_years(store: Store, statement: str) -> None:
    await debit(store, await given.account(store), spoken(on=_today() - timedelta(days=729)))
    with pytest.raises(psycopg.Error, match="kept"):
        await store.run(statement)
    assert 0 == await authorisations.purge(store, by="clerk", now=NOW)
    assert 1 == len(await authorisations.listed(store, since=None))


async def test_two_years_later_it_is_purged_and_that_is_noted(store: Store) -> None:
    payment = await debit(store, await given.account(store), spoken(on=LONG_AGO))
    assert 1 == await authorisations.purge(store, by="clerk", now=NOW)
    assert await authorisations.by_confirmation(store, payment.confirmation) is None
    used = await store.all("SELECT confirmation, act, by FROM authorisation_uses")
    assert [{"confirmation": payment.confirmation, "act": "purged", "by": "clerk"}] == used


async def test_a_recording_that_was_tampered_with_is_not_stored(store: Store) -> None:
    account = await given.account(store)
    insert = """
        INSERT INTO authorisations (id, kind, account_id, customer, bank_name, account_type,
            last_four, amount_cents, currency, debit_on, given_on, enquiries, mandate, recording,
            codec, sha256, speech_ms, given_at)
        VALUES (gen_random_uuid(), 'once', %(account)s, 'T', 'B', 'checking', '6789', 1, 'USD',
            %(day)s, %(day)s, '8005550100', 'm', 'a', 'wav-pcm16-8000', sha256('b'), 900, %(now)s)
    """
    with pytest.raises(psycopg.Error, match="a_recording_is_whole"):
        await store.run(insert, account=account.id, day=TODAY, now=NOW)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the database's own day
