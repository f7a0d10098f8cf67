"""Refunds and voids: stored before the gateway is asked, booked by the database once made."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import uuid4

import psycopg
from psycopg.errors import UniqueViolation

from paytone.rules.money import Money
from paytone.rules.refund import Answer, Refund, Way
from paytone.store import Row, Store

ASK = """
    INSERT INTO refunds (
        id, payment_id, way, amount_cents, currency, state, asked_by, reason, said, asked_at,
        changed_at
    )
    VALUES (
        %(id)s, %(payment)s, %(way)s, %(cents)s, %(currency)s, 'asked', %(by)s, %(reason)s,
        'the gateway was not asked yet', %(now)s, %(now)s
    )
    RETURNING *
"""

CLAIM = """
    UPDATE refunds SET changed_at = %(now)s
    WHERE id = %(id)s AND state = 'asked' AND changed_at = %(changed)s
"""

ANSWERED = """
    UPDATE refunds SET state = %(answer)s, said = %(said)s, changed_at = %(now)s,
        transaction_id = %(transaction)s
    WHERE id = %(id)s
    RETURNING *
"""

OF_PAYMENT = "SELECT * FROM refunds WHERE payment_id = %(payment)s ORDER BY asked_at, id"

IN_DOUBT = """
    SELECT * FROM refunds WHERE state = 'asked' AND changed_at <= %(older_than)s
    ORDER BY changed_at, id LIMIT %(limit)s
"""

MADE = "SELECT * FROM refunds WHERE transaction_id = %(transaction)s AND way = 'refund'"


class NotNow(Exception):
    """The payment cannot go back from where it stands; nothing is stored and no money moves."""


class MoreThanPaid(Exception):
    """More would go back than was paid; nothing is stored and no money moves."""


class AnotherAsked(Exception):
    """Nobody knows yet what became of another refund of the payment; nothing is stored."""


_NOT_BEGUN: Final = {"PT005": NotNow, "PT006": MoreThanPaid}


async def ask(
    store: Store,
    payment_id: str,
    way: Way,
    amount: Money,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> Refund:
    """
    A new refund, stored as asked; money moves only when the gateway is asked.

    After StoreAway do not ask the gateway: it may be stored, and is then found in doubt.

    Args:
        by: Who wants it: a person at a computer, or a job of ours.

    Raises:
        NotNow, MoreThanPaid, AnotherAsked: Nothing is stored.
    """
    try:
        row = await store.one(
            ASK,
            id=uuid4(),
            payment=payment_id,
            way=way.value,
            cents=amount.cents,
            currency=amount.currency,
            by=by,
            reason=reason,
            now=now,
        )
    except UniqueViolation as exc:
        raise AnotherAsked("another refund of the payment is in doubt") from exc
    except psycopg.Error as exc:
        if exc.sqlstate in _NOT_BEGUN:
            raise _NOT_BEGUN[exc.sqlstate](exc.diag.message_primary) from exc
        raise
    assert row is not None
    return refund_of_row(row)


async def claim(store: Store, refund: Refund, now: datetime) -> bool:
    """Whether *refund* is in doubt and nobody else carries it on; for this moment it is ours."""
    return await store.run(CLAIM, id=refund.id, changed=refund.changed, now=now) > 0


async def answered(
    store: Store,
    refund: Refund,
    answer: Answer,
    *,
    said: str,
    now: datetime,
    transaction: str | None = None,
) -> Refund:
    """
    The refund with the gateway's *answer*; made, it is booked and the payment moves with it.

    Repeating it with the same answer is harmless.
    """
    row = await store.one(
        ANSWERED,
        id=refund.id,
        answer=answer.value,
        said=said,
        now=now,
        transaction=transaction if answer is Answer.MADE else None,
    )
    assert row is not None
    return refund_of_row(row)


async def of_payment(store: Store, payment_id: str) -> list[Refund]:
    """Every refund of the payment, whatever became of it, oldest first."""
    return [refund_of_row(row) for row in await store.all(OF_PAYMENT, payment=payment_id)]


async def in_doubt(store: Store, *, older_than: datetime, limit: int) -> list[Refund]:
    """Up to *limit* refunds that the gateway was last asked for before *older_than*."""
    rows = await store.all(IN_DOUBT, older_than=older_than, limit=limit)
    return [refund_of_row(row) for row in rows]


async def made_as(store: Store, transaction: str) -> Refund | None:
    """The refund that the gateway made as *transaction*; None if there is none."""
    row = await store.one(MADE, transaction=transaction)
    return refund_of_row(row) if row else None


def refund_of_row(row: Row) -> Refund:
    """The refund in a row of the table refunds."""
    return Refund(
        id=str(row["id"]),
        payment_id=str(row["payment_id"]),
        way=Way(row["way"]),
        amount=Money(row["amount_cents"], row["currency"]),
        answer=Answer(row["state"]),
        by=row["asked_by"],
        reason=row["reason"],
        said=row["said"],
        transaction=row["transaction_id"],
        asked=row["asked_at"],
        changed=row["changed_at"],
    )
