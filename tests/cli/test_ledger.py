"""``paytone ledger``: the books proved, and written for accounting."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from paytone.rules.payment import State
from paytone.store import Store
from tests.cli.command import paytone_beside
from tests.store import given
from tests.store.test_fees import opened
from tests.store.test_ledger import charged, move


async def test_books_that_hold_are_said_to(store: Store, database_url: str) -> None:
    await charged(store)
    ended = await paytone_beside(database_url, "ledger", "check")

    assert 0 == ended.exit_code
    assert {"ok"} == {line.split()[0] for line in ended.output.splitlines()[:-1]}
    assert "2 postings, debits and credits 130.00 USD each" == ended.output.splitlines()[-1]


async def test_books_that_do_not_hold_are_a_failure(store: Store, database_url: str) -> None:
    await charged(store)
    await store.run("ALTER TABLE ledger DISABLE TRIGGER ledger_stays")
    await store.run("DELETE FROM ledger WHERE kind = 'payment'")
    ended = await paytone_beside(database_url, "ledger", "check")

    assert 1 == ended.exit_code
    assert "is not booked" in ended.output
    assert "faults" in ended.stderr


async def test_every_posting_is_a_line_with_what_it_is_for(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    payment = await charged(store)
    file = tmp_path / "ledger.csv"
    ended = await paytone_beside(database_url, "ledger", "export", "--csv", str(file))

    assert (0, "") == (ended.exit_code, ended.output)
    bill, paid = csv.DictReader(io.StringIO(file.read_text()))
    assert ("bill", "receivable", "billed", "80.00", given.NUMBER) == (
        bill["kind"], bill["debit"], bill["credit"], bill["amount"], bill["account_number"],
    )  # fmt: skip
    assert {
        "kind": "payment", "debit": "gateway", "credit": "receivable", "amount": "50.00",
        "currency": "USD", "account_number": given.NUMBER, "bill_number": "",
        "confirmation": payment.confirmation, "transaction_id": "abc123", "reason": "approved",
        "at": "2026-03-02T15:30:00+00:00",
    }.items() <= paid.items()  # fmt: skip


async def test_a_day_is_a_line_of_the_remittance_summary(store: Store, database_url: str) -> None:
    await charged(store)
    ended = await paytone_beside(database_url, "ledger", "export", "--daily")
    (day,) = csv.DictReader(io.StringIO(ended.output))

    assert {
        "day": "2026-03-02", "currency": "USD", "payments": "1", "paid": "50.00",
        "voided": "0.00", "returned": "0.00", "refunded": "0.00", "fees": "0.00",
        "gateway": "50.00", "bank": "0.00",
    } == day  # fmt: skip


async def test_a_fee_has_a_line_and_a_column_of_its_own(store: Store, database_url: str) -> None:
    payment = await opened(store)
    await move(store, payment, State.SETTLING)
    postings = await paytone_beside(database_url, "ledger", "export")
    daily = await paytone_beside(database_url, "ledger", "export", "--daily")
    checked = await paytone_beside(database_url, "ledger", "check")

    *_, fee = csv.DictReader(io.StringIO(postings.output))
    assert ("fee", "gateway", "fees", "2.50", payment.confirmation) == (
        fee["kind"], fee["debit"], fee["credit"], fee["amount"], fee["confirmation"],
    )  # fmt: skip
    (day,) = csv.DictReader(io.StringIO(daily.output))
    assert ("47.50", "2.50", "50.00") == (day["paid"], day["fees"], day["gateway"])
    assert 0 == checked.exit_code


async def test_an_adjustment_is_booked_with_who_and_why(store: Store, database_url: str) -> None:
    await given.account(store)
    ended = await paytone_beside(
        database_url, "ledger", "adjust", given.NUMBER, "--reason", "courtesy", "--by", "desk 4",
        "--", "-12.50",
    )  # fmt: skip
    row = await store.one("SELECT * FROM ledger")

    assert 0 == ended.exit_code, ended.output
    assert row is not None
    assert (1250, "receivable", "courtesy (desk 4)") == (
        row["amount_cents"], row["credit"], row["reason"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([given.NUMBER, "12.505", "--reason", "x"], "is not an amount"),
        ([given.NUMBER, "much", "--reason", "x"], "is not an amount"),
        ([given.NUMBER, "0", "--reason", "x"], "needs an amount and a reason"),
        ([given.NUMBER, "1", "--reason", " "], "needs an amount and a reason"),
        (["1" * 16, "1", "--reason", "x"], "no account"),
    ],
)
async def test_an_adjustment_that_cannot_be_meant_books_nothing(
    store: Store, database_url: str, words: list[str], said: str
) -> None:
    await given.account(store)
    ended = await paytone_beside(database_url, "ledger", "adjust", *words)

    assert 1 == ended.exit_code
    assert said in ended.stderr
    assert [] == await store.all("SELECT * FROM ledger")
