"""Schedules and their runs, as they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import date

from paytone.rules.contact import Channel
from paytone.rules.money import Money
from paytone.rules.schedule import (
    AutoPay,
    Every,
    Fixed,
    Once,
    Run,
    RunState,
    Schedule,
    State,
    Terms,
)
from paytone.store import Row, Store

OF_ACCOUNT = """
    SELECT * FROM schedules
    WHERE account_id = %(account)s AND state IN ('active', 'paused')
    ORDER BY kind, first_on, id
"""

BY_CONFIRMATION = "SELECT * FROM schedules WHERE confirmation = %(confirmation)s"

BY_ID = "SELECT * FROM schedules WHERE id = %(id)s"

BY_METHOD = """
    SELECT * FROM schedules WHERE method_id = %(method)s AND state IN ('active', 'paused')
"""

RUNS = """
    SELECT runs.*, currency
    FROM schedule_runs AS runs JOIN schedules ON schedules.id = schedule_id
    WHERE schedule_id = %(id)s ORDER BY run_on DESC LIMIT 12
"""

COMING = """
    SELECT runs.*, currency
    FROM schedule_runs AS runs JOIN schedules ON schedules.id = schedule_id
    WHERE schedule_id = %(id)s AND runs.state IN ('waiting', 'charging') ORDER BY run_on
"""

EACH = """
    SELECT schedules.*, accounts.number AS account_number
    FROM schedules JOIN accounts ON accounts.id = account_id
    WHERE (%(state)s::text IS NULL OR state = %(state)s)
        AND (%(account)s::text IS NULL OR number = %(account)s)
    ORDER BY accounts.number, kind, schedules.id
"""

DUE = """
    SELECT runs.*, schedules.currency, schedules.confirmation, accounts.number AS account_number
    FROM schedule_runs AS runs
    JOIN schedules ON schedules.id = schedule_id
    JOIN accounts ON accounts.id = account_id
    WHERE runs.state = 'waiting' AND run_on <= %(day)s
    ORDER BY run_on, accounts.number, runs.id
"""

REACHED = """
    SELECT EXISTS (
        SELECT FROM customer_channels WHERE customer_id = %(id)s AND channel = ANY(%(by)s)
    ) AS reached
"""

CHANGES = """
    SELECT at, what, said, by_whom, prompts FROM schedule_changes
    WHERE schedule_id = %(id)s ORDER BY id
"""


async def of_account(store: Store, account_id: str) -> list[Schedule]:
    """What runs, or is paused, on the account; AutoPay first."""
    rows = await store.all(OF_ACCOUNT, account=account_id)
    return [schedule_of_row(row) for row in rows]


async def by_confirmation(store: Store, number: str) -> Schedule | None:
    """The schedule with that confirmation number; None if there is none."""
    row = await store.one(BY_CONFIRMATION, confirmation=number)
    return schedule_of_row(row) if row else None


async def by_id(store: Store, schedule_id: str) -> Schedule | None:
    """The schedule with that id; None if there is none."""
    row = await store.one(BY_ID, id=schedule_id)
    return schedule_of_row(row) if row else None


async def paid_with(store: Store, method_id: str) -> list[Schedule]:
    """What runs, or is paused, with that method: it cannot be forgotten before these are mended."""
    return [schedule_of_row(row) for row in await store.all(BY_METHOD, method=method_id)]


async def coming(store: Store, schedule: Schedule) -> list[Run]:
    """The runs that wait or are under way, soonest first."""
    return [run_of_row(row) for row in await store.all(COMING, id=schedule.id)]


async def each(
    store: Store, *, state: State | None = None, account_number: str | None = None
) -> AsyncIterator[Row]:
    """Every schedule's row, with its account's number."""
    wanted = state.value if state else None
    async for row in store.each(EACH, state=wanted, account=account_number):
        yield row


async def due(store: Store, day: date) -> AsyncIterator[Row]:
    """Every run that waits for *day* or an earlier one, with confirmation and account number."""
    async for row in store.each(DUE, day=day):
        yield row


async def last_runs(store: Store, schedule: Schedule) -> list[Row]:
    """The last twelve runs, newest first: run_on, state, most_cents, attempts, said."""
    return await store.all(RUNS, id=schedule.id)


async def changes(store: Store, schedule: Schedule) -> list[Row]:
    """What was agreed to and changed, oldest first: at, what, said, by_whom, prompts."""
    return await store.all(CHANGES, id=schedule.id)


async def is_reached(store: Store, customer_id: str, by: Collection[Channel]) -> bool:
    """Whether terms and notices reach the customer on one of the channels *by* which we write."""
    channels = [channel.value for channel in by]
    row = await store.one(REACHED, id=customer_id, by=channels)
    return bool(row and row["reached"])


def schedule_of_row(row: Row) -> Schedule:
    """The schedule in a row of the table schedules."""
    return Schedule(
        id=str(row["id"]),
        confirmation=row["confirmation"],
        account_id=str(row["account_id"]),
        terms=terms_of_row(row),
        method_id=str(row["method_id"]),
        state=State(row["state"]),
        why=row["why"],
    )


def terms_of_row(row: Row) -> Terms:
    """The terms in a row of the table schedules."""
    if row["kind"] == "autopay":
        over = row["notice_over_cents"]
        return AutoPay(row["days_before"], None if over is None else Money(over, row["currency"]))
    amount = Money(row["amount_cents"], row["currency"])
    if row["kind"] == "once":
        return Once(amount, row["first_on"])
    return Fixed(amount, Every(row["every"]), row["first_on"], row["day_of_month"])


def run_of_row(row: Row) -> Run:
    """The run in a row of the table schedule_runs, with its currency."""
    return Run(
        id=str(row["id"]),
        schedule_id=str(row["schedule_id"]),
        on=row["run_on"],
        most=Money(row["most_cents"], row["currency"]),
        state=RunState(row["state"]),
    )


def in_words(terms: Terms) -> str:
    """*terms* for the record and for admins."""
    match terms:
        case Once(amount=amount, on=on):
            return f"{amount} on {on}"
        case Fixed(amount=amount, every=every, first=first, day=day):
            when = f"on day {day}" if day else f"from {first}"
            return f"{amount} every {every.value.replace('-', ' ')} {when}"
        case AutoPay(days_before=days, notice_over=over):
            told = f", told of beforehand if over {over}" if over else ""
            return f"the whole bill {days} days before it is due{told}"
