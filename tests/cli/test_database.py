"""Every command that needs the database says in one line why it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from paytone.line.postgres import PrivatePostgres
from paytone.store.migrations import SQL
from tests.cli.command import paytone

DEMO = str(Path(__file__).parents[2] / "provision" / "demo-accounts.csv")
COMMANDS = (
    ("accounts", "import", DEMO),
    ("payments", "list"),
    ("payments", "show", "000005724"),
    ("payments", "export"),
    ("payments", "reconcile"),
)
NAMES = [" ".join(words[:2]) for words in COMMANDS]


@pytest.mark.parametrize("words", [*COMMANDS, ("migrate",)], ids=[*NAMES, "migrate"])
def test_a_database_that_is_away_is_told_in_a_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = paytone(f"postgresql://me:hushhush@/paytone?host={tmp_path}", *words)

    assert 1 == ended.exit_code
    assert "" == ended.stdout
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: the database: connection")
    assert "No such file or directory" in line
    assert "hushhush" not in line


@pytest.mark.parametrize("words", COMMANDS, ids=NAMES)
def test_a_database_without_tables_is_told(
    postgres: PrivatePostgres, words: tuple[str, ...]
) -> None:
    ended = paytone(postgres.create(f"untold_{'_'.join(words[:2])}"), *words)

    names = ", ".join(sorted(path.stem for path in SQL.glob("*.sql")))
    assert (1, f"Error: the database lacks {names}: run paytone migrate\n") == (
        ended.exit_code, ended.output,
    )  # fmt: skip


def test_a_connection_string_that_cannot_be_read_is_told() -> None:
    ended = paytone("nonsense", "payments", "list")

    assert 1 == ended.exit_code
    assert ended.output.startswith("Error: the database: missing")
