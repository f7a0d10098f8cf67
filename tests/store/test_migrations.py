"""Migrations are applied once each, whoever starts them and however often."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from paytone.line.postgres import PrivatePostgres
from paytone.store.migrations import SQL, NotMigrated, migrate, pending

NAMES = sorted(path.stem for path in SQL.glob("*.sql"))
MIGRATE = """
import sys
from pathlib import Path
from paytone.store.migrations import migrate
print(migrate(sys.argv[1], Path(sys.argv[2])))
"""


@pytest.fixture
def empty_url(postgres: PrivatePostgres, request: pytest.FixtureRequest) -> str:
    """A database without any migration."""
    return postgres.create(f"empty_{request.node.name}"[:60])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations; the first takes a while."""
    (tmp_path / "0001_slow.sql").write_text(
        "CREATE TABLE slow (id int);\n"
        "DO 'BEGIN PERFORM pg_sleep(1); END';\nINSERT INTO slow VALUES (1);\n"
    )
    (tmp_path / "0002_quick.sql").write_text("INSERT INTO slow VALUES (2);\n")
    return tmp_path


def ids(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM slow ORDER BY id")]


def test_every_migration_is_applied_once(empty_url: str) -> None:
    assert NAMES == pending(empty_url)
    assert [*NAMES, "procrastinate"] == migrate(empty_url)
    assert [] == pending(empty_url)
    assert [] == migrate(empty_url)


def test_what_the_workers_own_tables_lack_is_applied(empty_url: str) -> None:
    migrate(empty_url)
    last = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
    with psycopg.connect(empty_url) as connection:
        marked = connection.execute("DELETE FROM work_migrations WHERE name >= %s", [last]).rowcount
    assert marked >= 1
    assert last == pending(empty_url)[0]
    assert marked == len(migrate(empty_url))
    assert [] == pending(empty_url)


def test_tables_of_another_program_are_left_alone(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute("CREATE TABLE procrastinate_jobs (id int)")
    with pytest.raises(NotMigrated, match="another program"):
        migrate(empty_url)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [f"{place:04d}" for place in range(1, len(NAMES) + 1)] == [name[:4] for name in NAMES]


def test_two_that_start_at_once_apply_each_migration_once(empty_url: str, folder: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_url, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ended = [(*process.communicate(timeout=30), process.returncode) for process in both]

    assert [("['0001_slow', '0002_quick']\n", "", 0), ("[]\n", "", 0)] == sorted(ended)
    assert [1, 2] == ids(empty_url)


def test_one_that_was_killed_does_not_hinder_the_next(empty_url: str, folder: Path) -> None:
    first = subprocess.Popen([sys.executable, "-c", MIGRATE, empty_url, str(folder)])
    with psycopg.connect(empty_url, autocommit=True) as connection:
        while not connection.execute(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1)%' AND state = 'active'"
            " AND pid <> pg_backend_pid()"
        ).fetchall():
            assert first.poll() is None
        first.kill()
        first.wait()

    assert ["0001_slow", "0002_quick"] == migrate(empty_url, folder)
    assert [1, 2] == ids(empty_url)


def test_a_lock_left_by_a_killed_one_is_broken(empty_url: str) -> None:
    """Killed while yoyo made its own tables, its lock is a row that nobody would remove."""
    with psycopg.connect(empty_url) as connection:
        connection.execute(
            "CREATE TABLE yoyo_lock (locked int PRIMARY KEY, ctime timestamp, pid int)"
        )
        connection.execute("INSERT INTO yoyo_lock VALUES (1, now(), 999999)")

    assert [*NAMES, "procrastinate"] == migrate(empty_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str, folder: Path) -> None:
    second = folder / "0002_quick.sql"
    second.write_text("INSERT INTO slow VALUES (2);\nINSERT INTO nowhere VALUES (3);\n")

    with pytest.raises(NotMigrated, match=r"0002_quick.*nowhere"):
        migrate(empty_url, folder)
    assert [1] == ids(empty_url)
    assert ["0002_quick"] == pending(empty_url, folder)

    second.write_text("INSERT INTO slow VALUES (2);\n")
    assert ["0002_quick"] == migrate(empty_url, folder)
    assert [1, 2] == ids(empty_url)


def test_a_folder_without_migrations_is_told(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotMigrated, match="no migrations"):
        migrate(empty_url, tmp_path / "elsewhere")


def test_any_libpq_connection_string_will_do(empty_url: str) -> None:
    words = make_conninfo(**conninfo_to_dict(empty_url))  # type: ignore[arg-type]
    assert not words.startswith("postgresql")

    assert [*NAMES, "procrastinate"] == migrate(words)
