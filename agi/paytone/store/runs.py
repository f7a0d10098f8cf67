"""Runs of schedules: planned, claimed by one worker, each begun with its payment, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from random import Random, SystemRandom
from uuid import uuid4

import psycopg

from paytone.gateway import Refusal
from paytone.rules import confirmation
from paytone.rules.bill import Payable
from paytone.rules.method import SavedMethod
from paytone.rules.money import Money
from paytone.rules.payment import Occasion, Payment
from paytone.rules.payment import State as PaymentState
from paytone.rules.schedule import Kind, Run, RunState, Schedule
from paytone.store import Row, Store
from paytone.store.faces import face_columns, face_of_row
from paytone.store.payments import NOT_OPENED, payment_of_row
from paytone.store.schedules import schedule_of_row

CLAIM = """
    WITH due AS (
        SELECT id FROM schedule_runs WHERE state = 'waiting' AND next_at <= %(now)s
        ORDER BY next_at LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE schedule_runs SET next_at = %(until)s FROM due WHERE schedule_runs.id = due.id
    RETURNING schedule_runs.id
"""

IN_FULL = """
    SELECT * FROM runs_in_full WHERE run_id = ANY(%(runs)s) ORDER BY run_on, confirmation
"""

TO_SETTLE = "SELECT * FROM runs_to_settle ORDER BY run_changed_at LIMIT %(at_most)s"

SETTLE_ONE = "SELECT * FROM runs_to_settle WHERE run_id = %(run)s"

TAKEN_BACK = "SELECT * FROM runs_taken_back LIMIT %(at_most)s"

BEGIN = """
    WITH held AS MATERIALIZED (SELECT hold_account(%(account)s, %(heard)s)),
    begun AS (
        UPDATE schedule_runs SET state = 'charging', payment_id = %(id)s, next_at = NULL,
            attempts = attempts + 1, changed_at = %(now)s, said = 'begun'
        FROM held
        WHERE schedule_runs.id = %(run)s AND state = 'waiting'
        RETURNING schedule_runs.id
    ),
    counted AS (
        INSERT INTO card_attempts (payment_id, fingerprint)
        SELECT %(id)s, %(fingerprint)s FROM begun WHERE %(fingerprint)s::text IS NOT NULL
    )
    INSERT INTO payments (
        id, confirmation, account_id, amount_cents, currency, method, brand, expiry_year,
        expiry_month, bank_name, account_type, last_four, method_id, occasion, state, opened_at,
        changed_at, reason
    )
    SELECT %(id)s, %(confirmation)s, %(account)s, %(cents)s, %(currency)s, %(kind)s, %(brand)s,
        %(year)s, %(month)s, %(bank)s, %(account_type)s, %(last_four)s, %(method)s, %(occasion)s,
        'submitting', %(now)s, %(now)s, 'agreed to beforehand'
    FROM begun
    RETURNING *
"""

PUT_OFF = """
    WITH schedule AS (SELECT state FROM schedules WHERE id = %(schedule)s FOR UPDATE)
    UPDATE schedule_runs SET
        state = CASE schedule.state WHEN 'active' THEN 'waiting' ELSE 'failed' END,
        next_at = CASE schedule.state WHEN 'active' THEN %(at)s::timestamptz END,
        changed_at = %(now)s, said = %(said)s
    FROM schedule
    WHERE id = %(run)s AND schedule_runs.state IN ('waiting', 'charging')
"""

END = """
    SELECT end_run(
        %(run)s, %(state)s, %(now)s, %(said)s, %(next_on)s, %(next_starts)s, %(halts)s
    ) AS ended
"""

OCCASIONS = {
    Kind.ONCE: Occasion.LATER,
    Kind.FIXED: Occasion.RECURRING,
    Kind.AUTOPAY: Occasion.AUTOPAY,
}


class NotAuthorised(Exception):
    """Nobody authorises this debit of a bank account any more; no payment was opened."""


NOT_BEGUN = {**NOT_OPENED, "PT009": NotAuthorised}


class NotBegun(Exception):
    """The run was stopped, or begun by another; no payment was opened and no money moved."""


class Notice(Enum):
    """What became of the notice that a run needs."""

    NOT_DUE = "not due"
    WAITS = "waits"
    SENT = "sent"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class DueRun:
    """
    A run with what it takes to make it.

    Args:
        owed: The account's balance as the run was looked up.
        removed: The method was forgotten meanwhile.
        payable: How the account may be paid now.
        attempts: How often it was begun.
        notice: What became of what was to be told before.
        told_at: When that was sent.
    """

    run: Run
    schedule: Schedule
    method: SavedMethod
    owed: Money
    removed: bool
    payable: Payable
    attempts: int
    notice: Notice
    told_at: datetime | None
    account_ending: str


@dataclass(frozen=True, slots=True)
class Tried:
    """
    A run whose payment is no longer open.

    Args:
        stands: How the payment stands.
        declines: How often the run was declined, this time included.
        refusal: Why it was declined; None where it was not.
    """

    due: DueRun
    payment_id: str
    asked: Money
    stands: PaymentState
    declines: int
    refusal: Refusal | None
    hard: bool


async def claim(store: Store, *, now: datetime, until: datetime, at_most: int) -> list[DueRun]:
    """
    Runs that are due, for this caller alone *until* then; the longest due first.

    One of which nothing was stored until then is given to another. After StoreAway some may be
    claimed.
    """
    claimed = await store.all(CLAIM, now=now, until=until, at_most=at_most)
    if not claimed:
        return []
    rows = await store.all(IN_FULL, runs=[row["id"] for row in claimed])
    return [_due(row) for row in rows]


async def begin(
    store: Store, due: DueRun, amount: Money, *, now: datetime, random: Random | None = None
) -> Payment:
    """
    A new payment for the run, stored as submitting together with it: both or neither.

    After StoreAway do not charge: it may be stored, and reconciling will find it never charged.

    Raises:
        NotBegun: See there.
        AnotherIsOpen, BalanceMoved, MethodRemoved: As `payments.open_payment`; it still waits.
        NotAuthorised: See there; it still waits.
    """
    try:
        row = await store.one(
            BEGIN,
            id=uuid4(),
            run=due.run.id,
            confirmation=confirmation.new(random or SystemRandom()),
            account=due.schedule.account_id,
            heard=due.owed.cents,
            cents=amount.cents,
            currency=amount.currency,
            method=due.method.id,
            fingerprint=due.method.fingerprint,
            occasion=OCCASIONS[due.schedule.kind].value,
            now=now,
            **face_columns(due.method.face),
        )
    except psycopg.Error as exc:
        if exc.sqlstate in NOT_BEGUN:
            raise NOT_BEGUN[exc.sqlstate] from exc
        raise
    if row is None:
        raise NotBegun
    return payment_of_row(row)


async def put_off(store: Store, run: Run, *, at: datetime, said: str, now: datetime) -> None:
    """
    Let the run be taken again from *at*, if it has not ended; may be repeated.

    Where its schedule was cancelled or paused while it was under way, it is not taken again.
    """
    await store.run(PUT_OFF, run=run.id, schedule=run.schedule_id, at=at, said=said, now=now)


async def end(
    store: Store,
    run: Run,
    state: RunState,
    *,
    said: str,
    now: datetime,
    next_on: date | None = None,
    next_starts: datetime | None = None,
    halts: bool = False,
) -> bool:
    """
    End the run, plan the schedule's next; False where it has ended already.

    Args:
        halts: The schedule is paused: it cannot go on so.
    """
    row = await store.one(
        END,
        run=run.id,
        state=state.value,
        said=said,
        now=now,
        next_on=next_on,
        next_starts=next_starts,
        halts=halts,
    )
    return bool(row and row["ended"])


async def to_settle(store: Store, *, at_most: int) -> list[Tried]:
    """Runs that were begun and whose payment is no longer open, the longest begun first."""
    return [_tried(row) for row in await store.all(TO_SETTLE, at_most=at_most)]


async def tried(store: Store, run: Run) -> Tried | None:
    """The run if its payment is no longer open; None while it is, or if the run has ended."""
    row = await store.one(SETTLE_ONE, run=run.id)
    return _tried(row) if row else None


async def taken_back(store: Store, *, at_most: int) -> list[tuple[DueRun, str]]:
    """Runs that were paid and that a bank took back for more than want of money, each with why."""
    rows = await store.all(TAKEN_BACK, at_most=at_most)
    return [(_due(row), row["reason"]) for row in rows]


def _due(row: Row) -> DueRun:
    return DueRun(
        run=Run(
            id=str(row["run_id"]),
            schedule_id=str(row["id"]),
            on=row["run_on"],
            most=Money(row["most_cents"], row["currency"]),
            state=RunState(row["run_state"]),
        ),
        schedule=schedule_of_row(row),
        method=SavedMethod(
            id=str(row["method_id"]),
            customer_id=str(row["customer_id"]),
            face=face_of_row(row, kind="method_kind"),
            token=row["token"],
            fingerprint=row["fingerprint"],
        ),
        owed=Money(row["balance_cents"], row["currency"]),
        removed=row["removed_at"] is not None,
        payable=Payable(row["payable"]),
        attempts=row["attempts"],
        notice=_notice(row),
        told_at=row["told_at"],
        account_ending=row["account_number"][-4:],
    )


def _notice(row: Row) -> Notice:
    if row["notice"] is None:
        return Notice.NOT_DUE
    if row["told_at"] is not None:
        return Notice.SENT
    return Notice.GIVEN_UP if row["never_told"] is not False else Notice.WAITS


def _tried(row: Row) -> Tried:
    return Tried(
        due=_due(row),
        payment_id=str(row["payment_id"]),
        asked=Money(row["asked_cents"], row["currency"]),
        stands=PaymentState(row["payment_state"]),
        declines=row["declines"],
        refusal=Refusal(row["refusal"]) if row["refusal"] else None,
        hard=bool(row["refusal_hard"]),
    )
