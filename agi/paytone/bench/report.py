"""What the runs come to: figures, ratios, and whether the targets are met. No I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from paytone.bench.capture import Gap
from paytone.bench.journey import Turn
from paytone.bench.measure import Run

MOST_ADDED: Final = 0.05
MOST_GAP_S: Final = 0.020
MOST_MEMORY: Final = 100 * 1024
CONCURRENT: Final = 200
PARTS: Final = ("Asterisk", "server", "AGI jobs", "Postgres", "local Braintree", "SIPp")


def percentile(values: Sequence[float], percent: float) -> float:
    """
    The least of *values* that *percent* of them do not exceed (nearest rank).

    Raises:
        ValueError: There are none.
    """
    if not values:
        raise ValueError("no values")
    rank = max(1, math.ceil(len(values) * percent / 100))
    return sorted(values)[rank - 1]


def a_call(run: Run, part: str) -> float:
    """CPU seconds of *part* for each call placed."""
    return run.cpu[part] / run.calls


def added(paytone: Run, floor: Run) -> float:
    """
    What Paytone costs beyond the floor, as a part of the floor's Asterisk.

    Its server (and classic jobs), and what Asterisk itself takes more.
    """
    base = a_call(floor, "Asterisk")
    own = sum(a_call(paytone, part) for part in ("Asterisk", "server", "AGI jobs"))
    return (own - base) / base


def memory_a_call(run: Run) -> float:
    """Bytes of the server for each call that stood, beyond what it takes without any."""
    return (run.server_busy - run.server_idle) / run.most


def working_after(turns: Sequence[Turn]) -> dict[int, str]:
    """By how many keys were pressed: the work that the line does before its next word."""
    works: dict[int, str] = {}
    keys = 0
    for turn in turns:
        if turn.works:
            works[keys] = turn.works
        keys += turn.pressed
    return works


@dataclass(frozen=True, slots=True)
class Gaps:
    """Seconds from the last key to the next audio: all, and by the work done in them."""

    answers: tuple[float, ...]
    by_work: Mapping[str, tuple[float, ...]]

    @property
    def all(self) -> tuple[float, ...]:
        return sum(self.by_work.values(), self.answers)


def sorted_gaps(gaps: Sequence[Gap], turns: Sequence[Turn]) -> Gaps:
    """
    *gaps* at the ends of answers; those after which the PIN is checked or the card charged apart.

    A gap in the middle of an answer is none of the line's.
    """
    ends, keys = set(), 0
    for turn in turns:
        keys += turn.pressed
        ends.add(keys)
    works = working_after(turns)
    answers = tuple(gap.seconds for gap in gaps if gap.keys in ends and gap.keys not in works)
    by_work = {
        work: tuple(gap.seconds for gap in gaps if gap.keys == at) for at, work in works.items()
    }
    return Gaps(answers, by_work)


def table(runs: Sequence[Run]) -> list[str]:
    """CPU a call by part, a column for each of *runs*, and what each is of the first's Asterisk."""
    base = a_call(runs[0], "Asterisk")
    heads = "".join(f"{run.variant.value:>24}" for run in runs)
    lines = [f"{'CPU a call':<18}{heads}"]
    for part in PARTS:
        cells = "".join(f"{_cell(a_call(run, part), base):>24}" for run in runs)
        lines.append(f"{'  ' + part:<18}{cells}")
    calls = "".join(f"{f'{run.calls - run.failed}/{run.calls}, {run.most}':>24}" for run in runs)
    lines.append(f"{'calls, at once':<18}{calls}")
    other = "".join(f"{f'{others(run):.2f} processors':>24}" for run in runs)
    lines.append(f"{'other work':<18}{other}")
    return lines


def _cell(used: float, base: float) -> str:
    return f"{used * 1000:.0f} ms  {used / base:6.1%}"


def others(run: Run) -> float:
    """CPU of this machine that went to others' work, as processors busy all the time."""
    return max(0.0, run.cpu["machine"] - ours(run)) / run.seconds


def ours(run: Run) -> float:
    """CPU seconds of the line and its load."""
    return sum(run.cpu[part] for part in PARTS)


def gap_lines(runs: Sequence[Run], turns: Sequence[Turn]) -> list[str]:
    """Median and 99th percentile of each run's gaps."""
    lines = []
    for run in runs:
        gaps = sorted_gaps(run.gaps, turns)
        kinds = {"answers": gaps.answers, **gaps.by_work, "all": gaps.all}
        for kind, values in kinds.items():
            if values:
                median, most = (percentile(values, percent) * 1000 for percent in (50, 99))
                lines.append(
                    f"  {run.variant.value:<22}{kind:<24}{len(values):>6} gaps"
                    f"{median:>9.1f} ms{most:>9.1f} ms"
                )
    return lines


def gap_over(paytone: Run, floor: Run, turns: Sequence[Turn], *, everything: bool) -> float:
    """By how many seconds Paytone's 99th percentile exceeds the floor's."""
    ours, theirs = (sorted_gaps(run.gaps, turns) for run in (paytone, floor))
    if everything:
        return percentile(ours.all, 99) - percentile(theirs.all, 99)
    return percentile(ours.answers, 99) - percentile(theirs.answers, 99)


def verdict(name: str, figure: str, target: str, *, met: bool) -> str:
    """One target beside what was measured."""
    return f"  {'met   ' if met else 'MISSED'}  {name:<46}{figure:>10}   target {target}"
