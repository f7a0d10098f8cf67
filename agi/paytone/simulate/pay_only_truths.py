"""What must hold of callers who pay without a PIN: they hear nothing of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from paytone.flows.resume import EARLIER_PAYMENT, STILL_UNKNOWN
from paytone.prompts import Prompt

if TYPE_CHECKING:
    from paytone.simulate.facts import Facts
    from paytone.simulate.invariants import Check, Invariant

TELLING: Final = frozenset(
    {
        Prompt("you-owe"), Prompt("due-on"), Prompt("was-due-on"), Prompt("past-due-is"),
        Prompt("new-balance-is"), Prompt("credit-of"), Prompt("nothing-due"),
        Prompt("more-than-owed"), Prompt("becomes-credit"), Prompt("already-paid"),
        Prompt("pay-with-saved"), Prompt("your-saved"), Prompt("receipt-by-email"),
        Prompt("receipt-by-text"), Prompt("receipt-comes-by-email"), Prompt("another-open"),
        Prompt("keep-card"), Prompt("save-card"), Prompt("pay-total"),
        Prompt("earlier-payment"), Prompt("payment-unknown-earlier"),
    }
)  # fmt: skip
"""Prompts that say something of an account."""

OF_THIS_CALL: Final = frozenset({EARLIER_PAYMENT, STILL_UNKNOWN})
"""Those that may be heard of a payment that the caller made in this very call."""


def who_pays_only_hears_nothing_of_the_account(facts: Facts) -> Check:
    """Without a PIN no balance, date, saved method or payment of another call is ever told."""
    for witness, _ in facts.called:
        for prompts in witness.told_without_pin:
            told = sorted((TELLING - OF_THIS_CALL) & set(prompts))
            yield f"call {witness.number} heard {' '.join(told)} without a PIN" if told else None
    for witness, account, claim in facts.claims():
        if claim.without_pin and OF_THIS_CALL & set(claim.words):
            told_of = facts.meant(witness, account, claim)
            words = f"call {witness.number} heard of a payment that it had not made"
            yield None if told_of else words


def who_pays_only_is_charged_as_read_back(facts: Facts) -> Check:
    """What such a caller pays is what was read back, for the account that was keyed."""
    for witness, account in facts.called:
        for at, agreement in enumerate(witness.agreements):
            if not agreement.without_pin:
                continue
            for payment in facts.agreed(witness, at):
                charges = facts.charges_of(payment)
                same = payment.bill_words == agreement.amount_for(payment.ending_words)
                right = same and all(charge.cents == payment.cents for charge in charges)
                theirs = payment.account == account
                yield None if right and theirs else f"payment {payment.id} was not agreed to so"


PAY_ONLY: Final[tuple[Invariant, ...]] = (
    who_pays_only_hears_nothing_of_the_account,
    who_pays_only_is_charged_as_read_back,
)
