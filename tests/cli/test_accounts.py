"""``paytone accounts import``."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.cli.command import paytone

DEMO = str(Path(__file__).parents[2] / "provision" / "demo-accounts.csv")
BAD = "account_number,customer_name\n4412000000004412,Good\n441,Bad\n,Worse\n"


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_the_demo_accounts_are_in_varied_states(database_url: str) -> None:
    loaded = paytone(database_url, "accounts", "import", DEMO)
    again = paytone(database_url, "accounts", "import", DEMO)

    assert (0, "Loaded: 6 accounts added, 0 changed; 7 bills added, 0 changed.\n") == (
        loaded.exit_code, loaded.output,
    )  # fmt: skip
    assert "Loaded: 0 accounts added, 0 changed; 0 bills added, 0 changed.\n" == again.output

    today = datetime.now(ZoneInfo("America/New_York")).date()
    assert [
        ("4000100020003000", 11240, today + timedelta(days=14)),
        ("4000100020003001", 0, None),
        ("4000100020003002", -2501, None),
        ("4000100020003003", 17980, today - timedelta(days=5)),
        ("4000100020003004", 4500, today + timedelta(days=10)),
        ("4000100020003005", 600000, today + timedelta(days=27)),
    ] == rows(
        database_url,
        "SELECT account_number, balance_cents, due FROM account_balance ORDER BY account_number",
    )
    assert [("8005550105", 2)] == rows(
        database_url, "SELECT phone, count(*) FROM account_phones GROUP BY 1 HAVING count(*) > 1"
    )


def test_a_dry_run_says_what_would_be_loaded(database_url: str) -> None:
    ended = paytone(database_url, "accounts", "import", "--dry-run", DEMO)

    assert "To be loaded: 6 accounts added, 0 changed; 7 bills added, 0 changed.\n" == ended.output
    assert [] == rows(database_url, "SELECT FROM accounts")


@pytest.mark.parametrize("words", [[], ["--dry-run"]], ids=["loading", "dry run"])
def test_bad_rows_are_told_by_line_and_nothing_is_loaded(
    database_url: str, tmp_path: Path, words: list[str]
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(BAD)
    ended = paytone(database_url, "accounts", "import", *words, str(file))

    assert 1 == ended.exit_code
    assert [
        f"{file}: line 3: account_number is not sixteen digits",
        f"{file}: line 4: account_number is not sixteen digits",
        "Error: nothing was loaded",
    ] == ended.stderr.splitlines()
    assert [] == rows(database_url, "SELECT FROM accounts")


def test_a_spreadsheets_byte_order_mark_is_taken(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account_number,customer_name\r\n4412000000004412,É\r\n", encoding="utf-8-sig")

    assert 0 == paytone(database_url, "accounts", "import", str(file)).exit_code
    assert [("É",)] == rows(database_url, "SELECT name FROM customers")


def test_a_fixed_date_is_kept(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(
        "account_number,customer_name,bill_number,amount,issued,due\n"
        "4412000000004412,Test,B1,5,2026-02-20,2026-03-05\n"
    )

    assert 0 == paytone(database_url, "accounts", "import", str(file)).exit_code
    assert [(500, date(2026, 2, 20), date(2026, 3, 5))] == rows(
        database_url, "SELECT amount_cents, issued, due FROM bills"
    )
