"""What must hold of money that goes back: refunds, voids, returns, and the daily comparison."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paytone.rules.payment import State
from paytone.rules.refund import Answer, Way
from paytone.sandbox.core import Sandbox
from paytone.store import Row, Store, differences
from paytone.store.refunds import refund_of_row

if TYPE_CHECKING:
    from paytone.simulate.facts import Facts
    from paytone.simulate.invariants import Check, Invariant

REFUNDS: Final = """
    SELECT refunds.* FROM refunds JOIN payments ON payments.id = payment_id
    WHERE account_id = ANY(%(accounts)s) ORDER BY asked_at, refunds.id
"""

GIVEN_BACK: Final = frozenset({"submitted_for_settlement", "settling", "settled"})
"""How a refund stands at the gateway that is made there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A refund as it is stored here."""

    id: str
    payment: str
    way: Way
    cents: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class GoneBack:
    """A refund at the gateway: which refund of ours it names, and what it gives back."""

    order: str
    charge: str
    cents: int


async def refunds_of(store: Store, accounts: list[str]) -> list[Asked]:
    """Every refund and void that was asked for."""
    return [_asked(row) for row in await store.all(REFUNDS, accounts=accounts)]


def _asked(row: Row) -> Asked:
    held = refund_of_row(row)
    return Asked(held.id, held.payment_id, held.way, held.amount.cents, held.answer)


def gone_back(sandbox: Sandbox) -> list[GoneBack]:
    """What the gateway gave back."""
    return [
        GoneBack(held.order_id or "", held.refunded, int(held.amount * 100))
        for held in sandbox.books_of().transactions.values()
        if held.refunded and held.status in GIVEN_BACK
    ]


async def differences_of(store: Store) -> list[str]:
    """What the last comparison found and nobody has mended."""
    return [
        f"{row['kind'].value}: {row['said']}"
        for row in await differences.listed(store, since=None, until=None)
    ]


def no_refund_exceeds_its_payment(facts: Facts) -> Check:
    """Whatever goes back was asked for here, goes back once, and comes to no more than was paid."""
    asked = {each.id: each for each in facts.refunds}
    orders = Counter(each.order for each in facts.gone_back)
    for each in facts.gone_back:
        known = asked.get(each.order)
        right = known is not None and known.cents == each.cents and orders[each.order] == 1
        yield None if right else f"{each.cents} of {each.charge} went back unasked"
    for payment in facts.payments:
        made = sum(
            each.cents
            for each in facts.refunds
            if each.payment == payment.id and each.answer is Answer.MADE
        )
        yield f"{made} of payment {payment.id} went back" if made > payment.cents else None


def every_refund_is_final(facts: Facts) -> Check:
    """In the end it is known of every refund whether it was made."""
    made = {each.order for each in facts.gone_back}
    for each in facts.refunds:
        wrong = each.answer is Answer.ASKED
        if each.way is Way.REFUND:
            wrong |= (each.answer is Answer.MADE) is not (each.id in made)
        yield f"refund {each.id} is {each.answer.value}" if wrong else None


def what_comes_back_is_owed_again_once(facts: Facts) -> Check:
    """A debit that its bank sent back counts no more, and its bill is owed as before."""
    for payment in facts.payments:
        back = [each.id for each in facts.charges_of(payment) if each.came_back]
        if back:
            right = payment.state in {State.RETURNED, State.VOIDED} and not payment.booked_cents
            yield None if right else f"debit {payment.id} came back and is {payment.state.value}"


def the_comparison_finds_nothing(facts: Facts) -> Check:
    """In the end nothing at the gateway disagrees with the books."""
    yield None
    yield from facts.differences


AFTERWARDS: Final[tuple[Invariant, ...]] = (
    no_refund_exceeds_its_payment,
    every_refund_is_final,
    what_comes_back_is_owed_again_once,
    the_comparison_finds_nothing,
)
