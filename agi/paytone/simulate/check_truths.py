"""What must hold of electronic checks: who authorised each debit aloud, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from paytone.flows.authorisation import AMOUNT, DEBIT_DATE, FROM_YOUR, HOLDER
from paytone.flows.pay_bill import CHECK_ACCEPTED, CHECK_PENDING
from paytone.flows.resume import IS_PENDING
from paytone.flows.shares_authorised import ONE_TIME_EACH
from paytone.flows.shares_told import WAS_ACCEPTED
from paytone.prompts import Prompt, spoken
from paytone.prompts.grammar import recordings
from paytone.rules.money import Money
from paytone.rules.payment import Heard, State
from paytone.store import Row, Store

if TYPE_CHECKING:
    from paytone.simulate.facts import Facts, Stored
    from paytone.simulate.invariants import Check, Invariant
    from paytone.simulate.witness import Spoken

KEPT: Final = """
    SELECT payment_id::text AS payment, amount_cents, mandate, revoked_at IS NOT NULL AS revoked,
        encode(sha256, 'hex') AS noted, encode(sha256(recording), 'hex') AS digest
    FROM authorisations WHERE account_id = ANY(%(accounts)s) AND kind = 'once'
"""


@dataclass(frozen=True, slots=True)
class KeptVoice:
    """
    An authorisation as it is kept.

    Args:
        digest: Of the recording as it is; *noted*: as it was when it was stored.
    """

    payment: str | None
    cents: int
    mandate: str
    revoked: bool
    noted: str
    digest: str


async def voices_of(store: Store, accounts: list[str]) -> list[KeptVoice]:
    """Every authorisation of one debit of those accounts."""
    return [_kept(row) for row in await store.all(KEPT, accounts=accounts)]


def _kept(row: Row) -> KeptVoice:
    return KeptVoice(
        row["payment"],
        row["amount_cents"],
        row["mandate"],
        row["revoked"],
        row["noted"],
        row["digest"],
    )


def no_debit_without_its_authorisation(facts: Facts) -> Check:
    """Each debit has a recording of its caller, made after its very facts were read out."""
    said = {
        (call, each.digest): each
        for witness, _ in facts.called
        for each in witness.spoken
        for call in witness.calls
    }
    for payment in facts.payments:
        if not payment.by_bank:
            continue
        kept = [each for each in facts.voices if each.payment == payment.id and not each.revoked]
        heard = [said.get((payment.call or "", each.digest)) for each in kept]
        right = len(kept) == 1 and kept[0].cents == payment.cents and _is_of(heard[0], payment)
        charges = facts.charges_of(payment)
        told = all(c.mandate == each.mandate for c in charges if c.approved for each in kept)
        yield None if right and told else f"debit {payment.id} was not authorised aloud"


def a_recording_stays_with_its_payment(facts: Facts) -> Check:
    """What was authorised is never changed: each recording is the one that was stored."""
    for each in facts.voices:
        yield None if each.digest == each.noted else f"the recording of {each.payment} is another"
    yield from (forgery for forgery in facts.forged if "authorisations" in forgery)


def a_debit_is_pending_until_it_settles(facts: Facts) -> Check:
    """No debit has settled here that has not there, and nobody is told that one has before."""
    for payment in facts.payments:
        if payment.by_bank and payment.state is State.SETTLED:
            settled = [each.id for each in facts.charges_of(payment) if each.settled]
            right = settled == [payment.transaction]
            yield None if right else f"debit {payment.id} has settled only here"
    for witness, account, claim in facts.claims():
        if claim.heard is not Heard.PAID:
            continue
        meant = facts.meant(witness, account, claim)
        if meant and all(_was_pending(payment, claim.at) for payment in meant):
            said = set(claim.words)
            words = {CHECK_ACCEPTED, CHECK_PENDING} <= said or {IS_PENDING, WAS_ACCEPTED} & said
            yield None if words else f"call {witness.number} was told that a debit is paid"


def _was_pending(payment: Stored, at: datetime) -> bool:
    moves = [move for move in payment.changes if move.after is State.SETTLED]
    return payment.by_bank and not any(move.at <= at for move in moves)


def _is_of(spoken_: Spoken | None, payment: Stored) -> bool:
    if spoken_ is None:
        return False
    amount = recordings(spoken.money(Money(payment.cents)))
    account = (FROM_YOUR, *payment.method_words)
    if ONE_TIME_EACH not in spoken_.facts:
        return _holds(spoken_.facts, (*account, AMOUNT, *amount, DEBIT_DATE))
    share = (HOLDER, *payment.ending_words, AMOUNT, *amount)
    ends = (HOLDER, DEBIT_DATE)
    named = any(_holds(spoken_.facts, (*share, end)) for end in ends)
    return named and _holds(spoken_.facts, (*account, HOLDER))


def _holds(words: tuple[Prompt, ...], part: tuple[Prompt, ...]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words)))


CHECKS: Final[tuple[Invariant, ...]] = (
    no_debit_without_its_authorisation,
    a_recording_stays_with_its_payment,
    a_debit_is_pending_until_it_settles,
)
