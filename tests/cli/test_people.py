"""``paytone hours``, ``agents``, ``people`` and ``messages``."""

from __future__ import annotations

import uuid
import wave
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from paytone.cli.hours import span_of, weekdays_of
from paytone.rules.authorisation import Recording
from paytone.rules.hours import Span
from paytone.rules.person import Came
from paytone.store import Store, messages, people
from tests.cli.command import paytone, paytone_beside
from tests.spoken_yes import YES

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=ZoneInfo("America/New_York"))
NEXT_YEAR = datetime.now(ZoneInfo("America/New_York")).year + 1


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon", [1]), ("mon-fri", [1, 2, 3, 4, 5]), ("sat,sun", [6, 7]), ("SAT-MON", [6, 7, 1])],
)
def test_weekdays(text: str, days: list[int]) -> None:
    assert days == weekdays_of(text)


@pytest.mark.parametrize("text", ["monday", "mon-", "", "mon-fri-sun"])
def test_no_weekdays(text: str) -> None:
    with pytest.raises(click.BadParameter):
        weekdays_of(text)


def test_spans() -> None:
    assert Span(time(8), time(20)) == span_of("08:00-20:00")
    assert Span(time(0), time(0)) == span_of("00:00-24:00")
    with pytest.raises(click.BadParameter):
        span_of("8 to 5")


def test_hours_are_set_listed_and_cleared(database_url: str) -> None:
    assert "always open" in paytone(database_url, "hours", "list").output
    told = paytone(database_url, "hours", "set", "mon-fri", "08:00-12:00", "13:00-17:00").output
    assert 10 == told.count("all ")
    told = paytone(database_url, "hours", "set", "fri", "closed").output
    assert "fri  closed" in told
    assert 9 == told.count("all ")
    day = f"{NEXT_YEAR}-12-24"
    assert (
        f"{day}  closed  storm"
        in paytone(database_url, "hours", "close", day, "--why", "storm", "--by", "clerk").output
    )
    assert (
        f"{day}  10:00-14:00" in paytone(database_url, "hours", "open", day, "10:00-14:00").output
    )
    assert day not in paytone(database_url, "hours", "open", day).output
    assert 1 == paytone(database_url, "hours", "open", day).exit_code


def test_holidays_come_from_the_library_and_from_a_file(database_url: str, tmp_path: Path) -> None:
    told = paytone(database_url, "hours", "holidays", str(NEXT_YEAR)).output
    assert f"{NEXT_YEAR}-12-25  closed  Christmas Day" in told
    file = tmp_path / "days.csv"
    file.write_text(f"day,reason,hours\n{NEXT_YEAR}-12-25,staff party,09:00-10:00\n")
    told = paytone(database_url, "hours", "import", str(file)).output
    assert f"{NEXT_YEAR}-12-25  09:00-10:00  staff party" in told
    file.write_text("day,reason\nsoon,party\n")
    ended = paytone(database_url, "hours", "import", str(file))
    assert 1 == ended.exit_code
    assert "soon" in ended.output


def test_agents_are_added_listed_and_removed(database_url: str) -> None:
    add = ("agents", "add", "101", "--name", "Desk", "--pin")
    assert 0 == paytone(database_url, *add, "2580").exit_code
    assert 2 == paytone(database_url, *add, "12").exit_code
    told = paytone(database_url, "agents", "list").output
    assert "101    Desk: out" in told
    assert 0 == paytone(database_url, "agents", "remove", "101").exit_code
    assert 1 == paytone(database_url, "agents", "remove", "101").exit_code


async def test_who_asked_and_what_they_left(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    person_id = str(uuid.uuid4())
    await people.asked(
        store, person_id, str(uuid.uuid4()), Came("pay-bill", "declined"), queue="support",
        number="3125550142", now=NOW, is_closed=False,
    )  # fmt: skip
    await people.answered(store, person_id, phone="PJSIP/agent", now=NOW + timedelta(seconds=30))
    await people.ended(store, person_id, "abandoned", now=NOW + timedelta(seconds=90))
    await messages.keep(store, person_id, Recording(YES, 4200), confirmed=False, now=NOW)
    told = (await paytone_beside(database_url, "people", "list")).output
    assert (
        "2026-03-02 15:30:00  support     ---- NOT-VERIFIED pay-bill declined: answered, "
        "waited 30 s, by PJSIP/agent, talked 60 s\n"
    ) == told
    told = (await paytone_beside(database_url, "people", "summary")).output
    assert told.startswith("support: 1 asked, 1 answered, 0 gave up")
    told = (await paytone_beside(database_url, "messages", "list")).output
    number = told.split()[0]
    assert "3125550142, 4 s, not confirmed\n" in told
    await _is_played(database_url, number, tmp_path)
    ended = await paytone_beside(database_url, "messages", "done", number, "--by", "clerk")
    assert 0 == ended.exit_code
    assert "" == (await paytone_beside(database_url, "messages", "list")).output
    assert "by clerk" in (await paytone_beside(database_url, "messages", "list", "--all")).output


async def _is_played(database_url: str, number: str, folder: Path) -> None:
    """The message is written to a file that any player reads; what cannot be is said."""
    file = folder / "said.wav"
    written = await paytone_beside(database_url, "messages", "play", number, "--to", str(file))
    assert (0, f"Written: {file}\n") == (written.exit_code, written.output)
    with wave.open(str(file)) as sound:
        assert (1, 2, 8000) == (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
    assert YES == file.read_bytes()
    for which, to, said in (
        ("999", folder / "other.wav", "there is no such message"),
        (number, folder / "no" / "other.wav", "No such file or directory"),
    ):
        failed = await paytone_beside(database_url, "messages", "play", which, "--to", str(to))
        assert (1, True) == (failed.exit_code, said in failed.output)
        assert not to.exists()
