"""What must hold of what callers heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from paytone.rules.payment import HEARD, Heard
from paytone.simulate.after_truths import AFTERWARDS
from paytone.simulate.arrangement_truths import ARRANGEMENTS
from paytone.simulate.check_truths import CHECKS
from paytone.simulate.clock import WORK
from paytone.simulate.facts import WENT_BACK, Facts, Stored
from paytone.simulate.invariants import MONEY, Check, Invariant
from paytone.simulate.pay_only_truths import PAY_ONLY
from paytone.simulate.plan_truths import LATER
from paytone.simulate.saved_truths import SAVED_METHODS

SLACK: Final = timedelta(seconds=15)
"""Between the time that a change is stamped with and its commit: a slow statement."""


def who_heard_paid_has_paid(facts: Facts) -> Check:
    """Whoever was told that a payment went through was charged, and it counts."""
    for witness, account, claim in facts.claims():
        if claim.heard is Heard.PAID:
            paid = [
                p
                for p in facts.meant(witness, account, claim)
                if (p.counts and _taken(facts, p)) or p.went_back
            ]
            yield None if paid else f"call {witness.number} heard of a payment that was none"


def who_heard_not_paid_has_not(facts: Facts) -> Check:
    """Whoever was told that nothing was charged was not charged, or it went back."""
    for witness, account, claim in facts.claims():
        if claim.heard is Heard.NOT_PAID:
            meant = facts.meant(witness, account, claim)
            charged = [payment for payment in meant if _taken(facts, payment) or payment.counts]
            lied = charged and len(charged) == len(meant)  # else another is meant
            yield f"call {witness.number} was charged, told otherwise" if lied else None


def next_call_tells_first(facts: Facts) -> Check:
    """Nobody is asked for an amount before all that is known of earlier payments was told."""
    told = _told(facts)
    for witness, account in facts.called:
        for began, asked in witness.offers:
            for payment in facts.payments:
                if payment.account == account:
                    fault = _kept_back(payment, began - SLACK, asked, told.get(payment.id, []))
                    yield fault and f"call {witness.number}: {fault}"


def everyone_is_told_in_the_end(facts: Facts) -> Check:
    """What was last heard of each payment is how it stands."""
    told = _told(facts)
    for payment in facts.payments:
        claims = told.get(payment.id, [])
        latest = max((at for at, _ in claims), default=None)
        right = (latest, HEARD[payment.state]) in claims
        yield None if right else f"of payment {payment.id} ({payment.state.value}) nobody knows"


def _kept_back(
    payment: Stored, began: datetime, asked: datetime, told: list[tuple[datetime, Heard]]
) -> str | None:
    before, then = payment.state_at(began), payment.state_at(asked)
    if then in WENT_BACK and payment.state_at(began - WORK) is not then:
        return None  # stamped when the back office began, and perhaps not yet known
    if before is None or then is None:
        return None
    if HEARD[then] is Heard.UNKNOWN:
        return f"asked to pay while {payment.id} is unknown"
    if HEARD[before] is Heard.UNKNOWN or any(
        at <= asked and heard is HEARD[before] for at, heard in told
    ):
        return None
    return f"asked to pay before {payment.id} was told"


def _told(facts: Facts) -> dict[str, list[tuple[datetime, Heard]]]:
    told: dict[str, list[tuple[datetime, Heard]]] = {}
    for witness, account, claim in facts.claims():
        for payment in facts.meant(witness, account, claim):
            told.setdefault(payment.id, []).append((claim.at, claim.heard))
    return told


def _taken(facts: Facts, payment: Stored) -> bool:
    return any(charge.taken for charge in facts.charges_of(payment))


INVARIANTS: Final[tuple[Invariant, ...]] = (
    *MONEY,
    *LATER,
    *SAVED_METHODS,
    *CHECKS,
    *ARRANGEMENTS,
    *AFTERWARDS,
    *PAY_ONLY,
    who_heard_paid_has_paid,
    who_heard_not_paid_has_not,
    next_call_tells_first,
    everyone_is_told_in_the_end,
)
