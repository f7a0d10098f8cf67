"""Arrangements for more time: made, undone, and how far each is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

import psycopg
from psycopg.types.json import Jsonb

from paytone.rules.arrangement import Instalment, Kind, Record, Terms
from paytone.rules.money import Money
from paytone.store import Row, Store
from paytone.store.numbered import numbered
from paytone.store.payments import NOT_OPENED

MAKE = """
    WITH held AS MATERIALIZED (SELECT hold_account(%(account)s, %(heard)s)),
    made AS (
        INSERT INTO arrangements (confirmation, account_id, currency, call_id, kind, made_at)
        SELECT %(confirmation)s, %(account)s, %(currency)s,
            (SELECT id FROM calls WHERE id = %(call)s), %(kind)s, %(now)s
        FROM held
        RETURNING id
    )
    INSERT INTO arrangement_instalments (arrangement_id, seq, due, amount_cents)
    SELECT made.id, seq, due, cents
    FROM made, jsonb_to_recordset(%(terms)s) AS agreed (seq int, due date, cents bigint)
"""

END = """
    UPDATE arrangements SET state = %(state)s, ended_at = %(now)s, ended_by = %(by)s,
        reason = %(reason)s
    WHERE id = %(id)s AND state = 'active'
        AND (%(since)s::timestamptz IS NULL OR made_at >= %(since)s)
"""

BY_CONFIRMATION = "SELECT * FROM arrangement_progress WHERE confirmation = %(confirmation)s"

ACTIVE = """
    SELECT * FROM arrangement_progress WHERE account_id = %(account)s AND state = 'active'
"""

EACH = """
    SELECT * FROM arrangement_progress
    WHERE %(state)s::text IS NULL OR state = %(state)s
    ORDER BY made_at, id
"""

BILLED_SINCE = "SELECT min(issued) AS day FROM bills WHERE account_id = %(account)s"

HISTORY = """
    SELECT state, made_at, ended_at FROM arrangements
    WHERE account_id = %(account)s AND state NOT IN ('undone', 'cancelled')
"""

NEXT_DUE = "SELECT * FROM arranged_balance WHERE account_id = %(account)s"

COVERED = """
    SELECT id FROM arrangement_progress WHERE state = 'active' AND is_covered AND NOT is_doubtful
"""

MISSED = """
    SELECT DISTINCT arrangement_id AS id FROM instalment_progress
    WHERE state = 'active' AND NOT is_covered AND NOT is_doubtful
        AND left_cents > 0 AND due < %(today)s
"""

COMING = """
    SELECT * FROM instalment_progress
    WHERE state = 'active' AND NOT is_covered AND left_cents > 0
        AND due BETWEEN %(today)s AND %(until)s
    ORDER BY due, instalment_id
"""

A_YEAR: Final = timedelta(days=365)


class AlreadyArranged(Exception):
    """The account has an active arrangement; no other was made."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """
    What was arranged, and how far it is kept.

    Args:
        state: ``active``, ``undone``, ``cancelled``, ``kept`` or ``broken``, as stored: the worker
            finds once a day what was kept or broken.
        paid: What has come in since it was made.
        is_covered: All of it is paid, or nothing is owed any more.
        ended_by: Who ended it, and why in *reason*; empty while it is active.
    """

    id: str
    confirmation: str
    account_id: str
    account_number: str
    terms: Terms
    made: datetime
    state: str
    paid: Money
    is_covered: bool
    ended: datetime | None = None
    ended_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NextDue:
    """
    What is due next by an arrangement.

    Args:
        amount: What is left to pay of it.
        all_left: What is left of the whole arrangement.
        rest_due: The due date of the oldest bill that the arrangement does not cover; None where
            there is none.
    """

    due: date
    amount: Money
    all_left: Money
    rest_due: date | None


@dataclass(frozen=True, slots=True)
class Coming:
    """An instalment that is due soon, and whose it is."""

    id: str
    customer_id: str
    account_number: str
    due: date
    left: Money
    confirmation: str


async def make(
    store: Store,
    *,
    account_id: str,
    call_id: str,
    heard: Money,
    terms: Terms,
    now: datetime,
    random: Random | None = None,
) -> Arrangement:
    """
    The arrangement that the caller agreed to, stored with a confirmation of its own.

    After StoreAway it may be stored; `active` tells.

    Args:
        heard: The balance that the caller heard; *terms* come to it.

    Raises:
        AlreadyArranged: There is one, perhaps this one.
        BalanceMoved, AnotherIsOpen: As in `payments.open_payment`; nothing was arranged.
    """

    async def made(confirmation: str) -> int:
        return await store.run(
            MAKE,
            account=account_id,
            heard=heard.cents,
            confirmation=confirmation,
            currency=heard.currency,
            call=call_id,
            kind=terms.kind.value,
            now=now,
            terms=_as_rows(terms),
        )

    try:
        await numbered(made, unless="arrangements_confirmation_key", random=random)
    except psycopg.Error as exc:
        if exc.diag.constraint_name == "arrangements_one_active":
            raise AlreadyArranged from exc
        if exc.sqlstate in NOT_OPENED:
            raise NOT_OPENED[exc.sqlstate] from exc
        raise
    arranged = await active(store, account_id)
    assert arranged is not None
    return arranged


async def active(store: Store, account_id: str) -> Arrangement | None:
    """The account's active arrangement; None where there is none."""
    row = await store.one(ACTIVE, account=account_id)
    return arrangement_of_row(row) if row else None


async def by_confirmation(store: Store, confirmation_number: str) -> Arrangement | None:
    """The arrangement with that confirmation number; None if there is none."""
    row = await store.one(BY_CONFIRMATION, confirmation=confirmation_number)
    return arrangement_of_row(row) if row else None


async def each(store: Store, *, state: str | None) -> AsyncIterator[Arrangement]:
    """Every arrangement, or those in *state*, oldest first."""
    async for row in store.each(EACH, state=state):
        yield arrangement_of_row(row)


async def record(store: Store, account_id: str, *, now: datetime) -> Record:
    """What the account's history says of it; days are those of *now*'s zone."""
    billed = await store.one(BILLED_SINCE, account=account_id)
    rows = await store.all(HISTORY, account=account_id)
    zone = now.tzinfo
    broken = [row["ended_at"] for row in rows if row["state"] == "broken"]
    made = [row["made_at"] for row in rows if now - row["made_at"] < A_YEAR]
    return Record(
        billed_since=billed["day"] if billed else None,
        broken=max(broken).astimezone(zone).date() if broken else None,
        made=tuple(sorted(at.astimezone(zone).date() for at in made)),
    )


async def next_due(store: Store, account_id: str, currency: str) -> NextDue | None:
    """What is due next by the account's arrangement; None without one, or if all is paid."""
    row = await store.one(NEXT_DUE, account=account_id)
    if row is None:
        return None
    return NextDue(
        due=row["arranged_due"],
        amount=Money(row["arranged_cents"], currency),
        all_left=Money(row["all_left_cents"], currency),
        rest_due=row["rest_due"],
    )


async def undo(store: Store, arrangement_id: str, *, now: datetime) -> bool:
    """
    Undo an arrangement on the day it was made, in *now*'s zone; False if it is too late.

    May be repeated; the second time is False too.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return await _end(
        store, arrangement_id, "undone", by="caller", reason="undone by phone", now=now,
        since=midnight,
    )  # fmt: skip


async def cancel(store: Store, arrangement_id: str, *, by: str, reason: str, now: datetime) -> bool:
    """Cancel an active arrangement for an admin; False if it has ended. May be repeated."""
    return await _end(store, arrangement_id, "cancelled", by=by, reason=reason, now=now)


async def mark(store: Store, *, now: datetime) -> tuple[list[str], list[str]]:
    """
    The ids of arrangements that are found kept, and found broken, and are now stored so.

    May be repeated and may run beside itself. One is left alone while a payment on its account may
    or may not have moved money.
    """
    kept = [str(row["id"]) for row in await store.all(COVERED)]
    missed = [str(row["id"]) for row in await store.all(MISSED, today=now.date())]
    done = [
        id_ for id_ in kept
        if await _end(store, id_, "kept", by="worker", reason="all of it is paid", now=now)
    ]  # fmt: skip
    broken = [
        id_ for id_ in missed
        if await _end(store, id_, "broken", by="worker", reason="an instalment is late", now=now)
    ]  # fmt: skip
    return done, broken


async def coming(store: Store, *, today: date, until: date) -> list[Coming]:
    """Instalments due from *today* to *until* of which something is left to pay."""
    return [
        Coming(
            id=str(row["instalment_id"]),
            customer_id=str(row["customer_id"]),
            account_number=row["account_number"],
            due=row["due"],
            left=Money(row["left_cents"], row["currency"]),
            confirmation=row["confirmation"],
        )
        for row in await store.all(COMING, today=today, until=until)
    ]


def arrangement_of_row(row: Row) -> Arrangement:
    """The arrangement in a row of the view arrangement_progress."""
    currency = row["currency"]
    parts = [
        Instalment(date.fromisoformat(each["due"]), Money(each["cents"], currency))
        for each in row["terms"]
    ]
    return Arrangement(
        id=str(row["id"]),
        confirmation=row["confirmation"],
        account_id=str(row["account_id"]),
        account_number=row["account_number"],
        terms=Terms(Kind(row["kind"]), tuple(parts)),
        made=row["made_at"],
        state=row["state"],
        paid=Money(row["paid_cents"], currency),
        is_covered=row["is_covered"],
        ended=row["ended_at"],
        ended_by=row["ended_by"] or "",
        reason=row["reason"] or "",
    )


async def _end(
    store: Store,
    arrangement_id: str,
    state: str,
    *,
    by: str,
    reason: str,
    now: datetime,
    since: datetime | None = None,
) -> bool:
    values = {"id": arrangement_id, "state": state, "by": by, "reason": reason, "now": now}
    return bool(await store.run(END, **values, since=since))


def _as_rows(terms: Terms) -> Jsonb:
    return Jsonb(
        [
            {"seq": seq, "due": each.due.isoformat(), "cents": each.amount.cents}
            for seq, each in enumerate(terms.instalments, 1)
        ]
    )
