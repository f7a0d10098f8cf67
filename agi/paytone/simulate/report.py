"""What a run of worlds came to, while it runs and in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from paytone.simulate.run import Verdict
from paytone.simulate.truths import INVARIANTS

INJECTED: Final = ("statement ", "request", "process death")
"""How the names of faults begin; the other names say what callers did."""

BECAME: Final = ("payments ",)
"""How the names begin that say in which state payments ended."""


@dataclass(slots=True)
class Sum:
    """
    What all verdicts say together.

    Attributes:
        failed: For each invariant the worlds that it failed in.
    """

    seed: int
    calls: int = 0
    worlds: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    failed: dict[str, set[int]] = field(default_factory=dict)

    def add(self, verdict: Verdict) -> Iterator[str]:
        """Count *verdict* in; gives the lines that tell its faults, and how to replay them."""
        self.calls += verdict.calls
        self.worlds += 1
        self.checked += verdict.checked
        self.tally += verdict.tally
        for invariant, fault in verdict.faults:
            self.failed.setdefault(invariant, set()).add(verdict.world)
            yield f"world {verdict.world}: {invariant} fails: {fault}"
        if verdict.faults:
            yield f"replay it: paytone simulate --seed {self.seed} --world {verdict.world} --trace"

    def lines(self, seconds: float, jobs: int) -> Iterator[str]:
        """The table at the end."""
        did = [name for name in self.tally if not name.startswith(INJECTED + BECAME)]
        yield from _section("What was injected", self._tallied(INJECTED))
        yield from _section("What callers did", self._tallied(tuple(did)))
        yield from _section("What became of it", self._tallied(BECAME))
        yield from _section("What held", self._held())
        rate = self.calls / seconds if seconds else 0.0
        processes = "one process" if jobs == 1 else f"{jobs} processes"
        yield ""
        yield (
            f"{self.calls:,} calls in {self.worlds:,} worlds, seed {self.seed}: "
            f"{seconds:.0f} s in {processes}, {rate:.1f} calls/s"
        )

    def _tallied(self, beginnings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name, count in sorted(self.tally.items()):
            if name.startswith(beginnings):
                yield name, f"{count:,}"

    def _held(self) -> Iterator[tuple[str, str]]:
        for name in [invariant.__name__ for invariant in INVARIANTS] + ["at_any_time"]:
            failed = len(self.failed.get(name, ()))
            checked = f"{self.checked[name]:,} checked" if name in self.checked else "each episode"
            yield name, f"FAILS in {failed} worlds" if failed else f"{checked}, held"


def _section(title: str, rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    yield ""
    yield title
    for name, value in rows:
        yield f"  {name:<56}{value:>24}"
