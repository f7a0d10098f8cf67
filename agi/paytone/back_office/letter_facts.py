"""What a letter's words may say: the facts that were queued, and those of its payment."""

from __future__ import annotations

from collections.abc import Mapping

from paytone.method import BankFace, CardFace, Face
from paytone.money import Money
from paytone.payment import Payment
from paytone.store.letters import Due


def facts_of(letter: Due) -> Mapping[str, object]:
    """Every fact that is known of *letter*, named as its words name them."""
    if letter.payment is None:
        return letter.facts
    of_payment = facts_of_payment(
        letter.payment, account_last_four=letter.account_last_four, balance=letter.balance
    )
    return {**of_payment, **letter.facts}


def facts_of_payment(
    payment: Payment, *, account_last_four: str | None, balance: Money | None
) -> Mapping[str, object]:
    """
    What a letter about *payment* may say.

    Args:
        balance: What the account owed after it; None where that is not known.
    """
    return {
        "account": account_last_four,
        "balance_cents": None if balance is None else balance.cents,
        "amount_cents": payment.amount.cents,
        "fee_cents": payment.fee.cents or None,
        "currency": payment.amount.currency,
        "date": payment.opened.isoformat(),
        "confirmation": payment.confirmation,
        **_of_method(payment.face),
    }


def _of_method(face: Face) -> Mapping[str, object]:
    match face:
        case CardFace():
            return {"method": "card", "brand": face.brand.value, "last_four": face.last_four}
        case BankFace():
            return {
                "method": face.account_type.value,
                "bank_name": face.bank_name,
                "last_four": face.last_four,
                "pending": "yes",
            }
