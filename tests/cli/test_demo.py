"""``paytone demo``: the whole of it, and what it says when something does not happen."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from paytone.line.line import PAYTONE
from paytone.line.postgres import PrivatePostgres
from tests.cli.command import paytone

OURS = {name: os.environ[name] for name in ("PAYTONE_ASTERISK",) if name in os.environ}
OUTER = {name: value for name, value in os.environ.items() if not name.startswith("PAYTONE_")}


@pytest.fixture
def folder(run_folder: Path) -> Path:
    """An empty one that Postgres's user may enter."""
    made = Path(tempfile.mkdtemp(prefix="demo-", dir=run_folder))
    made.chmod(0o755)
    return made


def demo(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """What the demo prints; its run folders go below *folder*."""
    return subprocess.run(
        [*PAYTONE, "demo"],
        env={**OUTER, **OURS, "TMPDIR": str(folder), **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def left_behind(folder: Path) -> list[str]:
    """What still stands or runs below *folder*."""
    running = [
        link.parent.name
        for link in Path("/proc").glob("[0-9]*/environ")
        if str(folder).encode() in _read(link) and link.parent.name != str(os.getpid())
    ]
    return [*map(str, folder.iterdir()), *running]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_a_caller_pays_and_nothing_is_left(folder: Path) -> None:
    done = demo(folder)
    assert 0 == done.returncode, done.stdout + done.stderr
    said = done.stdout
    for each in (
        r"Caller  \[4000100020003000\]",
        r"Caller  \[•{16}#\]",
        r"Thank you",
        r"Confirmation number  \d{9}\n",
        r"Payment as stored    112\.40 USD from Visa ending in 1111\n",
        r"submitting -> settling",
        r"Balance before       112\.40 USD\nBalance after        0\.00 USD\n",
        r"On the line          \d+ s\n",
    ):
        assert re.search(each, said), each
    assert "4111111111111111" not in said
    assert [] == left_behind(folder)


def test_a_call_that_goes_another_way_fails(folder: Path) -> None:
    """The balance is over the limit here, so that it cannot be paid with one key."""
    done = demo(folder, PAYTONE_MOST_CENTS="5000")
    assert 1 == done.returncode
    assert "Error: the call did not go as it should: " in done.stderr
    assert "ask-amount-kind" in done.stderr
    assert "Traceback" not in done.stderr
    assert [] == left_behind(folder)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"PAYTONE_LANGUAGE": "xx"}, "xx.toml"),
        ({"PAYTONE_ASTERISK": "/nonexistent"}, "make setup"),
        ({"PAYTONE_DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "connection"),
    ],
    ids=["no such language", "no Asterisk", "database away"],
)
def test_what_is_missing_is_told(folder: Path, given: dict[str, str], reason: str) -> None:
    done = demo(folder, **given)
    assert 1 == done.returncode
    assert done.stderr.startswith("Error: ")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert [] == left_behind(folder)


def test_a_database_without_the_demo_account_is_told(
    folder: Path, postgres: PrivatePostgres
) -> None:
    done = demo(folder, PAYTONE_DATABASE_URL=postgres.create("demo_less"))
    assert 1 == done.returncode
    assert "paytone accounts import provision/demo-accounts.csv" in done.stderr
    assert [] == left_behind(folder)


def test_a_demo_account_that_owes_nothing_is_told(folder: Path, database_url: str) -> None:
    """As after a first demo on an operator's own database."""
    file = folder / "paid.csv"
    file.write_text("account_number,customer_name,pin\n4000100020003000,Paid,2580\n")
    assert 0 == paytone(database_url, "accounts", "import", str(file)).exit_code
    file.unlink()
    done = demo(folder, PAYTONE_DATABASE_URL=database_url)
    assert 1 == done.returncode
    assert "account 4000100020003000 owes 0.00 USD, so there is nothing to pay" in done.stderr
    assert [] == left_behind(folder)
