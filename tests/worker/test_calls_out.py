"""A worker that is killed as it hands a call to Asterisk, and the worker after it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paytone.rules.calling import Kind
from paytone.store import calls_out, consents, contacts
from paytone.store.contacts import Source
from paytone.worker.jobs import Bench
from paytone.worker.jobs import calls_out as make_them
from tests.noon import zone_at_noon
from tests.served import sandbox_served
from tests.teller import NOW, NUMBER, PHONE, Counter
from tests.worker.test_jobs import process

SETTINGS = {
    "PAYTONE_CALLS_OUT": "on",
    "PAYTONE_CALLS_OUT_QUIET": "none",
    "PAYTONE_TRUNK": "PJSIP/{number}@carrier",
    "PAYTONE_CALLER_ID": "8008926996",
    "PAYTONE_STOP_NUMBER": "8005550199",
}
OTHER = "3125550143"


class Manager:
    """An Asterisk's manager interface that lets everybody in and answers no Originate."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.handed = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def at(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}:paytone:secret"
        finally:
            server.close()
            for writer in self._open:
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        while request := (await _until_blank(reader)):
            if "Action: Originate" in request:
                self.asked.append(request)
                self.handed.set()
                continue
            which = next(line for line in request.splitlines() if line.startswith("ActionID"))
            writer.write(f"Response: Success\r\n{which}\r\nMessage: in\r\n\r\n".encode())


async def _until_blank(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


async def queued(counter: Counter, number: str, phone: str) -> None:
    """A call to a customer who agreed to it, where it is noon."""
    account = await counter.account(number=number, phone=phone)
    now, source = datetime.now(UTC), Source.admin("clerk")
    await counter.store.run("UPDATE customers SET timezone = %(zone)s", zone=zone_at_noon())
    await consents.agree(counter.store, account.id, phone, said="form", source=source, now=now)
    customer, _ = await contacts.of_account(counter.store, account.id)
    assert await calls_out.queue(
        counter.store,
        kind=Kind.FAILED,
        customer_id=customer,
        dedupe=phone,
        now=now,
        account_id=account.id,
    )


async def test_a_worker_killed_as_it_hands_a_call_over_leaves_it_dialled(
    counter: Counter, database_url: str
) -> None:
    """Nobody knows whether Asterisk took it: the next worker makes the next call, and not this."""
    await queued(counter, NUMBER, PHONE)
    manager = Manager()
    async with manager.at() as ami:
        with sandbox_served(counter.sandbox) as gateway_url:
            settings = {**SETTINGS, "PAYTONE_AMI": ami}
            with process(database_url, gateway_url, **settings) as first:
                await asyncio.wait_for(manager.handed.wait(), 60)
                first.kill()
            manager.handed.clear()
            await queued(counter, "4412000000004413", OTHER)
            with process(database_url, gateway_url, **settings):
                await asyncio.wait_for(manager.handed.wait(), 60)
    assert [PHONE, OTHER] == [re.findall(r"PJSIP/(\d+)@", each)[0] for each in manager.asked]
    rows = await counter.store.all("SELECT number, result FROM dials ORDER BY at")
    assert [(PHONE, None), (OTHER, None)] == [(row["number"], row["result"]) for row in rows]


async def test_a_worker_keeps_the_hours_of_the_states_in_the_operators_file(
    counter: Counter, database_url: str, tmp_path: Path
) -> None:
    """It is noon for both; Florida's law, as this operator reads it, ends at one past midnight."""
    own = tmp_path / "states.toml"
    own.write_text('[FL]\nlaw = "a law"\nhours = "00:00-00:01"\n')
    await queued(counter, NUMBER, PHONE)
    await counter.store.run("UPDATE accounts SET zip = '33101'")
    await queued(counter, "4412000000004413", OTHER)
    manager = Manager()
    async with manager.at() as ami:
        with sandbox_served(counter.sandbox) as gateway_url:
            settings = {**SETTINGS, "PAYTONE_AMI": ami, "PAYTONE_CALLS_OUT_STATES": str(own)}
            with process(database_url, gateway_url, **settings):
                await asyncio.wait_for(manager.handed.wait(), 60)
    assert [OTHER] == [re.findall(r"PJSIP/(\d+)@", each)[0] for each in manager.asked]
    query = "SELECT answer, why, states FROM call_gate ORDER BY id"
    assert [("refuse", "state-hours", ["FL"]), ("allow", "consent", [])] == [
        (row["answer"], row["why"], row["states"]) for row in await counter.store.all(query)
    ]


async def test_where_nobody_is_called_what_waits_expires(counter: Counter) -> None:
    await calls_out.queue(
        counter.store, kind=Kind.CALL_BACK, customer_id=None, dedupe="x", now=NOW, number=PHONE
    )
    for days, state in ((1, "waiting"), (2, "expired")):
        clock = lambda days=days: NOW + timedelta(days=days)  # noqa: E731
        await make_them(Bench(counter.store, counter.desk.gateway, clock))
        assert {"state": state} == await counter.store.one("SELECT state FROM calls_out")
    assert [] == await counter.store.all("SELECT id FROM call_gate")
