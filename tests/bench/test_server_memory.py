"""What the FastAGI server takes while many callers key their PINs at once."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from paytone.bench.gauge import family, memory, processes

PAYTONE = (sys.executable, "-c", "from paytone.cli import main; main()")
HEADERS = b"agi_network: yes\nagi_network_script: identify\nagi_callerid: unknown\n\n"
AT_ONCE = 24
HASH_BYTES = 19 * 1024 * 1024


@pytest.fixture
def server(database_url: str) -> Iterator[tuple[int, int]]:
    """The process id and port of a server with two workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    settings = {"PAYTONE_DATABASE_URL": database_url, "PAYTONE_FASTAGI": f"127.0.0.1:{port}"}
    settings |= {
        "PAYTONE_FASTAGI_WORKERS": "2",
        "PAYTONE_FASTAGI_DRAIN_S": "1",
        "PAYTONE_PHONE_TO_EAR_S": "0",
    }
    process = subprocess.Popen([*PAYTONE, "serve"], env={**os.environ, **settings})
    try:
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(20)


async def identify(port: int) -> None:
    """Key an account that does not exist and a PIN, then hang up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEADERS)
    keys = list("7000000000000000" + "2580#")
    while keys and (command := await reader.readline()):
        key = ord(keys.pop(0)) if command.startswith(b"WAIT FOR DIGIT") else 0
        writer.write(b"200 result=%d\n" % key)
    await reader.readline()  # what is said once the PIN was checked
    writer.close()


async def await_answer(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            return await identify(port)
        except OSError:
            assert time.monotonic() < end
            await asyncio.sleep(0.05)


async def test_pins_checked_at_once_do_not_each_keep_their_memory(server: tuple[int, int]) -> None:
    """A hash takes 19 MiB for a moment; each worker keeps that once, not once a caller."""
    pid, port = server
    await await_answer(port)
    before = memory(family(pid, processes()))

    await asyncio.gather(*(identify(port) for _ in range(AT_ONCE)))

    assert memory(family(pid, processes())) - before < 3 * HASH_BYTES
