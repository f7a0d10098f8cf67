"""``paytone accounts import``."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from paytone.rules.pin import pin_matches
from tests.cli.command import paytone

DEMO = str(Path(__file__).parents[2] / "provision" / "demo-accounts.csv")
BAD = "account_number,customer_name\n4412000000004412,Good\n441,Bad\n,Worse\n"


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_the_demo_accounts_are_in_varied_states(database_url: str) -> None:
    loaded = paytone(database_url, "accounts", "import", DEMO)
    again = paytone(database_url, "accounts", "import", DEMO)

    assert (0, "Loaded: 11 accounts added, 0 changed; 12 bills added, 0 changed.\n") == (
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
        ("4000100020003006", 24000, today + timedelta(days=15)),
        ("4000100020003007", 31000, today - timedelta(days=60)),
        ("4000100020003008", 7500, today - timedelta(days=2)),
        ("4000100020003009", 8000, today - timedelta(days=5)),
        ("4000100020003010", 3550, today + timedelta(days=12)),
    ] == rows(
        database_url,
        "SELECT account_number, balance_cents, due FROM account_balance ORDER BY account_number",
    )
    assert [
        ("4000100020003003", None, 6000, "yes"),
        ("4000100020003006", 2500, None, "yes"),
        ("4000100020003007", None, None, "no"),
        ("4000100020003008", None, None, "card-only"),
    ] == rows(
        database_url,
        "SELECT number, minimum_cents, keep_service_cents, payable FROM accounts "
        "WHERE num_nonnulls(minimum_cents, keep_service_cents, payable_reason) > 0 ORDER BY number",
    )
    assert [("DEMO-10", 2)] == rows(
        database_url,
        "SELECT biller_id, count(*) FROM customers JOIN accounts ON customer_id = customers.id "
        "WHERE biller_id IS NOT NULL GROUP BY 1",
    )
    assert [("8005550105", 2)] == rows(
        database_url, "SELECT phone, count(*) FROM account_phones GROUP BY 1 HAVING count(*) > 1"
    )


def test_an_account_is_closed_to_the_phone_and_opened_again(database_url: str) -> None:
    paytone(database_url, "accounts", "import", DEMO)
    number = "4000100020003000"
    state = f"SELECT payable, payable_reason FROM accounts WHERE number = '{number}'"

    shut = paytone(database_url, "accounts", "payable", number, "no", "--reason", "closed")
    assert (0, f"Account {number}: no, closed.\n") == (shut.exit_code, shut.output)
    assert [("no", "closed")] == rows(database_url, state)
    opened = paytone(database_url, "accounts", "payable", number, "yes")
    assert (0, f"Account {number}: yes.\n") == (opened.exit_code, opened.output)
    assert [("yes", None)] == rows(database_url, state)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["no"], "no takes --reason cash-only or closed or collections"),
        (["card-only", "--reason", "closed"], "card-only takes --reason bank-return"),
        (["yes", "--reason", "closed"], "yes takes no reason"),
    ],
)
def test_a_state_takes_a_reason_that_fits(database_url: str, words: list[str], why: str) -> None:
    ended = paytone(database_url, "accounts", "payable", "4412000000004412", *words)

    assert 2 == ended.exit_code
    assert why in ended.stderr


def test_nobody_can_close_an_account_that_there_is_not(database_url: str) -> None:
    ended = paytone(database_url, "accounts", "payable", "4412000000004412", "yes")

    assert (1, "Error: no account 4412000000004412\n") == (ended.exit_code, ended.stderr)


def test_a_dry_run_says_what_would_be_loaded(database_url: str) -> None:
    ended = paytone(database_url, "accounts", "import", "--dry-run", DEMO)

    assert (
        "To be loaded: 11 accounts added, 0 changed; 12 bills added, 0 changed.\n" == ended.output
    )
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


def test_an_answer_to_a_security_question_is_stored_as_a_hash(database_url: str) -> None:
    paytone(database_url, "accounts", "import", DEMO)
    arguments = ("accounts", "security", "4000100020003000", "own-number", "--answer")
    assert "own-number is stored" in paytone(database_url, *arguments, "48151").output
    assert 0 == paytone(database_url, *arguments, "48152").exit_code
    ((question, answer_hash),) = rows(
        database_url, "SELECT question, answer_hash FROM security_answers"
    )
    assert "own-number" == question
    assert pin_matches(str(answer_hash), "48152")


def test_an_answer_is_asked_for_twice_and_not_shown(database_url: str) -> None:
    paytone(database_url, "accounts", "import", DEMO)
    words = ("accounts", "security", "4000100020003000", "own-number")
    stored = paytone(database_url, *words, typed="48151\n48152\n48151\n48151\n")
    assert (0, 0) == (stored.exit_code, stored.output.count("4815"))
    assert "two entered values do not match" in stored.output
    ((answer_hash,),) = rows(database_url, "SELECT answer_hash FROM security_answers")
    assert pin_matches(str(answer_hash), "48151")


def test_a_question_that_is_never_asked_has_no_answer(database_url: str) -> None:
    paytone(database_url, "accounts", "import", DEMO)
    words = ("accounts", "security", "4000100020003000", "first-pet", "--answer", "48151")
    asked = paytone(database_url, *words)
    assert (2, True) == (asked.exit_code, "own-number" in asked.output)
    assert [] == rows(database_url, "SELECT question FROM security_answers")


@pytest.mark.parametrize(
    ("number", "answer", "says"),
    [
        ("4000100020003000", "123", "an answer has 4 to 8 digits"),
        ("4000100020009999", "48151", "no account 4000100020009999"),
    ],
)
def test_what_cannot_be_an_answer_is_refused(
    database_url: str, number: str, answer: str, says: str
) -> None:
    paytone(database_url, "accounts", "import", DEMO)
    asked = paytone(database_url, "accounts", "security", number, "own-number", "--answer", answer)
    assert (1, True) == (asked.exit_code, says in asked.output)
    assert [] == rows(database_url, "SELECT question FROM security_answers")
