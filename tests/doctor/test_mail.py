"""The doctor sees whether customers who have an address are written to."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from paytone.doctor import Grade
from paytone.doctor.mail import mail
from tests.doctor.conftest import Ward

ADDRESS = "INSERT INTO customers (name, email) VALUES ('Test', 'someone@customer.example')"
SMTP = {
    "PAYTONE_SMTP_URL": "smtp://127.0.0.1:1",
    "PAYTONE_MAIL_FROM": "billing@biller.example",
}


@pytest.mark.parametrize(
    ("address", "server", "grade"),
    [(False, False, Grade.OK), (True, False, Grade.WARN), (True, True, Grade.OK)],
    ids=["nobody to write to", "no server", "both"],
)
def test_addresses_without_a_server_are_found(
    ward: Ward, database_url: str, address: bool, server: bool, grade: Grade
) -> None:
    ward.given["PAYTONE_DATABASE_URL"] = database_url
    ward.given.update(SMTP if server else {})
    if address:
        with psycopg.connect(database_url) as connection:
            connection.execute(ADDRESS)
    assert [grade] == [found for found, _ in ward.told(mail)]


def test_missing_words_are_found(ward: Ward, database_url: str, tmp_path: Path) -> None:
    ward.given |= {**SMTP, "PAYTONE_DATABASE_URL": database_url, "PAYTONE_MAIL": str(tmp_path)}
    ((grade, what),) = ward.told(mail)
    assert Grade.FAIL is grade
    assert "en.toml" in what


def test_a_database_that_is_away_is_no_fault_of_the_mail(ward: Ward) -> None:
    ward.given["PAYTONE_DATABASE_URL"] = "postgresql://me:hushhush@127.0.0.1:1/paytone"
    ((grade, what),) = ward.told(mail)
    assert Grade.WARN is grade
    assert "hushhush" not in what
