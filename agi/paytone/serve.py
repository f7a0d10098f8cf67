"""``paytone serve``: the FastAGI server, one parent and several worker processes."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import os
import resource
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_double

from paytone.adapters import desk_of
from paytone.app import answer_fast
from paytone.config import Settings
from paytone.phone.fastagi import FastAgiServer

log = logging.getLogger(__name__)

FORK = multiprocessing.get_context("fork")
BACKLOG = 1024
RESTART_SECONDS = 0.5
BEAT_SECONDS = 1.0
HUNG_SECONDS = 15.0
"""A worker whose event loop stood still for so long is replaced; its callers hear silence."""


class AddressTaken(Exception):
    """The FastAGI address cannot be bound; the text says why."""


def serve(settings: Settings) -> None:
    """
    Serve until SIGTERM or SIGINT; calls that are running may end first, new ones are refused.

    A worker that dies or hangs is replaced; its calls fall back to classic AGI in the dialplan.
    Workers end with their parent, however it ends. None leaves a core file: it would hold cards.

    Raises:
        AddressTaken: Another program has the address.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    listener = _listen(settings)
    parent = os.pipe()
    stopping = _Stopping()
    workers = [Worker(listener, settings, parent) for _ in range(settings.fastagi_workers)]
    log.info("FastAGI at %s, %d workers", settings.fastagi, len(workers))
    while not stopping:
        multiprocessing.connection.wait([w.process.sentinel for w in workers], timeout=0.5)
        for at, worker in enumerate(workers):
            if not stopping and not worker.is_well():
                time.sleep(RESTART_SECONDS)
                workers[at] = Worker(listener, settings, parent)
    # Closed first: a connection that only the kernel takes would wait for ever.
    listener.close()
    os.close(parent[1])
    for worker in workers:
        worker.process.join(settings.fastagi_drain_s + 5)
        worker.process.kill()


class Worker:
    """
    A process that answers calls.

    Args:
        parent: A pipe; the worker ends when its writing end is closed everywhere.
    """

    def __init__(
        self, listener: socket.socket, settings: Settings, parent: tuple[int, int]
    ) -> None:
        self.beat = FORK.RawValue(c_double, time.monotonic())
        self.process = FORK.Process(target=self._work, args=(listener, settings, parent))
        self.process.start()

    def is_well(self) -> bool:
        """Whether it runs and its event loop does; one that hangs is killed."""
        if not self.process.is_alive():
            log.error("worker %s died with %s", self.process.pid, self.process.exitcode)
            return False
        if time.monotonic() - self.beat.value > HUNG_SECONDS:
            log.error("worker %s hangs and is killed", self.process.pid)
            self.process.kill()
            return False
        return True

    def _work(self, listener: socket.socket, settings: Settings, parent: tuple[int, int]) -> None:
        os.close(parent[1])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        asyncio.run(self._answer(listener, settings, parent[0]))

    async def _answer(self, listener: socket.socket, settings: Settings, parent: int) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(parent, stop.set)
        # A PIN's hash takes 19 MiB, which every thread that made one keeps: one thread makes all.
        loop.set_default_executor(ThreadPoolExecutor(1, thread_name_prefix="pin"))
        self._tick()
        async with desk_of(settings) as desk:
            desk.open_gateway()
            server = FastAgiServer(
                listener, answer_fast(settings, desk), allow=settings.fastagi_networks
            )
            await server.run(stop, drain=settings.fastagi_drain_s)

    def _tick(self) -> None:
        self.beat.value = time.monotonic()
        asyncio.get_running_loop().call_later(BEAT_SECONDS, self._tick)


class _Stopping:
    """True once this process was asked to end."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def __bool__(self) -> bool:
        return self._asked

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked = True


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server(settings.fastagi_address, backlog=BACKLOG)
    except OSError as exc:
        raise AddressTaken(f"{settings.fastagi}: {exc.strerror}") from exc
