"""A part: started, waited for, killed with all its workers, gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from paytone.line.part import Part, PartFailed

Start = Callable[..., Part]


@pytest.fixture
def part(tmp_path: Path) -> Iterator[Start]:
    """Makes a part that runs a shell script and is ready when the file ``ready`` is there."""
    with ExitStack() as ends:

        def make(script: str, patience: float = 10.0) -> Part:
            made = Part(
                "the kettle",
                ["sh", "-c", script],
                log=tmp_path / "kettle.log",
                environment={**os.environ, "HERE": str(tmp_path)},
                ready=(tmp_path / "ready").exists,
                patience=patience,
            )
            ends.callback(made.kill)
            return made

        yield make


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(what: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + 10
    while not what() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return what()


def test_a_part_that_ends_at_once_is_quoted(part: Start) -> None:
    with pytest.raises(PartFailed, match="the kettle ended at once with status 3\nno water"):
        part("echo no water; exit 3").start()


def test_a_part_that_cannot_get_ready_is_ended(tmp_path: Path) -> None:
    def ready() -> bool:
        raise PartFailed("its port is taken")

    part = Part(
        "the kettle", ["sleep", "60"], log=tmp_path / "log", environment=os.environ, ready=ready
    )
    with pytest.raises(PartFailed, match="its port is taken"):
        part.start()
    assert not part.running


def test_a_part_that_never_gets_ready_is_ended(part: Start) -> None:
    kettle = part("echo slow; sleep 60", patience=0.2)
    with pytest.raises(PartFailed, match=r"not ready within 0\.2 s\nslow"):
        kettle.start()
    assert not kettle.running


def test_a_stopped_part_ends_in_its_own_way(part: Start, tmp_path: Path) -> None:
    kettle = part("trap 'echo off; exit 0' TERM; touch $HERE/ready; while :; do sleep 0.02; done")
    kettle.start()
    kettle.stop()
    assert not kettle.running
    assert "off" == kettle.tail()


def test_a_part_that_does_not_stop_is_killed(part: Start) -> None:
    kettle = part("trap '' TERM; touch $HERE/ready; while :; do sleep 0.02; done")
    kettle.start()
    kettle.stop(patience=0.2)
    assert not kettle.running


def test_a_killed_part_takes_its_workers_along_and_starts_again(
    part: Start, tmp_path: Path
) -> None:
    kettle = part("sleep 60 & echo $! >$HERE/worker; touch $HERE/ready; wait")
    kettle.start()
    worker = int((tmp_path / "worker").read_text())
    assert _is_alive(worker)
    kettle.kill()
    assert not _is_alive(worker)
    kettle.start()
    assert kettle.running


def test_a_part_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, time
from paytone.line.part import Part
here = pathlib.Path({str(tmp_path)!r})
part = Part("kettle", ["sh", "-c", f"touch {{here}}/ready; exec sleep 60"], log=here / "log",
            environment=os.environ, ready=(here / "ready").exists)
part.start()
print(part.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert _wait_for(lambda: _is_alive(pid))
        parent.send_signal(signal.SIGKILL)
    assert _wait_for(lambda: not _is_alive(pid))


def test_a_part_leaves_no_core_file(part: Start, tmp_path: Path) -> None:
    """It could hold card numbers."""
    part("ulimit -Sc; ulimit -Hc; touch $HERE/ready; sleep 60").start()
    assert "0\n0\n" == (tmp_path / "kettle.log").read_text()
