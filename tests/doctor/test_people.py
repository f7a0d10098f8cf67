"""The doctor sees whether somebody answers, and that callers in line hear the truth."""

from __future__ import annotations

import psycopg
import pytest

from paytone.doctor import Grade
from paytone.doctor.people import people
from tests.doctor.conftest import Told, Ward
from tests.doctor.test_calls_out import ON
from tests.teller import PIN_HASH

NO_QUEUE = "Set(PAYTONE_QUEUE=)"
HOURS = "INSERT INTO opening_hours (queue, weekday, opens, closes) VALUES (%s, 1, '08:00', '20:00')"
AGENT = "INSERT INTO agents (number, name, pin_hash) VALUES ('101', 'Desk', %s)"
OK = (Grade.OK, "callers wait in the queue support")


@pytest.fixture
def queued(ward: Ward, database_url: str) -> Ward:
    """A line whose queue has an agent and hours; calls back are off."""
    ward.given["PAYTONE_DATABASE_URL"] = database_url
    with psycopg.connect(database_url) as connection:
        connection.execute(HOURS, [""])
        connection.execute(AGENT, [PIN_HASH])
    ward.edit("extensions.conf", NO_QUEUE, "Set(PAYTONE_QUEUE=support)")
    ward.asterisk.rx("dialplan reload")
    return ward


def one(told: Told) -> str:
    """The only line, which is a fault."""
    ((grade, what),) = told
    assert Grade.FAIL is grade, what
    return what


def test_as_it_is_set_up_nobody_answers(ward: Ward) -> None:
    ((grade, what),) = ward.told(people)
    assert Grade.WARN is grade
    assert "paytone configure --queue" in what


def test_a_queue_with_agents_and_hours_is_fine(queued: Ward) -> None:
    assert [OK] == queued.told(people)


def test_one_phone_is_fine(queued: Ward, database_url: str) -> None:
    queued.mend()
    queued.given["PAYTONE_DATABASE_URL"] = database_url
    queued.edit("extensions.conf", "Set(PAYTONE_AGENT=)", "Set(PAYTONE_AGENT=PJSIP/desk)")
    queued.asterisk.rx("dialplan reload")
    assert [(Grade.OK, "one phone answers who asks for a person")] == queued.told(people)


@pytest.mark.parametrize(("queue", "is_always"), [("support", False), ("spanish", True)])
def test_whose_hours_nobody_set_is_always_open(
    queued: Ward, database_url: str, queue: str, is_always: bool
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM opening_hours")
        connection.execute(HOURS, [queue])
    always = [what for _, what in queued.told(people) if "always open of support" in what]
    assert is_always == bool(always)


def test_a_queue_without_agents_is_found(queued: Ward, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM agents")
    told = queued.told(people)
    assert (Grade.WARN, "no agent can take calls of support: paytone agents add") in told
    queued.edit("queues.conf", "[support]", "[support]\nmember => PJSIP/desk")
    assert [OK] == queued.told(people)


def test_a_queue_that_asterisk_lacks_is_found_wherever_it_is_named(queued: Ward) -> None:
    queued.edit(
        "extensions.conf", "[paytone-spanish]\n",
        "[paytone-spanish]\nexten => agent,1,Set(PAYTONE_QUEUE=spanish)\n",
    )  # fmt: skip
    queued.asterisk.rx("dialplan reload")
    lines = queued.told(people)
    assert "Asterisk has no queue spanish" in one([each for each in lines if each != OK])
    assert OK in lines


def test_an_asterisk_without_queues_is_found(queued: Ward) -> None:
    queued.asterisk.rx("module unload app_queue.so")
    try:
        assert "load app_queue.so" in one(queued.told(people))
    finally:
        queued.asterisk.rx("module load app_queue.so")


OFFERED = ("paytone/queue-stay", "paytone/queue-offer")
CALL_BACKS = {
    "offered, and nobody is called": ([OFFERED], {}, "nobody is called"),
    "offered, and the key does nothing": (
        [OFFERED, ("context=paytone-queue ", "context=paytone-keys ")], ON, "it does nothing",
    ),
    "offered, in a context that is not there": (
        [OFFERED, ("context=paytone-queue ", "context=no-such ")], ON, "it does nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "given", "said"), CALL_BACKS.values(), ids=CALL_BACKS)
def test_a_call_back_that_is_said_and_is_none_is_found(
    queued: Ward, edits: list[tuple[str, str]], given: dict[str, str], said: str
) -> None:
    queued.given |= given
    for old, new in edits:
        queued.edit("queues.conf", old, new)
    assert said in one(queued.told(people))


def test_a_call_back_that_works_is_to_be_said(queued: Ward) -> None:
    queued.given |= ON
    ((grade, what),) = queued.told(people)
    assert Grade.WARN is grade
    assert "queue-thankyou=paytone/queue-offer" in what
    queued.edit("queues.conf", *OFFERED)
    assert [OK] == queued.told(people)


def test_numbers_that_asterisk_does_not_find_are_missed(queued: Ward) -> None:
    folder = queued.configuration.data / "sounds/es/digits"
    away = folder.rename(folder.with_name("away"))
    try:
        assert "do not hear their place" in one(queued.told(people))
    finally:
        away.rename(folder)


def test_files_alone_are_looked_at_while_asterisk_does_not_run(queued: Ward) -> None:
    queued.edit("queues.conf", *OFFERED)
    queued.asterisk.stop()
    assert "nobody is called" in one(queued.told(people))
