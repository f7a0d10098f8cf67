"""Classic AGI in a process of its own, with this test as its Asterisk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

AGI = Path(__file__).resolve().parents[2] / "agi"
HEADERS = "agi_request: goodbye.agi\nagi_callerid: 3125550142\nagi_dnid: 18008926996\n\n"
REPLIES = {
    "GET VARIABLE PAYTONE_CALL": "200 result=0",
    "GET VARIABLE PAYTONE_INTRO": "200 result=0",
}


@dataclass(frozen=True)
class Run:
    """What a process said, and how it ended."""

    commands: list[str]
    errors: str
    returncode: int


def run(job: str, database_url: str, *, lost_at: str = "", signalled: bool = False) -> Run:
    """Run one .agi file and answer its commands; the one with *lost_at* gets a hangup instead."""
    with subprocess.Popen(
        [sys.executable, str(AGI / f"{job}.agi")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PAYTONE_DATABASE_URL": database_url},
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(HEADERS)
        process.stdin.flush()
        commands = []
        for line in process.stdout:
            commands.append(line.strip())
            if lost_at and lost_at in line:
                if signalled:
                    process.send_signal(signal.SIGHUP)
                process.stdin.write("HANGUP\n")
                process.stdin.close()
                break
            process.stdin.write(REPLIES.get(line.strip(), "200 result=0") + "\n")
            process.stdin.flush()
        commands += [line.strip() for line in process.stdout]
        errors = process.stderr.read()
    return Run(commands, errors, process.returncode)


def test_a_job_is_done_and_the_dialplan_told(database_url: str) -> None:
    ran = run("goodbye", database_url)
    assert "EXEC Playback paytone/goodbye" in ran.commands
    assert 'SET VARIABLE PAYTONE_STATUS "DONE"' == ran.commands[-1]
    assert (0, "") == (ran.returncode, ran.errors)


@pytest.mark.parametrize("signalled", [False, True], ids=["hangup line", "SIGHUP too"])
def test_a_lost_call_ends_the_process_quietly(database_url: str, signalled: bool) -> None:
    ran = run("goodbye", database_url, lost_at="Playback", signalled=signalled)
    assert not any("PAYTONE_STATUS" in command for command in ran.commands)
    assert (0, "") == (ran.returncode, ran.errors)


def test_no_core_file_is_left(database_url: str) -> None:
    with subprocess.Popen(
        ["prlimit", "--core=4096", "--", sys.executable, str(AGI / "goodbye.agi")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PAYTONE_DATABASE_URL": database_url},
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(HEADERS)
        process.stdin.flush()
        process.stdout.readline()
        limits = Path(f"/proc/{process.pid}/limits").read_text()
    (core,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert ["0", "0"] == core.split()[4:6]
