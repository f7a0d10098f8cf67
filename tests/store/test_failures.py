"""Failed identifications are counted exactly, and lock."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest

from paytone.rules.bill import Account
from paytone.store import Store, failures
from tests.store import given
from tests.store.given import NOW

CALLING = "3125550142"
WINDOW_S, LOCK_S = 3600, 1800


async def fail(
    store: Store,
    account: Account | None,
    calling: str | None = None,
    *,
    at: datetime = NOW,
    limit: int = 3,
) -> None:
    await failures.failed(
        store,
        account_id=account.id if account else None,
        calling=calling,
        now=at,
        limit=limit,
        window_s=WINDOW_S,
        lock_s=LOCK_S,
    )


async def locked(
    store: Store, account: Account | None, calling: str | None = None, *, at: datetime = NOW
) -> bool:
    return await failures.locked(
        store, account_id=account.id if account else None, calling=calling, now=at
    )


def after(**time: float) -> datetime:
    return NOW + timedelta(**time)


async def test_the_limit_locks_the_account_and_the_number_for_a_while(store: Store) -> None:
    account = await given.account(store)
    for _ in range(2):
        await fail(store, account, CALLING)
        assert not await locked(store, account, CALLING)
    await fail(store, account, CALLING)

    assert await locked(store, account)
    assert await locked(store, None, CALLING)
    assert await locked(store, account, "3125550143", at=after(seconds=LOCK_S - 1))
    assert not await locked(store, account, CALLING, at=after(seconds=LOCK_S))
    assert not await locked(store, None, None)


async def test_accounts_and_numbers_lock_apart(store: Store) -> None:
    first = await given.account(store)
    second = await given.account(store, "4412000000004413")
    await fail(store, first, "3125550001")
    await fail(store, first, "3125550002")
    await fail(store, first, "3125550003")

    assert await locked(store, first)
    assert not await locked(store, second)
    assert not await locked(store, None, "3125550003")


async def test_an_unknown_account_counts_for_the_number_alone(store: Store) -> None:
    for _ in range(3):
        await fail(store, None, CALLING)

    assert await locked(store, None, CALLING)


async def test_a_withheld_number_counts_for_the_account_alone(store: Store) -> None:
    account = await given.account(store)
    for _ in range(3):
        await fail(store, account, None)
    await fail(store, None, None)

    assert await locked(store, account)
    row = await store.one("SELECT count(*) AS failures FROM failures")
    assert {"failures": 3} == row


async def test_failures_long_ago_do_not_count(store: Store) -> None:
    account = await given.account(store)
    await fail(store, account, at=NOW)
    await fail(store, account, at=after(seconds=WINDOW_S - 1))
    await fail(store, account, at=after(seconds=WINDOW_S))

    assert not await locked(store, account, at=after(seconds=WINDOW_S))
    await fail(store, account, at=after(seconds=WINDOW_S + 1))
    assert await locked(store, account, at=after(seconds=WINDOW_S + 1))


async def test_success_begins_the_accounts_count_anew(store: Store) -> None:
    account = await given.account(store)
    other = await given.account(store, "4412000000004413")
    for each in (account, other):
        await fail(store, each, limit=3)
        await fail(store, each, limit=3)
    await failures.succeeded(store, account.id)
    await failures.succeeded(store, account.id)
    await fail(store, account)
    await fail(store, other)

    assert not await locked(store, account)
    assert await locked(store, other)


async def test_success_leaves_the_numbers_count(store: Store) -> None:
    """One good account does not buy tries at others."""
    account = await given.account(store)
    await fail(store, account, CALLING)
    await fail(store, account, CALLING)
    await failures.succeeded(store, account.id)
    await fail(store, account, CALLING)

    assert await locked(store, None, CALLING)
    assert not await locked(store, account)


async def test_a_lock_begins_the_count_anew(store: Store) -> None:
    account = await given.account(store)
    for _ in range(3):
        await fail(store, account)
    unlocked = after(seconds=LOCK_S)
    await fail(store, account, at=unlocked)
    await fail(store, account, at=unlocked)
    assert not await locked(store, account, at=unlocked)
    await fail(store, account, at=unlocked)
    assert await locked(store, account, at=unlocked)


async def test_failures_at_once_are_all_counted(store: Store) -> None:
    """Twelve at once and a limit of twelve: were one lost, nothing would lock."""
    accounts = [await given.account(store, f"44120000000044{n}") for n in (12, 13)]
    await asyncio.gather(
        *(
            fail(store, accounts[n % 2], CALLING if n % 3 else None, limit=12)
            for n in range(24)
        )
    )  # fmt: skip

    assert [True, True] == [await locked(store, account) for account in accounts]
    assert {"locks": 3} == await store.one("SELECT count(*) AS locks FROM locks")


@pytest.mark.parametrize("table", ["failures", "locks"])
async def test_a_row_is_of_an_account_or_a_number(store: Store, table: str) -> None:
    account = await given.account(store)
    statements = {
        "failures": "INSERT INTO failures (account_id, calling, at) VALUES (%(a)s, %(c)s, now())",
        "locks": "INSERT INTO locks (account_id, calling, at, until)"
        " VALUES (%(a)s, %(c)s, now(), now() + interval '1 s')",
    }
    for both_or_none in ({"a": account.id, "c": CALLING}, {"a": None, "c": None}):
        with pytest.raises(psycopg.errors.CheckViolation):
            await store.run(statements[table], **both_or_none)
