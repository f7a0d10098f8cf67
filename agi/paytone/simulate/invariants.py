"""
What must hold of the money.

Each rule is a generator: None for each thing that was checked and holds, words for one that fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from paytone.prompts import spoken
from paytone.prompts.catalogue import load
from paytone.prompts.choices import MOST_CHOICES, choices_of
from paytone.prompts.grammar import recordings
from paytone.rules.money import Money
from paytone.rules.payment import COUNTED, MOVES, OPEN, State
from paytone.simulate.clock import WORK
from paytone.simulate.facts import Facts, Stored
from paytone.simulate.witness import fee_in_words

Check = Iterator[str | None]
Invariant = Callable[[Facts], Check]


def every_charge_has_its_payment(facts: Facts) -> Check:
    """No lost payment: whatever the gateway took is stored here, under the order id it names."""
    known = {payment.id for payment in facts.payments}
    for charge in facts.charges:
        lost = charge.order not in known
        yield f"charge {charge.id} of {charge.cents} has no payment" if lost else None


def one_charge_for_a_payment(facts: Facts) -> Check:
    """No double charge: at most one charge of a payment was ever approved."""
    approved = Counter(charge.order for charge in facts.charges if charge.approved)
    for order, count in approved.items():
        yield f"payment {order} was charged {count} times" if count > 1 else None


def one_payment_for_an_agreement(facts: Facts) -> Check:
    """Nobody pays more often than they pressed 1 after everything was read back."""
    agreed = Counter(
        payment.id for witness, at, _ in facts.agreements() for payment in facts.agreed(witness, at)
    )
    for payment in facts.payments:
        if payment.call is None:  # by a run: `plan_truths`
            continue
        agreements = agreed[payment.id]
        yield None if agreements == 1 else f"payment {payment.id} rests on {agreements} agreements"
    for witness, at, agreement in facts.agreements():
        count = len(facts.agreed(witness, at))
        most = len(agreement.amounts)
        yield f"call {witness.number}: {count} payments on one agreement" if count > most else None


def charged_as_read_back(facts: Facts) -> Check:
    """The amount that is stored and charged, and the card, are those that were read back."""
    for witness, at, agreement in facts.agreements():
        for payment in facts.agreed(witness, at):
            card = agreement.card[: len(payment.method_words)]
            amount = agreement.amount_for(payment.ending_words)
            same = (amount, card) == (payment.bill_words, payment.method_words)
            charged = all(charge.cents == payment.cents for charge in facts.charges_of(payment))
            yield None if same and charged else f"payment {payment.id} is not what was read back"


def a_fee_is_charged_once_as_read_back(facts: Facts) -> Check:
    """Of an agreement one payment bears the fee, if it was read back with what it comes to."""
    for witness, at, agreement in facts.agreements():
        payments = facts.agreed(witness, at)
        fees = [Money(payment.fee_cents) for payment in payments if payment.fee_cents]
        wrong = len(fees) != (1 if agreement.fee and payments else 0)
        if not wrong and fees and len(agreement.amounts) == 1:
            wrong = agreement.fee != fee_in_words(fees[0], Money(payments[0].cents))
        elif not wrong and fees:
            words = recordings(spoken.money(fees[0]))
            wrong = agreement.fee[: len(words)] != words
        yield f"call {witness.number}: charged fees {fees}" if wrong else None


def paid_on_the_balance_heard(facts: Facts) -> Check:
    """Nothing is charged on a balance that has changed since it was heard and the amount asked."""
    for witness, at, agreement in facts.agreements():
        if agreement.without_pin:
            continue
        for payment in facts.agreed(witness, at):
            since, until = agreement.asked_at, payment.opened
            moves = _balance_moves(facts, payment)
            moved = sum(cents for when, cents in moves if since < when < until)
            sums = {moved}
            for when, cents in _given_back(facts, payment):
                if since < when < until - WORK:
                    sums = {each + cents for each in sums}
                elif since - WORK < when < until:
                    sums |= {each + cents for each in sums}
            yield (
                f"payment {payment.id}: the balance had moved by {moved}" if 0 not in sums else None
            )


def one_open_payment_an_account(facts: Facts) -> Check:
    """While nobody knows whether one payment moved money, no other is begun on its account."""
    account_of = {payment.id: payment.account for payment in facts.payments}
    open_on: dict[str, set[str]] = {account: set() for account in facts.balances}
    for change in facts.changes:
        still = open_on[account_of[change.payment]]
        if change.after in OPEN:
            still.add(change.payment)
            yield f"{len(still)} payments were open on one account" if len(still) > 1 else None
        else:
            still.discard(change.payment)


def gateway_and_ledger_agree(facts: Facts) -> Check:
    """To the cent, for each payment and in sum."""
    taken = Counter[str]()
    for charge in facts.charges:
        taken[charge.order] += charge.left_cents
    for payment in facts.payments:
        # A payment that is being voided is taken and not booked; `final_and_right` bounds that.
        expected = 0 if payment.state is State.VOIDING else taken[payment.id]
        # What went towards the bill goes back first, the fee last.
        fee = min(payment.fee_cents, expected)
        wrong = (payment.booked_cents, payment.booked_fee_cents) != (expected - fee, fee)
        yield f"payment {payment.id}: {expected} taken, booked otherwise" if wrong else None
    total = taken.total()
    yield None if facts.taken_in_cents == total else f"{total} taken, {facts.taken_in_cents} booked"


def balances_are_bills_less_payments(facts: Facts) -> Check:
    """Each account owes its bills less what the gateway took for its payments, fees aside."""
    owed = Counter[str]()
    for bill in facts.billed:
        owed[bill.account] += bill.cents
    for payment in facts.payments:
        if payment.state is not State.VOIDING:
            left = [charge.left_cents for charge in facts.charges_of(payment) if charge.taken]
            owed[payment.account] -= sum(max(cents - payment.fee_cents, 0) for cents in left)
    for account, balance in facts.balances.items():
        wrong = balance != owed[account]
        yield f"account {account} owes {owed[account]}, not {balance}" if wrong else None


def moves_are_allowed(facts: Facts) -> Check:
    """Each payment went from state to state as the one table allows, without a gap."""
    stands: dict[str, State] = {}
    for change in facts.changes:
        before = stands.get(change.payment)
        allowed = before is change.before and (
            change.after is State.SUBMITTING if before is None else change.after in MOVES[before]
        )
        stands[change.payment] = change.after
        yield None if allowed else f"payment {change.payment} moved {before} to {change.after}"
    for payment in facts.payments:
        same = stands.get(payment.id) is payment.state
        yield None if same else f"payment {payment.id} moved unseen"


def every_payment_is_final(facts: Facts) -> Check:
    """After reconciliation nobody has to wonder about any payment."""
    for payment in facts.payments:
        left = payment.state in OPEN or payment.state is State.VOIDING
        yield f"payment {payment.id} is still {payment.state.value}" if left else None


def what_is_final_is_right(facts: Facts) -> Check:
    """What counts here was taken there, by the transaction that it names; nothing else was."""
    for payment in facts.payments:
        taken = [charge.id for charge in facts.charges_of(payment) if charge.taken]
        expected = [payment.transaction] if payment.counts else []
        wrong = payment.state not in OPEN and taken != expected
        yield f"payment {payment.id} is {payment.state.value}, taken {taken}" if wrong else None


def what_counts_was_charged(facts: Facts) -> Check:
    """Whatever lowers a balance was taken at the gateway, by the transaction that it names."""
    for payment in facts.payments:
        if payment.counts:  # though it may have gone back, which is not known here yet
            taken = [charge.id for charge in facts.charges_of(payment) if charge.approved]
            wrong = taken != [payment.transaction]
            yield f"payment {payment.id} counts, taken {taken}" if wrong else None


def no_job_breaks(facts: Facts) -> Check:
    """No job ends in an exception of ours, whatever befalls it."""
    yield None
    yield from facts.crashes


def questions_offer_five_choices(facts: Facts) -> Check:
    """No question offers more choices than callers remember."""
    words = load("en")
    for asked in {asked for witness, _ in facts.called for asked in witness.questions}:
        offered = choices_of(asked, words)
        yield f"offers {offered}: {asked}" if len(offered) > MOST_CHOICES else None


def the_books_are_append_only(facts: Facts) -> Check:
    """Every attempt to change or delete a posting is refused."""
    yield None
    yield from (forgery for forgery in facts.forged if "ledger" in forgery)


def _balance_moves(facts: Facts, beside: Stored) -> Iterator[tuple[datetime, int]]:
    for bill in facts.billed:
        if bill.account == beside.account:
            yield bill.at, bill.cents
    for payment in facts.payments:
        if payment.account == beside.account and payment is not beside:
            for move in payment.changes:
                if move.before not in COUNTED and move.after in COUNTED:
                    yield move.at, -payment.bill_cents


def _given_back(facts: Facts, beside: Stored) -> Iterator[tuple[datetime, int]]:
    """What others of the account's payments gave back, and when the back office began to."""
    for payment in facts.payments:
        if payment.account == beside.account and payment is not beside:
            for move in payment.changes:
                if move.before in COUNTED and move.after not in COUNTED:
                    yield move.at, payment.bill_cents


MONEY: Final[tuple[Invariant, ...]] = (
    every_charge_has_its_payment,
    one_charge_for_a_payment,
    one_payment_for_an_agreement,
    charged_as_read_back,
    a_fee_is_charged_once_as_read_back,
    paid_on_the_balance_heard,
    one_open_payment_an_account,
    gateway_and_ledger_agree,
    balances_are_bills_less_payments,
    moves_are_allowed,
    every_payment_is_final,
    what_is_final_is_right,
    no_job_breaks,
    questions_offer_five_choices,
    the_books_are_append_only,
)

AT_ANY_TIME: Final[tuple[Invariant, ...]] = (
    every_charge_has_its_payment,
    one_charge_for_a_payment,
    one_payment_for_an_agreement,
    charged_as_read_back,
    one_open_payment_an_account,
    moves_are_allowed,
    what_counts_was_charged,
)
"""Those that hold between calls, before reconciliation has mended anything."""
