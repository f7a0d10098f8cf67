"""``paytone simulate``: calls by the thousand, with faults everywhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from paytone.simulate.report import Sum
    from paytone.simulate.run import Verdict

TELL_EVERY_S = 5.0


@click.command()
@click.option("--calls", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same run.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--world", type=click.IntRange(0), help="Only this world of the seed's.")
@click.option("--trace", is_flag=True, help="With --world: every step of it.")
def simulate(calls: int, seed: int, jobs: int, world: int | None, *, trace: bool) -> None:
    """
    Place CALLS simulated calls and check after each that no cent is lost or taken twice.

    Needs no running line: it starts a Postgres of its own and moves no money. Ends with 1 if
    anything did not hold.
    """
    from paytone.simulate.report import Sum
    from paytone.simulate.run import in_processes, show, worlds_for

    if world is not None and trace:
        for line in show(seed, world):
            click.echo(line)
    worlds = worlds_for(calls) if world is None else [world]
    total = Sum(seed)
    seconds = in_processes(seed, worlds, min(jobs, len(worlds)), _teller(total, len(worlds)))
    for line in total.lines(seconds, jobs):
        click.echo(line)
    if total.failed:
        click.echo(f"Did not hold: {', '.join(sorted(total.failed))}", err=True)
        sys.exit(1)


def _teller(total: Sum, worlds: int) -> Callable[[Verdict], None]:
    begun = told = time.monotonic()

    def tell(verdict: Verdict) -> None:
        nonlocal told
        for line in total.add(verdict):
            click.echo(line, err=True)
        now = time.monotonic()
        if now - told >= TELL_EVERY_S:
            told = now
            rate = total.calls / (now - begun)
            click.echo(
                f"{total.calls:,} calls, {total.worlds} of {worlds} worlds, {rate:.1f} calls/s, "
                f"{len(total.failed)} invariants failed"
            )

    return tell
