"""``paytone banks`` and ``paytone authorisations``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import psycopg
import pytest

from paytone.rules.money import Money
from paytone.rules.payment import Payment
from paytone.rules.schedule import Every, Fixed, State
from paytone.store import Store, agreements
from paytone.store.agreements import Authorisation
from tests.cli.command import paytone, paytone_beside
from tests.plans import agreed, saved_bank
from tests.rules.test_fedach import record
from tests.spoken_yes import YES
from tests.store import given
from tests.store.test_authorisations import debit, spoken
from tests.teller import NOW, Counter

DEMO = str(Path(__file__).parents[2] / "provision" / "demo-banks.txt")


def test_a_file_is_loaded_and_a_bank_shown(database_url: str) -> None:
    loaded = paytone(database_url, "banks", "import", DEMO)
    assert (0, "Loaded: 15 banks; there were 0.\n") == (loaded.exit_code, loaded.output)
    shown = paytone(database_url, "banks", "show", "021000021")
    assert "021000021  JPMORGAN CHASE BANK, NA  changed 2026-01-01\n" == shown.output


def test_where_a_bank_moved_is_shown(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "FedACHdir.txt"
    file.write_text(record("026009593", kind="2", new="021000021") + "\r\n" + record() + "\r\n")
    paytone(database_url, "banks", "import", str(file))
    shown = paytone(database_url, "banks", "show", "026009593").output
    assert "moved to 021000021" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("garbage\n", "line 1: it has 7 characters"),
        ("", "holds no banks"),
        (record() + "\n", "1 banks instead of 15; if that is right, use --force"),
    ],
    ids=["garbage", "empty", "far smaller"],
)
def test_a_wrong_file_changes_nothing(
    database_url: str, tmp_path: Path, text: str, said: str
) -> None:
    paytone(database_url, "banks", "import", DEMO)
    file = tmp_path / "FedACHdir.txt"
    file.write_text(text)
    ended = paytone(database_url, "banks", "import", str(file))
    assert 1 == ended.exit_code
    assert said in ended.output
    assert 0 == paytone(database_url, "banks", "show", "011000015").exit_code


@pytest.mark.parametrize(
    ("routing", "said"), [("021000022", "no routing number"), ("026009593", "not listed")]
)
def test_a_number_that_is_none_is_said(database_url: str, routing: str, said: str) -> None:
    ended = paytone(database_url, "banks", "show", routing)
    assert (1, True) == (ended.exit_code, said in ended.output)


async def _paid(store: Store) -> Payment:
    return await debit(store, await given.account(store), spoken(on=date.today()))  # noqa: DTZ011 - the database's own day


async def test_an_authorisation_is_exported_by_confirmation_and_that_is_noted(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    number = (await _paid(store)).confirmation
    words = ("authorisations", "export", number, "--to", str(tmp_path), "--by", "auditor")
    ended = await paytone_beside(database_url, *words)
    assert 0 == ended.exit_code, ended.output
    assert YES == (tmp_path / f"{number}.wav").read_bytes()
    told = json.loads((tmp_path / f"{number}.json").read_text())
    assert 8 == len(told["facts"])
    assert number == told["confirmation"]
    assert number in (await paytone_beside(database_url, "authorisations", "list")).output
    with psycopg.connect(database_url) as connection:
        used = connection.execute("SELECT act, by FROM authorisation_uses").fetchall()
    assert [("exported", "auditor")] == used


async def test_a_purge_before_two_years_are_over_is_refused(
    store: Store, database_url: str
) -> None:
    number = (await _paid(store)).confirmation
    today = await paytone_beside(database_url, "authorisations", "purge")
    assert (0, "Deleted: 0\n") == (today.exit_code, today.output)
    words = ("authorisations", "purge", "--confirmation", number)
    named = await paytone_beside(database_url, *words)
    assert (1, True) == (named.exit_code, "nothing was deleted" in named.output)
    assert 1 == len(await store.all("SELECT id FROM authorisations"))
    assert number in (await paytone_beside(database_url, "authorisations", "list")).output


async def test_those_of_a_schedule_are_listed_and_exported_with_their_terms(
    counter: Counter, database_url: str, tmp_path: Path
) -> None:
    account = await counter.account()
    weekly = Fixed(Money(3000), Every.WEEK, date(2026, 3, 12))
    schedule = await agreed(counter, account, weekly, await saved_bank(counter, account))
    number = schedule.confirmation
    listed = (await paytone_beside(database_url, "authorisations", "list")).output
    serves = f"{number}  30.00 USD every week from 2026-03-12, from 2026-03-12; serves still"
    assert serves in listed
    by_caller = Authorisation("the caller", NOW)
    await agreements.halt(
        counter.store, schedule, State.CANCELLED, why="x", authorisation=by_caller
    )
    assert ", ended " in (await paytone_beside(database_url, "authorisations", "list")).output
    words = ("authorisations", "export", number, "--to", str(tmp_path), "--by", "auditor")
    assert 0 == (await paytone_beside(database_url, *words)).exit_code
    assert YES == (tmp_path / f"{number}.wav").read_bytes()
    told = json.loads((tmp_path / f"{number}.json").read_text())
    assert "recurring" in told["facts"]["kind of debit"]
    assert told["ended_at"] is not None
    purge = ("authorisations", "purge", "--confirmation", number)
    assert "nothing was deleted" in (await paytone_beside(database_url, *purge)).output


async def test_a_number_without_an_authorisation_is_said(store: Store, database_url: str) -> None:
    payment = await given.payment(store, await given.account(store), heard=None)
    ended = await paytone_beside(database_url, "authorisations", "export", payment.confirmation)
    assert (1, True) == (ended.exit_code, "no authorisation" in ended.output)
