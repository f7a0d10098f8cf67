"""Payments made later in a world: cards saved, agreements made and cancelled, the worker's runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Final
from uuid import UUID

from paytone.back_office.runs import Office, plan_autopay
from paytone.flows import Desk
from paytone.gateway import CardToKeep, Kept
from paytone.rules.card import Brand, CardNumber, Expiry
from paytone.rules.method import CardFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import (
    AutoPay,
    Every,
    Fixed,
    Once,
    Rule,
    Schedule,
    State,
    Terms,
    next_run,
)
from paytone.simulate.rig import Rig
from paytone.simulate.saved_truths import OUTSIDE
from paytone.store import accounts, agreements, methods
from paytone.store.agreements import Authorisation, FirstRun, ToWrite
from paytone.store.methods import Consent

RULE: Final = Rule(run_hour=0, notice_days=1, retry_days=(1, 1))
"""So that much happens in the few days of a world."""

WHO: Final = "the simulation"
PROMPTS: Final = OUTSIDE
AMOUNTS: Final = (2500, 4000, 100, 200_100, 201_200, 300_000)
"""Some of them what the gateway declines, softly and for good."""

REACH: Final = "UPDATE customers SET email = 'simulated@example.com' WHERE id = %(id)s"


DELIVER: Final = """
    UPDATE letters SET sent_at = %(now)s, next_at = NULL
    WHERE kind = 'run-notice' AND sent_at IS NULL
"""


class Plans:
    """
    Who agrees to pay later, and takes it back.

    Attributes:
        cancelled: When each schedule that was cancelled surely was.
    """

    def __init__(self, dice: Random, desk: Desk, rig: Rig) -> None:
        self.cancelled: dict[str, datetime] = {}
        self._dice = dice
        self._desk = desk
        self._rig = rig
        self._agreed: list[Schedule] = []
        self._ticks = count()

    def die(self) -> Random:
        """Dice of their own, so that they change nothing of what else befalls a world."""
        return Random(self._dice.random())  # noqa: S311

    async def agree(self, account_id: str) -> None:
        """A customer saves a card and agrees to this and that, or does not."""
        if self._dice.random() < 0.4:
            return
        account = await accounts.by_id(self._desk.store, account_id)
        await self._desk.store.run(REACH, id=account.customer_id)
        method = await self._saved(account.customer_id)
        for terms in self._terms(self._desk.clock().date()):
            self._agreed.append(await self._stored(account_id, method, terms))

    async def cancel_one(self) -> None:
        """Somebody cancels, whatever else goes on."""
        if not self._agreed:
            return
        schedule = self._dice.choice(self._agreed)
        await agreements.halt(
            self._desk.store,
            schedule,
            State.CANCELLED,
            why="cancelled",
            authorisation=Authorisation(WHO, self._desk.clock()),
        )
        self.cancelled.setdefault(schedule.id, self._now())

    async def work(self) -> None:
        """What the worker does for them: plan, announce, pay."""
        office = Office(replace(self._desk.till, clock=self._now), RULE, at_once=1)
        await plan_autopay(office)
        await self._desk.store.run(DELIVER, now=self._desk.clock())
        await self._rig.make_runs(office)

    def _now(self) -> datetime:
        """The time, never twice the same: so that what comes at one time has an order."""
        return self._desk.clock() + timedelta(microseconds=next(self._ticks))

    async def _saved(self, customer_id: str) -> SavedMethod:
        name = str(UUID(int=self._dice.getrandbits(128), version=4))
        card = CardToKeep(CardNumber("4111111111111111"), Expiry(2030, 9), "60601")
        kept = await self._desk.gateway.save_card(card, customer=customer_id, token=name)
        assert isinstance(kept, Kept)
        face = CardFace(Brand.VISA, "1111", Expiry(2030, 9))
        method = SavedMethod(name, customer_id, face, kept.token, name.replace("-", "") * 2)
        now = self._desk.clock()
        await methods.keep(self._desk.store, method, Consent(PROMPTS, "en", None), now=now)
        return method

    def _terms(self, today: date) -> list[Terms]:
        dice = self._dice
        choices: list[Terms] = [
            Once(Money(dice.choice(AMOUNTS)), today + timedelta(days=dice.choice((1, 2, 3)))),
            Fixed(Money(dice.choice(AMOUNTS)), Every.WEEK, today + timedelta(days=1)),
            AutoPay(20),
        ]
        return dice.sample(choices, dice.choice((1, 2, 3)))

    async def _stored(self, account_id: str, method: SavedMethod, terms: Terms) -> Schedule:
        now = self._desk.clock()
        on = None if isinstance(terms, AutoPay) else next_run(terms, now.date())
        return await agreements.agree(
            self._desk.store,
            account_id=account_id,
            method_id=method.id,
            terms=terms,
            authorisation=Authorisation(WHO, now, None, "en", PROMPTS),
            first=FirstRun(on, RULE.starts(on, now)) if on else None,
            letter=lambda _: ToWrite("later-terms", {}),
            random=self._dice,
        )
