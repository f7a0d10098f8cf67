"""Calls to make: queued in the transaction that gives cause to them, let through one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import LiteralString
from uuid import uuid4

from paytone.rules.calling import (
    A_MONTH,
    Allowed,
    Ask,
    Consent,
    Facts,
    Kind,
    Line,
    Refused,
    Why,
)
from paytone.store import Connection, Row, Store
from paytone.store.people import Waiting

QUEUE = """
    SELECT queue_call(
        %(kind)s, %(customer)s, %(dedupe)s, %(now)s, account => %(account)s::uuid,
        number => %(number)s, not_before => %(not_before)s, expires => %(expires)s
    ) AS id
"""

QUEUE_DUE = """
    SELECT queue_call(
        'due', customer_id, 'due ' || account_id || ' ' || due, %(now)s,
        account => account_id, due => due
    ) AS id
    FROM bills_to_remind_of WHERE due = ANY(%(days)s)
"""

QUEUE_INSTALMENTS = """
    SELECT queue_call(
        'instalment', customer_id, 'instalment ' || instalment_id || ' ' || due, %(now)s,
        account => account_id, due => due, about => instalment_id
    ) AS id
    FROM instalment_progress
    WHERE state = 'active' AND NOT is_covered AND left_cents > 0 AND due = ANY(%(days)s)
"""

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('calls_out'))"

UNDER_WAY = "SELECT count(*) AS count FROM dials WHERE result IS NULL"

NEXT = """
    SELECT * FROM calls_out_facts
    WHERE id = (
        SELECT id FROM calls_out WHERE state = 'waiting' AND next_at <= %(now)s
        ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
"""

ONE = "SELECT * FROM calls_out_facts WHERE id = %(call_out)s"

CONSENTS = """
    SELECT id, purpose, source, at FROM contact_consents
    WHERE customer_id = %(customer_id)s AND address = %(number)s AND channel = 'call'
        AND withdrawn_at IS NULL
    ORDER BY id
"""

DIALS = "SELECT at, kind FROM dials WHERE number = %(number)s AND at > %(since)s ORDER BY at"

ZIPS = """
    SELECT DISTINCT zip FROM accounts WHERE customer_id = %(customer_id)s AND zip IS NOT NULL
"""

ANSWER = """
    INSERT INTO call_gate (call_out_id, at, answer, why, consent_id, zones, states)
    VALUES (%(call_out)s, %(now)s, %(answer)s, %(why)s, %(consent)s, %(zones)s, %(states)s)
    RETURNING id
"""

TURN_BACK = """
    UPDATE calls_out SET state = %(state)s, next_at = %(again)s, said = %(why)s
    WHERE id = %(call_out)s
"""

DIAL = """
    WITH dial AS (
        INSERT INTO dials (id, call_out_id, gate_id, number, kind, at)
        VALUES (%(dial)s, %(call_out)s, %(gate)s, %(number)s, %(kind)s, %(now)s)
    )
    UPDATE calls_out SET state = 'dialling', next_at = NULL, attempts = attempts + 1,
        said = 'dialling'
    WHERE id = %(call_out)s
"""

EXPIRE = """
    UPDATE calls_out SET state = 'expired', next_at = NULL, said = 'nobody is called'
    WHERE state = 'waiting' AND expires <= %(now)s
"""

STILL_WAITS = """
    SELECT id FROM person_calls WHERE id = %(person)s AND call_back = 'waiting' FOR UPDATE
"""

CALLED_BACK = """
    UPDATE person_calls SET call_back = 'dialled', dial_id = %(dial)s WHERE id = %(person)s
"""

ONE_ATTEMPT = timedelta(minutes=1)
"""So soon a call back by an agent expires: nobody dials it again, see `paytone.rules.redial`."""

OF_NUMBER = """
    SELECT known.*, asked.number, line, since AS stopped_at, false AS is_settled,
        false AS is_doubtful
    FROM (SELECT %(number)s::text AS number) AS asked
    LEFT JOIN LATERAL (
        SELECT customers.id AS customer_id, timezone AS zone,
            coalesce(mobile = asked.number, false) OR phone IS NOT NULL AS is_theirs
        FROM customers JOIN accounts ON accounts.customer_id = customers.id
        LEFT JOIN account_phones ON account_id = accounts.id AND phone = asked.number
        WHERE accounts.number = %(account)s OR mobile = asked.number OR phone IS NOT NULL
        ORDER BY accounts.number = %(account)s DESC NULLS LAST LIMIT 1
    ) AS known ON true
    LEFT JOIN phone_lines ON phone_lines.number = asked.number
    LEFT JOIN do_not_call ON do_not_call.number = asked.number AND removed_at IS NULL
"""

OF_CALL_BACK = """
    SELECT asked.*, customers.timezone AS zone, line, since AS stopped_at, true AS is_theirs,
        false AS is_settled, false AS is_doubtful
    FROM (SELECT %(number)s::text AS number, %(customer)s::uuid AS customer_id) AS asked
    LEFT JOIN customers ON customers.id = asked.customer_id
    LEFT JOIN phone_lines ON phone_lines.number = asked.number
    LEFT JOIN do_not_call ON do_not_call.number = asked.number AND removed_at IS NULL
"""

EACH = """
    SELECT calls_out.*, gate.why, gate.at AS asked_gate_at
    FROM calls_out
    LEFT JOIN LATERAL (
        SELECT why, at FROM call_gate WHERE call_out_id = calls_out.id ORDER BY id DESC LIMIT 1
    ) AS gate ON true
    WHERE %(state)s::text IS NULL OR state = %(state)s
    ORDER BY queued_at DESC, id LIMIT %(at_most)s
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """
    A number to dial now, once, for whoever claimed it alone.

    Args:
        id: Of the dial, and of the call that comes of it.
        language: The customer's; English where it is unknown who is called.
    """

    id: str
    kind: Kind
    number: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class TurnedBack:
    """A call that the gate did not let through, and why."""

    call_out_id: str
    why: Why


Gate = Callable[[Ask, Facts], Allowed | Refused]


async def queue(
    store: Store,
    *,
    kind: Kind,
    customer_id: str | None,
    dedupe: str,
    now: datetime,
    account_id: str | None = None,
    number: str | None = None,
    not_before: datetime | None = None,
    expires: datetime | None = None,
) -> str | None:
    """
    Queue a call and return its id; None where it cannot be, or was under the same *dedupe*.

    Within a transaction or trigger use the database's own `queue_call`.

    Args:
        customer_id: None only for a call back to somebody who is not known.
        account_id: Needed but for what the person asked for.
        number: Ten digits; None for where the customer agreed to be called.
        not_before: None for *now*.
        expires: None for what is usual of the kind.
    """
    row = await store.one(
        QUEUE,
        kind=kind.value,
        customer=customer_id,
        dedupe=dedupe,
        now=now,
        account=account_id,
        number=number,
        not_before=not_before,
        expires=expires,
    )
    return str(row["id"]) if row and row["id"] else None


async def queue_reminders(store: Store, *, days: Sequence[date], now: datetime) -> int:
    """How many calls were queued of bills and instalments that are due on *days*; once of each."""
    rows = await store.all(QUEUE_DUE, days=list(days), now=now)
    rows += await store.all(QUEUE_INSTALMENTS, days=list(days), now=now)
    return sum(row["id"] is not None for row in rows)


async def claim(
    store: Store, gate: Gate, *, now: datetime, at_once: int
) -> Claimed | TurnedBack | None:
    """
    The next call that is to be made, if *gate* lets it through; None if none is due.

    What the gate says is stored in the same transaction as the dial or the refusal. However many
    workers ask, one is answered at a time, so that no cap is passed between them. After StoreAway
    a dial may be stored; it is not to be made, and counts.

    Args:
        at_once: With so many dials under way none is claimed.
    """
    async with store.transaction() as connection:
        await connection.execute(ONE_AT_A_TIME)
        under_way = await _one(connection, UNDER_WAY)
        row = await _one(connection, NEXT, now=now)
        if row is None or under_way is None or under_way["count"] >= at_once:
            return None
        ask, facts = await _as_stored(connection, row, now)
        verdict = gate(ask, facts)
        number = await _note(connection, row, verdict, now)
        if isinstance(verdict, Refused):
            await _turn_back(connection, row, verdict)
            return TurnedBack(str(row["id"]), verdict.why)
        return await _dial(connection, row, ask, gate_id=number, now=now)


async def expire(store: Store, *, now: datetime) -> int:
    """How many calls nobody made in time; for where none are made. May be repeated."""
    return await store.run(EXPIRE, now=now)


async def claim_call_back(
    store: Store, gate: Gate, waiting: Waiting, *, now: datetime
) -> Claimed | TurnedBack | None:
    """
    The call back to somebody whom an agent is there for, if *gate* lets it through, once.

    It is queued, asked for at the gate and claimed in one transaction, and is not dialled again by
    anybody. None where it was claimed meanwhile.
    """
    async with store.transaction() as connection:
        await connection.execute(ONE_AT_A_TIME)
        if await _one(connection, STILL_WAITS, person=waiting.id) is None:
            return None
        queued = await _one(
            connection,
            QUEUE,
            kind=Kind.CALL_BACK.value,
            customer=waiting.customer_id,
            dedupe=f"person {waiting.id} {now.isoformat()}",
            now=waiting.asked,
            account=waiting.account_id,
            number=waiting.number,
            not_before=now,
            expires=now + ONE_ATTEMPT,
        )
        assert queued is not None
        row = await _one(connection, ONE, call_out=queued["id"])
        assert row is not None
        ask, facts = await _as_stored(connection, row, now)
        verdict = gate(ask, facts)
        number = await _note(connection, row, verdict, now)
        if isinstance(verdict, Refused):
            await _turn_back(connection, row, replace(verdict, again=None))
            return TurnedBack(str(row["id"]), verdict.why)
        claimed = await _dial(connection, row, ask, gate_id=number, now=now)
        await connection.execute(CALLED_BACK, {"person": waiting.id, "dial": claimed.id})
        return claimed


async def as_stored(store: Store, call_out_id: str, *, now: datetime) -> tuple[Ask, Facts]:
    """
    A call and what the gate would be told of it now; nothing is stored.

    Raises:
        LookupError: There is none of that id.
    """
    async with store.transaction() as connection:
        row = await _one(connection, ONE, call_out=call_out_id)
        if row is None:
            raise LookupError(call_out_id)
        return await _as_stored(connection, row, now)


async def facts_of(store: Store, number: str, *, account: str | None, now: datetime) -> Facts:
    """
    What the gate would be told of a call to *number* now, of nothing that could be paid.

    Args:
        account: Its customer's; None for whoever has the number on an account.
    """
    async with store.transaction() as connection:
        row = await _one(connection, OF_NUMBER, number=number, account=account)
        assert row is not None
        return await _facts(connection, row, now)


async def facts_of_call_back(store: Store, waiting: Waiting, *, now: datetime) -> Facts:
    """What the gate would be told now of a call back to *waiting*; nothing is stored."""
    async with store.transaction() as connection:
        values = {"number": waiting.number, "customer": waiting.customer_id}
        row = await _one(connection, OF_CALL_BACK, **values)
        assert row is not None
        return await _facts(connection, row, now)


async def each(store: Store, *, state: str | None = None, at_most: int = 100) -> list[Row]:
    """The last calls that were queued, newest first, with what the gate last said of each."""
    return await store.all(EACH, state=state, at_most=at_most)


async def _as_stored(connection: Connection, row: Row, now: datetime) -> tuple[Ask, Facts]:
    ask = Ask(Kind(row["kind"]), row["number"], row["expires"], row["asked_at"])
    return ask, await _facts(connection, row, now)


async def _facts(connection: Connection, row: Row, now: datetime) -> Facts:
    zips = await connection.execute(ZIPS, row)
    consents = await connection.execute(CONSENTS, row)
    dials = await connection.execute(DIALS, {"number": row["number"], "since": now - A_MONTH})
    return Facts(
        zone=row["zone"],
        zips=[each["zip"] for each in await zips.fetchall()],
        line=Line(row["line"]) if row["line"] else None,
        consents=[
            Consent(each["id"], each["purpose"], each["source"], each["at"])
            for each in await consents.fetchall()
        ],
        stopped_at=row["stopped_at"],
        dials=[(each["at"], Kind(each["kind"])) for each in await dials.fetchall()],
        is_known=row["customer_id"] is not None,
        is_theirs=bool(row["is_theirs"]),
        is_settled=bool(row["is_settled"]),
        is_doubtful=row["is_doubtful"],
    )


async def _note(connection: Connection, row: Row, verdict: Allowed | Refused, now: datetime) -> int:
    allowed = isinstance(verdict, Allowed)
    consent = verdict.consent if isinstance(verdict, Allowed) else None
    noted = await _one(
        connection,
        ANSWER,
        call_out=row["id"],
        now=now,
        answer="allow" if allowed else "refuse",
        why=(verdict.basis if isinstance(verdict, Allowed) else verdict.why).value,
        consent=consent.id if consent else None,
        zones=sorted(verdict.zones),
        states=sorted(verdict.states),
    )
    assert noted is not None
    number: int = noted["id"]
    return number


async def _turn_back(connection: Connection, row: Row, refused: Refused) -> None:
    ends_as = "expired" if refused.why is Why.EXPIRED else "refused"
    values = {
        "call_out": row["id"],
        "state": "waiting" if refused.again else ends_as,
        "again": refused.again,
        "why": refused.why.value,
    }
    await connection.execute(TURN_BACK, values)


async def _dial(
    connection: Connection, row: Row, ask: Ask, *, gate_id: int, now: datetime
) -> Claimed:
    claimed = Claimed(str(uuid4()), ask.kind, ask.number, row["language"] or "en")
    values = {
        "dial": claimed.id,
        "call_out": row["id"],
        "gate": gate_id,
        "number": ask.number,
        "kind": ask.kind.value,
        "now": now,
    }
    await connection.execute(DIAL, values)
    return claimed


async def _one(connection: Connection, query: LiteralString, **values: object) -> Row | None:
    return await (await connection.execute(query, values)).fetchone()
