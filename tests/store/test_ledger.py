"""The ledger: booked once, never altered, and proved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import psycopg
import pytest

from paytone.gateway import Approved, Declined, Refusal, Unknown
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.store import Store, accounts, ledger, payments
from tests.store import given
from tests.store.given import NOW

APRIL = date(2026, 4, 1)
CHARGED = Approved("abc123", Money(5000))

Posting = tuple[str, str, str, int]


async def booked(store: Store) -> list[Posting]:
    """Kind, debit, credit and cents of every posting."""
    return [
        (row["kind"], row["debit"], row["credit"], row["amount_cents"])
        async for row in ledger.each(store, since=None, until=None)
    ]


async def faults(store: Store) -> list[str]:
    return [fault for proof in await ledger.proofs(store) for fault in proof.faults]


async def charged(store: Store) -> Payment:
    """A payment of 50.00 towards a bill of 80.00."""
    account = await given.account(store)
    await given.bill(store, account, 8000, APRIL)
    payment = await given.payment(store, account)
    return await payments.close_payment(store, payment.id, CHARGED, "approved", NOW)


PAID: Posting = ("payment", "gateway", "receivable", 5000)
UNAPPLIED: Posting = ("payment", "gateway", "unapplied", 5000)


@pytest.mark.parametrize(
    ("path", "postings"),
    [
        ([], []),
        ([State.UNKNOWN], []),
        ([State.DECLINED], []),
        ([State.NOT_CHARGED], []),
        ([State.SETTLING], [PAID]),
        ([State.UNKNOWN, State.SETTLING], [PAID]),
        ([State.NOT_CHARGED, State.SETTLING], [PAID]),
        ([State.SETTLING, State.SETTLED], [PAID, ("settlement", "bank", "gateway", 5000)]),
        ([State.SETTLING, State.VOIDED], [PAID, ("void", "receivable", "gateway", 5000)]),
        ([State.SETTLING, State.RETURNED], [PAID, ("return", "receivable", "gateway", 5000)]),
        (
            [State.SETTLING, State.SETTLED, State.RETURNED],
            [
                PAID,
                ("settlement", "bank", "gateway", 5000),
                ("return", "receivable", "bank", 5000),
            ],
        ),
        (
            [State.SETTLING, State.RETURNED, State.SETTLING],
            [PAID, ("return", "receivable", "gateway", 5000), PAID],
        ),
        ([State.NOT_CHARGED, State.VOIDING], [UNAPPLIED]),
        (
            [State.UNKNOWN, State.VOIDING, State.VOIDED],
            [UNAPPLIED, ("void", "unapplied", "gateway", 5000)],
        ),
    ],
    ids=lambda path: " ".join(s.value for s in path if isinstance(s, State)),
)
async def test_each_move_books_what_it_means(
    store: Store, path: Sequence[State], postings: list[Posting]
) -> None:
    account = await given.account(store)
    payment = await given.payment(store, account)
    for state in path:
        await move(store, payment, state)

    assert postings == await booked(store)
    assert [] == await faults(store)


async def move(store: Store, payment: Payment, state: State) -> None:
    match state:
        case State.SETTLING:
            await payments.close_payment(store, payment.id, CHARGED, "approved", NOW)
        case State.DECLINED:
            declined = Declined("abc123", Refusal.FUNDS, False, "2001", "Insufficient Funds")
            await payments.close_payment(store, payment.id, declined, "declined", NOW)
        case State.UNKNOWN:
            await payments.close_payment(store, payment.id, Unknown("x"), "timed out", NOW)
        case State.VOIDING:
            await store.run(
                "UPDATE payments SET state = 'voiding', transaction_id = 'abc123', reason = 'found'"
                " WHERE id = %(id)s",
                id=payment.id,
            )
        case _:
            await payments.move(store, payment.id, state, "said so", NOW)


async def test_a_bill_is_booked_and_a_changed_bill_by_the_difference(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, APRIL)
    await given.bill(store, account, -1000, APRIL)
    await store.run("UPDATE bills SET amount_cents = 9000 WHERE amount_cents = 8000")
    await store.run("UPDATE bills SET amount_cents = 500 WHERE amount_cents = 9000")
    await store.run("UPDATE bills SET due = due + 1")

    assert [
        ("bill", "receivable", "billed", 8000),
        ("bill", "billed", "receivable", 1000),
        ("bill", "receivable", "billed", 1000),
        ("bill", "billed", "receivable", 8500),
    ] == await booked(store)
    assert Money(-500) == (await accounts.owed(store, account.id)).balance
    assert [] == await faults(store)


POST = (
    "INSERT INTO ledger (at, kind, debit, credit, amount_cents, currency, account_id, payment_id,"
    " change_id, reason) SELECT now(), "
)
COLUMNS = "kind, debit, credit, amount_cents, currency, account_id, payment_id, change_id, reason"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET amount_cents = 1",
        "DELETE FROM ledger",
        "TRUNCATE ledger CASCADE",
        "DELETE FROM bills",
        "TRUNCATE bills CASCADE",
        "UPDATE bills SET account_id = gen_random_uuid()",
        POST + "'adjustment', 'bank', 'bank', 1, 'USD', account_id, null, null, 'x' FROM ledger",
        POST + "'adjustment', 'bank', 'billed', -1, 'USD', account_id, null, null, 'x' FROM ledger",
        POST + "'payment', 'gateway', 'billed', 1, 'USD', account_id, null, null, 'x' FROM ledger",
        POST + COLUMNS + " FROM ledger WHERE kind = 'payment'",
    ],
    ids=[
        "edited", "deleted", "emptied", "a bill deleted", "bills emptied", "a bill moved",
        "from an account to itself", "below zero", "a payment without its change", "booked twice",
    ],
)  # fmt: skip
async def test_the_books_cannot_be_made_wrong(store: Store, statement: str) -> None:
    await charged(store)
    before = await booked(store)

    with pytest.raises(psycopg.Error):
        await store.run(statement)
    assert before == await booked(store)


@pytest.mark.parametrize(
    ("guard", "statement", "said"),
    [
        ("ledger_stays ON ledger", "UPDATE ledger SET amount_cents = 4999 WHERE kind = 'payment'",
            "is not what the change of payment"),
        ("ledger_stays ON ledger", "DELETE FROM ledger WHERE kind = 'payment'", "is not booked"),
        ("ledger_stays ON ledger", "UPDATE ledger SET amount_cents = 1 WHERE kind = 'bill'",
            "is for 8000 cents, and 1 are booked"),
        ("book_changed_bills ON bills", "UPDATE bills SET amount_cents = 7000",
            "is for 7000 cents, and 8000 are booked"),
        ("book_payment_change ON payment_changes",
            "UPDATE payments SET state = 'settled', reason = 'x'", "settling to settled"),
        ("write_payment_change ON payments",
            "UPDATE payments SET state = 'returned', reason = 'x'", "owes 3000 cents"),
    ],
    ids=[
        "a posting edited", "a posting deleted", "a bill's posting edited", "a bill not booked",
        "a change not booked", "a change not written",
    ],
)  # fmt: skip
async def test_what_was_made_wrong_with_its_guard_off_is_found(
    store: Store, guard: str, statement: str, said: str
) -> None:
    await charged(store)
    name, _, table = guard.split()
    await store.run(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    await store.run(statement)
    found = await faults(store)

    assert any(said in fault for fault in found), found
    assert f"the database no longer guards itself: trigger {name} is off" in found


async def test_an_adjustment_changes_what_is_owed_and_says_why(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, APRIL)
    less = await ledger.adjust(store, given.NUMBER, Money(-500), reason="courtesy", now=NOW)
    await ledger.adjust(store, given.NUMBER, Money(200), reason="a correction", now=NOW)

    assert less is not None
    assert Money(7700) == (await accounts.owed(store, account.id)).balance
    assert None is await ledger.adjust(store, "1" * 16, Money(1), reason="x", now=NOW)
    assert None is await ledger.adjust(store, given.NUMBER, Money(1, "EUR"), reason="x", now=NOW)
    assert [] == await faults(store)


async def test_a_day_begins_where_the_biller_is(store: Store) -> None:
    payment = await charged(store)
    late = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)  # the evening of the 2nd in New York
    await payments.move(store, payment.id, State.SETTLED, "settled", late)
    (day,) = await ledger.days(store, since=None, until=None, zone="America/New_York")

    assert (date(2026, 3, 2), 1, 5000, 0, 5000) == (
        day["day"], day["payments"], day["paid"], day["gateway"], day["bank"],
    )  # fmt: skip
    first, second = await ledger.days(store, since=None, until=None, zone="UTC")
    assert (5000, 0) == (first["gateway"], first["bank"])
    assert (-5000, 5000) == (second["gateway"], second["bank"])
