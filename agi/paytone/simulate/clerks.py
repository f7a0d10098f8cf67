"""The back office of a world: clerks who give back, banks that do, and the daily comparison."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from random import Random
from typing import Final

from paytone.back_office.clerk import Wish
from paytone.back_office.give_back import CannotGoBack
from paytone.flows import Desk
from paytone.rules.money import Money
from paytone.rules.refund import Way
from paytone.sandbox.core import Sandbox
from paytone.sandbox.sales import life
from paytone.sandbox.sales.returns import is_debit
from paytone.simulate.rig import Rig
from paytone.store.payments import payment_of_row
from paytone.store.refunds import AnotherAsked, MoreThanPaid, NotNow

CHARGED: Final = """
    SELECT * FROM payments WHERE transaction_id IS NOT NULL ORDER BY opened_at, transaction_id
"""

CODES: Final = ("R01", "R01", "R10", "R29")


class Clerks:
    """Who gives money back, for a reason or by mistake."""

    def __init__(self, desk: Desk, rig: Rig, sandbox: Sandbox) -> None:
        self._desk = desk
        self._rig = rig
        self._sandbox = sandbox

    async def give_back(self, dice: Random) -> None:
        """Some payment or other, all of it or less or more; what cannot go back does not."""
        rows = await self._desk.store.all(CHARGED)
        if not rows:
            return
        payment = payment_of_row(dice.choice(rows))
        some = Money(dice.randint(1, payment.amount.cents + 200))
        wish = Wish(
            way=dice.choice(tuple(Way)),
            amount=dice.choice((None, None, some)),
            by="a clerk",
            reason="the customer asked",
            again=dice.random() < 0.3,
        )
        now = self._desk.clock()
        with suppress(AnotherAsked, CannotGoBack, MoreThanPaid, NotNow):
            await self._rig.grant(self._desk.store, self._desk.gateway, payment, wish, now=now)

    def send_back(self, dice: Random, now: datetime) -> bool:
        """A bank sends a debit back, if there is one that it may; whether it did."""
        books = self._sandbox.books_of()
        debits = [
            name
            for name, held in books.transactions.items()
            if is_debit(held) and held.status in life.RETURNABLE
        ]
        if debits:
            life.give_back(books, dice.choice(debits), dice.choice(CODES), now)
        return bool(debits)
