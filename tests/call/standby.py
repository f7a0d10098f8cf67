"""A second Postgres that follows the first by streaming, and can take its place."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import psycopg

from paytone.line.postgres import OWNER, PrivatePostgres

_BIN = max(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda folder: int(folder.parts[-2]))
_FOLLOWS = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"


class Standby:
    """
    The standby in *folder*, for *primary*, which waits for it at every commit.

    Attributes:
        url: Finds whichever of the two takes writes.
    """

    def __init__(self, primary: PrivatePostgres, folder: Path) -> None:
        self._folder = folder
        self._primary = primary.url()
        self.url = _with_hosts(self._primary, f"{_host(self._primary)},{folder}")

    @contextmanager
    def following(self) -> Iterator[Standby]:
        """Copy the primary, start, and follow it until the block ends."""
        self._folder.mkdir()
        self._run("chown", f"{OWNER}:", str(self._folder))
        data = str(self._folder / "cluster")
        copy = ["-D", data, "-d", self._primary, "-R", "-X", "stream", "-c", "fast"]
        self._run(str(_BIN / "pg_basebackup"), *copy, user=_owner())
        with (self._folder / "log").open("wb") as log:
            server = subprocess.Popen(
                ["setpriv", "--pdeathsig", "INT", "--", str(_BIN / "postgres"), "-D", data,
                 "-k", str(self._folder), "-clisten_addresses=", "-cfsync=off",
                 "-cmax_connections=200"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self._folder, user=_owner(), group=_owner(), start_new_session=True,
            )  # fmt: skip
        try:
            self._make_synchronous()
            yield self
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)

    def promote(self) -> None:
        """Let it take writes from now on, without waiting for another standby."""
        with psycopg.connect(_with_hosts(self._primary, str(self._folder)), autocommit=True) as to:
            to.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
            to.execute("SELECT pg_reload_conf(), pg_promote()")

    def _make_synchronous(self) -> None:
        with psycopg.connect(self._primary, autocommit=True) as primary:
            primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.execute("SELECT pg_reload_conf()")
            give_up_at = time.monotonic() + 30
            while not (primary.execute(_FOLLOWS).fetchone() or (0,))[0]:
                assert time.monotonic() < give_up_at, (self._folder / "log").read_text()
                time.sleep(0.05)

    def _run(self, *command: str, user: str | None = None) -> None:
        subprocess.run(command, check=True, user=user, group=user, cwd=self._folder)


def _owner() -> str | None:
    return OWNER if os.geteuid() == 0 else None


def _host(url: str) -> str:
    return parse_qs(urlsplit(url).query)["host"][0]


def _with_hosts(url: str, hosts: str) -> str:
    query = urlencode(
        {"host": hosts, "target_session_attrs": "any" if "," not in hosts else "read-write"}
    )
    return urlunsplit(urlsplit(url)._replace(query=query))
