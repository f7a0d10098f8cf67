"""The database refuses what must not be, whoever writes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from paytone.store import Store
from tests.store import given

NOBODY: Final = UUID(int=99)
PAYMENT: Final = {
    "id": UUID(int=1), "confirmation": "000005724", "amount_cents": 100, "currency": "USD",
    "method": "card", "brand": "Visa", "last_four": "1111", "expiry_year": 2030, "expiry_month": 9,
    "state": "submitting", "opened_at": given.NOW, "changed_at": given.NOW, "reason": "test",
}  # fmt: skip
ACCOUNT: Final = {"number": "4412000000004413"}
BILL: Final = {
    "number": "1", "amount_cents": 100, "currency": "USD", "issued": "2026-02-20",
    "due": "2026-03-05",
}  # fmt: skip
METHOD: Final = {
    "id": UUID(int=2), "kind": "card", "token": "abc123", "brand": "Visa", "last_four": "1111",
    "expiry_year": 2030, "expiry_month": 9, "added_at": given.NOW,
    "consent_prompts": ["consent-save"], "consent_language": "en",
}  # fmt: skip
PHONE: Final = {"phone": "3125550142"}

REFUSED: Final[list[tuple[str, Mapping[str, object], Mapping[str, object]]]] = [
    ("accounts", ACCOUNT, {"number": "441200000000441"}),
    ("accounts", ACCOUNT, {"number": "4412 0000 0000 44"}),
    ("accounts", ACCOUNT, {"number": given.NUMBER}),
    ("accounts", ACCOUNT, {"pin_hash": "2580"}),
    ("accounts", ACCOUNT, {"currency": "usd"}),
    ("account_phones", PHONE, {"phone": "555-0142"}),
    ("account_phones", PHONE, {"phone": "13125550142"}),
    ("account_phones", PHONE, {"account_id": NOBODY}),
    ("bills", BILL, {"amount_cents": 0}),
    ("bills", BILL, {"currency": "EUR"}),
    ("bills", BILL, {"due": "2026-02-19"}),
    ("bills", BILL, {"number": ""}),
    ("bills", BILL, {"account_id": NOBODY}),
    ("payments", PAYMENT, {"amount_cents": 0}),
    ("payments", PAYMENT, {"amount_cents": -100}),
    ("payments", PAYMENT, {"currency": "EUR"}),
    ("payments", PAYMENT, {"confirmation": "5724"}),
    ("payments", PAYMENT, {"brand": "Diners"}),
    ("payments", PAYMENT, {"last_four": "4111111111111111"}),
    ("payments", PAYMENT, {"expiry_month": 13}),
    ("payments", PAYMENT, {"expiry_year": 30}),
    ("payments", PAYMENT, {"state": "settling", "transaction_id": "t"}),
    ("payments", PAYMENT, {"state": "paid"}),
    ("payments", PAYMENT, {"reason": ""}),
    ("payments", PAYMENT, {"refusal": "funds"}),
    ("payments", PAYMENT, {"account_id": NOBODY}),
    ("payments", PAYMENT, {"call_id": NOBODY}),
    ("payments", PAYMENT, {"method": "cash"}),
    ("payments", PAYMENT, {"method": "bank"}),
    ("payments", PAYMENT, {"bank_name": "Some Bank"}),
    ("payments", PAYMENT, {"occasion": "autopay"}),
    ("payments", PAYMENT, {"method_id": NOBODY}),
    ("payment_methods", METHOD, {"token": "4111111111111111"}),
    ("payment_methods", METHOD, {"last_four": "11111"}),
    ("payment_methods", METHOD, {"brand": "Diners"}),
    ("payment_methods", METHOD, {"customer_id": NOBODY}),
    ("payment_methods", METHOD, {"kind": "bank"}),
    ("payment_methods", METHOD, {"fingerprint": "4111111111111111"}),
    ("payment_methods", METHOD, {"consent_prompts": []}),
    ("payment_methods", METHOD, {"consent_prompts": ["4111111111111111"]}),
    ("payment_methods", METHOD, {"removed_at": given.NOW}),
]


@pytest.fixture
async def owner(store: Store) -> dict[str, object]:
    """What a row of each table needs of others."""
    account = await given.account(store)
    row = await store.one("SELECT customer_id FROM accounts")
    assert row is not None
    return {"account_id": account.id, "customer_id": row["customer_id"]}


async def insert(store: Store, table: str, values: Mapping[str, object]) -> None:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(map(sql.Placeholder, values)),
    )
    async with store.transaction() as connection:
        await connection.execute(statement, values)


def with_owner(table: str, owner: dict[str, object]) -> dict[str, object]:
    column = "customer_id" if table in {"accounts", "payment_methods"} else "account_id"
    return {column: owner[column]}


@pytest.mark.parametrize(
    ("table", "good", "bad"),
    REFUSED,
    ids=[f"{table}-{next(iter(bad))}" for table, _, bad in REFUSED],
)
async def test_a_bad_row_is_refused_and_its_good_twin_taken(
    store: Store,
    owner: dict[str, object],
    table: str,
    good: Mapping[str, object],
    bad: Mapping[str, object],
) -> None:
    row = {**with_owner(table, owner), **good}
    with pytest.raises(psycopg.Error) as refused:
        await insert(store, table, {**row, **bad})
    assert refused.value.sqlstate is not None
    assert refused.value.sqlstate[:2] in {"23", "PT"}

    await insert(store, table, row)


async def test_a_charged_payment_names_its_transaction(
    store: Store, owner: dict[str, object]
) -> None:
    await insert(store, "payments", {**owner_of(owner), **PAYMENT})

    with pytest.raises(psycopg.errors.CheckViolation):
        await store.run("UPDATE payments SET state = 'settling'")
    assert 1 == await store.run("UPDATE payments SET state = 'settling', transaction_id = 't'")


async def test_a_declined_payment_names_its_refusal(store: Store, owner: dict[str, object]) -> None:
    await insert(store, "payments", {**owner_of(owner), **PAYMENT})

    with pytest.raises(psycopg.errors.CheckViolation):
        await store.run("UPDATE payments SET state = 'declined'")


async def test_two_payments_never_share_a_transaction(
    store: Store, owner: dict[str, object]
) -> None:
    second = {"id": UUID(int=2), "confirmation": "000000000"}
    charged = "UPDATE payments SET state = 'settling', transaction_id = 't'"
    await insert(store, "payments", {**owner_of(owner), **PAYMENT})
    await store.run(charged)
    await insert(store, "payments", {**owner_of(owner), **PAYMENT, **second})

    with pytest.raises(psycopg.errors.UniqueViolation):
        await store.run(charged + " WHERE state = 'submitting'")


async def test_no_column_could_hold_a_card_number_or_cvv(store: Store) -> None:
    """Of a card only brand, last four, expiry and the vault's token outlive a call."""
    rows = await store.all(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name IN ('payments', 'payment_methods')"
        " AND column_name ~ '(card|pan|number|cvv|cvc|security|zip|postal)'"
        " AND column_name <> 'card_kind'"
    )

    assert [] == rows


def owner_of(owner: dict[str, object]) -> dict[str, object]:
    return with_owner("payments", owner)
