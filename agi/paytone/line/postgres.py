"""A private Postgres cluster: for the demo and the tests, reached by unix socket alone."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import final
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

OWNER = "postgres"
"""Whose the cluster is when root starts it; Postgres itself refuses to run as root."""

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "logging_collector": "off",
    "log_min_messages": "warning",
}


class PostgresFailed(Exception):
    """The cluster did not start or stop; no money is in it."""


@final
class PrivatePostgres:
    """
    A cluster in *folder*, not yet running.

    It never waits for the disk, so it may not outlive a crash of the machine. It listens on a
    unix socket in *folder*, for its one user with a random password.

    Args:
        folder: Made if need be, and then this cluster's alone; its path at most 80 bytes long.
            What is in it stays from `stop` or `kill` to the next `start`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cluster = folder / "cluster"
        self._log = folder / "postgres.log"
        self._server: subprocess.Popen[bytes] | None = None
        self._password = secrets.token_hex(16)
        self._bin = _binaries()

    def __enter__(self) -> PrivatePostgres:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process; None while it does not run."""
        return self._server.pid if self._server else None

    def url(self, database: str = "paytone") -> str:
        """What PAYTONE_DATABASE_URL takes to reach *database* in this cluster."""
        place = urlencode({"host": str(self._folder)})
        return f"postgresql://paytone:{self._password}@/{quote(database)}?{place}"

    def start(self, *, patience_s: float = 30.0) -> None:
        """
        Return when the server answers; there is then a database ``paytone``.

        Call it from the main thread: the server ends with the thread that started it.

        Raises:
            PostgresFailed: It did not, or not in time; says what its log ends with.
        """
        fresh = not self._cluster.exists()
        if fresh:
            self._lay_out()
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        server: list[str | Path] = [self._bin / "postgres", "-D", self._cluster, "-k", self._folder]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                ["setpriv", "--pdeathsig", "INT", "--", *server, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=_owner(),
                group=_owner(),
                start_new_session=True,
            )
        atexit.register(self.stop)
        self._await_answer(time.monotonic() + patience_s)
        if fresh:
            self.create("paytone")

    def stop(self) -> None:
        """Return when the server is down; calls in progress are cut off. Harmless when it is."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """
        Break the server off at once, in the middle of whatever it does. `start` brings it back.

        What was committed is there then.
        """
        children = _children(self.pid) if self.pid else []
        self._end(signal.SIGKILL)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        while any(map(_runs, children)):
            time.sleep(0.01)

    def create(self, database: str, *, template: str = "template1") -> str:
        """The URL of a new *database*, a copy of *template*, which nobody may be using."""
        self._administer("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove *database*, cutting off whoever uses it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _administer(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _lay_out(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._own(self._folder)
        secret = self._folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        self._own(secret)
        done = subprocess.run(
            [
                self._bin / "initdb", f"--pgdata={self._cluster}", "--username=paytone",
                f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync",
            ],
            capture_output=True, text=True, check=False, cwd=self._folder,
            user=_owner(), group=_owner(),
        )  # fmt: skip
        secret.unlink()
        if done.returncode != 0:
            raise PostgresFailed(f"initdb: {done.stderr.strip()}")

    def _own(self, path: Path) -> None:
        if (owner := _owner()) is not None:
            shutil.chown(path, owner, owner)

    def _await_answer(self, deadline: float) -> None:
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError as exc:
                died = self._server is None or self._server.poll() is not None
                if died or time.monotonic() > deadline:
                    end = self._log.read_text(errors="replace")[-1000:]
                    self.kill()
                    raise PostgresFailed(f"Postgres did not start: {end}") from exc
                time.sleep(0.02)
            else:
                return

    def _end(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        atexit.unregister(self.stop)
        server.send_signal(how)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(timeout=20)


def _owner() -> str | None:
    return OWNER if os.geteuid() == 0 else None


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX"
    return False


def _binaries() -> Path:
    """Debian keeps the server's programs out of PATH, one folder a version."""
    kept = sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres"),
        key=lambda path: int(path.parts[-3]),
    )
    found = shutil.which("postgres") or (kept[-1] if kept else None)
    if found is None:
        raise PostgresFailed("no Postgres server is installed (Debian package postgresql)")
    return Path(found).parent
