"""``paytone migrate``."""

from paytone.line.postgres import PrivatePostgres
from paytone.store.migrations import SQL
from tests.cli.command import paytone

NAMES = sorted(path.stem for path in SQL.glob("*.sql"))


def test_it_says_what_it_applied(postgres: PrivatePostgres) -> None:
    url = postgres.create("cli_migrate")
    check, first, again = (
        paytone(url, "migrate", *words) for words in (["--check"], [], ["--check"])
    )

    assert (1, [f"{name} to be applied" for name in NAMES]) == (
        check.exit_code, check.output.splitlines(),
    )  # fmt: skip
    assert (0, [f"{name} applied" for name in (*NAMES, "procrastinate")]) == (
        first.exit_code, first.output.splitlines(),
    )  # fmt: skip
    assert (0, "Nothing to apply.\n") == (again.exit_code, again.output)


def test_a_database_that_is_away_is_told(postgres: PrivatePostgres) -> None:
    ended = paytone(postgres.url("nowhere"), "migrate")

    assert 1 == ended.exit_code
    assert 'database "nowhere" does not exist' in ended.stderr
