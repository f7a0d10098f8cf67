"""The store: what Postgres holds, one module a table family."""

from __future__ import annotations

import asyncio
import os
import select
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, LiteralString, final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import ReadOnlySqlTransaction
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

Row = dict[str, Any]
"""One row by column name; what it holds is typed by the function that asked for it."""

Connection = psycopg.AsyncConnection[DictRow]

_AWAY = (
    PoolTimeout,
    PoolClosed,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
)
"""An InternalError is the server's own trouble, such as that it only reads."""


class StoreAway(Exception):
    """
    The database is away, too slow or read-only; no money was moved by it.

    What was being written may have been stored all the same; every function of the store says
    whether it may be repeated.
    """


@final
class Store:
    """A pool of connections to the database; `open` makes one."""

    def __init__(self, pool: AsyncConnectionPool[Connection], *, give_up_s: float) -> None:
        self._pool = pool
        self._give_up_s = give_up_s

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        conninfo: str,
        *,
        at_most: int = 8,
        patience_s: float = 3.0,
        statement_s: float = 4.0,
        connection_class: type[Connection] = psycopg.AsyncConnection[DictRow],
    ) -> AsyncIterator[Store]:
        """
        A store for the ``async with`` block, whether or not the database answers yet.

        Args:
            conninfo: A libpq connection string or URL.
            at_most: Connections held at once.
            patience_s: How long one use waits for a connection, a fresh one included.
            statement_s: How long one statement may take; the server ends it then, and a second
                later the line to a server that does not is cut.
            connection_class: What the pool opens; simulations give one that breaks on demand.

        Raises:
            psycopg.ProgrammingError: *conninfo* cannot be read.
        """
        pool = AsyncConnectionPool(
            _with_limits(conninfo, patience_s=patience_s, statement_s=statement_s),
            connection_class=connection_class,
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=min(2, at_most),
            max_size=at_most,
            open=False,
            check=_still_there,
            timeout=patience_s,
            reconnect_timeout=patience_s,
            name="store",
        )
        await pool.open(wait=False)
        try:
            yield cls(pool, give_up_s=statement_s + 1)
        finally:
            await pool.close()

    async def one(self, query: LiteralString, **values: object) -> Row | None:
        """
        The first row that *query* gives; None when it gives none.

        Raises:
            StoreAway: See there.
        """
        async with self._connection() as connection:
            return await (await connection.execute(query, values)).fetchone()

    async def all(self, query: LiteralString, **values: object) -> list[Row]:
        """
        Every row that *query* gives.

        Raises:
            StoreAway: See there.
        """
        async with self._connection() as connection:
            return await (await connection.execute(query, values)).fetchall()

    async def run(self, query: LiteralString, **values: object) -> int:
        """
        How many rows *query* touched.

        Raises:
            StoreAway: See there.
        """
        async with self._connection() as connection:
            return (await connection.execute(query, values)).rowcount

    async def each(self, query: LiteralString, **values: object) -> AsyncIterator[Row]:
        """
        The rows of *query* as they come, however many.

        Raises:
            StoreAway: See there; the rows so far are good.
        """
        async with self.transaction() as connection, connection.cursor("each") as cursor:
            async for row in await cursor.execute(query, values):
                yield row

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """
        A connection, each statement of which is kept by itself, for long work outside calls.

        Raises:
            StoreAway: See there.
        """
        async with self._connection(watched=False) as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self, *, keep: bool = True) -> AsyncIterator[Connection]:
        """
        A connection in one transaction, for long work outside calls; an error undoes it all.

        Args:
            keep: False undoes it even without an error.

        Raises:
            StoreAway: See there.
        """
        async with (
            self._connection(watched=False) as connection,
            connection.transaction(force_rollback=not keep),
        ):
            yield connection

    @asynccontextmanager
    async def _connection(self, *, watched: bool = True) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                loop = asyncio.get_running_loop()
                watch = loop.call_later(self._give_up_s, _cut, connection) if watched else None
                try:
                    yield connection
                except ReadOnlySqlTransaction:
                    await connection.close()  # another server may be the one that writes by now
                    raise
                finally:
                    if watch:
                        watch.cancel()
        except _AWAY as exc:
            raise StoreAway(str(exc)) from exc


def _with_limits(conninfo: str, *, patience_s: float, statement_s: float) -> str:
    statement_ms = round(statement_s * 1000)
    options = [
        conninfo_to_dict(conninfo).get("options") or "",
        f"-c statement_timeout={statement_ms}",
        "-c TimeZone=UTC",
    ]
    return make_conninfo(
        conninfo,
        fallback_application_name="paytone",
        connect_timeout=max(2, round(patience_s)),
        tcp_user_timeout=statement_ms + 1000,
        options=" ".join(map(str, options)).strip(),
    )


async def _still_there(connection: Connection) -> None:
    # A line that has something to say while nothing was asked has been closed, or soon will be.
    # Unlike the pool's own check this costs no round trip.
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if poll.poll(0):
        await connection.close()
        raise psycopg.OperationalError("the server closed the connection")


def _cut(connection: Connection) -> None:
    # Cancelling would ask the server, which does not answer.
    with (
        suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.pgconn.socket)) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)
