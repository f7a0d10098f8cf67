"""Fees in the books: charged with the bill's part, booked by themselves, gone back last."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import psycopg
import pytest

from paytone.gateway import Approved
from paytone.line.postgres import PrivatePostgres
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.store import Store, accounts, ledger, payments
from paytone.store.migrations import SQL, migrate
from tests.store import given
from tests.store.given import NOW
from tests.store.test_ledger import Posting, booked, faults, move

APRIL: Final = date(2026, 4, 1)
PAID: Final[list[Posting]] = [
    ("payment", "gateway", "receivable", 4750),
    ("fee", "gateway", "fees", 250),
]
SETTLED: Final[Posting] = ("settlement", "bank", "gateway", 5000)


async def opened(store: Store, cents: int = 5000, fee: int = 250) -> Payment:
    """A payment of 50.00, of which 2.50 are a fee, towards a bill of 80.00."""
    account = await given.account(store)
    await given.bill(store, account, 8000, APRIL)
    return await payments.open_payment(
        store,
        call_id=await given.call(store),
        account_id=account.id,
        heard=Money(8000),
        amount=Money(cents),
        face=CardFace(Brand.VISA, "1111", Expiry(2030, 9)),
        fee=Money(fee),
        now=NOW,
    )


async def settled(store: Store) -> Payment:
    """The same, settled."""
    payment = await opened(store)
    for state in (State.SETTLING, State.SETTLED):
        await move(store, payment, state)
    return payment


async def owes(store: Store, payment: Payment) -> int:
    return (await accounts.owed(store, payment.account_id)).balance.cents


async def of_payment(store: Store) -> list[Posting]:
    """Every posting but the bill's."""
    return [posting for posting in await booked(store) if posting[0] != "bill"]


@pytest.mark.parametrize(
    ("path", "postings", "owed"),
    [
        ([], [], 8000),
        ([State.DECLINED], [], 8000),
        ([State.SETTLING], PAID, 3250),
        ([State.SETTLING, State.SETTLED], [*PAID, SETTLED], 3250),
        (
            [State.SETTLING, State.VOIDED],
            [*PAID, ("void", "receivable", "gateway", 4750), ("fee", "fees", "gateway", 250)],
            8000,
        ),
        (
            [State.SETTLING, State.SETTLED, State.RETURNED],
            [
                *PAID,
                SETTLED,
                ("return", "receivable", "bank", 4750),
                ("fee", "fees", "bank", 250),
            ],
            8000,
        ),
        (
            [State.SETTLING, State.RETURNED, State.SETTLING],
            [
                *PAID,
                ("return", "receivable", "gateway", 4750),
                ("fee", "fees", "gateway", 250),
                *PAID,
            ],
            3250,
        ),
        (
            [State.NOT_CHARGED, State.VOIDING, State.VOIDED],
            [("payment", "gateway", "unapplied", 5000), ("void", "unapplied", "gateway", 5000)],
            8000,
        ),
    ],
    ids=lambda path: (
        " ".join(s.value for s in path if isinstance(s, State)) if isinstance(path, list) else ""
    ),
)
async def test_each_move_books_the_bill_s_part_and_the_fee(
    store: Store, path: Sequence[State], postings: list[Posting], owed: int
) -> None:
    payment = await opened(store)
    for state in path:
        await move(store, payment, state)

    assert postings == await of_payment(store)
    assert owed == await owes(store, payment)
    assert [] == await faults(store)


@pytest.mark.parametrize(
    ("backs", "of_bill", "of_fee", "state"),
    [
        ([3000], [3000], [], State.SETTLED),
        ([4750], [4750], [], State.SETTLED),
        ([3000, 1900], [3000, 1750], [150], State.SETTLED),
        ([4750, 250], [4750], [250], State.REFUNDED),
        ([4900, 60], [4750], [150, 60], State.SETTLED),
        ([5000], [4750], [250], State.REFUNDED),
    ],
    ids=["a part", "all but the fee", "into the fee", "the fee alone", "the fee in parts", "all"],
)
async def test_the_fee_goes_back_after_what_went_towards_the_bill(
    store: Store, backs: list[int], of_bill: list[int], of_fee: list[int], state: State
) -> None:
    payment = await settled(store)
    for cents in backs:
        await given.refund(store, payment, cents)
    refunds = [posting for posting in await of_payment(store) if "bank" == posting[2]]

    assert [("receivable", cents) for cents in of_bill] == [
        (debit, cents) for kind, debit, _, cents in refunds if kind == "refund"
    ]
    assert [("fees", cents) for cents in of_fee] == [
        (debit, cents) for kind, debit, _, cents in refunds if kind == "fee"
    ]
    assert 3250 + sum(of_bill) == await owes(store, payment)
    current = await payments.by_id(store, payment.id)
    assert current is not None
    assert state is current.state
    assert [] == await faults(store)


async def test_a_payment_is_not_refunded_in_full_while_its_fee_is_not(store: Store) -> None:
    payment = await settled(store)
    await given.refund(store, payment, 4750)
    with pytest.raises(payments.NotAllowed, match="only 4750 of 5000"):
        await payments.move(store, payment.id, State.REFUNDED, "by hand", NOW)


@pytest.mark.parametrize("fee", [-1, 5000, 5001])
async def test_a_fee_is_less_than_the_charge(store: Store, fee: int) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="a_fee_is_part_of_the_charge"):
        await opened(store, fee=fee)


AS_MADE_LATER: Final = """
    WITH method AS (
        INSERT INTO payment_methods (
            id, customer_id, kind, token, brand, last_four, expiry_year, expiry_month, added_at,
            consent_prompts, consent_language
        )
        SELECT gen_random_uuid(), customer_id, 'card', 'token', 'Visa', '1111', 2030, 9, now(),
            '{save-card}', 'en'
        FROM accounts
        RETURNING id
    )
    INSERT INTO payments (
        id, confirmation, account_id, amount_cents, fee_cents, currency, method, brand, last_four,
        expiry_year, expiry_month, method_id, occasion, state, opened_at, changed_at, reason
    )
    SELECT gen_random_uuid(), '905484000', accounts.id, 5000, %(fee)s, 'USD', 'card', 'Visa',
        '1111', 2030, 9, method.id, %(occasion)s, 'submitting', now(), now(), 'test'
    FROM accounts, method
"""


@pytest.mark.parametrize("occasion", ["later", "recurring", "autopay", "instalment"])
async def test_no_fee_is_charged_for_what_is_not_paid_in_a_call(
    store: Store, occasion: str
) -> None:
    await given.account(store)
    with pytest.raises(psycopg.errors.CheckViolation, match="no_fee_but_for_paying_in_the_call"):
        await store.run(AS_MADE_LATER, fee=1, occasion=occasion)
    await store.run(AS_MADE_LATER, fee=0, occasion=occasion)


async def test_the_fee_of_a_payment_stays(store: Store) -> None:
    await opened(store)
    with pytest.raises(psycopg.Error, match="stays what was confirmed"):
        await store.run("UPDATE payments SET fee_cents = 100")


WITHOUT_FEE: Final = "DELETE FROM ledger WHERE kind = 'fee'"
OTHER_FEE: Final = "UPDATE ledger SET amount_cents = 200 WHERE kind = 'fee'"
ELSEWHERE: Final = "UPDATE ledger SET credit = 'receivable' WHERE kind = 'fee'"


@pytest.mark.parametrize(
    ("guard", "statement", "said"),
    [
        ("ledger_stays ON ledger", WITHOUT_FEE, ": the fee is not booked"),
        ("ledger_stays ON ledger", WITHOUT_FEE, "250 cents are its fee, and 0 are booked"),
        ("ledger_stays ON ledger", OTHER_FEE, "is not what the change of payment"),
        ("ledger_stays ON ledger", OTHER_FEE, "250 cents are its fee, and 200 are booked"),
        ("ledger_stays ON ledger", ELSEWHERE, "owes 3000 cents"),
        ("payment_keeps_to_its_moves ON payments", "UPDATE payments SET fee_cents = 300",
            "300 cents are its fee, and 250 are booked"),
        ("payment_keeps_to_its_moves ON payments", "UPDATE payments SET fee_cents = 0",
            "is not what the change of payment"),
    ],
    ids=[
        "not booked", "not in the account", "another posting", "another sum", "on the bill",
        "another fee", "no fee",
    ],
)  # fmt: skip
async def test_a_fee_that_was_made_wrong_with_its_guard_off_is_found(
    store: Store, guard: str, statement: str, said: str
) -> None:
    payment = await opened(store)
    await move(store, payment, State.SETTLING)
    name, _, table = guard.split()
    await store.run(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    await store.run(statement)
    found = await faults(store)

    assert any(said in fault for fault in found), found


async def test_a_fee_that_did_not_go_back_with_a_refund_is_found(store: Store) -> None:
    payment = await settled(store)
    await given.refund(store, payment)
    await store.run("ALTER TABLE ledger DISABLE TRIGGER ledger_stays")
    await store.run("DELETE FROM ledger WHERE kind = 'fee' AND refund_id IS NOT NULL")

    assert any("0 cents are its fee, and 250 are booked" in each for each in await faults(store))


POST: Final = """
    INSERT INTO ledger (
        at, kind, debit, credit, amount_cents, currency, account_id, payment_id, change_id, reason
    )
    SELECT at, kind, debit, credit, amount_cents, currency, account_id, payment_id,
        {change}, reason
    FROM ledger WHERE kind = 'fee'
"""


@pytest.mark.parametrize("change", ["change_id", "NULL"], ids=["twice", "without its change"])
async def test_a_fee_is_booked_once_and_with_its_change(store: Store, change: str) -> None:
    payment = await opened(store)
    await move(store, payment, State.SETTLING)
    before = await booked(store)
    with pytest.raises(psycopg.errors.IntegrityError):
        await store.run(POST.format(change=change))
    assert before == await booked(store)


async def test_a_day_tells_what_was_paid_and_the_fees_apart(store: Store) -> None:
    payment = await settled(store)
    (day,) = await ledger.days(store, since=None, until=None, zone="UTC")
    assert (1, 4750, 250, 0, 5000) == (
        day["payments"], day["paid"], day["fees"], day["gateway"], day["bank"],
    )  # fmt: skip
    await given.refund(store, payment)
    (day,) = await ledger.days(store, since=None, until=None, zone="UTC")
    assert (4750, 0, 0) == (day["refunded"], day["fees"], day["bank"])


KEEP_SERVICE: Final = "UPDATE accounts SET keep_service_cents = 4750, keep_service_at = %(at)s"


async def test_a_fee_counts_for_nothing_that_is_asked_of_the_account(store: Store) -> None:
    payment = await opened(store, cents=4750, fee=250)
    await store.run(KEEP_SERVICE, at=datetime(2026, 3, 1, tzinfo=UTC))
    outcome = Approved("abc123", payment.amount)
    await payments.close_payment(store, payment.id, outcome, "approved", NOW)

    assert Money(250) == (await accounts.owed(store, payment.account_id)).keep_service


BEFORE_FEES: Final = """
    INSERT INTO customers (id, name) VALUES (gen_random_uuid(), 'Test');
    INSERT INTO accounts (customer_id, number) SELECT id, '4412000000004412' FROM customers;
    INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
    SELECT id, 'b', 8000, 'USD', '2026-03-01', '2026-04-01' FROM accounts;
    INSERT INTO payments (
        id, confirmation, account_id, amount_cents, currency, method, brand, last_four,
        expiry_year, expiry_month, state, opened_at, changed_at, reason
    )
    SELECT gen_random_uuid(), '905484000', id, 5000, 'USD', 'card', 'Visa', '1111', 2030, 9,
        'submitting', now(), now(), 'test'
    FROM accounts;
    UPDATE payments SET state = 'settling', transaction_id = 't1', reason = 'test';
    UPDATE payments SET state = 'settled', reason = 'test';
    INSERT INTO refunds (
        id, payment_id, way, amount_cents, currency, state, asked_by, reason, said, asked_at,
        changed_at
    )
    SELECT gen_random_uuid(), id, 'refund', 2000, 'USD', 'asked', 'x', 'x', '', now(), now()
    FROM payments;
    UPDATE refunds SET state = 'made', transaction_id = 'r1';
"""


async def test_books_that_are_older_than_fees_still_hold(
    postgres: PrivatePostgres, tmp_path: Path
) -> None:
    url = postgres.create("older_than_fees")
    for file in sorted(SQL.glob("*.sql")):
        if file.stem < "0019":
            shutil.copy(file, tmp_path)
    migrate(url, tmp_path)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(BEFORE_FEES)
    migrate(url)
    async with Store.open(url) as store:
        assert [] == await faults(store)
        row = await store.one("SELECT fee_cents, to_hear FROM payments_as_heard")
        assert row == {"fee_cents": 0, "to_hear": "paid"}
