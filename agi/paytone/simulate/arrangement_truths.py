"""What must hold of arrangements for more time: said, stored, undone, and who may have one."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from paytone.flows.more_time import IF_MISSED, NOTHING_CHARGED, ON_DATE, YOU_PROMISE
from paytone.prompts import Prompt, spoken
from paytone.prompts.grammar import recordings
from paytone.rules.arrangement import Every, Instalment, Kind, Rules, Terms
from paytone.simulate.clock import WORK, ZONE
from paytone.store import Row, Store
from paytone.store.arrangements import arrangement_of_row

if TYPE_CHECKING:
    from paytone.simulate.facts import Facts
    from paytone.simulate.invariants import Check, Invariant

GRANTS: Final = Rules(
    none_broken_for_days=3,
    none_made_for_days=2,
    extension_at_most_days=12,
    first_within_days=1,
    every=Every(1),
)
"""So that much happens in the few days of a world."""

ARRANGED: Final = """
    SELECT *, call_id::text AS call FROM arrangement_progress
    WHERE account_id = ANY(%(accounts)s) ORDER BY made_at, id
"""

NEXT_DUE: Final = """
    SELECT account_id::text AS account, arrangement_id::text AS arrangement
    FROM arranged_balance WHERE account_id = ANY(%(accounts)s)
"""


@dataclass(frozen=True, slots=True)
class Arranged:
    """An arrangement as it is stored; *call* is None where that could not be."""

    id: str
    account: str
    call: str | None
    made: datetime
    state: str
    ended: datetime | None
    by: str
    terms: Terms

    @property
    def words(self) -> tuple[Prompt, ...]:
        """What must have been read out before it was accepted."""
        said = [YOU_PROMISE]
        for each in self.terms.instalments:
            said += [*spoken.money(each.amount), ON_DATE, *spoken.date(each.due)]
        return recordings((*said, NOTHING_CHARGED, IF_MISSED))


async def arranged_of(store: Store, accounts: list[str]) -> list[Arranged]:
    """Every arrangement of those accounts, oldest first."""
    return [_arranged(row) for row in await store.all(ARRANGED, accounts=accounts)]


async def due_by_arrangement(store: Store, accounts: list[str]) -> dict[str, str]:
    """The arrangement that decides when something is due, by account."""
    rows = await store.all(NEXT_DUE, accounts=accounts)
    return {row["account"]: row["arrangement"] for row in rows}


def _arranged(row: Row) -> Arranged:
    held = arrangement_of_row(row)
    return Arranged(
        held.id,
        held.account_id,
        row["call"],
        held.made,
        held.state,
        held.ended,
        held.ended_by,
        held.terms,
    )


def arranged_as_said(facts: Facts) -> Check:
    """Each arrangement rests on a 1 of its own, after its very dates and amounts were read out."""
    given: Counter[tuple[str, tuple[Prompt, ...]]] = Counter()
    for witness, account in facts.called:
        given.update((account, words) for _, words in witness.promises)
    for each in facts.arranged:
        given[each.account, each.words] -= 1
        unsaid = given[each.account, each.words] < 0
        yield f"arrangement {each.id} is not what was said" if unsaid else None


def what_is_undone_leaves_no_trace(facts: Facts) -> Check:
    """An undone arrangement ended on the day it was made, and says no more when what is due."""
    state = {each.id: each.state for each in facts.arranged}
    for each in facts.arranged:
        if each.state == "undone":
            assert each.ended is not None
            same_day = each.ended.astimezone(ZONE).date() == each.made.astimezone(ZONE).date()
            right = same_day and each.by == "caller"
            yield None if right else f"arrangement {each.id} was undone by {each.by} too late"
    for account, due in facts.due_by.items():
        yield None if state[due] == "active" else f"account {account}: due by {state[due]} {due}"
    for witness, account in facts.called:
        for at in witness.undone:
            gone = any(
                each.account == account and each.state == "undone" and each.ended <= at
                for each in facts.arranged
                if each.ended
            )
            yield None if gone else f"call {witness.number}: nothing was undone"


def an_arrangement_charges_nothing(facts: Facts) -> Check:
    """What is promised is not charged: whoever arranges is charged only for what they agree to."""
    for each in facts.arranged:
        begun = [p for p in facts.payments if p.call and p.call == each.call]
        reviews = [
            agreement.at
            for witness, _ in facts.called
            if each.call in witness.calls
            for agreement in witness.agreements
        ]
        unsaid = [
            payment.id
            for payment in begun
            if payment.opened >= each.made
            and not any(each.made <= at <= payment.opened for at in reviews)
        ]
        yield f"arrangement {each.id} was charged: {unsaid}" if unsaid else None


def only_who_may_has_more_time(facts: Facts) -> Check:
    """The rules held when it was made: all that was owed, often enough, large enough, in time."""
    for each in facts.arranged:
        earlier = [
            other
            for other in facts.arranged
            if other.account == each.account and other.made < each.made
            and other.state not in {"undone", "cancelled"}
        ]  # fmt: skip
        wrong = _wrong_terms(each) or _wrong_history(each, earlier)
        if not wrong and each.terms.total.cents not in _balances(facts, each):
            wrong = "is not of what was owed"
        yield wrong and f"arrangement {each.id} {wrong}"


def _wrong_terms(each: Arranged) -> str | None:
    parts, day = each.terms.instalments, each.made.astimezone(ZONE).date()
    if not GRANTS.balance_least <= each.terms.total <= GRANTS.balance_most:
        return f"is of {each.terms.total}"
    if each.terms.kind is Kind.EXTENSION:
        return None if len(parts) == 1 and parts[0].due > day else "extends nothing"
    small = any(part.amount < GRANTS.least for part in parts)
    late = (parts[0].due - day).days > GRANTS.first_within_days
    if len(parts) not in GRANTS.counts or small or late or not _rising(parts):
        return f"has wrong instalments: {parts}"
    return None


def _rising(parts: tuple[Instalment, ...]) -> bool:
    return all(one.due < two.due for one, two in itertools.pairwise(parts))


def _wrong_history(each: Arranged, earlier: list[Arranged]) -> str | None:
    day = each.made.astimezone(ZONE).date()
    if len(earlier) >= GRANTS.at_most_a_year:
        return "is one too many"
    for other in earlier:
        if (day - other.made.astimezone(ZONE).date()).days < GRANTS.none_made_for_days:
            return f"comes too soon after {other.id}"
        if other.ended is None or other.ended > each.made:
            return f"is beside {other.id}"
        broken = (day - other.ended.astimezone(ZONE).date()).days
        if other.state == "broken" and broken < GRANTS.none_broken_for_days:
            return f"follows {other.id}, which was broken"
    return None


def _balances(facts: Facts, each: Arranged) -> set[int]:
    """What the account owed about the time that *each* was made."""
    moves = [(bill.at, bill.cents) for bill in facts.billed if bill.account == each.account]
    moves += [(at, cents) for account, at, cents in facts.posted if account == each.account]
    balance, seen = 0, set[int]()
    for at, cents in sorted(moves):
        if at > each.made - WORK:
            seen.add(balance)
        if at > each.made:
            return seen
        balance += cents
    return seen | {balance}


ARRANGEMENTS: Final[tuple[Invariant, ...]] = (
    arranged_as_said,
    what_is_undone_leaves_no_trace,
    an_arrangement_charges_nothing,
    only_who_may_has_more_time,
)
