"""Runs of schedules a second, what each costs, and what bounds them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from paytone.back_office.runs import BATCH, Office, make_runs
from paytone.bench import BenchFailed
from paytone.bench.enrolments import MADE, load
from paytone.bench.gauge import cpu, processes
from paytone.gateway.braintree import BraintreeGateway, connect
from paytone.line.line import PAYTONE
from paytone.line.part import Part, listens
from paytone.line.ports import Ports
from paytone.line.postgres import PrivatePostgres
from paytone.rules.fingerprint import Fingerprints
from paytone.store import Store, runs
from paytone.store.migrations import migrate
from paytone.till import Till

LONG_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What to measure.

    Args:
        due: Of the enrolments, those whose run is due.
        workers: Processes that make runs.
        at_once: Charges that each has under way.
    """

    enrolments: int
    due: int
    workers: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What it came to; CPU is in seconds, of all processes of that part together."""

    wanted: Wanted
    claim_s: float
    took_s: float
    worker_cpu_s: float
    sandbox_cpu_s: float
    postgres_cpu_s: float
    cores: int

    @property
    def a_second(self) -> float:
        return self.wanted.due / self.took_s


def measure(wanted: Wanted, tell: Callable[[str], None]) -> Figures:
    """
    Load the enrolments into a Postgres of its own, make the runs that are due, and count them.

    Raises:
        BenchFailed: A run was not made, or made twice: no figure would count.
    """
    with _parts() as (url, port, pids):
        tell(f"loading {wanted.enrolments} enrolments …")
        claim_s = asyncio.run(_load(url, port, wanted))
        tell(f"making {wanted.due} runs …")
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(wanted.workers, mp_context=context) as pool:
            own = list(pool.map(_warm, range(wanted.workers)))
            before = {name: cpu(pid, processes()) for name, pid in pids.items()}
            began = time.monotonic()
            jobs = [pool.submit(_work, url, port, wanted.at_once) for _ in own]
            worker_cpu = sum(job.result() for job in jobs)
            took = time.monotonic() - began
            after = {name: cpu(pid, processes()) for name, pid in pids.items()}
        asyncio.run(_check(url, wanted))
    return Figures(
        wanted,
        claim_s=claim_s,
        took_s=took,
        worker_cpu_s=worker_cpu,
        sandbox_cpu_s=after["sandbox"] - before["sandbox"],
        postgres_cpu_s=after["postgres"] - before["postgres"],
        cores=os.cpu_count() or 1,
    )


def report(figures: Figures) -> Iterator[str]:
    """The figures in lines, and what bounds them."""
    wanted = figures.wanted
    busy = {
        "worker": figures.worker_cpu_s,
        "local Braintree": figures.sandbox_cpu_s,
        "Postgres": figures.postgres_cpu_s,
    }
    yield (
        f"{wanted.due} runs of {wanted.enrolments} enrolments; workers: {wanted.workers}, each "
        f"{wanted.at_once} charges at once; processors: {figures.cores}"
    )
    yield f"  {figures.a_second:.0f} runs a second; each once"
    yield f"  {BATCH} runs are claimed and looked up in {figures.claim_s * 1000:.0f} ms"
    for part, seconds in busy.items():
        share = seconds / figures.took_s
        yield f"  {part}: {seconds / wanted.due * 1000:.1f} ms of CPU a run, {share:.2f} processors"
    total = sum(busy.values())
    of_all = total / figures.took_s / figures.cores
    own = figures.worker_cpu_s / wanted.workers / figures.took_s
    yield f"  together they kept {of_all:.0%} of the processors busy, a worker {own:.0%} of one"
    hours = 1_000_000 / figures.a_second / 3600
    yield f"  a million runs at this pace: {hours:.1f} hours"
    yield (
        "  with a gateway that takes 300 ms a charge a worker makes at most "
        f"{wanted.at_once / 0.3:.0f} a second: PAYTONE_RUNS_AT_ONCE / 0.3"
    )


@contextmanager
def _parts() -> Iterator[tuple[str, int, Mapping[str, int]]]:
    """A database, the port of a local Braintree, and both processes' ids."""
    folder = Path(tempfile.mkdtemp(prefix="paytone-"))
    folder.chmod(0o755)
    with ExitStack() as ends:
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        port = ends.enter_context(Ports()).sandbox
        postgres = ends.enter_context(PrivatePostgres(folder / "pg"))
        migrate(postgres.url())
        sandbox = Part(
            "the local Braintree",
            [*PAYTONE, "sandbox", "--port", str(port)],
            log=folder / "sandbox.log",
            environment=os.environ,
            ready=lambda: listens("127.0.0.1", port),
        )
        ends.callback(sandbox.stop)
        sandbox.start()
        pid = postgres.pid
        assert pid is not None
        yield postgres.url(), port, {"sandbox": sandbox.pid, "postgres": pid}


async def _load(url: str, port: int, wanted: Wanted) -> float:
    """Seconds that one claim of a batch takes, undone again."""
    now = datetime.now(UTC)
    async with Store.open(url, at_most=1, statement_s=LONG_S) as store:
        await load(store, _gateway(port), enrolments=wanted.enrolments, due=wanted.due, now=now)
        began = time.monotonic()
        claimed = await runs.claim(store, now=now, until=now, at_most=BATCH)
        took = time.monotonic() - began
        for due in claimed:
            await runs.put_off(store, due.run, at=now - timedelta(hours=1), said="planned", now=now)
    return took


def _warm(_: int) -> int:
    return os.getpid()


def _work(url: str, port: int, at_once: int) -> float:
    """Make all that is due, and return this process's CPU seconds for it."""

    async def work() -> None:
        gateway = _gateway(port)
        async with Store.open(url, at_most=10, patience_s=30) as store:
            prints = Fingerprints(b"bench" * 8)
            till = Till(store, lambda: gateway, lambda: datetime.now(UTC), prints)
            while await make_runs(Office(till, at_once=at_once)):
                pass

    began = time.process_time()
    asyncio.run(work())
    return time.process_time() - began


async def _check(url: str, wanted: Wanted) -> None:
    async with Store.open(url, at_most=1, statement_s=LONG_S) as store:
        row = await store.one(MADE)
    made = (row["paid"], row["payments"], row["twice"]) if row else None
    if made != (wanted.due, wanted.due, 0):
        raise BenchFailed(f"paid, payments, twice: {made}, not {wanted.due} each once")


def _gateway(port: int) -> BraintreeGateway:
    return connect(
        environment="local",
        merchant_id="paytone_merchant_id",
        public_key="paytone_public_key",
        private_key="paytone_private_key",
        local_url=f"http://127.0.0.1:{port}",
    )
