"""Where the gateway's transactions and our payments can disagree, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from paytone.gateway import Fate, Standing
from paytone.rules.payment import OPEN, Payment, State


class Kind(Enum):
    """What disagrees; `EXPLAINED` tells what it means and what to do."""

    STRANGE_CHARGE = "strange-charge"
    TURNED_UP = "turned-up"
    CHARGED_TWICE = "charged-twice"
    NO_CHARGE = "no-charge"
    AMOUNT = "amount"
    STATE = "state"
    STILL_OPEN = "still-open"
    STILL_VOIDING = "still-voiding"
    STRANGE_REFUND = "strange-refund"
    FAILED_REFUND = "failed-refund"


EXPLAINED: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.STRANGE_CHARGE: (
        "Braintree took money that no payment here knows.",
        (
            "Look it up in Braintree's Control Panel. If another program or a person made it "
            "there, leave it; if not, refund it there and find out who has the keys."
        ),
    ),
    Kind.TURNED_UP: (
        "Braintree took money for a payment that stands here as not made.",
        (
            "Nothing: the worker gives it back. If it is still listed tomorrow, void or refund the "
            "transaction in the Control Panel."
        ),
    ),
    Kind.CHARGED_TWICE: (
        "Braintree took money twice for one payment.",
        (
            "Void or refund the second transaction in the Control Panel, call the "
            "customer, and tell the makers of Paytone: this must not happen."
        ),
    ),
    Kind.NO_CHARGE: (
        "A payment counts here, and Braintree holds no such charge.",
        (
            "Check that PAYTONE_BRAINTREE_* name the account that took it. If they do, ask "
            "Braintree; paytone ledger adjust corrects the account's balance."
        ),
    ),
    Kind.AMOUNT: (
        "Braintree took another amount than the caller agreed to.",
        "Compare both in the Control Panel; refund what is too much, or paytone ledger adjust.",
    ),
    Kind.STATE: (
        "The payment stands otherwise here than at Braintree.",
        (
            "Nothing at first: the worker asks again. If it is still listed tomorrow, somebody "
            "changed it in the Control Panel as Paytone does not follow: paytone ledger adjust."
        ),
    ),
    Kind.STILL_OPEN: (
        "Nobody knows after a day whether the payment moved money.",
        "Check that Braintree can be reached (paytone doctor) and that the worker runs.",
    ),
    Kind.STILL_VOIDING: (
        "Money that was taken by mistake has not gone back after a day.",
        "paytone payments show tells why; void or refund the transaction in the Control Panel.",
    ),
    Kind.STRANGE_REFUND: (
        "Braintree gave money of a payment back that no refund here knows.",
        (
            "If somebody refunded it in the Control Panel: paytone ledger adjust by the same "
            "amount. Use paytone payments refund next time."
        ),
    ),
    Kind.FAILED_REFUND: (
        "A refund is booked here, and Braintree could not give the money back.",
        "Pay the customer another way, or refund it again in the Control Panel.",
    ),
}
"""What each kind means, and what to do."""

TAKEN: Final = frozenset({Fate.UNDER_WAY, Fate.SETTLED})
"""The money is, or will be, with the biller."""

AGREES: Final[Mapping[Fate, frozenset[State]]] = {
    Fate.UNDER_WAY: OPEN | {State.SETTLING, State.VOIDING},
    Fate.SETTLED: OPEN | {State.SETTLED, State.REFUNDED, State.VOIDING},
    Fate.VOIDED: OPEN | {State.VOIDED, State.DECLINED, State.NOT_CHARGED},
    Fate.RETURNED: OPEN | {State.RETURNED, State.VOIDED, State.DECLINED, State.NOT_CHARGED},
    Fate.REFUSED: OPEN | {State.DECLINED, State.NOT_CHARGED, State.VOIDED},
}
"""States of a payment that agree with its transaction; open ones are being asked after."""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One disagreement.

    Args:
        said: The facts, for an admin.
        of_time: When the payment was opened, or the transaction made.
    """

    kind: Kind
    payment_id: str | None
    transaction: str | None
    said: str
    of_time: datetime


def between(charge: Standing, payment: Payment) -> Difference | None:
    """How *charge*, made for *payment*, disagrees with it; None if it does not."""
    kind: Kind | None = None
    taken = charge.fate in TAKEN
    same = payment.transaction in (None, charge.transaction)
    if taken and payment.state in (State.DECLINED, State.NOT_CHARGED):
        kind = Kind.TURNED_UP
    elif taken and not same:
        kind = Kind.CHARGED_TWICE
    elif not same:
        return None  # an attempt that came to nothing, beside the one that counts
    elif charge.amount != payment.amount:
        kind = Kind.AMOUNT
    elif payment.state not in AGREES[charge.fate]:
        kind = Kind.STATE
    if kind is None:
        return None
    return Difference(
        kind,
        payment.id,
        charge.transaction,
        f"payment {payment.confirmation} of {payment.amount} is {payment.state.value}; "
        f"{charge.transaction} of {charge.amount} is {charge.fate.value} at Braintree",
        payment.opened,
    )


def missing(payment: Payment) -> Difference:
    """*payment* counts, and the gateway has no such charge."""
    said = f"payment {payment.confirmation} of {payment.amount} is {payment.state.value}"
    return Difference(
        Kind.NO_CHARGE,
        payment.id,
        payment.transaction,
        f"{said}; Braintree holds no {payment.transaction}",
        payment.opened,
    )


def lasting(payment: Payment) -> Difference | None:
    """*payment*, opened more than a day ago, if it is still under way."""
    kinds = {State.VOIDING: Kind.STILL_VOIDING}
    kind = Kind.STILL_OPEN if payment.state in OPEN else kinds.get(payment.state)
    if kind is None:
        return None
    said = f"payment {payment.confirmation} of {payment.amount} is {payment.state.value}"
    return Difference(kind, payment.id, None, f"{said} since {payment.opened}", payment.opened)


def strange(kind: Kind, what: Standing, payment: Payment | None = None) -> Difference:
    """A charge or a refund that the gateway holds and we do not, or that did not succeed there."""
    of = f" of payment {payment.confirmation}" if payment else ""
    order = f", order id {what.reference}" if what.reference else ""
    return Difference(
        kind,
        payment.id if payment else None,
        what.transaction,
        f"{what.transaction} of {what.amount}{of}{order} is {what.fate.value} at Braintree",
        what.created,
    )
