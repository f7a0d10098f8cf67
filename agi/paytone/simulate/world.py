"""A small world: a biller, an account or two, who calls about them over some days, a gateway."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from paytone.flows import Checks, Desk, LockRule
from paytone.rules.bill import Limits
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_by
from paytone.simulate.arrangement_truths import GRANTS
from paytone.simulate.biller import Biller, Customer, draw_merchant
from paytone.simulate.caller import HONEST, Caller, draw_manners
from paytone.simulate.channel import Channel
from paytone.simulate.clerks import Clerks
from paytone.simulate.clock import Clock
from paytone.simulate.dialplan import route
from paytone.simulate.errands import Errands
from paytone.simulate.facts import Facts, gather
from paytone.simulate.invariants import AT_ANY_TIME
from paytone.simulate.lines import FaultyConnection, network
from paytone.simulate.loop import StillLoop, Turns
from paytone.simulate.overheard import overheard
from paytone.simulate.plans import Plans
from paytone.simulate.rig import Rig
from paytone.simulate.staff import ENQUIRIES, Staff
from paytone.simulate.weather import CALM, PATIENCE_S, Climate, Weather
from paytone.simulate.witness import Witness
from paytone.store import Store

CALLS: Final = 10
"""Calls of a world; the last ones are honest, one an account, and hear what is left to tell."""

FEE: Final = Money(250)
"""For paying by phone, in every third world; every other takes electronic checks."""

A_LOOK_S: Final = 7 * 3600.0
"""By then the worker asks again after whatever is on its way; it pauses for six hours at most."""

WITHOUT_PIN: Final = 0.15
"""How many of those who call to pay know no PIN."""

NO_GUARDS: Final = "SET LOCAL session_replication_role = replica"
EMPTY: Final = """
    TRUNCATE customers, calls, methods_asked, differences, comparisons RESTART IDENTITY CASCADE
"""

ROUNDS: Final = 12
"""How often the worker is run at the end, 20 minutes apart; far beyond its time to give up."""


@dataclass(frozen=True, slots=True)
class Ended:
    """
    How a world ended.

    Args:
        facts: What the invariants judge by.
        early: Faults that were seen between calls.
        tally: What struck, and what callers did.
        trace: Every boundary that was passed, in order.
    """

    facts: Facts
    early: tuple[str, ...]
    tally: Counter[str]
    trace: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The same for the same trace."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()


def live(seed: int, number: int, rig: Rig, database_url: str) -> Ended:
    """
    What world *number* of *seed* came to.

    Args:
        database_url: A migrated database that is there for worlds alone: it is emptied first, as
            the worker would ask this world's gateway for the payments of another.
    """
    dice = Random(f"{seed}/{number}")  # noqa: S311 - to be replayed
    turns = Turns(Random(dice.random()), dice.choice((0.0, 0.7, 0.95)))  # noqa: S311
    with asyncio.Runner(loop_factory=lambda: StillLoop(turns)) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda *_: None)  # tasks of processes that died
        loop.set_default_executor(Errands())
        return runner.run(_live(dice, turns, number, rig, database_url))


async def _live(dice: Random, turns: Turns, number: int, rig: Rig, database_url: str) -> Ended:
    async with Store.open(database_url, patience_s=4.0, connection_class=FaultyConnection) as store:
        await _empty(store)
        with TemporaryDirectory(prefix="paytone-") as folder:
            return await World(
                dice, turns, number, rig=rig, store=store, recordings=Path(folder)
            ).run()


def _beside(dice: Random) -> float:
    """A number that takes none from *dice*."""
    aside = Random()  # noqa: S311
    aside.setstate(dice.getstate())
    return aside.random()


async def _empty(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.execute(NO_GUARDS)
        await connection.execute(EMPTY)


class World:
    """A world in progress."""

    def __init__(
        self, dice: Random, turns: Turns, number: int, *, rig: Rig, store: Store, recordings: Path
    ) -> None:
        self._dice = dice
        self._turns = turns
        self._store = store
        self._clock = Clock()
        now = self._clock.now
        self._called: list[tuple[Witness, str]] = []
        self._early: list[str] = []
        self._tally: Counter[str] = Counter()
        self._biller = Biller(self._die(), number, store, now)
        merchant = draw_merchant(dice)
        self._sandbox = Sandbox(lambda: now().astimezone(UTC), (merchant,), seed=number)
        self._clock.tick = lambda: self._sandbox.advance(0)
        sdk = gateway_by(network(self._sandbox, self._clock.put_off), merchant, timeout=PATIENCE_S)
        gateway = rig.gateway(sdk)
        fee = FEE if number % 3 == 1 else NO_FEE
        checks = Checks(ENQUIRIES) if number % 2 == 0 else None
        desk = Desk(
            store, lambda: gateway, Limits(), LockRule(), now,
            fee=fee, checks=checks, grants=GRANTS,
        )  # fmt: skip
        self._staff = Staff(rig, desk, turns, self._tally, now, recordings=recordings)
        plans_dice = Random()  # noqa: S311
        plans_dice.setstate(dice.getstate())
        self._plans = Plans(plans_dice, desk, rig)
        self._clerks = Clerks(desk, rig, self._sandbox)

    async def run(self) -> Ended:
        """Everything that happens in this world."""
        with overheard(self._staff.crashes):
            await self._days()
        facts = await self._facts()
        for strike in self._sandbox.faults.struck:
            self._tally[f"request {strike.kind}: {strike.act} {strike.when}"] += 1
        self._tally.update(f"payments {payment.state.value}" for payment in facts.payments)
        forged = tuple(await self._biller.forge())
        return Ended(
            replace(facts, forged=forged),
            tuple(self._early),
            self._tally,
            tuple(self._staff.trace),
        )

    async def _days(self) -> None:
        customers = [await self._biller.open_account()]
        if self._dice.random() < 0.5:
            together = self._dice.random() < 0.7
            beside = customers[0] if together else None
            customers.append(await self._biller.open_account(beside))
        for customer in customers:
            await self._plans.agree(customer.id)
        while (left := CALLS - len(customers) - len(self._called)) > 0:
            await self._episode(self._dice.choice(customers), left)
        for _ in range(ROUNDS):
            self._clock.pass_over(1200.0)
            await self._work(CALM)
        self._clock.pass_over(A_LOOK_S)
        for _ in range(3):
            self._staff.work("compare", Weather(self._die(), self._tally, CALM))
            await self._work(CALM)
        for customer in customers:
            await self._call(customer, CALM, honest=True)
            await self._staff.finish()

    async def _episode(self, customer: Customer, left: int) -> None:
        """One call about an account, or two at once; then time passes, and the worker runs."""
        dice = self._dice
        if dice.random() < 0.6:
            await self._biller.issue(customer)
        happens: list[Awaitable[None]] = [self._call(customer)]
        if left > 1 and dice.random() < 0.4:
            happens.append(self._call(customer, after=dice.uniform(0, 80)))
            self._tally["two at once on one account"] += 1
        if dice.random() < 0.3:
            happens.append(self._reissue(customer, dice.uniform(5, 150)))
        if dice.random() < 0.3:
            happens.append(self._work_beside(dice.uniform(20, 200)))
        if dice.random() < 0.5:
            happens.append(self._give_back(dice.uniform(0, 150)))
        await asyncio.gather(*happens)
        await self._staff.finish()
        for _ in range(dice.choice((0, 0, 1, 2, 3, 6, 6))):
            self._clock.pass_over(dice.choice((30.0, 70.0, 400.0, 1000.0)))
            await self._work()
        if dice.random() < 0.5:
            await self._rest(dice.uniform(0, 2 * 86_400))
        await self._look()

    async def _rest(self, seconds: float) -> None:
        """Days without a call, in which the worker works on for as long as it matters."""
        for _ in range(3):
            self._clock.pass_over(4_000.0)
            await self._work()
        self._clock.pass_over(seconds)

    async def _call(
        self,
        customer: Customer,
        climate: Climate | None = None,
        *,
        after: float = 0.0,
        honest: bool = False,
    ) -> None:
        witness = Witness(len(self._called))
        self._called.append((witness, customer.id))
        weather, dice = Weather(self._die(), self._tally, climate), self._die()
        manners = HONEST if honest else draw_manners(dice)
        caller = Caller(
            dice,
            self._tally,
            customer.number,
            manners,
            pays=not honest,
            without_pin=not honest and _beside(dice) < WITHOUT_PIN,
        )
        who, staff = f"call {witness.number}", self._staff
        await asyncio.sleep(after)
        channel = Channel(caller, witness, self._clock.now, lambda what: staff.note(who, what))
        await route(channel, lambda verb: staff.do(verb, channel, witness, weather, customer.phone))
        self._tally["pressed 1 at a review"] += len(witness.agreements)
        self._tally["pressed 1 with a fee"] += sum(bool(each.fee) for each in witness.agreements)
        self._tally["pressed 1 to save a card"] += len(witness.consents)
        self._tally["authorised a debit aloud"] += len(witness.spoken)
        self._tally["pressed 1 to have more time"] += len(witness.promises)
        self._tally["heard that more time is undone"] += len(witness.undone)
        self._tally["heard that a card is removed"] += len(witness.removals)
        self._tally["came without a PIN"] += bool(witness.told_without_pin)
        without = sum(each.without_pin for each in witness.agreements)
        self._tally["pressed 1 without a PIN"] += without
        several = [each for each in witness.agreements if len(each.amounts) > 1]
        self._tally["pressed 1 for several accounts"] += len(several)

    async def _reissue(self, customer: Customer, after: float) -> None:
        await asyncio.sleep(after)
        await self._turns.take("the biller")
        await self._biller.reissue(customer)
        self._staff.note("the biller", "reissues a bill")
        self._tally["bill reissued in mid-call"] += 1

    async def _work(self, climate: Climate | None = None) -> None:
        self._staff.reconcile(Weather(self._die(), self._tally, climate))
        self._run(climate)
        for job in ("forget", "poll", "mark", "carry_on"):
            self._staff.work(job, Weather(self._die(), self._tally, climate))
        await self._staff.finish()

    def _run(self, climate: Climate | None = None) -> None:
        """Let one worker or two make the runs that are due; now and then somebody cancels."""
        die = self._plans.die()
        for number in range(1 if climate else die.choice((1, 1, 2))):
            weather = Weather(self._plans.die(), self._tally, climate)
            who = f"worker for runs {number}"
            self._staff.begin(who, "makes runs", weather, self._plans.work())
        if die.random() < 0.05:
            weather = Weather(self._plans.die(), self._tally, climate)
            self._staff.begin("a customer", "cancels", weather, self._plans.cancel_one())

    async def _work_beside(self, after: float) -> None:
        await asyncio.sleep(after)
        self._tally["reconciled in mid-call"] += 1
        self._staff.reconcile(Weather(self._die(), self._tally))
        self._run()

    async def _give_back(self, after: float) -> None:
        """A clerk gives something back, a bank sends something back, or all is compared."""
        die = self._die()
        await asyncio.sleep(after)
        weather = Weather(self._die(), self._tally)
        if die.random() < 0.3:
            await self._turns.take("a bank")
            self._tally["debits sent back"] += self._clerks.send_back(die, self._sandbox.now())
        elif die.random() < 0.3:
            self._staff.work("compare", weather)
        else:
            self._staff.begin("a clerk", "gives back", weather, self._clerks.give_back(die))

    async def _look(self) -> None:
        """What must hold at any moment, not only in the end."""
        facts = await self._facts()
        for invariant in AT_ANY_TIME:
            self._early += [fault for fault in invariant(facts) if fault]

    async def _facts(self) -> Facts:
        return await gather(
            self._store,
            self._sandbox,
            [customer.id for customer in self._biller.customers],
            billed=self._biller.billed,
            called=self._called,
            crashes=self._staff.crashes,
            cancelled=dict(self._plans.cancelled),
        )

    def _die(self) -> Random:
        return Random(self._dice.random())  # noqa: S311
