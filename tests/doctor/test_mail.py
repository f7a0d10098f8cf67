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
    assert [grade, Grade.OK] == [found for found, _ in ward.told(mail)]


SMS = {
    "PAYTONE_SMS_URL": "https://sms.example/",
    "PAYTONE_SMS_BODY": "To=$to&Body=$text",
}
INBOUND = {"PAYTONE_SMS_INBOUND": "a-secret-of-some-length"}
AGREED = """
    WITH customer AS (
        INSERT INTO customers (name, mobile) VALUES ('Test', '3125550142') RETURNING id
    )
    INSERT INTO contact_consents (customer_id, channel, address, purpose, source, said, at)
    SELECT id, 'sms', '3125550142', 'receipts', 'import', 'a form', now() FROM customer
"""


@pytest.mark.parametrize(
    ("agreed", "settings", "grades"),
    [
        (True, {}, [Grade.OK, Grade.WARN]),
        (True, SMS, [Grade.OK, Grade.OK, Grade.WARN]),
        (True, SMS | INBOUND, [Grade.OK, Grade.OK]),
        (False, {"PAYTONE_LETTERS": "/tmp/letters"}, [Grade.WARN]),
    ],
    ids=["no gateway", "stop is not heard", "all there", "a folder"],
)
def test_texts_that_are_not_sent_and_stops_that_are_not_heard_are_found(
    ward: Ward, database_url: str, agreed: bool, settings: dict[str, str], grades: list[Grade]
) -> None:
    ward.given |= {"PAYTONE_DATABASE_URL": database_url, **settings}
    if agreed:
        with psycopg.connect(database_url) as connection:
            connection.execute(AGREED)
    assert grades == [found for found, _ in ward.told(mail)]


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
