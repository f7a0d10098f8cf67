"""``paytone payments``: what came in."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paytone.back_office.letter_facts import facts_of_payment
from paytone.gateway import Approved, Declined, Refusal
from paytone.rules.method import CardKind
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.store import Store, payments
from tests.cli.command import paytone_beside
from tests.store import given
from tests.store.test_fees import opened

MONDAY = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
"""Late on March 2nd in New York, where the biller is."""
TUESDAY = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)

VISA = "Visa ending in 1111"


@pytest.fixture
async def came_in(store: Store) -> list[Payment]:
    """One payment that counts, and one that was declined a day later."""
    account = await given.account(store)
    first = await given.payment(store, account, 11240, at=MONDAY)
    approved = Approved("abc123", Money(11240))
    first = await payments.close_payment(store, first.id, approved, "approved", MONDAY)
    second = await given.payment(store, account, 500, at=TUESDAY)
    declined = Declined(None, Refusal.FUNDS, False, "2001", "Insufficient Funds")
    return [first, await payments.close_payment(store, second.id, declined, "declined", TUESDAY)]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_list_has_a_line_a_payment_and_what_they_come_to(
    database_url: str, came_in: list[Payment]
) -> None:
    ended = await paytone_beside(database_url, "payments", "list")
    first, second = (payment.confirmation for payment in came_in)

    assert 0 == ended.exit_code
    assert [
        f"2026-03-02 22:30:00  {first}  4412000000004412      112.40 USD  settling     {VISA}",
        f"2026-03-03 10:00:00  {second}  4412000000004412        5.00 USD  declined     {VISA}",
        "2 payments; 112.40 USD came in.",
    ] == ended.output.splitlines()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["--since", "2026-03-03"], [1]),
        (["--until", "2026-03-03"], [0]),
        (["--since", "2026-03-02", "--until", "2026-03-04"], [0, 1]),
        (["--state", "declined"], [1]),
        (["--state", "settled"], []),
    ],
)
async def test_days_begin_where_the_biller_is(
    database_url: str, came_in: list[Payment], words: list[str], lines: list[int]
) -> None:
    listed = await paytone_beside(database_url, "payments", "list", *words)
    exported = await paytone_beside(database_url, "payments", "export", *words)
    expected = [came_in[line].confirmation for line in lines]

    assert expected == [line.split()[2] for line in listed.output.splitlines()[:-1]]
    assert expected == [row["confirmation"] for row in csv.DictReader(io.StringIO(exported.output))]


@pytest.mark.parametrize("grouped", [False, True], ids=["plain", "in groups"])
async def test_a_payment_is_shown_with_its_changes(
    database_url: str, came_in: list[Payment], grouped: bool
) -> None:
    number = came_in[0].confirmation
    written = f"{number[:3]}-{number[3:6]} {number[6:]}" if grouped else number
    ended = await paytone_beside(database_url, "payments", "show", written)

    assert [
        f"2026-03-02 22:30:00  {number}  4412000000004412      112.40 USD  settling     {VISA}",
        f"id {came_in[0].id}, transaction abc123",
        "2026-03-02 22:30:00  submitting   agreed with the caller",
        "2026-03-02 22:30:00  settling     approved",
    ] == ended.output.splitlines()


async def test_a_fee_is_told_with_its_payment(store: Store, database_url: str) -> None:
    payment = await opened(store)
    listed = await paytone_beside(database_url, "payments", "list")
    shown = await paytone_beside(database_url, "payments", "show", payment.confirmation)
    exported = await paytone_beside(database_url, "payments", "export")

    (row,) = csv.DictReader(io.StringIO(exported.output))
    assert ("50.00", "2.50") == (row["amount"], row["fee"])
    for ended in (listed, shown):
        line = ended.output.splitlines()[0]
        assert line.endswith(f"50.00 USD  submitting   {VISA}, fee 2.50 USD")


async def test_a_misheard_confirmation_is_told_from_an_unknown_one(
    database_url: str, came_in: list[Payment]
) -> None:
    misheard = await paytone_beside(database_url, "payments", "show", "000005725")
    unknown = await paytone_beside(database_url, "payments", "show", "000005724")

    assert (1, 1) == (misheard.exit_code, unknown.exit_code)
    assert "a digit is wrong or missing" in misheard.stderr
    assert "no payment has this confirmation number" in unknown.stderr


async def test_an_export_holds_what_was_stored(
    database_url: str, came_in: list[Payment], tmp_path: Path
) -> None:
    file = tmp_path / "payments.csv"
    ended = await paytone_beside(database_url, "payments", "export", "--csv", str(file))

    assert (0, "") == (ended.exit_code, ended.output)
    assert ["payments.csv"] == names(tmp_path)
    first, second = csv.DictReader(io.StringIO(file.read_text()))
    assert {
        "confirmation": came_in[0].confirmation,
        "id": came_in[0].id,
        "account_number": "4412000000004412",
        "opened_at": "2026-03-03T03:30:00+00:00",
        "changed_at": "2026-03-03T03:30:00+00:00",
        "amount": "112.40",
        "fee": "0.00",
        "currency": "USD",
        "state": State.SETTLING.value,
        "occasion": "call",
        "method": "card",
        "brand": "Visa",
        "bank_name": "",
        "last_four": "1111",
        "card_kind": "",
        "transaction_id": "abc123",
        "refusal": "",
        "refusal_code": "",
        "reason": "approved",
        "agent": "",
    } == first
    assert ("funds", "2001") == (second["refusal"], second["refusal_code"])


async def test_an_export_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_text("old")
    ended = await paytone_beside(
        f"postgresql:///paytone?host={tmp_path}", "payments", "export", "--csv", str(file)
    )

    assert 1 == ended.exit_code
    assert "the database" in ended.stderr
    assert "old" == file.read_text()
    assert ["payments.csv"] == names(tmp_path)


@pytest.mark.parametrize("kind", CardKind)
async def test_what_the_gateway_said_of_a_card_is_shown_and_written(
    store: Store, database_url: str, kind: CardKind
) -> None:
    account = await given.account(store)
    payment = await given.payment(store, account, 500, at=MONDAY)
    approved = Approved("abc124", Money(500), kind)
    await payments.close_payment(store, payment.id, approved, "approved", MONDAY)
    shown = await paytone_beside(database_url, "payments", "show", payment.confirmation)
    assert f"transaction abc124, a {kind.value} card" in shown.output
    written = await paytone_beside(database_url, "payments", "export")
    (row,) = csv.DictReader(io.StringIO(written.output))
    assert kind.value == row["card_kind"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (CardKind.DEBIT, "debit card"),
        (CardKind.PREPAID, "prepaid card"),
        (CardKind.CREDIT, "card"),
        (None, "card"),
    ],
)
async def test_a_receipt_says_debit_and_prepaid(
    store: Store, kind: CardKind | None, words: str
) -> None:
    payment = await given.payment(store, await given.account(store), 500, at=MONDAY)
    approved = Approved("abc124", Money(500), kind)
    closed = await payments.close_payment(store, payment.id, approved, "approved", MONDAY)
    facts = facts_of_payment(closed, account_last_four=None, balance=None)
    assert (words, "Visa", "1111") == (facts["method"], facts["brand"], facts["last_four"])
