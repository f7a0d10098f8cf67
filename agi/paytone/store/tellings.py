"""What callers were told of their payments, and what they must be told next time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paytone.rules.payment import HEARD, Heard, Payment
from paytone.store import Store
from paytone.store.payments import payment_of_row

TELL = """
    INSERT INTO payment_tellings (payment_id, call_id, heard, at)
    SELECT id, (SELECT id FROM calls WHERE id = %(call)s), %(heard)s, %(now)s
    FROM payments WHERE id = %(payment)s
"""

PENDING = """
    SELECT * FROM payments_as_heard
    WHERE (
            account_id = %(account)s
            OR call_id IN (SELECT id FROM calls WHERE account_id = %(account)s)
        )
        AND (open OR told IS DISTINCT FROM to_hear)
    ORDER BY opened_at, id
"""

PENDING_OF_CALL = """
    SELECT * FROM payments_as_heard
    WHERE account_id = %(account)s AND call_id = %(call)s
        AND (open OR told IS DISTINCT FROM to_hear)
    ORDER BY opened_at, id
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """
    A payment that is open, or stands otherwise than its caller last heard.

    Args:
        told: What was last heard of it; None when nothing was, as after a hang-up.
    """

    payment: Payment
    told: Heard | None


async def tell(
    store: Store, payment: Payment, *, call_id: str, now: datetime, heard: Heard | None = None
) -> None:
    """
    Note that the caller heard how *payment* stands, or *heard*, in full; may be repeated.

    After StoreAway the next call tells again.
    """
    what = heard or HEARD[payment.state]
    await store.run(TELL, payment=payment.id, call=call_id, heard=what.value, now=now)


async def pending(
    store: Store, account_id: str, *, only_of_call: str | None = None
) -> list[Pending]:
    """
    The payments that are open, or of which the next call must tell; oldest first.

    They are the account's, and those that its callers made for the customer's other accounts.

    Args:
        only_of_call: Those on this account that were made in that call; None for all.
    """
    if only_of_call is None:
        rows = await store.all(PENDING, account=account_id)
    else:
        rows = await store.all(PENDING_OF_CALL, account=account_id, call=only_of_call)
    return [
        Pending(payment_of_row(row), Heard(row["told"]) if row["told"] else None) for row in rows
    ]
