"""A small world: a biller, an account or two, who calls about them over some days, a gateway."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from paytone.app import do_job
from paytone.bill import Limits
from paytone.config import Settings
from paytone.flows import Desk, LockRule
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_by
from paytone.simulate.biller import Biller, Customer, draw_merchant
from paytone.simulate.caller import HONEST, Caller, draw_manners
from paytone.simulate.channel import Channel
from paytone.simulate.dialplan import route
from paytone.simulate.errands import Errands
from paytone.simulate.facts import Facts, gather
from paytone.simulate.invariants import AT_ANY_TIME
from paytone.simulate.lines import FaultyConnection, network
from paytone.simulate.loop import StillLoop, Turns
from paytone.simulate.overheard import overheard
from paytone.simulate.process import PROCESS, Died, Process
from paytone.simulate.rig import Rig
from paytone.simulate.weather import CALM, PATIENCE_S, Climate, Weather
from paytone.simulate.witness import Witness
from paytone.store import Store, StoreAway
from paytone.visit import Visit

CALLS: Final = 10
"""Calls of a world; the last ones are honest, one an account, and hear what is left to tell."""

FIRST_DAY: Final = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
ZONE: Final = ZoneInfo("America/New_York")
UNDER_WAY_S: Final = 90.0
"""No request is under way for longer."""

SETTINGS: Final = Settings.from_env({})
ROUNDS: Final = 12
"""How often the worker is run at the end, five minutes apart; far beyond its time to give up."""


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
        database_url: A migrated database; it may hold other worlds, but not this one.
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
        world = World(dice, turns, number, rig, store)
        with overheard(world.crashes):
            return await world.run()


class World:
    """
    A world in progress.

    Attributes:
        crashes: Jobs that ended in an exception which nobody foresaw.
    """

    def __init__(self, dice: Random, turns: Turns, number: int, rig: Rig, store: Store) -> None:
        self._loop = asyncio.get_running_loop()
        self._dice = dice
        self._turns = turns
        self._rig = rig
        self._store = store
        self._ahead = timedelta()
        self._late = FIRST_DAY
        self._tasks: list[asyncio.Task[None]] = []
        self._called: list[tuple[Witness, str]] = []
        self.crashes: list[str] = []
        self._early: list[str] = []
        self._trace: list[str] = []
        self._tally: Counter[str] = Counter()
        self._biller = Biller(Random(dice.random()), number, store, self.now)  # noqa: S311
        merchant = draw_merchant(dice)
        self.sandbox = Sandbox(lambda: self.now().astimezone(UTC), (merchant,), seed=number)
        sdk = gateway_by(network(self.sandbox, self._put_off), merchant, timeout=PATIENCE_S)
        self._gateway = rig.gateway(sdk)
        self._desk = Desk(
            store=store,
            open_gateway=lambda: self._gateway,
            limits=Limits(),
            lock_rule=LockRule(),
            clock=self.now,
        )

    def now(self) -> datetime:
        """The time in this world; it has whole milliseconds."""
        passed = timedelta(milliseconds=round(self._loop.time() * 1000))
        return (FIRST_DAY + passed + self._ahead).astimezone(ZONE)

    async def run(self) -> Ended:
        """Everything that happens in this world."""
        customers = [await self._biller.open_account() for _ in range(self._dice.choice((1, 1, 2)))]
        while len(self._called) < CALLS - len(customers):
            left = CALLS - len(customers) - len(self._called)
            await self._episode(self._dice.choice(customers), left)
        await self._settle()
        for customer in customers:
            await self._watch(self._call(customer, CALM, honest=True))
            await self._pass(UNDER_WAY_S)
        facts = await self._facts()
        for strike in self.sandbox.faults.struck:
            self._tally[f"request {strike.kind}: {strike.act} {strike.when}"] += 1
        forged = tuple(await self._biller.forge())
        return Ended(
            replace(facts, forged=forged), tuple(self._early), self._tally, tuple(self._trace)
        )

    async def _episode(self, customer: Customer, left: int) -> None:
        """One call about an account, or two at once; then time passes, and the worker runs."""
        dice = self._dice
        together = 2 if left > 1 and dice.random() < 0.4 else 1
        if dice.random() < 0.6:
            await self._biller.issue(customer)
        if dice.random() < 0.3:
            self._tasks.append(asyncio.create_task(self._reissue(customer)))
        calls = [
            self._call(customer, None, after=dice.uniform(0, 80) * at) for at in range(together)
        ]
        if dice.random() < 0.3:
            calls.append(self._work_beside(dice.uniform(20, 200)))
        if together > 1:
            self._tally["two at once on one account"] += 1
        await self._watch(*calls)
        for _ in range(dice.choice((0, 0, 1, 2, 3))):
            await self._pass(dice.choice((30.0, 70.0, 400.0, 1000.0)))
            await self._work(Weather(self._die(), self._tally))
        if dice.random() < 0.5:
            await self._pass(dice.uniform(0, 2 * 86_400))
        await self._look()

    async def _settle(self) -> None:
        """Let the worker run, undisturbed, until it must know everything."""
        for _ in range(ROUNDS):
            await self._pass(300.0)
            await self._work(Weather(self._die(), self._tally, CALM))

    async def _watch(self, *calls: Awaitable[None]) -> None:
        await asyncio.gather(*calls)
        await asyncio.sleep(UNDER_WAY_S)
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks.clear()

    async def _reissue(self, customer: Customer) -> None:
        await asyncio.sleep(self._dice.uniform(5, 150))
        await self._turns.take("the biller")
        await self._biller.reissue(customer)
        self._note("the biller", "reissues a bill")
        self._tally["bill reissued in mid-call"] += 1

    async def _call(
        self, customer: Customer, climate: Climate | None, *, after: float = 0, honest: bool = False
    ) -> None:
        witness = Witness(len(self._called))
        self._called.append((witness, customer.id))
        weather = Weather(self._die(), self._tally, climate)
        dice = self._die()
        manners = HONEST if honest else draw_manners(dice)
        caller = Caller(dice, self._tally, customer.number, manners, pays=not honest)
        who = f"call {witness.number}"
        await asyncio.sleep(after)
        channel = Channel(caller, witness, self.now, lambda what: self._note(who, what))
        headers = {"agi_callerid": customer.phone, "agi_dnid": "+18008926996"}
        await route(channel, lambda verb: self._job(verb, channel, witness, weather, headers))
        self._tally["pressed 1 at a review"] += len(witness.agreements)

    async def _job(
        self,
        verb: str,
        channel: Channel,
        witness: Witness,
        weather: Weather,
        headers: dict[str, str],
    ) -> None:
        who = f"call {witness.number}"
        witness.job_begins(self.now())
        self._note(who, f"job {verb}")
        left = asyncio.Event()
        visit = Visit(channel.send, headers, SETTINGS, self._desk)
        work = do_job(verb, visit, left.set, self._rig.jobs)
        task = self._start(who, weather, work)
        leaving = asyncio.create_task(left.wait())
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()

    def _start(self, who: str, weather: Weather, work: Awaitable[object]) -> asyncio.Task[None]:
        """A process of its own that does *work*, and may die of it."""
        process = Process(who, self._turns, weather, lambda what: self._note(who, what))
        context = copy_context()
        context.run(PROCESS.set, process)
        task = asyncio.create_task(self._survive(who, work), context=context)
        self._tasks.append(task)
        return task

    async def _survive(self, who: str, work: Awaitable[object]) -> None:
        try:
            await work
        except Died:
            self._tally["process deaths"] += 1
        except StoreAway:
            self._note(who, "gives up: the store is away")
        except Exception as exc:  # noqa: BLE001 - an invariant tells of it, whatever it is
            self.crashes.append(f"{who}: {type(exc).__name__}: {exc}")

    async def _work(self, weather: Weather) -> None:
        self._reconcile(weather)
        await self._watch()

    def _reconcile(self, weather: Weather) -> None:
        self._note("worker", "reconciles")
        now = self.now()
        self._start("worker", weather, self._rig.reconcile(self._store, self._gateway, now=now))

    async def _work_beside(self, after: float) -> None:
        await asyncio.sleep(after)
        self._tally["reconciled in mid-call"] += 1
        self._reconcile(Weather(self._die(), self._tally))

    async def _look(self) -> None:
        """What must hold at any moment, not only in the end."""
        facts = await self._facts()
        for invariant in AT_ANY_TIME:
            self._early += [fault for fault in invariant(facts) if fault]

    async def _facts(self) -> Facts:
        return await gather(
            self._store,
            self.sandbox,
            [customer.id for customer in self._biller.customers],
            billed=self._biller.billed,
            called=self._called,
            crashes=self.crashes,
        )

    def _put_off(self, seconds: float) -> None:
        # The sandbox does late work when it is next looked at, which must not be too late.
        self._late = max(self._late, self.now() + timedelta(seconds=seconds + 1))
        self._loop.call_later(seconds, self.sandbox.advance, 0)

    async def _pass(self, seconds: float) -> None:
        """Let time pass, in small steps while the gateway still has work to do."""
        until = self.now() + timedelta(seconds=seconds)
        while self.now() < until:
            step = until - self.now()
            if self.now() < self._late:
                step = min(step, timedelta(seconds=30))
            self._ahead += step
            self.sandbox.advance(0)

    def _die(self) -> Random:
        return Random(self._dice.random())  # noqa: S311

    def _note(self, who: str, what: str) -> None:
        self._trace.append(f"{self.now():%j %H:%M:%S.%f} {who}: {what}")
