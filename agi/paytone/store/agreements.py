"""Agreements to pay later: made, changed, paused and cancelled, each with its record and letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from uuid import uuid4

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from paytone.rules.authorisation import Given
from paytone.rules.schedule import AutoPay, Fixed, Once, Run, Schedule, State, Terms
from paytone.store import Connection, Store, authorisations
from paytone.store.numbered import numbered
from paytone.store.schedules import in_words, run_of_row

ADD = """
    INSERT INTO schedules (
        id, confirmation, account_id, currency, method_id, kind, amount_cents, every, first_on,
        day_of_month, days_before, notice_over_cents, look_since
    )
    SELECT %(id)s, %(confirmation)s, id, currency, %(method)s, %(kind)s, %(amount_cents)s,
        %(every)s, %(first_on)s, %(day_of_month)s, %(days_before)s, %(notice_over_cents)s,
        %(look_since)s
    FROM accounts WHERE id = %(account)s
"""

NOTE = """
    INSERT INTO schedule_changes (
        schedule_id, at, what, said, by_whom, call_id, language, prompts
    )
    VALUES (%(id)s, %(now)s, %(what)s, %(said)s, %(by)s, %(call)s, %(language)s, %(prompts)s)
"""

PLAN = """
    SELECT plan_run(%(id)s, %(on)s, %(cents)s, %(now)s, %(at)s, NULL)
"""

LETTER = """
    SELECT queue_letter(%(kind)s, accounts.customer_id, %(dedupe)s, %(facts)s, %(now)s)
    FROM schedules JOIN accounts ON accounts.id = schedules.account_id
    WHERE schedules.id = %(id)s
"""

CHANGE = """
    UPDATE schedules SET method_id = %(method)s, amount_cents = %(amount_cents)s,
        every = %(every)s, first_on = %(first_on)s, day_of_month = %(day_of_month)s,
        days_before = %(days_before)s, notice_over_cents = %(notice_over_cents)s,
        state = 'active', why = '', look_since = %(look_since)s
    WHERE id = %(id)s AND state IN ('active', 'paused')
"""

HALT = """
    UPDATE schedules SET state = %(state)s, why = %(why)s, look_since = NULL, planned_due = NULL
    WHERE id = %(id)s AND state IN ('active', 'paused') AND state <> %(state)s
"""

STOP = """
    UPDATE schedule_runs SET state = 'stopped', next_at = NULL, changed_at = %(now)s,
        said = %(why)s
    WHERE schedule_id = %(id)s AND state = 'waiting'
    RETURNING *, (SELECT currency FROM schedules WHERE id = %(id)s) AS currency
"""


UNTOLD = """
    WITH stopped AS (
        UPDATE schedule_runs SET state = 'stopped', next_at = NULL, changed_at = %(now)s,
            said = 'planned anew'
        WHERE schedule_id = %(id)s AND state = 'waiting' AND notice IS NULL AND attempts = 0
            AND (%(over)s::bigint IS NULL OR most_cents > %(over)s)
        RETURNING 1
    )
    UPDATE schedules SET planned_due = NULL WHERE id = %(id)s AND EXISTS (SELECT FROM stopped)
"""

COLUMNS = (
    "amount_cents",
    "first_on",
    "every",
    "day_of_month",
    "days_before",
    "notice_over_cents",
)


class AlreadyThere(Exception):
    """The account has AutoPay already; nothing was stored."""


class NotActive(Exception):
    """The schedule was cancelled or has ended meanwhile; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """
    How a customer agreed, or changed an agreement.

    Args:
        by: Who wrote it down: ``the caller``, or an admin.
        prompts: All that was read before 1 was pressed; empty where nothing was agreed to.
        given: What was authorised aloud too, which debits of a bank account need.
    """

    by: str
    now: datetime
    call_id: str | None = None
    language: str | None = None
    prompts: tuple[str, ...] = ()
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class FirstRun:
    """When a schedule runs next, and from when a worker may take it."""

    on: date
    starts: datetime


@dataclass(frozen=True, slots=True)
class ToWrite:
    """The letter that goes with a change; *facts* as `queue_letter` takes them."""

    kind: str
    facts: Mapping[str, object]


async def agree(
    store: Store,
    *,
    account_id: str,
    method_id: str,
    terms: Terms,
    authorisation: Authorisation,
    first: FirstRun | None,
    letter: Callable[[Schedule], ToWrite],
    random: Random | None = None,
) -> Schedule:
    """
    A new schedule with its authorisation, its first run, and the copy of its terms.

    After StoreAway it may be stored: look before agreeing again.

    Args:
        first: None for AutoPay, whose runs are planned as bills come.
        letter: The copy of what was agreed to.

    Raises:
        AlreadyThere: An account has one AutoPay.
    """

    async def added(confirmation: str) -> Schedule:
        schedule = Schedule(
            id=str(uuid4()),
            confirmation=confirmation,
            account_id=account_id,
            terms=terms,
            method_id=method_id,
            state=State.ACTIVE,
        )
        await _add(store, schedule, authorisation, first, letter(schedule))
        return schedule

    try:
        return await numbered(added, unless="schedules_confirmation_key", random=random)
    except UniqueViolation as exc:
        if exc.diag.constraint_name == "schedules_one_autopay":
            raise AlreadyThere from exc
        raise


async def change(
    store: Store,
    schedule: Schedule,
    *,
    method_id: str,
    terms: Terms,
    authorisation: Authorisation,
    first: FirstRun | None,
    letter: Callable[[Schedule], ToWrite],
) -> None:
    """
    Let *schedule* go on with another method or other terms, active again if it was paused.

    Other terms plan the runs that wait anew. What AutoPay has told of stays as it was told, and so
    does a run under way; what it has not told of, but by the new terms must, is planned anew.

    Args:
        first: When a fixed amount runs next, if that is new.

    Raises:
        NotActive: See there.
    """
    look_since = authorisation.now if isinstance(terms, AutoPay) else None
    async with store.transaction() as connection:
        if terms != schedule.terms and not isinstance(terms, AutoPay):
            await _stop(connection, schedule.id, "planned anew", authorisation.now)
        values = {
            "id": schedule.id,
            "method": method_id,
            "look_since": look_since,
            **_columns(terms),
        }
        if not (await connection.execute(CHANGE, values)).rowcount:
            raise NotActive
        changed = replace(schedule, terms=terms, method_id=method_id, state=State.ACTIVE, why="")
        await authorisations.revoke(connection, schedule.id, now=authorisation.now)
        await _keep(connection, changed, authorisation)
        if isinstance(terms, AutoPay):
            over = terms.notice_over and terms.notice_over.cents
            await connection.execute(
                UNTOLD, {"id": schedule.id, "over": over, "now": authorisation.now}
            )
        await _plan(connection, schedule.id, terms, first, authorisation.now)
        what = "changed" if schedule.state is State.ACTIVE else "resumed"
        await _note(connection, schedule.id, what, in_words(terms), authorisation)
        await _write(connection, schedule.id, letter(changed), authorisation.now)


async def halt(
    store: Store,
    schedule: Schedule,
    state: State,
    *,
    why: str,
    authorisation: Authorisation,
    letter: Callable[[list[Run]], ToWrite] | None = None,
) -> list[Run]:
    """
    Pause or cancel *schedule*, and return the runs that this stops, soonest first.

    A run that was begun is not among them. Repeating it stops nothing more.

    Args:
        state: PAUSED or CANCELLED.
    """
    async with store.transaction() as connection:
        values = {"id": schedule.id, "state": state.value, "why": why}
        if not (await connection.execute(HALT, values)).rowcount:
            return []
        stopped = await _stop(connection, schedule.id, why, authorisation.now)
        await _note(connection, schedule.id, state.value, why, authorisation)
        if letter is not None:
            await _write(connection, schedule.id, letter(stopped), authorisation.now)
    return stopped


async def _add(
    store: Store,
    added: Schedule,
    authorisation: Authorisation,
    first: FirstRun | None,
    letter: ToWrite,
) -> None:
    async with store.transaction() as connection:
        values = {
            "id": added.id,
            "confirmation": added.confirmation,
            "account": added.account_id,
            "method": added.method_id,
            "kind": added.kind.value,
            "look_since": authorisation.now if isinstance(added.terms, AutoPay) else None,
            **_columns(added.terms),
        }
        await connection.execute(ADD, values)
        await _keep(connection, added, authorisation)
        await _plan(connection, added.id, added.terms, first, authorisation.now)
        await _note(connection, added.id, "agreed", in_words(added.terms), authorisation)
        await _write(connection, added.id, letter, authorisation.now)


async def _keep(connection: Connection, schedule: Schedule, authorisation: Authorisation) -> None:
    if authorisation.given is None:
        return
    await authorisations.keep(
        connection,
        authorisation.given,
        account_id=schedule.account_id,
        call_id=authorisation.call_id,
        method_id=schedule.method_id,
        schedule_id=schedule.id,
    )


def _columns(terms: Terms) -> dict[str, object]:
    return {**dict.fromkeys(COLUMNS), **_given(terms)}


def _given(terms: Terms) -> dict[str, object]:
    match terms:
        case Once(amount=amount, on=on):
            return {"amount_cents": amount.cents, "first_on": on}
        case Fixed(amount=amount, every=every, first=first, day=day):
            return {
                "amount_cents": amount.cents,
                "first_on": first,
                "every": every.value,
                "day_of_month": day,
            }
        case AutoPay(days_before=days_before, notice_over=over):
            return {"days_before": days_before, "notice_over_cents": over and over.cents}


async def _plan(
    connection: Connection, schedule_id: str, terms: Terms, first: FirstRun | None, now: datetime
) -> None:
    if first is None or isinstance(terms, AutoPay):
        return
    values = {
        "id": schedule_id,
        "on": first.on,
        "cents": terms.amount.cents,
        "now": now,
        "at": first.starts,
    }
    await connection.execute(PLAN, values)


async def _stop(connection: Connection, schedule_id: str, why: str, now: datetime) -> list[Run]:
    rows = await connection.execute(STOP, {"id": schedule_id, "why": why, "now": now})
    return sorted(map(run_of_row, await rows.fetchall()), key=lambda run: run.on)


async def _note(
    connection: Connection, schedule_id: str, what: str, said: str, authorisation: Authorisation
) -> None:
    values = {
        "id": schedule_id,
        "now": authorisation.now,
        "what": what,
        "said": said,
        "by": authorisation.by,
        "call": authorisation.call_id,
        "language": authorisation.language if authorisation.prompts else None,
        "prompts": list(authorisation.prompts) or None,
    }
    await connection.execute(NOTE, values)


async def _write(connection: Connection, schedule_id: str, letter: ToWrite, now: datetime) -> None:
    dedupe = f"{letter.kind} {schedule_id} {now.isoformat()}"
    facts = Jsonb(dict(letter.facts))
    values = {"id": schedule_id, "kind": letter.kind, "dedupe": dedupe, "facts": facts, "now": now}
    await connection.execute(LETTER, values)
