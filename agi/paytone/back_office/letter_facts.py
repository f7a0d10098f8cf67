"""What a letter's words may say: the facts that were queued, and those of its payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from paytone.rules.method import BankFace, CardFace, CardKind, Face
from paytone.rules.money import Money
from paytone.rules.passcode import Codes
from paytone.rules.payment import Payment
from paytone.store.letters import Due

PASSCODE: Final = "passcode"
"""The fact that names a one-time code; the code itself is made as its letter is written."""

EXPIRES: Final = "expires"

NAMED: Final = frozenset({CardKind.DEBIT, CardKind.PREPAID})
"""Kinds of card that a receipt names; most cards are of credit."""


def is_out_of_date(letter: Due, now: datetime) -> bool:
    """Whether what the letter tells is of no use any more."""
    expires = letter.facts.get(EXPIRES)
    return PASSCODE in letter.facts and datetime.fromisoformat(str(expires)) <= now


def facts_of(letter: Due, codes: Codes | None = None) -> Mapping[str, object]:
    """
    Every fact that is known of *letter*, named as its words name them.

    Args:
        codes: Makes the code that it tells, where it tells one.
    """
    if letter.payment is None:
        name = letter.facts.get(PASSCODE)
        if codes is None or name is None:
            return letter.facts
        return {**letter.facts, "code": str.__str__(codes.of(str(name)).digits)}
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
        **_of_method(payment.face, payment.card_kind),
    }


def _of_method(face: Face, kind: CardKind | None) -> Mapping[str, object]:
    match face:
        case CardFace():
            method = f"{kind.value} card" if kind in NAMED else "card"
            return {"method": method, "brand": face.brand.value, "last_four": face.last_four}
        case BankFace():
            return {
                "method": face.account_type.value,
                "bank_name": face.bank_name,
                "last_four": face.last_four,
                "pending": "yes",
            }
