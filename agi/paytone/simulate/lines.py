"""The lines that break: to the database, and to the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow
from requests import exceptions

from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import InProcess
from paytone.simulate.errands import sleep
from paytone.simulate.process import PROCESS, Process
from paytone.simulate.weather import NEAR_MONEY, PATIENCE_S, Trouble
from paytone.store import payments, runs, tellings

ABOUT: Final[Mapping[str, str]] = {
    payments.OPEN_PAYMENT: "open",
    runs.BEGIN: "open",
    payments.MOVE: "close",
    tellings.TELL: "tell",
}

KINDS: Final[Mapping[str, str]] = {
    "transactions": "sale",
    "advanced_search_ids": "search",
    "advanced_search": "search",
    "void": "void",
    "refund": "refund",
    "payment_methods": "save",
}
"""Requests to the gateway, by how their paths end."""


BY_BANK: Final = "chargeUsBankAccount("
"""In a request that debits a bank account."""


class FaultyConnection(psycopg.AsyncConnection[DictRow]):
    """
    A connection whose statements are struck by the weather of the process that runs them.

    Each statement commits by itself, so what strikes before or after it does so for its commit.
    """

    async def execute(
        self,
        query: Any,
        params: Any = None,
        *,
        prepare: bool | None = None,
        binary: bool = False,
    ) -> psycopg.AsyncCursor[DictRow]:
        process = PROCESS.get()
        if process is None:
            return await super().execute(query, params, prepare=prepare, binary=binary)
        about = ABOUT.get(query, "")
        await process.boundary(
            f"before a statement {about}".rstrip(), often=NEAR_MONEY if about else 1
        )
        trouble = process.weather.statement(about)
        process.note(f"statement {about or 'other'} {trouble.name if trouble else ''}".rstrip())
        await self._suffer(trouble, process, query, params)
        done = await super().execute(query, params, prepare=prepare, binary=binary)
        if trouble is Trouble.UNHEARD:
            await self._break()
        process.pass_by(f"after a statement {about}".rstrip(), often=NEAR_MONEY if about else 1)
        return done

    async def _suffer(
        self, trouble: Trouble | None, process: Process, query: Any, params: Any
    ) -> None:
        if trouble is Trouble.LOST:
            await self._break()
        if trouble is Trouble.UNDONE:
            await super().execute("BEGIN")
            try:
                await super().execute(query, params)
            finally:
                await super().execute("ROLLBACK")
            await self._break()
        if trouble is Trouble.SLOW:
            await asyncio.sleep(process.weather.slowness())
            await process.boundary("in a slow statement")

    async def _break(self) -> None:
        await self.close()
        raise psycopg.OperationalError("the line to the database broke")


class FaultyNetwork:
    """What the SDK takes for its network: the sandbox's, struck by the weather."""

    def __init__(self, inner: InProcess, sandbox: Sandbox, late: Callable[[float], None]) -> None:
        self._inner = inner
        self._sandbox = sandbox
        self._late = late

    def http_do(
        self, verb: str, path: str, headers: Mapping[str, str | bytes], body: str | None
    ) -> list[int | str]:
        """The status and the text of the answer; faults as `InProcess.http_do`."""
        process = PROCESS.get()
        if process is None:
            return self._inner.http_do(verb, path, headers, body)
        kind = _kind(path, body)
        process.boundary_in_thread(f"before a {kind}", often=NEAR_MONEY)
        if process.weather.unreached():
            process.note(f"{kind} not connected")
            raise exceptions.ConnectTimeout
        self._prepare(process, kind)
        try:
            return self._inner.http_do(verb, path, headers, body)
        finally:
            process.pass_by(f"after a {kind}", often=NEAR_MONEY)

    def handle_exception(self, exception: Exception) -> None:
        """What the SDK makes of a network fault."""
        self._inner.handle_exception(exception)

    def close(self) -> None:
        """Nothing is open."""

    def _prepare(self, process: Process, kind: str) -> None:
        fault = process.weather.request(kind)
        process.note(f"{kind} {f'{fault.when} {fault.act} {fault.seconds:g}' if fault else ''}")
        if fault is not None:
            self._sandbox.faults.inject(fault)
            if fault.when == "before" and fault.act == "delay" and fault.seconds >= PATIENCE_S:
                self._late(fault.seconds)


def _kind(path: str, body: str | None) -> str:
    if body and BY_BANK in body:
        return "sale"
    return KINDS.get(path.rsplit("/", 1)[-1], "other request")


def network(sandbox: Sandbox, late: Callable[[float], None]) -> Callable[[Any, Any], FaultyNetwork]:
    """
    What to give to the SDK as ``http_strategy``.

    Args:
        late: Told of work that the sandbox will do only in so many seconds.
    """
    return lambda config, _: FaultyNetwork(InProcess(config, sandbox, sleep), sandbox, late)
