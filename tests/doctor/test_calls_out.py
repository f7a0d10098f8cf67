"""The doctor sees whether calls can be made as the law has it."""

from __future__ import annotations

import psycopg
import pytest

from paytone.doctor import Grade
from paytone.doctor.calls_out import calls_out
from tests.doctor.conftest import Ward

ON = {
    "PAYTONE_CALLS_OUT": "on",
    "PAYTONE_AMI": "127.0.0.1:1:paytone:x",
    "PAYTONE_TRUNK": "PJSIP/{number}@carrier",
    "PAYTONE_CALLER_ID": "8008926996",
    "PAYTONE_STOP_NUMBER": "8005550199",
}
AGREED = """
    WITH customer AS (INSERT INTO customers (name, timezone) VALUES ('Test', %s) RETURNING id)
    INSERT INTO contact_consents (customer_id, channel, address, purpose, source, said, at)
    SELECT id, 'call', '3125550142', 'account', 'import', 'a form', now() FROM customer
"""


def test_off_is_fine(ward: Ward) -> None:
    assert [(Grade.OK, "nobody is called: PAYTONE_CALLS_OUT is off")] == ward.told(calls_out)


@pytest.mark.parametrize(
    ("zone", "grade"),
    [("", Grade.WARN), (None, Grade.WARN), ("America/Chicago", Grade.OK)],
    ids=["nobody agreed", "no zone", "all is known"],
)
def test_who_agreed_is_counted(
    ward: Ward, database_url: str, zone: str | None, grade: Grade
) -> None:
    ward.given.update({**ON, "PAYTONE_DATABASE_URL": database_url})
    if zone != "":
        with psycopg.connect(database_url) as connection:
            connection.execute(AGREED, [zone])
    assert [grade] == [found for found, _ in ward.told(calls_out)]


BREAKS = {
    "the dialplan calls nobody": ("[paytone-out]", "[other-out]", "has no paytone-out"),
    "nothing answers the number that stops": ("8005550199", "8005550198", "answers 8005550199"),
}


@pytest.mark.parametrize(("old", "new", "said"), BREAKS.values(), ids=BREAKS)
def test_a_dialplan_that_cannot_call_is_a_fault(
    ward: Ward, database_url: str, old: str, new: str, said: str
) -> None:
    ward.given.update({**ON, "PAYTONE_DATABASE_URL": database_url})
    file = ward.configuration.etc / "extensions.conf"
    file.write_text(file.read_text().replace(old, new))
    ward.asterisk.rx("dialplan reload")
    try:
        faults = [what for grade, what in ward.told(calls_out) if grade is Grade.FAIL]
    finally:
        ward.mend()
        ward.asterisk.rx("dialplan reload")
    assert said in "".join(faults)


def test_without_amd_is_a_fault(ward: Ward, database_url: str) -> None:
    ward.given.update({**ON, "PAYTONE_DATABASE_URL": database_url})
    ward.asterisk.rx("module unload app_amd.so")
    try:
        told = ward.told(calls_out)
    finally:
        ward.asterisk.rx("module load app_amd.so")
    assert any("has no AMD" in what for _, what in told)
    assert not any("has no AMD" in what for _, what in ward.told(calls_out))
