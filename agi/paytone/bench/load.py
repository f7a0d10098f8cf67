"""SIPp: many callers at once, each following the scenario."""

from __future__ import annotations

import csv
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paytone.bench import BenchFailed

SAMPLE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Aim:
    """
    Where SIPp calls, and from where.

    Args:
        sip: The line's port.
        own: A free UDP port for SIPp's SIP; its RTP takes *rtp*.
    """

    sip: int
    own: int
    rtp: int
    number: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    What SIPp says of its calls.

    Args:
        most: Calls that stood at once.
        cpu: SIPp's own CPU seconds.
    """

    calls: int
    failed: int
    most: int
    seconds: float
    cpu: float


def load(
    aim: Aim,
    folder: Path,
    *,
    scenario: str,
    accounts: list[str],
    over_s: float,
    at_most_s: float,
    sample: Callable[[float], None],
) -> Loaded:
    """
    Place a call for each of *accounts*, their beginnings spread over *over_s*.

    Args:
        folder: Empty; takes SIPp's files.
        at_most_s: Then SIPp is stopped and the calls that stand count as failed.
        sample: Called every two seconds with the seconds since the beginning.

    Raises:
        BenchFailed: SIPp could not be run.
    """
    (folder / "scenario.xml").write_text(scenario)
    (folder / "accounts.csv").write_text(
        "SEQUENTIAL\n" + "".join(f"{number};\n" for number in accounts)
    )
    began = time.monotonic()
    with (folder / "sipp.out").open("wb") as out:
        sipp = subprocess.Popen(
            _command(aim, calls=len(accounts), over_s=over_s, at_most_s=at_most_s),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=out,
        )
    try:
        cpu = _watched(sipp, began, at_most_s + 10, sample)
    finally:
        if sipp.returncode is None:
            sipp.kill()
            sipp.wait()
    passed = time.monotonic() - began
    succeeded, most = _counted(folder / "stat.csv")
    return Loaded(len(accounts), len(accounts) - succeeded, most, passed, cpu)


def _command(aim: Aim, *, calls: int, over_s: float, at_most_s: float) -> list[str]:
    return [
        "sipp", f"127.0.0.1:{aim.sip}", "-s", aim.number,
        "-sf", "scenario.xml", "-inf", "accounts.csv",
        "-m", str(calls), "-l", str(calls), "-r", str(calls), "-rp", str(round(over_s * 1000)),
        "-i", "127.0.0.1", "-p", str(aim.own), "-mi", "127.0.0.1", "-mp", str(aim.rtp),
        "-timeout", f"{round(at_most_s)}s", "-timeout_error", "-nostdin",
        "-trace_stat", "-fd", "1", "-stf", "stat.csv", "-trace_err", "-error_file", "errors.log",
    ]  # fmt: skip


def _watched(
    sipp: subprocess.Popen[bytes], began: float, patience: float, sample: Callable[[float], None]
) -> float:
    """SIPp's CPU seconds, once it has ended."""
    due = SAMPLE_S
    while True:
        pid, status, usage = os.wait4(sipp.pid, os.WNOHANG)
        if pid:
            sipp.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        passed = time.monotonic() - began
        if passed > patience:
            raise BenchFailed("SIPp does not end")
        if passed >= due:
            sample(passed)
            due += SAMPLE_S
        time.sleep(0.1)


def _counted(stat: Path) -> tuple[int, int]:
    """Calls that succeeded, and the most at once."""
    if not stat.exists():
        out = stat.with_name("sipp.out").read_text(errors="replace").strip()
        raise BenchFailed(f"SIPp placed no call: {out[-500:]}")
    with stat.open(newline="") as rows:
        counts = [
            (int(row["SuccessfulCall(C)"]), int(row["CurrentCall"]))
            for row in csv.DictReader(rows, delimiter=";")
            if row.get("SuccessfulCall(C)")
        ]
    return counts[-1][0], max(most for _, most in counts)
