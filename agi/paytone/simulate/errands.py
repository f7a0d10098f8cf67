"""Threads that run one at a time, while the loop stands still: the SDK's, which blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from threading import Semaphore, Thread
from typing import Any, Final, ParamSpec, TypeVar, final

P = ParamSpec("P")
T = TypeVar("T")


@final
class Errand:
    """One thread's work; the loop's thread waits while it runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._go = Semaphore(0)
        self._still = Semaphore(0)

    def run(self, work: Callable[[], object]) -> None:
        """Start *work* in a thread; return when it is done or stands still."""

        def whole() -> None:
            ERRAND.set(self)
            work()
            self._still.release()

        Thread(target=copy_context().run, args=(whole,), daemon=True).start()
        self._still.acquire()

    def stand(self, arrange: Callable[[Callable[[], None]], object]) -> None:
        """In the thread: stand still until the loop calls what *arrange* was given."""
        arrange(self._resume)
        self._still.release()
        self._go.acquire()

    def sleep(self, seconds: float) -> None:
        """In the thread: let *seconds* of the loop's time pass."""
        self.stand(lambda resume: self._loop.call_later(seconds, resume))

    def _resume(self) -> None:
        self._go.release()
        self._still.acquire()


ERRAND: Final[ContextVar[Errand]] = ContextVar("errand")


@final
class Errands(ThreadPoolExecutor):
    """Stands in for a pool of threads; its work is done, or stands still, when `submit` returns."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()

        def work() -> None:
            _settle(future, lambda: fn(*args, **kwargs))

        Errand(asyncio.get_running_loop()).run(work)
        return future


def _settle(future: Future[Any], work: Callable[[], object]) -> None:
    try:
        future.set_result(work())
    except BaseException as exc:  # noqa: BLE001 - whoever waits for the future gets it
        future.set_exception(exc)


def sleep(seconds: float) -> None:
    """What the SDK's network sleeps with."""
    ERRAND.get().sleep(seconds)
