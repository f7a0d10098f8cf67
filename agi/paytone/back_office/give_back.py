"""Giving money back: store what is asked for, ask the gateway once, store what it said."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final, assert_never

from paytone.back_office.settlement import Looked, look
from paytone.gateway import Fate, Gateway, NotFound, NotUndone, Standing, Undone, Unknown, Unreached
from paytone.rules.money import Money
from paytone.rules.payment import Payment
from paytone.rules.refund import Answer, Refund, Way
from paytone.store import Store, payments, refunds

REPEAT_AFTER: Final = timedelta(seconds=60)
"""A younger refund may still be under way: the gateway's patience is well below."""

AT_ONCE: Final = 8
BATCH: Final = 100

WAYS: Final = {Fate.UNDER_WAY: Way.VOID, Fate.SETTLED: Way.REFUND}
"""How a charge goes back, by where its money is; one that stands otherwise cannot."""


class CannotGoBack(Exception):
    """The payment cannot be given back so; the text says why. No money moved."""


async def way_back(
    store: Store, gateway: Gateway, payment: Payment, *, now: datetime
) -> tuple[Looked, Way]:
    """
    The payment as a fresh look leaves it, and how it can go back; moves no money.

    Raises:
        CannotGoBack: It is no charge, has gone back already, or the gateway does not say.
    """
    if payment.transaction is None:
        raise CannotGoBack(f"nothing was charged: the payment is {payment.state.value}")
    looked = await look(store, gateway, payment, now=now)
    way = WAYS.get(looked.stands.fate) if looked.stands else None
    if way is None:
        raise CannotGoBack(f"the payment is {looked.payment.state.value}, {looked.said}")
    return looked, way


async def give_back(
    store: Store,
    gateway: Gateway,
    payment: Payment,
    way: Way,
    amount: Money,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> Refund:
    """
    Give *amount* of *payment* back by *way*, asking the gateway once.

    Not to be repeated: what comes back as asked is carried on by `carry_on`.

    Raises:
        NotNow, MoreThanPaid, AnotherAsked: As `refunds.ask`; no money moved.
        StoreAway: It may go back; what is stored as asked is carried on later.
    """
    refund = await refunds.ask(store, payment.id, way, amount, by=by, reason=reason, now=now)
    return await _ask(store, gateway, payment, refund, now)


async def carry_on(
    store: Store, gateway: Gateway, payment: Payment, refund: Refund, *, now: datetime
) -> Refund:
    """
    What became of a *refund* in doubt, after looking it up; asked for again if it was never made.

    May be repeated, and money goes back once: the gateway is asked for it first, a void voids
    nothing twice, and a refund is asked for again under the same key and not before
    `REPEAT_AFTER`.
    """
    if refund.answer is not Answer.ASKED or now - refund.changed < REPEAT_AFTER:
        return refund
    if not await refunds.claim(store, refund, now):
        return refund
    if refund.way is Way.REFUND:
        assert payment.transaction is not None
        found = await gateway.find_refund(payment.transaction, reference=refund.id)
        match found:
            case Standing():
                return await _found(store, refund, found, now)
            case Unknown(why=why):
                return await refunds.answered(
                    store, refund, Answer.ASKED, said=f"not known: {why}", now=now
                )
            case NotFound():
                pass
    return await _ask(store, gateway, payment, refund, now)


async def carry_on_all(store: Store, gateway: Gateway, *, now: datetime) -> list[Refund]:
    """`carry_on` with every refund in doubt."""
    doubtful = await refunds.in_doubt(store, older_than=now - REPEAT_AFTER, limit=BATCH)
    limit = asyncio.Semaphore(AT_ONCE)

    async def carry(refund: Refund) -> Refund:
        async with limit:
            payment = await payments.by_id(store, refund.payment_id)
            assert payment is not None
            return await carry_on(store, gateway, payment, refund, now=now)

    return await asyncio.gather(*map(carry, doubtful))


async def _ask(
    store: Store, gateway: Gateway, payment: Payment, refund: Refund, now: datetime
) -> Refund:
    assert payment.transaction is not None
    if refund.way is Way.VOID:
        undoing = await gateway.void(payment.transaction)
    else:
        undoing = await gateway.refund(payment.transaction, refund.amount, reference=refund.id)
    transaction: str | None = None
    match undoing:
        case Undone():
            transaction = undoing.transaction
            answer, said = Answer.MADE, f"goes back as {transaction}"
        case NotUndone(code=code, text=text):
            answer, said = Answer.REFUSED, f"refused: {code} {text}".strip()
        case Unreached(why=why):
            answer, said = Answer.ASKED, f"gateway not reached: {why}"
        case Unknown(why=why):
            answer, said = Answer.ASKED, f"not known: {why}"
        case _:
            assert_never(undoing)
    return await refunds.answered(
        store, refund, answer, said=said, now=now, transaction=transaction
    )


async def _found(store: Store, refund: Refund, found: Standing, now: datetime) -> Refund:
    if found.fate in (Fate.UNDER_WAY, Fate.SETTLED) and found.amount == refund.amount:
        said, answer = f"goes back as {found.transaction}", Answer.MADE
    elif found.fate in (Fate.UNDER_WAY, Fate.SETTLED):
        said, answer = f"{found.transaction} is of {found.amount}", Answer.ASKED
    else:
        said, answer = f"{found.fate.value}: {found.code} {found.text}".strip(), Answer.REFUSED
    return await refunds.answered(
        store, refund, answer, said=said, now=now, transaction=found.transaction
    )
