"""``paytone doctor`` on a whole line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from paytone.cli import main
from paytone.line.configuration import Configuration, write
from paytone.line.installed import find_asterisk
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


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """The shipped configuration of an Asterisk that does not run."""
    configuration = Configuration(etc=tmp_path / "etc", state=tmp_path, run=tmp_path, ami_port=1)
    write(configuration, find_asterisk(os.environ))
    return configuration.etc


def alone(etc: Path) -> str:
    """What the doctor says of files without an Asterisk."""
    return CliRunner().invoke(main, ["doctor", "--asterisk-etc", str(etc)]).stdout


def test_files_alone_are_checked(etc: Path) -> None:
    told = alone(etc)
    assert "ok    files: " in told
    assert "ok    ami-classes: no AMI user sees keys" in told


def test_an_include_by_its_whole_path_is_followed(etc: Path, tmp_path: Path) -> None:
    """As docs/install.md tells admins to write it."""
    shutil.move(etc / "extensions.conf", tmp_path / "ours.conf")
    (etc / "extensions.conf").write_text(f'#include "{tmp_path}/ours.conf"\n')
    assert "ok    recordings: " in alone(etc)


@pytest.mark.parametrize("lost", ["folder", "extensions.conf", "included"])
def test_what_cannot_be_read_is_not_called_clean(etc: Path, lost: str) -> None:
    if lost == "folder":
        shutil.rmtree(etc)
    elif lost == "extensions.conf":
        (etc / lost).unlink()
    else:
        (etc / "secret.conf").mkdir()  # root reads every file, but not a folder
        (etc / "manager.conf").write_text('#include "secret.conf"\n')
    told = alone(etc)
    assert "fail  files: " in told
    assert "ok    ami-classes" not in told
    assert "ok    strangers" not in told


def test_a_setting_that_is_misspelt_is_told(etc: Path) -> None:
    done = CliRunner().invoke(
        main, ["doctor", "--asterisk-etc", str(etc)], env={"PAYTONE_ENTRY_TRYS": "4"}
    )
    told = "warn  settings: PAYTONE_ENTRY_TRYS is no setting: did you mean PAYTONE_ENTRY_TRIES?"
    assert told in done.stdout.splitlines()
