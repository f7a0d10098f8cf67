"""The FastAGI server on a real socket, with peers good and bad."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest

from paytone.phone.fastagi import Answer, FastAgi, FastAgiServer

HEADERS = b"agi_network: yes\nagi_network_script: menu\nagi_callerid: 3125550142\nagi_rdnis:\n\n"


@asynccontextmanager
async def serving(answer: Answer, allow: str = "127.0.0.0/8") -> AsyncIterator[int]:
    """A server's port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    stop = asyncio.Event()
    server = FastAgiServer(listener, answer, allow=(ip_network(allow),))
    running = asyncio.create_task(server.run(stop, drain=5))
    try:
        yield port
    finally:
        stop.set()
        await running


async def talk(port: int, *sent: bytes) -> bytes:
    """What the server sent until it closed, after each of *sent* was written."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in sent:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.01)
    if sent and not sent[-1].endswith(b"\n\n") and not sent[-1].startswith(b"200"):
        writer.write_eof()
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        heard = await asyncio.wait_for(reader.read(), 3)
    writer.close()
    with contextlib.suppress(ConnectionResetError):
        await writer.wait_closed()
    return heard


async def test_a_channel_is_answered_with_its_headers() -> None:
    seen: list[FastAgi] = []

    async def answer(channel: FastAgi) -> None:
        seen.append(channel)
        await channel.send("ANSWER")

    async with serving(answer) as port:
        assert b"ANSWER\n" == await talk(port, HEADERS, b"200 result=0\n")
    assert ["menu"] == [channel.script for channel in seen]
    assert "3125550142" == seen[0].headers["agi_callerid"]


async def test_a_header_may_come_in_pieces() -> None:
    seen: list[str] = []

    async def answer(channel: FastAgi) -> None:
        seen.append(channel.script)

    async with serving(answer) as port:
        await talk(port, HEADERS[:30], HEADERS[30:50], HEADERS[50:])
    assert ["menu"] == seen


async def test_a_peer_that_closes_early_stops_nobody_else() -> None:
    """panoramisk's own handler spins for ever here."""
    seen: list[str] = []

    async def answer(channel: FastAgi) -> None:
        seen.append(channel.script)

    async with serving(answer) as port:
        await talk(port, b"agi_network: yes\n")
        await talk(port, HEADERS)
    assert ["menu"] == seen


async def test_what_is_not_agi_is_dropped() -> None:
    async def answer(channel: FastAgi) -> None:
        raise AssertionError("answered")

    async with serving(answer) as port:
        assert b"" == await talk(port, b"GET / HTTP/1.1\r\n\r\n\n\n")
        assert b"" == await talk(port, b"agi_x: 1\n" * 200 + b"\n\n")
        assert b"" == await talk(port, b"agi_x: " + b"x" * 100_000 + b"\n\n")


async def test_a_job_that_fails_closes_its_channel_and_its_text_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(channel: FastAgi) -> None:
        raise ValueError("4111111111111111")

    async with serving(answer) as port:
        assert b"" == await talk(port, HEADERS)
    assert "ValueError" in caplog.text
    assert "4111" not in caplog.text


async def test_a_peer_from_another_network_is_refused() -> None:
    async def answer(channel: FastAgi) -> None:
        raise AssertionError("answered")

    async with serving(answer, allow="10.0.0.0/8") as port:
        assert b"" == await talk(port, HEADERS)


async def test_stopping_lets_a_running_call_end() -> None:
    ended: list[str] = []

    async def answer(channel: FastAgi) -> None:
        await channel.send("ANSWER")
        await asyncio.sleep(0.2)
        ended.append(channel.script)

    async with serving(answer) as port:
        call = asyncio.create_task(talk(port, HEADERS, b"200 result=0\n"))
        await asyncio.sleep(0.1)
    await call
    assert ["menu"] == ended


async def test_a_closed_connection_is_an_empty_reply() -> None:
    replies: list[object] = []

    async def answer(channel: FastAgi) -> None:
        replies.append(await channel.send("ANSWER"))

    async with serving(answer) as port:
        await talk(port, HEADERS, b"")
    assert [{}] == replies
