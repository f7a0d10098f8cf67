"""A part of the line: a child process with a log, started, waited for and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from paytone.line import LineFailed

_TAIL_LINES = 15


class PartFailed(LineFailed):
    """A part did not start or did not work; the text ends with the last lines of its log."""


class Part:
    """
    One child process that dies with its parent.

    Args:
        name: What people call it.
        command: Program and arguments.
        log: Where its output goes; appended to at each start.
        ready: Tells whether it does its work by now; asked until it does, or raises PartFailed.
        patience: Seconds that it may take to get ready.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        ready: Callable[[], bool],
        patience: float = 30.0,
    ) -> None:
        self.name = name
        self.log = log
        self._command = ["prlimit", "--core=0:0", "setpriv", "--pdeathsig", "TERM", "--", *command]
        self._environment = dict(environment)
        self._ready = ready
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id.

        Raises:
            PartFailed: It was never started.
        """
        if self._process is None:
            raise PartFailed(f"{self.name} is not running")
        return self._process.pid

    def start(self) -> None:
        """
        Start it and wait until it is ready.

        Raises:
            PartFailed: It ended, or was not ready in time; it is stopped then.
        """
        self.spawn()
        self.wait()

    def spawn(self) -> None:
        """
        Start it and do not wait.

        Call it from the main thread: the kernel ends a child with the thread that made it.
        """
        if self.running:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    def wait(self) -> None:
        """
        Wait until it is ready.

        Raises:
            PartFailed: It ended, or was not ready in time; it is stopped then.
        """
        give_up_at = time.monotonic() + self._patience
        while self.running:
            try:
                if self._ready():
                    return
            except PartFailed:
                self.kill()
                raise
            if time.monotonic() > give_up_at:
                self.kill()
                raise self.failed(f"was not ready within {self._patience:g} s")
            time.sleep(0.02)
        raise self.failed(f"ended at once with status {self._status()}")

    def stop(self, patience: float = 10.0) -> None:
        """Ask it to end, kill it if it has not after *patience* seconds; may be called twice."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it and its workers at once, as a crash would."""
        if self._process is not None:
            group = self._process.pid
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            self._process.wait()
            _await_end(group)

    def tail(self) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        text = self.log.read_text(errors="replace").rstrip()
        return "\n".join(text.splitlines()[-_TAIL_LINES:])

    def failed(self, why: str) -> PartFailed:
        """The error that says *why*, with the tail of the log."""
        return PartFailed(f"{self.name} {why}\n{self.tail()}".rstrip())

    def _status(self) -> int | None:
        return self._process.returncode if self._process is not None else None


def _await_end(group: int) -> None:
    # A worker that is about to die still holds its ports.
    give_up_at = time.monotonic() + 2.0
    while _lives(group) and time.monotonic() < give_up_at:
        time.sleep(0.01)


def _lives(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its_group) == group and state != "Z":
                return True
    return False


def listens(host: str, port: int) -> bool:
    """Whether something takes TCP connections at *host* and *port*."""
    with socket.socket() as client:
        client.settimeout(1.0)
        return client.connect_ex((host, port)) == 0
