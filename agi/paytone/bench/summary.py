"""The report that `paytone bench` ends with, line by line. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from paytone.bench import report
from paytone.bench.journey import Turn
from paytone.bench.measure import Run
from paytone.bench.scenario import Pace


@dataclass(frozen=True, slots=True)
class Measured:
    """
    Everything that was measured.

    Args:
        lengths: Seconds of a call at each pace.
        pace: The callers'.
        most: Runs of ever more calls; empty where none were made.
        pin_s: CPU seconds of one check of a PIN, a part of the server's.
        warm: Whether calls were placed before the server's memory was first read.
    """

    turns: Sequence[Turn]
    lengths: Mapping[Pace, float]
    pace: Pace
    floor: Run
    server: Run
    classic: Run | None
    most: Sequence[Run]
    pin_s: float
    warm: bool

    @property
    def runs(self) -> list[Run]:
        """Those that share one table."""
        return [run for run in (self.floor, self.server, self.classic) if run]


def summary(measured: Measured) -> Iterator[str]:
    """The journey, what it costs, how long it waits, and each target beside its figure."""
    yield "The call: identify, menu, whole balance, new card, review, confirmation, goodbye"
    yield f"  {sum(turn.pressed for turn in measured.turns)} keys"
    for pace, length in measured.lengths.items():
        here = ", as here" if pace is measured.pace else ""
        yield f"  {length:.0f} s for a caller who {pace.value}{here}"
    yield ""
    yield from report.table(measured.runs)
    yield "  Shares are of Asterisk's with the dialplan alone. Callers send keys but no audio."
    yield ""
    yield "From the last key of an answer to the next audio, on the RTP: median, 99th percentile"
    yield from report.gap_lines(measured.runs, measured.turns)
    if measured.most:
        yield ""
        yield "Calls at once"
        yield from map(_step, measured.most)
    yield ""
    yield "Targets"
    yield from _cpu_targets(measured)
    yield from _gap_targets(measured)
    yield from _load_targets(measured)


def _step(run: Run) -> str:
    busy, ours = run.cpu["machine"] / run.seconds, report.ours(run) / run.seconds
    return (
        f"  {run.calls:>4}: {run.failed} failed; {busy:.1f} processors busy, "
        f"{ours:.1f} with the line and its load"
    )


def _cpu_targets(measured: Measured) -> Iterator[str]:
    added = report.added(measured.server, measured.floor)
    base = report.a_call(measured.floor, "Asterisk")
    yield report.verdict(
        "CPU that Paytone adds to the dialplan alone",
        f"{added:.1%}",
        f"{report.MOST_ADDED:.0%}",
        met=added <= report.MOST_ADDED,
    )
    yield (
        f"          of it the check of the PIN, one argon2id hash"
        f"{f'{measured.pin_s / base:.1%}':>11}   ({measured.pin_s * 1000:.0f} ms a call)"
    )


def _gap_targets(measured: Measured) -> Iterator[str]:
    for everything, name in ((True, "all answers"), (False, "all but the PIN and the charge")):
        over = report.gap_over(
            measured.server, measured.floor, measured.turns, everything=everything
        )
        yield report.verdict(
            f"99th gap beyond the floor's, {name}",
            f"{over * 1000:.1f} ms",
            f"{report.MOST_GAP_S * 1000:.0f} ms",
            met=over <= report.MOST_GAP_S,
        )


def _load_targets(measured: Measured) -> Iterator[str]:
    good = [run for run in (measured.server, *measured.most) if not run.failed]
    best = max(good, key=lambda run: run.most, default=None)
    if measured.warm and best:
        memory = report.memory_a_call(best)
        yield report.verdict(
            f"server's memory a call, {best.most} at once",
            f"{memory / 1024:.0f} KiB",
            f"{report.MOST_MEMORY // 1024} KiB",
            met=memory <= report.MOST_MEMORY,
        )
    if measured.most:
        yield report.verdict(
            "calls at once, none failed",
            str(best.most if best else 0),
            str(report.CONCURRENT),
            met=best is not None and best.most >= report.CONCURRENT,
        )
