"""Runs of the simulation with something taken out of the line, until it is missed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from paytone.line.postgres import PrivatePostgres
from paytone.simulate.report import Sum
from paytone.simulate.rig import LINE, Rig
from paytone.simulate.run import simulate

SEED = 20
WORLDS = range(120)

_numbers = itertools.count(1)


@contextmanager
def a_database(postgres: PrivatePostgres, template: str, without: str = "") -> Iterator[str]:
    """A migrated database of its own, after *without* took a guard out of it."""
    name = f"simulated_{next(_numbers)}"
    url = postgres.create(name, template=template)
    try:
        if without:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(without.encode())
        yield url
    finally:
        postgres.drop(name)


def found(database_url: str, invariant: str, rig: Rig = LINE) -> str | None:
    """The first fault that *invariant* tells in any of the worlds; None if it holds in all."""
    for verdict in simulate(SEED, WORLDS, database_url, rig):
        for name, fault in verdict.faults:
            if name == invariant:
                return f"world {verdict.world}: {fault}"
    return None


def nothing_is_lost(postgres: PrivatePostgres, template: str, worlds: range) -> None:
    """Every invariant holds in *worlds*, each had something to look at, and every fault struck."""
    total = Sum(seed=1)
    told: list[str] = []
    with a_database(postgres, template) as url:
        for verdict in simulate(1, worlds, url):
            told += total.add(verdict)
    assert [] == told
    assert all(total.checked.values())
    struck = {name.partition(":")[0] for name in total.tally}
    assert {"process death", "request sale", "request search", "statement open"} <= struck
    assert {"statement close", "statement tell", "pressed 1 at a review"} <= struck
