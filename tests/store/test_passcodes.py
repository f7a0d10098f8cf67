"""Passcodes: counted, tried and used once; the code itself is in no table."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psycopg
import pytest

from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.passcode import LIVES, PER_ACCOUNT, PER_NUMBER, TRIES, Codes, Way, new_name
from paytone.store import Store, passcodes
from tests.flows.reached import EMAIL, knows
from tests.store import given
from tests.store.given import NOW
from tests.teller import Counter

CALLING = "2125550100"


async def ask(
    store: Store, account: Account | None, *, way: Way = Way.EMAIL, calling: str | None = CALLING
) -> str | None:
    """The name of a code that was asked for; None where it was not to be."""
    name = new_name()
    account_id = account.id if account else None
    asked = await passcodes.ask(store, name, account_id, calling=calling, way=way, now=NOW)
    return name if asked else None


async def letters(store: Store) -> list[tuple[str, str]]:
    rows = await store.all("SELECT kind, channel FROM letters ORDER BY id")
    return [(row["kind"], row["channel"]) for row in rows]


async def test_a_code_by_email_is_queued_also_where_receipts_are_off(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, email=EMAIL, receipts=False)
    assert await ask(counter.store, account)
    assert [("passcode", "email")] == await letters(counter.store)


async def test_a_code_by_text_goes_only_to_who_agreed_to_texts(counter: Counter) -> None:
    account = await counter.account()
    await knows(counter, mobile="3125550177")
    assert await ask(counter.store, account, way=Way.SMS)
    assert [] == await letters(counter.store)


async def test_a_code_by_call_goes_to_a_number_on_the_account(store: Store) -> None:
    account = await given.account(store, phones=("3125550142", "3125550143"))
    name = await ask(store, account, way=Way.CALL)
    (row,) = await store.all("SELECT kind, number, dedupe FROM calls_out")
    assert ("passcode", "3125550142", f"passcode {name}") == tuple(row.values())


async def test_an_account_without_a_phone_is_not_called(store: Store) -> None:
    assert await ask(store, await given.account(store), way=Way.CALL)
    assert [] == await store.all("SELECT FROM calls_out")


@pytest.mark.parametrize("way", Way)
async def test_no_account_is_counted_and_nothing_is_sent(store: Store, way: Way) -> None:
    assert await ask(store, None, way=way)
    assert [] == await store.all("SELECT FROM letters")
    assert [] == await store.all("SELECT FROM calls_out")
    assert 1 == len(await store.all("SELECT FROM passcodes WHERE account_id IS NULL"))


async def test_so_many_a_day_about_one_account(store: Store) -> None:
    account = await given.account(store)
    asked = [await ask(store, account, calling=None) for _ in range(PER_ACCOUNT + 1)]
    assert PER_ACCOUNT == sum(name is not None for name in asked)


async def test_so_many_a_day_for_one_number_whatever_accounts_it_names(store: Store) -> None:
    numbers = [f"44120000000050{n:02}" for n in range(PER_NUMBER)]
    for number in numbers[:-1]:
        assert await ask(store, await given.account(store, number))
    assert await ask(store, None)
    assert await ask(store, await given.account(store, numbers[-1])) is None


async def test_of_two_calls_at_once_one_uses_the_code(store: Store) -> None:
    account = await given.account(store)
    await ask(store, account)

    tried = [await passcodes.attempt(store, account.id, NOW) for _ in range(3)]
    uses = [passcodes.use(store, name, NOW) for name in tried if name]
    assert [False, False, True] == sorted(await asyncio.gather(*uses))


async def test_a_used_code_is_not_tried_again(store: Store) -> None:
    account = await given.account(store)
    await ask(store, account)
    name = await passcodes.attempt(store, account.id, NOW)
    assert name
    assert await passcodes.use(store, name, NOW)
    assert await passcodes.attempt(store, account.id, NOW) is None


async def test_a_code_takes_so_many_tries_however_many_calls_make_them(store: Store) -> None:
    account = await given.account(store)
    await ask(store, account)
    tries = [passcodes.attempt(store, account.id, NOW) for _ in range(TRIES + 2)]
    assert TRIES == sum(name is not None for name in await asyncio.gather(*tries))


async def test_after_ten_minutes_it_is_no_longer_good(store: Store) -> None:
    account = await given.account(store)
    name = await ask(store, account)
    just_before = NOW + LIVES - timedelta(seconds=1)
    assert name == await passcodes.attempt(store, account.id, just_before)
    assert await passcodes.attempt(store, account.id, NOW + LIVES) is None
    assert name is not None
    assert not await passcodes.use(store, name, NOW + LIVES)


async def test_a_newer_code_ends_the_older(store: Store) -> None:
    account = await given.account(store)
    older = await ask(store, account)
    newer = new_name()
    later = NOW + timedelta(minutes=1)
    await passcodes.ask(store, newer, account.id, calling=None, way=Way.SMS, now=later)
    assert newer == await passcodes.attempt(store, account.id, later) != older


async def test_the_database_keeps_a_code_as_it_was_asked_for(store: Store) -> None:
    account = await given.account(store)
    await ask(store, account)
    for change in ("expires = expires + interval '1 h'", "way = 'sms'"):
        with pytest.raises(psycopg.Error) as refused:
            await store.run(f"UPDATE passcodes SET {change}")
        assert "PT037" == refused.value.sqlstate


async def test_no_table_holds_the_code(counter: Counter, database_url: str) -> None:
    """Whoever reads the database cannot tell a code, also while its letter waits."""
    account = await counter.account()
    await knows(counter, email=EMAIL)
    name = await ask(counter.store, account)
    assert name
    code = Codes(b"key").of(name).digits
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT t::text FROM "{table}" AS t').fetchall()
            assert not any(code in row[0] for row in rows if row[0]), table
    assert Channel.EMAIL.value == (await letters(counter.store))[0][1]
