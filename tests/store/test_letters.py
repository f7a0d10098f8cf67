"""Letters: queued with what gives cause to them, on the channels that reach the customer."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown
from paytone.line.postgres import PrivatePostgres
from paytone.rules.contact import Channel
from paytone.rules.money import Money
from paytone.rules.payment import Heard, Payment, State
from paytone.store import Store, calls, letters, payments, tellings
from paytone.store.migrations import SQL, migrate
from tests.store import given
from tests.store.given import NOW

APPROVED = Approved("abc123", Money(5000))
DECLINED = Declined(None, Refusal.FUNDS, hard=False, code="2001", text="Insufficient Funds")
SECOND = timedelta(seconds=1)
CONSENT = """
    INSERT INTO contact_consents (customer_id, channel, address, purpose, source, said, at)
    SELECT id, 'sms', '3125550142', 'receipts', 'import', 'a form', %(now)s FROM customers
"""
QUEUED = "SELECT kind, channel FROM letters ORDER BY id"


async def customer_id(store: Store) -> str:
    row = await store.one("SELECT id FROM customers")
    assert row is not None
    return str(row["id"])


async def opened(
    store: Store, *, email: str | None = None, receipts: bool = True, sms: bool = False
) -> Payment:
    """A payment of 50.00 of 80.00 that is being submitted by a customer reached so."""
    account = await given.account(store)
    await given.bill(store, account, 8000, date(2026, 4, 1))
    await store.run(
        "UPDATE customers SET email = %(email)s, email_receipts = %(receipts)s,"
        " mobile = '3125550142'",
        email=email,
        receipts=receipts,
    )
    if sms:
        await store.run(CONSENT, now=NOW)
    return await given.payment(store, account)


async def close(store: Store, payment: Payment, outcome: Outcome = APPROVED) -> None:
    await payments.close_payment(store, payment.id, outcome, "said", NOW + SECOND)


async def queued(store: Store) -> list[tuple[str, str]]:
    return [(row["kind"], row["channel"]) for row in await store.all(QUEUED)]


@pytest.mark.parametrize(
    ("email", "receipts", "sms", "channels"),
    [
        (None, True, False, []),
        ("a@customer.example", True, False, ["email"]),
        ("a@customer.example", False, False, []),
        ("a@customer.example", False, True, ["sms"]),
        ("a@customer.example", True, True, ["email", "sms"]),
        (None, True, True, ["sms"]),
    ],
    ids=["unreached", "mail", "mail switched off", "text only", "both", "text, no address"],
)
async def test_a_receipt_is_queued_where_one_is_wanted(
    store: Store, email: str | None, receipts: bool, sms: bool, channels: list[str]
) -> None:
    payment = await opened(store, email=email, receipts=receipts, sms=sms)
    await close(store, payment)
    assert [("receipt", channel) for channel in channels] == sorted(await queued(store))


async def test_a_number_without_a_consent_that_stands_gets_nothing(store: Store) -> None:
    payment = await opened(store, sms=True)
    await store.run(
        "UPDATE contact_consents SET withdrawn_at = %(now)s, withdrawn_how = 'STOP'", now=NOW
    )
    await close(store, payment)
    assert [] == await queued(store)


async def test_a_consent_is_for_one_number(store: Store) -> None:
    payment = await opened(store, sms=True)
    await store.run("UPDATE customers SET mobile = '3125550199'")
    await close(store, payment)
    assert [] == await queued(store)


@pytest.mark.parametrize("outcome", [DECLINED, Unknown("no answer")], ids=["declined", "unknown"])
async def test_what_is_not_paid_has_no_receipt(store: Store, outcome: Outcome) -> None:
    payment = await opened(store, email="a@customer.example")
    await close(store, payment, outcome)
    assert [] == await queued(store)


async def test_a_receipt_and_its_payment_are_one(store: Store) -> None:
    payment = await opened(store, email="a@customer.example")
    async with store.transaction(keep=False) as connection:
        await connection.execute(
            "UPDATE payments SET state = 'settling', transaction_id = 'abc', changed_at = now(),"
            " reason = 'approved' WHERE id = %s",
            [payment.id],
        )
        assert 1 == (await connection.execute("SELECT FROM letters")).rowcount
    assert [] == await queued(store)


async def test_a_receipt_takes_the_place_of_the_notice_that_it_went_through(store: Store) -> None:
    payment = await opened(store, email="a@customer.example")
    await close(store, payment)
    for row in await store.all("SELECT id FROM calls"):
        await calls.close_call(store, str(row["id"]), "hung-up", NOW + 2 * SECOND)
    assert [("receipt", "email")] == await queued(store)


async def test_a_payment_found_later_has_its_receipt_and_no_notice_beside_it(store: Store) -> None:
    payment = await opened(store, email="a@customer.example")
    await close(store, payment, Unknown("no answer"))
    await payments.close_payment(
        store, payment.id, APPROVED, "found", NOW + timedelta(hours=1), late=True
    )
    assert [("receipt", "email")] == await queued(store)


async def test_a_payment_has_one_receipt_whatever_becomes_of_it(store: Store) -> None:
    payment = await opened(store, email="a@customer.example")
    await close(store, payment)
    states = (State.SETTLED, State.RETURNED, State.SETTLING)
    for day, state in enumerate(states, 1):
        await payments.move(store, payment.id, state, "so it is", NOW + timedelta(days=day))
    assert [("receipt", "email"), ("returned", "email"), ("paid", "email")] == await queued(store)


async def test_a_receipt_tells_what_was_owed_then(store: Store) -> None:
    payment = await opened(store, email="a@customer.example")
    await close(store, payment)
    account = await payments.by_id(store, payment.id)
    assert account is not None
    await store.run(
        "INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)"
        " VALUES (%(account)s, 'later', 4000, 'USD', '2026-03-10', '2026-04-10')",
        account=account.account_id,
    )
    due = await letters.claim(store, Channel.EMAIL, now=NOW + SECOND, until=NOW + 9 * SECOND)
    assert due is not None
    assert (Money(3000), Heard.PAID, "4412", "en") == (
        due.balance, due.stands, due.account_last_four, due.language,
    )  # fmt: skip
    assert {} == due.facts


async def test_a_sent_receipt_counts_as_known(store: Store) -> None:
    payment = await opened(store, email="a@customer.example")
    await close(store, payment)
    due = await letters.claim(store, Channel.EMAIL, now=NOW + SECOND, until=NOW + 9 * SECOND)
    assert due is not None
    await letters.done(store, due, said="sent", sent=NOW + SECOND)
    row = await store.one("SELECT last_known(%(id)s) AS known", id=payment.id)
    assert {"known": "paid"} == row


async def queue(store: Store, dedupe: str = "d", **more: object) -> int:
    return await letters.queue(
        store,
        kind="plan",
        customer_id=await customer_id(store),
        dedupe=dedupe,
        facts={"due": "2026-05-01", "part_cents": 1250},
        now=NOW,
        only_by=more.get("only_by"),  # type: ignore[arg-type]
    )


async def test_any_kind_is_queued_once_on_every_channel(store: Store) -> None:
    await opened(store, email="a@customer.example", receipts=False, sms=True)
    assert [2, 0, 2] == [await queue(store), await queue(store), await queue(store, "other")]
    due = await letters.claim(store, Channel.SMS, now=NOW, until=NOW + SECOND)
    assert due is not None
    assert ("plan", "3125550142", None, {"due": "2026-05-01", "part_cents": 1250}) == (
        due.kind, due.to, due.payment, due.facts,
    )  # fmt: skip


async def test_one_channel_alone_is_asked_for(store: Store) -> None:
    await opened(store, email="a@customer.example", receipts=False)
    assert 0 == await queue(store, only_by=Channel.SMS)
    assert 1 == await queue(store, only_by=Channel.EMAIL)
    assert [("plan", "email")] == await queued(store)


async def test_queued_in_a_transaction_that_fails_it_is_not(store: Store) -> None:
    await opened(store, email="a@customer.example")
    async with store.transaction(keep=False) as connection:
        await connection.execute(
            "SELECT queue_letter('plan', %s, 'd', '{\"part_cents\": 1}', now())",
            [await customer_id(store)],
        )
        assert 1 == (await connection.execute("SELECT FROM letters")).rowcount
    assert [] == await queued(store)


async def test_facts_with_a_card_number_are_refused(store: Store) -> None:
    await opened(store, email="a@customer.example")
    with pytest.raises(psycopg.errors.CheckViolation, match="facts_hold_no_numbers"):
        await letters.queue(
            store,
            kind="plan",
            customer_id=await customer_id(store),
            dedupe="d",
            facts={"card": "4111111111111111"},
            now=NOW,
        )


async def test_what_was_told_before_a_notice_counts(store: Store) -> None:
    payment = await opened(store, email="a@customer.example", receipts=False)
    await close(store, payment)
    call_id = await given.call(store)
    await tellings.tell(store, payment, call_id=call_id, now=NOW, heard=Heard.PAID)
    await calls.close_call(store, call_id, "hung-up", NOW + 2 * SECOND)
    assert [] == await queued(store)


BEFORE = """
    WITH customer AS (
        INSERT INTO customers (name, email) VALUES ('Test', 'a@customer.example') RETURNING id
    ), account AS (
        INSERT INTO accounts (customer_id, number)
        SELECT id, '4412000000004412' FROM customer RETURNING id
    )
    INSERT INTO payments (
        id, confirmation, account_id, amount_cents, currency, brand, last_four, expiry_year,
        expiry_month, state, opened_at, changed_at, reason
    )
    SELECT '11111111-1111-1111-1111-111111111111', '905484000', id, 5000, 'USD', 'Visa', '1111',
        2030, 9, 'submitting', now(), now(), 'confirmed'
    FROM account
"""
NOTICED = """
    UPDATE payments SET state = 'settling', transaction_id = 'abc', reason = 'found',
        changed_at = now() + interval '1 hour'
"""


def test_notices_of_before_are_letters_now(postgres: PrivatePostgres, tmp_path: Path) -> None:
    """Their ids stay, so that one sent once more keeps its Message-ID."""
    url = postgres.create("before_letters")
    for each in SQL.glob("00*.sql"):
        if each.name < "0013":
            shutil.copy(each, tmp_path)
    migrate(url, tmp_path)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE notices ALTER id RESTART WITH 41")
        connection.execute(BEFORE)
        connection.execute(NOTICED)
        connection.execute("UPDATE notices SET tries = 3, doubts = 1, said = 'lost'")
    migrate(url)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT id, kind, channel, dedupe ~ '^change [0-9]+$', tries, doubts, said,"
            " next_at IS NOT NULL, tells, stands, address FROM letters_in_full"
        ).fetchall()
        assert [
            (41, "paid", "email", True, 3, 1, "lost", True, "paid", "paid", "a@customer.example")
        ] == rows
        connection.execute("SELECT queue_letter('plan', id, 'd', '{}', now()) FROM customers")
        assert (42,) == connection.execute("SELECT max(id) FROM letters").fetchone()
