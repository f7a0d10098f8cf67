"""PINs and answers to security questions in an operator's file."""

from __future__ import annotations

import io
from collections.abc import Iterator

import psycopg
import pytest

from paytone.rules.line_fault import LineFault
from paytone.rules.pin import pin_matches
from paytone.rules.security import SecurityQuestion
from paytone.store import Store, account_file, pins
from paytone.store.account_file import AccountRow
from paytone.store.load_accounts import AT_ONCE, Loaded, NotLoaded, load
from tests.teller import NOW, NUMBER, TODAY

QUESTIONS = {
    "security_birthday": SecurityQuestion.BIRTHDAY,
    "security_id_last_four": SecurityQuestion.ID_LAST_FOUR,
    "security_mobile_last_four": SecurityQuestion.MOBILE_LAST_FOUR,
    "security_own_number": SecurityQuestion.OWN_NUMBER,
}
OTHER = "4412000000004413"
EVERYTHING = "SELECT to_jsonb(security_answers) AS answer FROM security_answers ORDER BY 1"


def read(*rows: str, columns: str = ",".join(QUESTIONS)) -> Iterator[AccountRow | LineFault]:
    text = f"account_number,customer_name,{columns}\n" + "".join(f"{row}\n" for row in rows)
    return account_file.read(io.StringIO(text), TODAY)


async def bring(store: Store, *rows: str, keep: bool = True) -> Loaded:
    return await load(store, read(*rows), now=NOW, keep=keep)


async def answered(store: Store, number: str = NUMBER) -> dict[SecurityQuestion, str]:
    row = await store.one("SELECT id FROM accounts WHERE number = %(number)s", number=number)
    assert row is not None
    return await pins.answers(store, str(row["id"]))


def test_there_is_a_column_for_each_question() -> None:
    assert set(SecurityQuestion) == set(QUESTIONS.values())
    (row,) = read(f"{NUMBER},First,0914,1234,5678,48152631")
    assert isinstance(row, AccountRow)
    answers = ("0914", "1234", "5678", "48152631")
    assert dict(zip(QUESTIONS.values(), answers, strict=True)) == row.answers
    assert not any(answer in repr(row) for answer in answers)


@pytest.mark.parametrize("cell", ["914", "123456789", "09/14", "\u0660\u0661\u0662\u0663"])
@pytest.mark.parametrize("column", QUESTIONS)
def test_what_cannot_be_an_answer_is_told_by_its_column_and_not_shown(
    column: str, cell: str
) -> None:
    assert [LineFault(2, f"{column} is not 4 to 8 digits")] == list(
        read(f"{NUMBER},First,{cell}", columns=column)
    )


async def test_answers_are_stored_as_hashes(store: Store) -> None:
    assert Loaded(2, 0, 0, 0) == await bring(
        store, f"{NUMBER},First,0914,,,48152", f"{OTHER},Second,,,5678,"
    )
    answers = await answered(store)
    assert {SecurityQuestion.BIRTHDAY, SecurityQuestion.OWN_NUMBER} == answers.keys()
    assert pin_matches(answers[SecurityQuestion.BIRTHDAY], "0914")
    assert pin_matches(answers[SecurityQuestion.OWN_NUMBER], "48152")
    others = await answered(store, OTHER)
    assert {SecurityQuestion.MOBILE_LAST_FOUR} == others.keys()


async def test_the_same_file_again_changes_nothing(store: Store) -> None:
    row = f"{NUMBER},First,0914,,,48152"
    await bring(store, row)
    before = await store.all(EVERYTHING)
    assert Loaded(0, 0, 0, 0) == await bring(store, row, row)
    assert before == await store.all(EVERYTHING)


async def test_an_empty_cell_leaves_the_known_answer_and_another_replaces_it(store: Store) -> None:
    await bring(store, f"{NUMBER},First,0914,1234,,")
    before = await answered(store)
    assert Loaded(0, 1, 0, 0) == await bring(store, f"{NUMBER},First,,4321,,")
    after = await answered(store)
    birthday, last_four = SecurityQuestion.BIRTHDAY, SecurityQuestion.ID_LAST_FOUR
    assert before[birthday] == after[birthday]
    assert pin_matches(after[last_four], "4321")


async def test_rows_of_an_account_that_do_not_agree_load_nothing(store: Store) -> None:
    with pytest.raises(NotLoaded) as refused:
        await bring(
            store, f"{NUMBER},First,0914,,,", f"{NUMBER},First,,1234,,", f"{NUMBER},First,0915,,,"
        )
    words = "the answer to birthday is not as in the account's first row that has it"
    assert [LineFault(4, words)] == list(refused.value.faults)
    assert [] == await store.all("SELECT FROM accounts")


async def test_a_dry_run_stores_no_answer(store: Store) -> None:
    assert Loaded(1, 0, 0, 0) == await bring(store, f"{NUMBER},First,0914,,,", keep=False)
    assert [] == await store.all(EVERYTHING)


async def test_no_transaction_is_open_while_rows_are_read_and_hashed(
    store: Store, database_url: str
) -> None:
    """Hashing takes hours where a file is large; meanwhile calls go on, and vacuums too."""
    open_ones: list[str] = []

    def watched() -> Iterator[AccountRow | LineFault]:
        with psycopg.connect(database_url, autocommit=True) as beside:
            for at, row in enumerate(read(*rows)):
                if at % AT_ONCE == 1:
                    query = (
                        "SELECT state FROM pg_stat_activity WHERE datname = current_database()"
                        " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                    )
                    open_ones.extend(str(state) for (state,) in beside.execute(query))
                yield row

    rows = [f"{NUMBER},First,0914,,,"] + [f"{n:016},First,,,," for n in range(AT_ONCE + 5)]
    assert Loaded(AT_ONCE + 6, 0, 0, 0) == await load(store, watched(), now=NOW)
    assert [] == open_ones


async def test_an_import_that_fails_leaves_room_for_the_next(store: Store) -> None:
    with pytest.raises(NotLoaded):
        await bring(store, "12,First,,,,")
    assert Loaded(1, 0, 0, 0) == await bring(store, f"{NUMBER},First,0914,,,")
