"""The FastAGI server as processes: workers that die, hang or stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HEADERS = b"agi_network: yes\nagi_network_script: goodbye\nagi_callerid: 3125550142\n\n"
PAYTONE = (sys.executable, "-c", "from paytone.cli import main; main()")


class Server:
    """`paytone serve` on a free port."""

    def __init__(self, database_url: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process = subprocess.Popen(
            [*PAYTONE, "serve"],
            env={
                **os.environ,
                "PAYTONE_DATABASE_URL": database_url,
                "PAYTONE_FASTAGI": f"127.0.0.1:{self.port}",
                "PAYTONE_FASTAGI_DRAIN_S": "10",
            },
            stderr=subprocess.DEVNULL,
        )
        await_true(lambda: 2 == len(self.workers()) and self.answers())

    def workers(self) -> list[int]:
        """The workers' process ids."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def dial(self) -> socket.socket:
        """A connection whose headers are sent."""
        channel = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        channel.sendall(HEADERS)
        return channel

    def answers(self) -> bool:
        """Whether a channel gets a command."""
        try:
            with self.dial() as channel:
                return channel.recv(100).startswith(b"GET VARIABLE")
        except OSError:
            return False


def await_true(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Return once *condition* holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """A server that answers; killed afterwards if it still runs."""
    running = Server(database_url)
    yield running
    running.process.kill()
    running.process.wait()


def gone(pid: int) -> bool:
    """Whether no process has *pid*."""
    return not Path(f"/proc/{pid}").exists()


def test_a_worker_that_dies_is_replaced(server: Server) -> None:
    dead = server.workers()[0]
    os.kill(dead, signal.SIGKILL)
    await_true(lambda: gone(dead) and 2 == len(server.workers()) and server.answers())


def test_a_worker_that_hangs_is_replaced(server: Server) -> None:
    hung = server.workers()[0]
    os.kill(hung, signal.SIGSTOP)
    await_true(lambda: gone(hung) and 2 == len(server.workers()), seconds=40)


def test_workers_end_with_their_parent(server: Server) -> None:
    workers = server.workers()
    server.process.kill()
    server.process.wait()
    await_true(lambda: all(map(gone, workers)))


def test_stopping_refuses_new_calls_and_lets_running_ones_end(server: Server) -> None:
    """A connection that only the kernel takes would leave its caller in silence."""
    with server.dial() as running:
        assert running.recv(100).startswith(b"GET VARIABLE")
        server.process.terminate()
        await_true(lambda: not connects(server.port))
        assert server.process.poll() is None
        running.sendall(b"200 result=0\n")
        assert running.recv(100).startswith(b"SET VARIABLE")
    assert 0 == server.process.wait(15)


def connects(port: int) -> bool:
    """Whether the kernel still takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_no_core_file_is_left(server: Server) -> None:
    for pid in (server.process.pid, *server.workers()):
        limits = Path(f"/proc/{pid}/limits").read_text()
        (core,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert ["0", "0"] == core.split()[4:6]


def test_an_address_that_is_taken_is_told(server: Server, database_url: str) -> None:
    second = subprocess.run(
        [*PAYTONE, "serve"],
        env={
            **os.environ,
            "PAYTONE_DATABASE_URL": database_url,
            "PAYTONE_FASTAGI": f"127.0.0.1:{server.port}",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert 1 == second.returncode
    assert f"127.0.0.1:{server.port}" in second.stderr
    assert "Traceback" not in second.stderr
