"""What must hold of payments that are made later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from paytone.rules.schedule import RunState
from paytone.store import Row, Store

if TYPE_CHECKING:
    from paytone.simulate.facts import Facts
    from paytone.simulate.invariants import Check, Invariant

RUNS: Final = """
    SELECT runs.id, runs.schedule_id, runs.state, runs.most_cents,
        array_remove(array_agg(run_payments.payment_id::text), NULL) AS tried
    FROM schedule_runs AS runs
    JOIN schedules ON schedules.id = runs.schedule_id
    LEFT JOIN run_payments ON run_payments.run_id = runs.id
    WHERE schedules.account_id = ANY(%(accounts)s)
    GROUP BY runs.id
    ORDER BY runs.run_on, runs.id
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run as it is stored; *tried* are the payments that were opened for it."""

    id: str
    schedule: str
    state: RunState
    most_cents: int
    tried: frozenset[str]


async def runs_of(store: Store, accounts: list[str]) -> list[Ran]:
    """Every run of those accounts."""
    return [_ran(row) for row in await store.all(RUNS, accounts=accounts)]


def _ran(row: Row) -> Ran:
    return Ran(
        str(row["id"]),
        str(row["schedule_id"]),
        RunState(row["state"]),
        row["most_cents"],
        frozenset(row["tried"]),
    )


def a_run_is_charged_once(facts: Facts) -> Check:
    """However many workers make a run, and wherever one dies: one of its payments is taken."""
    for run in facts.runs:
        taken = [c.id for c in facts.charges if c.taken and c.order in run.tried]
        yield f"run {run.id} was charged {len(taken)} times" if len(taken) > 1 else None


def a_run_takes_no_more_than_was_agreed(facts: Facts) -> Check:
    """No charge of a run is for more than was agreed to, or told of beforehand."""
    for run in facts.runs:
        over = [c.id for c in facts.charges if c.order in run.tried and c.cents > run.most_cents]
        yield f"run {run.id} was charged too much: {over}" if over else None


def a_payment_without_a_call_has_its_run(facts: Facts) -> Check:
    """Nobody is charged without a call but by a run."""
    of_runs = frozenset[str]().union(*(run.tried for run in facts.runs))
    for payment in facts.payments:
        if payment.call is None:
            yield None if payment.id in of_runs else f"payment {payment.id} has no run"


def what_is_cancelled_is_not_begun(facts: Facts) -> Check:
    """Once it is cancelled nothing is begun any more, and what was stopped was not charged."""
    opened = {payment.id: payment.opened for payment in facts.payments}
    for run in facts.runs:
        cancelled = facts.cancelled.get(run.schedule)
        after = [each for each in run.tried if cancelled and opened[each] > cancelled]
        yield f"run {run.id} was begun after it was cancelled" if after else None


def a_run_stands_as_its_payments_do(facts: Facts) -> Check:
    """In the end a run says paid if one of its payments was taken, and only then."""
    for run in facts.runs:
        taken = any(c.taken and c.order in run.tried for c in facts.charges)
        taken |= any(payment.went_back for payment in facts.payments if payment.id in run.tried)
        wrong = run.state is RunState.CHARGING or (run.state is RunState.PAID) is not taken
        yield f"run {run.id} is {run.state.value}, taken: {taken}" if wrong else None


LATER: Final[tuple[Invariant, ...]] = (
    a_run_is_charged_once,
    a_run_takes_no_more_than_was_agreed,
    a_payment_without_a_call_has_its_run,
    what_is_cancelled_is_not_begun,
    a_run_stands_as_its_payments_do,
)

Cancelled = dict[str, datetime]
"""When each schedule was cancelled for sure."""
