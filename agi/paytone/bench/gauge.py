"""What processes cost: CPU seconds and memory, as Linux counts them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Times:
    """
    CPU seconds of one process.

    Args:
        own: Its own.
        children: Those of its children that have ended.
    """

    parent: int
    own: float
    children: float


def times_of(stat: str) -> Times:
    """What a line of /proc/PID/stat says."""
    fields = stat.rpartition(")")[2].split()
    user, system, child_user, child_system = map(int, fields[11:15])
    return Times(int(fields[1]), (user + system) * TICK_S, (child_user + child_system) * TICK_S)


def processes() -> dict[int, Times]:
    """Every process that runs now."""
    found: dict[int, Times] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found[int(stat.parent.name)] = times_of(stat.read_text())
    return found


def family(root: int, everyone: dict[int, Times]) -> set[int]:
    """*root* and its descendants."""
    members = {root}
    while more := {pid for pid, it in everyone.items() if it.parent in members} - members:
        members |= more
    return members


def cpu(root: int, everyone: dict[int, Times]) -> float:
    """CPU seconds of *root* and all that descend from it, ended ones included."""
    members = [everyone[pid] for pid in family(root, everyone) if pid in everyone]
    return sum(it.own + it.children for it in members)


def memory(pids: Iterable[int]) -> int:
    """Bytes that *pids* take together; what they share with others counts in part (Pss)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def cost_of(work: Callable[[], object], *, times: int = 10) -> float:
    """CPU seconds that *work* takes in this process, on average."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times


def machine() -> float:
    """CPU seconds that all processors of this machine were busy since it started."""
    user, nice, system, _idle, _wait, irq, soft, *_ = (
        int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + soft) * TICK_S


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds up to now, by part; ``machine`` is all of it, others' work included."""

    by_part: dict[str, float]

    def since(self, earlier: Reading) -> dict[str, float]:
        """What each part has used since *earlier*."""
        return {part: used - earlier.by_part[part] for part, used in self.by_part.items()}


class Gauge:
    """
    The parts of one line.

    Args:
        server: Process id of ``paytone serve``; its workers are its children.
        others: Process ids by name.
    """

    def __init__(self, *, server: int, asterisk: int, others: dict[str, int]) -> None:
        self._server = server
        self._asterisk = asterisk
        self._others = others

    def read(self) -> Reading:
        """What the parts have used so far; Asterisk's children are classic AGI jobs."""
        everyone = processes()
        asterisk = everyone[self._asterisk]
        parts = {
            "server": cpu(self._server, everyone),
            "Asterisk": asterisk.own,
            "AGI jobs": cpu(self._asterisk, everyone) - asterisk.own,
            "machine": machine(),
        }
        parts |= {name: cpu(pid, everyone) for name, pid in self._others.items()}
        return Reading(parts)

    def memory(self) -> tuple[int, int]:
        """Bytes of the server and of Asterisk."""
        return memory(family(self._server, processes())), memory([self._asterisk])
