"""The doctor sees whether messages can be recorded, and who is told of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.config import Settings
from paytone.doctor import Grade, Patient
from paytone.doctor.files import Files
from paytone.doctor.machine import may_write
from paytone.doctor.messages import messages
from tests.doctor.conftest import Ward

NOBODY = 65534
SMTP = {
    "PAYTONE_SMTP_URL": "smtp://127.0.0.1:1",
    "PAYTONE_MAIL_FROM": "billing@biller.example",
}
TO = {"PAYTONE_MESSAGES_TO": "desk@biller.example"}


@pytest.fixture
def folder(ward: Ward, tmp_path: Path) -> Path:
    """A line that takes messages, with a folder as it should be."""
    made = tmp_path / "recordings"
    made.mkdir(mode=0o770)
    made.chmod(0o770)
    ward.given |= {"PAYTONE_MESSAGES": "on", "PAYTONE_AUTHORISATIONS": str(made)}
    return made


def test_off_is_fine(ward: Ward) -> None:
    assert [(Grade.OK, "no messages are taken: PAYTONE_MESSAGES is off")] == ward.told(messages)


@pytest.mark.parametrize(
    ("given", "grade", "said"),
    [
        ({}, Grade.OK, "paytone messages list"),
        (TO, Grade.FAIL, "set PAYTONE_SMTP_URL"),
        (TO | SMTP, Grade.OK, "desk@biller.example is written to"),
    ],
    ids=["nobody", "no mail", "both"],
)
def test_who_is_told_needs_mail(
    ward: Ward, folder: Path, given: dict[str, str], grade: Grade, said: str
) -> None:
    ward.given |= given
    first, (second, what) = ward.told(messages)
    assert (Grade.OK, f"messages pass through {folder}") == first
    assert (grade, True) == (second, said in what)


def test_a_folder_that_is_open_or_missing_is_found(ward: Ward, folder: Path) -> None:
    folder.chmod(0o777)
    (grade, what), _ = ward.told(messages)
    assert (Grade.FAIL, True) == (grade, "chmod o=" in what)
    folder.rmdir()
    (grade, what), _ = ward.told(messages)
    assert (Grade.FAIL, True) == (grade, "docs/people.md" in what)


def test_an_asterisk_that_writes_no_wav_is_found(ward: Ward, folder: Path) -> None:
    ward.asterisk.rx("module unload format_wav.so")
    try:
        told = ward.told(messages)
    finally:
        ward.asterisk.rx("module load format_wav.so")
    assert any(grade is Grade.FAIL and "format_wav.so" in what for grade, what in told)


@pytest.fixture
def other() -> Iterator[int]:
    """A process of another user than ours, where we may start one."""
    user, groups = (NOBODY, ()) if os.geteuid() == 0 else (None, None)
    with subprocess.Popen(["sleep", "60"], user=user, group=user, extra_groups=groups) as process:
        yield process.pid
        process.kill()


@pytest.mark.parametrize(("mode", "may"), [(0o700, True), (0o500, False), (0o600, False)])
def test_the_owner_needs_to_write_and_to_enter(
    other: int, tmp_path: Path, mode: int, may: bool
) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, NOBODY, NOBODY)
    tmp_path.chmod(mode)
    assert may == may_write(other, tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="a folder of another user's takes root to make")
@pytest.mark.parametrize(("group", "grade"), [(NOBODY, Grade.OK), (0, Grade.FAIL)])
def test_a_folder_that_asterisk_cannot_write_is_found(
    other: int, tmp_path: Path, group: int, grade: Grade
) -> None:
    os.chown(tmp_path, 0, group)
    tmp_path.chmod(0o2770)
    pid = tmp_path.parent / f"asterisk-{group}.pid"
    pid.write_text(f"{other}\n")
    given = {"PAYTONE_MESSAGES": "on", "PAYTONE_AUTHORISATIONS": str(tmp_path)}
    shown = {
        "core show settings": f"  PID file:                    {pid}\n",
        "module show like format_wav": "format_wav.so",
    }
    patient = Patient(Settings.from_env(given), Files(tmp_path), shown)
    found = next(iter(messages(patient)))
    assert grade is found.grade
    assert (grade is Grade.FAIL) == ("Asterisk cannot write" in found.what)
