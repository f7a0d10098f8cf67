"""What dialplans ask to take: stored under a reference, with the result that it came to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from psycopg.types.json import Jsonb

from paytone.rules.bill import Account
from paytone.rules.pay_request import PayRequest
from paytone.rules.pay_result import Taken
from paytone.rules.payment import COUNTED, Payment
from paytone.store import Row, Store, accounts, payments

OPEN = """
    INSERT INTO payment_requests (
        id, account_id, call_id, amount_cents, currency, description, parameters, callback_url,
        opened_at
    )
    SELECT %(id)s, sale_account(%(reference)s, %(payer)s, %(currency)s),
        (SELECT id FROM calls WHERE id = %(call)s), %(cents)s, %(currency)s, %(description)s,
        %(parameters)s, %(callback)s, %(now)s
    RETURNING account_id
"""

END = """
    WITH ended AS (
        UPDATE payment_requests SET result = %(result)s, error = %(error)s,
            ended_at = greatest(%(now)s, opened_at)
        WHERE id = %(id)s AND result IS NULL
        RETURNING id, callback_url
    )
    INSERT INTO callbacks (request_id, event, facts, queued_at, next_at)
    SELECT ended.id, 'result',
        %(facts)s || coalesce((
            SELECT jsonb_build_object('payment', payment_facts(payments))
            FROM payments WHERE id = %(payment)s
        ), '{}'),
        %(now)s, %(now)s
    FROM ended WHERE callback_url IS NOT NULL
"""


BEGUN = """
    SELECT * FROM payments
    WHERE account_id = %(account)s AND call_id = %(call)s AND opened_at >= %(since)s
    ORDER BY opened_at DESC LIMIT 1
"""


EACH = """
    SELECT * FROM payment_requests_in_full
    WHERE (%(since)s::timestamptz IS NULL OR opened_at >= %(since)s)
        AND (%(reference)s::text IS NULL OR reference = %(reference)s)
    ORDER BY opened_at, id
"""

LONG_NUMBER: Final = re.compile(r"[0-9]{7,}")


@dataclass(frozen=True, slots=True)
class Opened:
    """
    A request that is stored.

    Args:
        account: The reference's.
        calls_back: Whether somebody is to be told of it.
    """

    id: str
    account: Account
    opened: datetime
    calls_back: bool


async def begin(
    store: Store, request: PayRequest, *, currency: str, call_id: str, now: datetime
) -> Opened:
    """*request*, stored; each time that it is asked for anew."""
    request_id = str(uuid4())
    row = await store.one(
        OPEN,
        id=request_id,
        reference=request.reference,
        payer=request.payer or "caller",
        currency=currency,
        call=call_id,
        cents=request.amount and request.amount.cents,
        description=request.description,
        parameters=Jsonb(dict(request.parameters)),
        callback=request.callback or None,
        now=now,
    )
    assert row is not None
    account = await accounts.by_id(store, str(row["account_id"]))
    return Opened(request_id, account, now, bool(request.callback))


async def end(store: Store, request: Opened, taken: Taken, *, now: datetime) -> None:
    """Note what came of *request*, and queue that it is told; repeating it changes nothing."""
    error = LONG_NUMBER.sub("…", taken.error)
    facts = {
        "result": taken.result.value,
        "error": error,
        "code": taken.code,
        "token": taken.token,
        "earlier": taken.earlier,
        "last_four": taken.face.last_four if taken.face else "",
    }
    await store.run(
        END,
        id=request.id,
        result=taken.result.value,
        error=error or None,
        facts=Jsonb({name: value for name, value in facts.items() if value}),
        payment=taken.payment and taken.payment.id,
        now=now,
    )


async def paid(store: Store, account: Account) -> Payment | None:
    """The payment that was made under the reference; None where none counts."""
    made = await payments.of_account(store, account.id, 100)
    return next((payment for payment in made if payment.state in COUNTED), None)


async def begun(store: Store, request: Opened, call_id: str) -> Payment | None:
    """The last payment that was begun for *request* in the call; None where none was."""
    row = await store.one(BEGUN, account=request.account.id, call=call_id, since=request.opened)
    return payments.payment_of_row(row) if row else None


async def each(
    store: Store, *, since: datetime | None, reference: str | None
) -> AsyncIterator[Row]:
    """Every request opened *since* then, of all references or one, with its callbacks counted."""
    async for row in store.each(EACH, since=since, reference=reference):
        yield row
