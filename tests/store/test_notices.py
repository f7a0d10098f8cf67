"""Who is queued to be written to: those who do not know what became of their payment."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from paytone.gateway import Approved, Declined, Refusal, Unknown
from paytone.rules.contact import Channel
from paytone.rules.money import Money
from paytone.rules.payment import Heard, Payment, State
from paytone.store import Store, calls, ledger, letters, payments, tellings
from tests.store import given
from tests.store.given import NOW

APPROVED = Approved("abc123", Money(5000))
DECLINED = Declined(None, Refusal.FUNDS, hard=False, code="2001", text="Insufficient Funds")
SECONDS = timedelta(seconds=1)
QUIET = timedelta(minutes=2)


async def opened(store: Store, email: str | None = "someone@customer.example") -> Payment:
    """A payment that is being submitted by a customer who has that address."""
    account = await given.account(store)
    await given.bill(store, account, 8000, date(2026, 4, 1))
    await store.run("UPDATE customers SET email = %(email)s, email_receipts = false", email=email)
    return await given.payment(store, account)


async def told(store: Store, payment: Payment, heard: Heard, after: timedelta = SECONDS) -> None:
    """A caller hears that."""
    call_id = await given.call(store)
    await tellings.tell(store, payment, call_id=call_id, now=NOW + after, heard=heard)


async def closed(store: Store, payment: Payment, after: timedelta = SECONDS) -> None:
    """The gateway says that it is charged."""
    await payments.close_payment(store, payment.id, APPROVED, "approved", NOW + after, late=True)


async def left_unknown(store: Store) -> Payment:
    """A payment whose caller was told that nobody knows."""
    payment = await opened(store)
    await payments.close_payment(store, payment.id, Unknown("no answer"), "unknown", NOW)
    await told(store, payment, Heard.UNKNOWN)
    return payment


async def hangs_up(store: Store, after: timedelta = SECONDS) -> None:
    """Every call ends."""
    for row in await store.all("SELECT id FROM calls"):
        await calls.close_call(store, str(row["id"]), "hung-up", NOW + after)


async def queued(store: Store) -> list[str]:
    """What is to be told, in order."""
    rows = await store.all("SELECT kind FROM letters ORDER BY id")
    return [row["kind"] for row in rows]


async def test_what_was_unknown_is_queued_once_it_is_known(store: Store) -> None:
    payment = await left_unknown(store)
    assert [] == await queued(store)
    await closed(store, payment, timedelta(minutes=5))
    assert ["paid"] == await queued(store)
    assert (
        await letters.claim(store, Channel.EMAIL, now=NOW + timedelta(minutes=6), until=NOW) is None
    )
    due = await letters.claim(
        store, Channel.EMAIL, now=NOW + timedelta(minutes=7), until=NOW + 9 * QUIET
    )
    assert due is not None
    assert (Heard.PAID, Heard.PAID, Heard.UNKNOWN, "4412", "someone@customer.example") == (
        due.tells, due.stands, due.known, due.account_last_four, due.to,
    )  # fmt: skip


async def test_the_move_and_its_notice_are_one(store: Store) -> None:
    payment = await left_unknown(store)
    async with store.transaction(keep=False) as connection:
        await connection.execute(
            "UPDATE payments SET state = 'settling', transaction_id = 'abc', changed_at = now(),"
            " reason = 'found' WHERE id = %s",
            [payment.id],
        )
        rows = await connection.execute("SELECT FROM letters")
        assert 1 == rows.rowcount
    assert [] == await queued(store)


async def test_a_customer_without_an_address_is_not_queued(store: Store) -> None:
    payment = await opened(store, email=None)
    await payments.close_payment(store, payment.id, Unknown("no answer"), "unknown", NOW)
    await closed(store, payment)
    assert [] == await queued(store)


async def test_a_payment_that_is_told_in_its_call_is_never_queued(store: Store) -> None:
    payment = await opened(store)
    await closed(store, payment, timedelta(seconds=20))
    await told(store, payment, Heard.PAID, timedelta(seconds=25))
    await hangs_up(store, timedelta(seconds=40))
    await payments.move(store, payment.id, State.SETTLED, "settled", NOW + timedelta(days=1))
    assert [] == await queued(store)


@pytest.mark.parametrize(
    ("outcome", "heard"), [(APPROVED, "paid"), (DECLINED, "not-paid")], ids=["paid", "declined"]
)
async def test_a_caller_who_hangs_up_before_hearing_it_is_queued(
    store: Store, outcome: Approved | Declined, heard: str
) -> None:
    payment = await opened(store)
    await payments.close_payment(store, payment.id, outcome, "said", NOW + SECONDS)
    assert [] == await queued(store)
    await hangs_up(store)
    assert [heard] == await queued(store)


async def test_one_that_closes_after_its_call_is_queued(store: Store) -> None:
    payment = await opened(store)
    await hangs_up(store)
    assert [] == await queued(store)
    await closed(store, payment, timedelta(seconds=5))
    assert ["paid"] == await queued(store)


async def test_one_that_a_broken_line_left_is_queued_when_the_worker_finds_it(store: Store) -> None:
    """Nobody closed the call, nor told anything."""
    payment = await opened(store)
    await closed(store, payment, timedelta(seconds=60))
    assert ["paid"] == await queued(store)


async def test_what_is_returned_later_is_queued_each_time(store: Store) -> None:
    payment = await opened(store)
    await closed(store, payment)
    await told(store, payment, Heard.PAID)
    for day, state in enumerate((State.RETURNED, State.SETTLING, State.RETURNED), 1):
        now = NOW + timedelta(days=day)
        await payments.move(store, payment.id, state, "so says the bank", now)
        due = await letters.claim(store, Channel.EMAIL, now=now + QUIET, until=now + 9 * QUIET)
        assert due is not None
        await letters.done(store, due, said="sent", sent=now + QUIET)
    assert ["returned", "paid", "returned"] == await queued(store)


async def test_what_is_refunded_or_voided_is_queued(store: Store) -> None:
    account = await given.account(store)
    await given.bill(store, account, 8000, date(2026, 4, 1))
    await store.run(
        "UPDATE customers SET email = 'someone@customer.example', email_receipts = false"
    )
    refunded = await given.settled(store, account, 3000)
    await told(store, refunded, Heard.PAID)
    await given.refund(store, refunded)
    voided = await given.payment(store, account)
    await payments.close_payment(store, voided.id, Approved("v", Money(5000)), "approved", NOW)
    await told(store, voided, Heard.PAID)
    await payments.move(store, voided.id, State.VOIDED, "void by clerk", NOW + QUIET)
    assert ["refunded", "not-paid"] == await queued(store)


async def test_a_charge_that_turns_up_and_goes_back_is_nothing_new(store: Store) -> None:
    """The caller heard "not paid", and that stays true."""
    payment = await opened(store)
    await payments.never_charged(store, payment.id, "not found", NOW + SECONDS)
    await told(store, payment, Heard.NOT_PAID)
    await closed(store, payment, timedelta(hours=1))
    await payments.move(store, payment.id, State.VOIDED, "void", NOW + timedelta(hours=2))
    assert [] == await queued(store)


async def test_settling_and_settled_are_one_piece_of_news(store: Store) -> None:
    payment = await left_unknown(store)
    await closed(store, payment, QUIET)
    await payments.move(store, payment.id, State.SETTLED, "settled", NOW + timedelta(days=1))
    await hangs_up(store, timedelta(days=1))
    assert ["paid"] == await queued(store)


@pytest.mark.parametrize(
    "email",
    [
        "nobody",
        "two@a.example, b@c.example",
        "<a@b.example>",
        "a@b",
        "a@b.example\nBcc: c@d.example",
        f"{'a' * 250}@b.example",
    ],
)
async def test_what_is_no_address_is_refused(store: Store, email: str) -> None:
    await given.account(store)
    with pytest.raises(psycopg.errors.CheckViolation):
        await store.run(
            "UPDATE customers SET email = %(email)s, email_receipts = false", email=email
        )


@pytest.mark.parametrize(
    "trigger", ["queue_letters_of_change ON payment_changes", "queue_letters_of_call ON calls"]
)
async def test_a_queue_that_is_off_is_found(store: Store, trigger: str) -> None:
    name, _, table = trigger.partition(" ON ")
    async with store.transaction() as connection:
        await connection.execute(
            psycopg.sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(
                psycopg.sql.Identifier(table), psycopg.sql.Identifier(name)
            )
        )
    faults = [fault for proof in await ledger.proofs(store) for fault in proof.faults]
    assert [f"the database no longer guards itself: trigger {name} is off"] == faults


async def test_a_change_is_queued_once(store: Store) -> None:
    payment = await left_unknown(store)
    await closed(store, payment, QUIET)
    with pytest.raises(psycopg.errors.UniqueViolation):
        await store.run(
            "INSERT INTO letters (kind, channel, customer_id, payment_id, dedupe, queued_at)"
            " SELECT kind, channel, customer_id, payment_id, dedupe, queued_at FROM letters"
        )


async def test_a_call_that_paid_nothing_queues_nothing(store: Store) -> None:
    call_id = str(uuid4())
    await calls.open_call(store, call_id, called="+18008926996", calling=None, now=NOW)
    await hangs_up(store)
    assert [] == await queued(store)
