"""Which runs there are, in which order, and the report at the end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Self

from paytone.bench import BenchFailed
from paytone.bench.gauge import cost_of
from paytone.bench.journey import PIN
from paytone.bench.measure import Bench, Run, Tell
from paytone.bench.scenario import Pace
from paytone.bench.summary import Measured, summary
from paytone.bench.variants import Variant
from paytone.rules.pin import hash_pin, pin_matches

WARM: Final = 10
STEP: Final = 100
LONGEST_S: Final = 840.0
"""No run is begun that might end later."""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to run.

    Args:
        calls: Calls at once to the server and to the floor.
        classic: Calls at once to classic AGI; 0 leaves it out.
        most: The search goes no higher; 0 for no search.
    """

    calls: int
    classic: int
    most: int
    warm: int = WARM
    pace: Pace = Pace.USUAL

    @classmethod
    def quick(cls, calls: int) -> Self:
        """Two runs of hurried calls."""
        return cls(calls, classic=0, most=0, warm=0, pace=Pace.HURRIED)

    @property
    def accounts(self) -> int:
        """Calls that pay, at most."""
        searched = sum(range(self.calls, self.most + STEP, STEP)) + self.most if self.most else 0
        return self.warm + self.calls + self.classic + searched


def carry_out(plan: Plan, outer: Mapping[str, str], tell: Tell) -> None:
    """
    Run everything, then tell the report.

    Raises:
        BenchFailed: A run failed as a whole, or calls failed outside the search.
    """
    until = time.monotonic() + LONGEST_S
    with Bench(outer, accounts=plan.accounts, tell=tell) as bench:
        if plan.warm:
            _run(bench, Variant.SERVER, plan.warm, Pace.HURRIED)
        floor = _run(bench, Variant.FLOOR, plan.calls, plan.pace)
        server = _run(bench, Variant.SERVER, plan.calls, plan.pace)
        classic = _run(bench, Variant.CLASSIC, plan.classic, plan.pace) if plan.classic else None
        measured = Measured(
            turns=bench.turns,
            lengths={pace: bench.length(pace) for pace in Pace},
            pace=plan.pace,
            floor=floor,
            server=server,
            classic=classic,
            most=_search(bench, plan, server, until) if plan.most else [],
            pin_s=cost_of(partial(pin_matches, hash_pin(PIN), PIN)),
            warm=plan.warm > 0,
        )
    tell("")
    for line in summary(measured):
        tell(line)


def _run(bench: Bench, variant: Variant, calls: int, pace: Pace) -> Run:
    run = bench.run(variant, calls, pace)
    if run.failed:
        raise BenchFailed(f"{run.failed} of {calls} calls failed: no figure would count")
    return run


def _search(bench: Bench, plan: Plan, first: Run, until: float) -> list[Run]:
    """Runs of ever more calls, until some fail or time is up; then one half-way."""
    runs = [first]
    calls = max(plan.calls, 200 - STEP)
    while not runs[-1].failed and calls + STEP <= plan.most and _fits(bench, plan, until):
        calls += STEP
        runs.append(bench.run(Variant.SERVER, calls, plan.pace))
    if runs[-1].failed and len(runs) > 1 and _fits(bench, plan, until):
        between = (runs[-1].calls + runs[-2].calls) // 2
        runs.append(bench.run(Variant.SERVER, between, plan.pace))
    return runs


def _fits(bench: Bench, plan: Plan, until: float) -> bool:
    return time.monotonic() + bench.longest(plan.pace) < until
