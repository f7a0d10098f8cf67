"""Refunds: never more than was paid, booked once, and only they make a payment refunded."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import psycopg
import pytest

from paytone.gateway import Approved
from paytone.rules.money import Money
from paytone.rules.payment import Payment, State
from paytone.rules.refund import Answer, Refund, Way
from paytone.store import Row, Store, accounts, ledger, payments, refunds
from paytone.store.refunds import AnotherAsked, MoreThanPaid, NotNow
from tests.store import given
from tests.store.given import NOW

BOOKED = """
    SELECT kind, debit, credit, amount_cents FROM ledger
    WHERE payment_id = %(payment)s AND kind IN ('refund', 'void') ORDER BY id
"""


ASK_BY_HAND = """
    INSERT INTO refunds (
        id, payment_id, way, amount_cents, currency, state, asked_by, reason, said, asked_at,
        changed_at
    )
    VALUES (%(id)s, %(payment)s, 'refund', 3000, 'USD', 'asked', 'x', 'x', '', %(now)s, %(now)s)
"""
MADE_BY_HAND = "UPDATE refunds SET state = 'made', transaction_id = 'r0' WHERE id = %(id)s"


async def paid(store: Store) -> Payment:
    """A settled payment of 50 dollars."""
    return await given.settled(store, await given.account(store))


async def ask(store: Store, payment: Payment, cents: int, way: Way = Way.REFUND) -> Refund:
    """A refund of *cents*, asked for."""
    return await refunds.ask(
        store, payment.id, way, Money(cents), by="clerk", reason="a mistake", now=NOW
    )


async def made(store: Store, refund: Refund, transaction: str = "r1") -> Refund:
    """The refund, made by the gateway."""
    return await refunds.answered(
        store, refund, Answer.MADE, said="goes back", now=NOW, transaction=transaction
    )


async def state_of(store: Store, payment: Payment) -> State:
    current = await payments.by_id(store, payment.id)
    assert current is not None
    return current.state


async def booked(store: Store, payment: Payment) -> list[tuple[object, ...]]:
    rows: list[Row] = await store.all(BOOKED, payment=payment.id)
    return [tuple(row.values()) for row in rows]


async def owes(store: Store, payment: Payment) -> int:
    return (await accounts.owed(store, payment.account_id)).balance.cents


async def test_a_refund_is_booked_when_it_is_made_and_once(store: Store) -> None:
    payment = await paid(store)
    assert -5000 == await owes(store, payment)
    refund = await ask(store, payment, 2000)
    assert [] == await booked(store, payment)
    for _ in range(2):
        await made(store, refund)
    assert [("refund", "receivable", "bank", 2000)] == await booked(store, payment)
    assert -3000 == await owes(store, payment)
    assert State.SETTLED is await state_of(store, payment)


async def test_a_payment_is_refunded_once_refunds_cover_all_of_it(store: Store) -> None:
    payment = await paid(store)
    await made(store, await ask(store, payment, 2000), "r1")
    await made(store, await ask(store, payment, 3000), "r2")
    assert State.REFUNDED is await state_of(store, payment)
    assert 0 == await owes(store, payment)


async def test_nobody_moves_a_payment_to_refunded_without_refunds(store: Store) -> None:
    payment = await paid(store)
    await made(store, await ask(store, payment, 4999))
    with pytest.raises(payments.NotAllowed, match="only 4999 of 5000"):
        await payments.move(store, payment.id, State.REFUNDED, "by hand", NOW)


async def test_a_refund_that_is_refused_changes_nothing(store: Store) -> None:
    payment = await paid(store)
    refund = await ask(store, payment, 5000)
    await refunds.answered(store, refund, Answer.REFUSED, said="no", now=NOW)
    assert [] == await booked(store, payment)
    assert State.SETTLED is await state_of(store, payment)
    await made(store, await ask(store, payment, 5000))


async def test_no_more_goes_back_than_was_paid(store: Store) -> None:
    payment = await paid(store)
    await made(store, await ask(store, payment, 2000))
    with pytest.raises(MoreThanPaid):
        await ask(store, payment, 3001)


async def test_of_many_refunds_at_once_no_more_goes_back_than_was_paid(store: Store) -> None:
    payment = await paid(store)

    async def one(number: int) -> None:
        await made(store, await ask(store, payment, 3000), f"r{number}")

    ended = await asyncio.gather(*map(one, range(6)), return_exceptions=True)
    assert 1 == ended.count(None)
    assert {AnotherAsked, MoreThanPaid} >= {type(each) for each in ended if each is not None}
    assert -2000 == await owes(store, payment)


async def test_one_that_waited_for_another_counts_it(store: Store) -> None:
    """The other is asked for and made in one go, so that no index is in the way."""
    payment = await paid(store)
    by_hand = {"id": uuid4(), "payment": payment.id, "now": NOW}
    async with store.transaction() as connection:
        await connection.execute(ASK_BY_HAND, by_hand)
        waiting = asyncio.create_task(ask(store, payment, 3000))
        await asyncio.sleep(0.3)
        await connection.execute(MADE_BY_HAND, by_hand)
    with pytest.raises(MoreThanPaid):
        await waiting


async def test_while_one_is_in_doubt_no_other_is_begun(store: Store) -> None:
    payment = await paid(store)
    await ask(store, payment, 1000)
    with pytest.raises(AnotherAsked):
        await ask(store, payment, 1000)


async def test_a_settled_payment_is_not_voided_nor_one_under_way_refunded(store: Store) -> None:
    payment = await paid(store)
    with pytest.raises(NotNow):
        await ask(store, payment, 5000, Way.VOID)
    other = await given.payment(store, await given.account(store, "4412000000000001"))
    approved = Approved("xyz", Money(5000))
    other = await payments.close_payment(store, other.id, approved, "approved", NOW)
    with pytest.raises(NotNow):
        await ask(store, other, 5000)
    with pytest.raises(MoreThanPaid):
        await ask(store, other, 4999, Way.VOID)


async def test_a_void_undoes_the_payment(store: Store) -> None:
    payment = await given.payment(store, await given.account(store))
    approved = Approved("abc", Money(5000))
    payment = await payments.close_payment(store, payment.id, approved, "approved", NOW)
    await made(store, await ask(store, payment, 5000, Way.VOID), "abc")
    assert State.VOIDED is await state_of(store, payment)
    assert [("void", "receivable", "gateway", 5000)] == await booked(store, payment)
    assert 0 == await owes(store, payment)


async def test_the_books_prove_whatever_went_back(store: Store) -> None:
    in_part = await paid(store)
    await made(store, await ask(store, in_part, 2000), "r1")
    whole = await given.settled(
        store, await given.account(store, "4412000000000001"), transaction="b"
    )
    await made(store, await ask(store, whole, 5000), "r2")
    taken_back = await given.settled(
        store, await given.account(store, "4412000000000002"), transaction="c"
    )
    await made(store, await ask(store, taken_back, 1000), "r3")
    await payments.move(store, taken_back.id, State.RETURNED, "dispute", NOW)
    by_mistake = await given.payment(store, await given.account(store, "4412000000000003"))
    await payments.never_charged(store, by_mistake.id, "not found", NOW)
    approved = Approved("d", Money(5000))
    await payments.close_payment(store, by_mistake.id, approved, "found", NOW, late=True)
    await made(store, await ask(store, by_mistake, 5000), "r4")
    assert State.VOIDED is await state_of(store, by_mistake)
    assert [] == [fault for proof in await ledger.proofs(store) for fault in proof.faults]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE refunds SET amount_cents = 1",
        "UPDATE refunds SET asked_by = 'another'",
        "UPDATE refunds SET state = 'refused', transaction_id = NULL",
        "UPDATE refunds SET state = 'asked', transaction_id = NULL",
        "DELETE FROM refunds",
        "TRUNCATE refunds CASCADE",
    ],
)
async def test_what_was_asked_and_made_cannot_be_rewritten(store: Store, statement: str) -> None:
    refund = await made(store, await ask(store, await paid(store), 2000))
    with pytest.raises(psycopg.Error):
        await store.run(statement)
    assert [refund] == await refunds.of_payment(store, refund.payment_id)
