"""``paytone doctor`` on a whole line."""

from __future__ import annotations

import os
import subprocess

import pytest
from click.testing import CliRunner

from paytone.cli import main
from paytone.line.line import PAYTONE, Line

OUTER = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("PAYTONE_") or name == "PAYTONE_ASTERISK"
}


def doctor(line: Line, **more: str) -> subprocess.CompletedProcess[str]:
    """What the doctor says of *line*."""
    return subprocess.run(
        [*PAYTONE, "doctor", "--asterisk-etc", str(line.configuration.etc)],
        env={**line.environment, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_whole_line_is_healthy_until_a_part_ends() -> None:
    with Line(OUTER, accounts=None) as line:
        well = doctor(line)
        assert 0 == well.returncode, well.stdout + well.stderr
        assert {"ok", "warn"} >= {told.split()[0] for told in well.stdout.splitlines()}
        assert "ok    database: " in well.stdout
        asked = doctor(line, PAYTONE_AMI=f"127.0.0.1:{line.ports.ami}:paytone:guessed")
        assert "fail  asterisk: " in asked.stdout
        line.asterisk.stop()
        ill = doctor(line)
        assert 1 == ill.returncode
        assert "fail  asterisk: " in ill.stdout
        assert line.configuration.ami_secret not in well.stdout + asked.stdout + ill.stdout


@pytest.mark.parametrize("ami", ["127.0.0.1", "127.0.0.1:x:paytone:y", "h:1:u"])
def test_an_ami_that_cannot_be_read_is_told(ami: str) -> None:
    done = CliRunner().invoke(main, ["doctor", "--ami", ami])
    assert 2 == done.exit_code
    assert "HOST:PORT:USER:SECRET" in done.output
