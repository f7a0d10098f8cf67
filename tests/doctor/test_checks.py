"""The doctor sees whether electronic checks can be taken, recorded and kept."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from paytone.doctor import Grade
from paytone.doctor.checks import electronic_checks
from tests.doctor.conftest import Ward

IMPORTED = "INSERT INTO bank_imports (at, by, banks) VALUES (%s, 'test', 9)"


@pytest.fixture
def folder(ward: Ward, database_url: str, tmp_path: Path) -> Path:
    """A line that takes checks, with a folder as it should be."""
    made = tmp_path / "authorisations"
    made.mkdir(mode=0o700)
    ward.given |= {
        "PAYTONE_DATABASE_URL": database_url,
        "PAYTONE_ELECTRONIC_CHECK": "on",
        "PAYTONE_ENQUIRIES": "8005550100",
        "PAYTONE_AUTHORISATIONS": str(made),
    }
    return made


def grades(ward: Ward) -> list[Grade]:
    """What is found of the folder and of the banks."""
    return [grade for grade, _ in ward.told(electronic_checks)]


def imported(url: str, days: int) -> None:
    """A list of banks so many days old."""
    with psycopg.connect(url) as connection:
        connection.execute(IMPORTED, [datetime.now(UTC) - timedelta(days=days)])


def test_a_line_without_checks_is_fine(ward: Ward) -> None:
    assert [Grade.OK] == grades(ward)


@pytest.mark.parametrize(("days", "grade"), [(None, Grade.FAIL), (1, Grade.OK), (60, Grade.WARN)])
def test_the_age_of_the_list_of_banks_is_told(
    ward: Ward, folder: Path, database_url: str, days: int | None, grade: Grade
) -> None:
    if days is not None:
        imported(database_url, days)
    assert [Grade.OK, grade] == grades(ward)


def test_a_folder_that_is_missing_or_open_is_found(
    ward: Ward, folder: Path, database_url: str
) -> None:
    imported(database_url, 1)
    folder.chmod(0o755)
    assert [Grade.FAIL, Grade.OK] == grades(ward)
    folder.rmdir()
    assert [Grade.FAIL, Grade.OK] == grades(ward)


def test_a_recording_that_was_left_behind_is_found(
    ward: Ward, folder: Path, database_url: str
) -> None:
    imported(database_url, 1)
    left = folder / "x.wav"
    left.write_bytes(b"x")
    os.utime(left, (1, 1))
    assert [Grade.WARN, Grade.OK] == grades(ward)
