"""How fast calls of a customer go: what they asked for, remembered for later ones."""

from __future__ import annotations

from datetime import datetime

from paytone.rules.pace import Pace
from paytone.store import Store
from paytone.store.contacts import Source

PACE_OF = """
    SELECT pace FROM accounts JOIN customers ON customers.id = customer_id
    WHERE accounts.id = %(account)s
"""

GO = """
    WITH customer AS (
        UPDATE customers SET pace = %(pace)s
        FROM accounts
        WHERE accounts.id = %(account)s AND customers.id = accounts.customer_id
            AND pace <> %(pace)s
        RETURNING customers.id
    )
    INSERT INTO contact_changes (customer_id, at, what, source, why, call_id)
    SELECT id, %(now)s, %(what)s, %(source)s, %(why)s, %(call)s FROM customer
"""


async def pace_of(store: Store, account_id: str) -> Pace:
    """How fast calls of the account's customer go."""
    row = await store.one(PACE_OF, account=account_id)
    if row is None:
        raise LookupError(account_id)
    return Pace(row["pace"])


async def set_pace(
    store: Store, account_id: str, pace: Pace, *, why: str, source: Source, now: datetime
) -> None:
    """Let calls of the account's customer go at *pace* from now on; may be repeated."""
    await store.run(
        GO,
        account=account_id,
        pace=pace.value,
        what=f"pace {pace.value}",
        source=source.who,
        why=why,
        call=source.call_id,
        now=now,
    )
