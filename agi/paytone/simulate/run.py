"""Many worlds: which, in how many processes, and what the invariants say of each."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paytone.line.postgres import PrivatePostgres
from paytone.simulate.rig import LINE, Rig
from paytone.simulate.truths import INVARIANTS
from paytone.simulate.world import CALLS, Ended, live
from paytone.store.migrations import migrate


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What the invariants say of one world.

    Args:
        checked: How many things each invariant looked at.
        faults: Each invariant that failed, with its words.
        tally: What struck, and what callers did.
        digest: The same for the same course of events.
    """

    world: int
    calls: int
    checked: Counter[str]
    faults: tuple[tuple[str, str], ...]
    tally: Counter[str]
    digest: str


def judge(world: int, ended: Ended) -> Verdict:
    """What the invariants say of *world*."""
    checked: Counter[str] = Counter()
    faults = [("at_any_time", fault) for fault in ended.early]
    for invariant in INVARIANTS:
        for fault in invariant(ended.facts):
            checked[invariant.__name__] += 1
            if fault:
                faults.append((invariant.__name__, fault))
    return Verdict(
        world, len(ended.facts.called), checked, tuple(faults), ended.tally, ended.digest
    )


def worlds_for(calls: int) -> range:
    """The worlds that place at least *calls* calls."""
    return range(-(-calls // CALLS))


def simulate(
    seed: int, worlds: Sequence[int], database_url: str, rig: Rig = LINE
) -> Iterator[Verdict]:
    """A verdict a world, in this process, as each ends; *database_url* as for `live`."""
    for number in worlds:
        yield judge(number, live(seed, number, rig, database_url))


def in_processes(
    seed: int, worlds: Sequence[int], jobs: int, told: Callable[[Verdict], None]
) -> float:
    """
    Live through *worlds* in *jobs* processes, each with a database of its own, and tell each
    verdict; returns how many seconds it took, without starting the databases.
    """
    with a_postgres() as postgres:
        urls = [postgres.create(f"shard{shard}", template="migrated") for shard in range(jobs)]
        begun = time.monotonic()
        if jobs == 1:
            for verdict in simulate(seed, worlds, urls[0]):
                told(verdict)
        else:
            _spread(seed, worlds, urls, told)
        return time.monotonic() - begun


def show(seed: int, world: int) -> tuple[str, ...]:
    """Every step of one world."""
    with a_postgres() as postgres:
        return live(seed, world, LINE, postgres.url("migrated")).trace


def _spread(
    seed: int, worlds: Sequence[int], urls: Sequence[str], told: Callable[[Verdict], None]
) -> None:
    context = multiprocessing.get_context("spawn")
    waiting = context.Queue()
    for url in urls:
        waiting.put(url)
    with context.Pool(len(urls), initializer=_take_url, initargs=(waiting,)) as pool:
        for verdict in pool.imap_unordered(_one, [(seed, number) for number in worlds], 4):
            told(verdict)


_url: Final[list[str]] = []


def _take_url(waiting: multiprocessing.Queue[str]) -> None:
    _url.append(waiting.get())


def _one(place: tuple[int, int]) -> Verdict:
    seed, number = place
    return next(simulate(seed, [number], _url[0]))


@contextmanager
def a_postgres() -> Iterator[PrivatePostgres]:
    """A private cluster with a migrated database ``migrated`` to copy."""
    with tempfile.TemporaryDirectory(prefix="paytone-") as folder:
        Path(folder).chmod(0o755)
        with PrivatePostgres(Path(folder) / "pg") as postgres:
            migrate(postgres.create("migrated"))
            yield postgres
