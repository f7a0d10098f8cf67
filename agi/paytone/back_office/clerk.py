"""What a clerk may do: give a payment back, all of it or less, with a name and a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from paytone.back_office.give_back import CannotGoBack, carry_on, give_back, way_back
from paytone.gateway import Gateway
from paytone.rules.money import Money
from paytone.rules.payment import Payment
from paytone.rules.refund import Answer, Refund, Way
from paytone.store import Store, refunds

CARD_NUMBER: Final = re.compile(r"\d(?:[ -]?\d){11,}")


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What a clerk asks for.

    Args:
        way: Void or refund; a refund of all of a payment that has not settled is made as a void.
        amount: None for all that is left.
        by: Who.
        reason: Why; kept for ever, so it may hold no card number.
        again: The same amount of the same payment may go back once more.
    """

    way: Way
    amount: Money | None
    by: str
    reason: str
    again: bool = False


async def grant(
    store: Store, gateway: Gateway, payment: Payment, wish: Wish, *, now: datetime
) -> Refund:
    """
    Give *payment* back as the clerk wishes; what was begun before is carried on instead.

    May be repeated: the same amount goes back once, unless the wish says again. What comes back as
    asked is in doubt, and the worker carries it on.

    Raises:
        CannotGoBack: Not so, or not now; the text says why. No money moved.
        MoreThanPaid, AnotherAsked, NotNow: As `refunds.ask`. No money moved.
        StoreAway: It may go back; repeating finds out.
    """
    if CARD_NUMBER.search(wish.reason) or not wish.reason.strip() or not wish.by.strip():
        raise CannotGoBack("it needs a name and a reason, without any card or account number")
    earlier = await refunds.of_payment(store, payment.id)
    for refund in earlier:
        if refund.answer is Answer.ASKED:
            return await carry_on(store, gateway, payment, refund, now=now)
    made = [refund for refund in earlier if refund.answer is Answer.MADE]
    left = payment.amount
    for refund in made:
        left -= refund.amount
    if made and not left:
        return made[-1]
    same = [refund for refund in made if refund.amount == wish.amount]
    if same and not wish.again:
        return same[-1]
    wish = replace(wish, amount=wish.amount or left)
    return await _begin(store, gateway, payment, wish, now)


async def _begin(
    store: Store, gateway: Gateway, payment: Payment, wish: Wish, now: datetime
) -> Refund:
    amount = wish.amount or payment.amount
    looked, way = await way_back(store, gateway, payment, now=now)
    if way is Way.REFUND and wish.way is Way.VOID:
        raise CannotGoBack("it has settled, so it cannot be voided: refund it")
    if way is Way.VOID and amount != payment.amount:
        raise CannotGoBack(
            "it has not settled, and until then only all of it can go back: void it, or wait"
        )
    return await give_back(
        store,
        gateway,
        looked.payment,
        way,
        amount,
        by=wish.by.strip(),
        reason=wish.reason.strip(),
        now=now,
    )
