"""The store when the database is away, slow or back."""

import asyncio
import os
import signal
from pathlib import Path
from time import perf_counter

import psycopg
import pytest

from paytone.line.postgres import PrivatePostgres
from paytone.store import Store, StoreAway
from tests.store import given


async def test_a_store_opens_while_the_database_is_down(own_postgres: PrivatePostgres) -> None:
    own_postgres.stop()
    async with Store.open(own_postgres.url(), at_most=2, patience_s=0.5) as store:
        began = perf_counter()
        with pytest.raises(StoreAway):
            await store.one("SELECT 1")
        assert perf_counter() - began < 1.0

        own_postgres.start()
        assert {"answer": 1} == await store.one("SELECT 1 AS answer")


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_restart_of_the_database_is_survived(
    own_postgres: PrivatePostgres, how: str
) -> None:
    """Every connection that was open is dead afterwards, yet no use of the store fails."""
    async with Store.open(own_postgres.url(), at_most=4, patience_s=1) as store:
        await asyncio.gather(*(store.one("SELECT pg_sleep(0.1)") for _ in range(4)))
        own_postgres.stop() if how == "stop" else own_postgres.kill()
        with pytest.raises(StoreAway):
            await given.call(store)
        own_postgres.start()

        await asyncio.gather(*(given.call(store) for _ in range(8)))


async def test_a_restart_during_a_statement_is_told(own_postgres: PrivatePostgres) -> None:
    async with Store.open(own_postgres.url(), at_most=2, patience_s=5) as store:
        await store.one("SELECT 1")
        sleeping = asyncio.create_task(store.one("SELECT pg_sleep(3)"))
        await asyncio.sleep(0.2)
        own_postgres.stop()

        with pytest.raises(StoreAway):
            await sleeping


async def test_a_slow_statement_is_given_up(database_url: str) -> None:
    async with Store.open(database_url, at_most=1, statement_s=0.2) as store:
        began = perf_counter()
        with pytest.raises(StoreAway):
            await store.one("SELECT pg_sleep(5)")
        assert perf_counter() - began < 1.0
        assert {"answer": 1} == await store.one("SELECT 1 AS answer")


async def test_a_server_that_hangs_is_given_up(database_url: str) -> None:
    """A stopped process stands for a machine that answers nothing: no timeout of its own works."""
    async with Store.open(database_url, at_most=1, patience_s=2, statement_s=0.5) as store:
        row = await store.one("SELECT pg_backend_pid() AS pid")
        assert row is not None
        os.kill(row["pid"], signal.SIGSTOP)
        wakes = asyncio.get_running_loop().call_later(4, os.kill, row["pid"], signal.SIGCONT)
        try:
            with pytest.raises(StoreAway):
                await store.one("SELECT 1 AS unanswered")
            assert wakes.when() - asyncio.get_running_loop().time() > 1.0
        finally:
            wakes.cancel()
            os.kill(row["pid"], signal.SIGCONT)
        assert {"answer": 1} == await store.one("SELECT 1 AS answer")


async def test_more_uses_than_connections_wait_their_turn(database_url: str) -> None:
    async with Store.open(database_url, at_most=2, patience_s=2) as store:
        await asyncio.gather(*(store.one("SELECT pg_sleep(0.05)") for _ in range(10)))


async def test_a_use_that_gets_no_connection_in_time_is_told(database_url: str) -> None:
    async with Store.open(database_url, at_most=1, patience_s=0.2) as store:
        busy = asyncio.create_task(store.one("SELECT pg_sleep(1)"))
        await asyncio.sleep(0.1)
        with pytest.raises(StoreAway):
            await store.one("SELECT 1")
        await busy


async def test_what_the_database_refuses_is_not_called_away(store: Store) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        await store.run("INSERT INTO customers (name) VALUES ('')")
    with pytest.raises(psycopg.errors.UndefinedTable):
        await store.all("SELECT FROM nowhere")


async def test_a_database_that_is_not_there_is_away(postgres: PrivatePostgres) -> None:
    async with Store.open(postgres.url("nowhere"), at_most=1, patience_s=0.3) as store:
        with pytest.raises(StoreAway):
            await store.one("SELECT 1")


async def test_an_unreadable_connection_string_is_told_at_once() -> None:
    with pytest.raises(psycopg.ProgrammingError):
        async with Store.open("postgresql://[oops"):
            pass


async def test_options_of_the_connection_string_stay(database_url: str) -> None:
    async with Store.open(f"{database_url}&options=-csearch_path%3Delsewhere") as store:
        assert {"search_path": "elsewhere"} == await store.one("SHOW search_path")
        assert {"TimeZone": "UTC"} == await store.one("SHOW timezone")
        assert {"statement_timeout": "4s"} == await store.one("SHOW statement_timeout")


async def test_a_transaction_keeps_all_or_nothing(store: Store) -> None:
    async def customers() -> int:
        row = await store.one("SELECT count(*) AS customers FROM customers")
        return row["customers"] if row else -1

    add = "INSERT INTO customers (name) VALUES ('Test')"
    async with store.transaction(keep=False) as connection:
        await connection.execute(add)
    assert 0 == await customers()

    with pytest.raises(psycopg.errors.CheckViolation):  # noqa: PT012
        async with store.transaction() as connection:
            await connection.execute(add)
            await connection.execute("INSERT INTO customers (name) VALUES ('')")
    assert 0 == await customers()

    async with store.transaction() as connection:
        await connection.execute(add)
    assert 1 == await customers()


async def test_rows_come_as_they_are_read(store: Store) -> None:
    rows = store.each("SELECT n FROM generate_series(1, %(most)s) AS n", most=1000)

    assert list(range(1, 1001)) == [row["n"] async for row in rows]


def test_nothing_of_a_private_cluster_listens_on_the_network(postgres: PrivatePostgres) -> None:
    assert postgres.pid is not None
    files = [str(link.readlink()) for link in Path(f"/proc/{postgres.pid}/fd").iterdir()]
    sockets = {
        file.removeprefix("socket:[").removesuffix("]")
        for file in files
        if file.startswith("socket:[")
    }
    tcp = {
        line.split()[9]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    }

    assert sockets
    assert set() == sockets & tcp
