"""Who does the work of a world: a process a job, and the worker; each may die of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from datetime import datetime
from pathlib import Path
from typing import Final

from paytone.app import do_job
from paytone.config import Settings
from paytone.flows import Desk
from paytone.simulate.channel import Channel
from paytone.simulate.loop import Turns
from paytone.simulate.process import PROCESS, Died, Process
from paytone.simulate.rig import OfficeJob, Rig
from paytone.simulate.weather import Weather
from paytone.simulate.witness import Witness
from paytone.store import StoreAway
from paytone.visit import Visit

ENQUIRIES: Final = "8005550100"
LINE_SETTINGS: Final = Settings.from_env(
    {"PAYTONE_ELECTRONIC_CHECK": "on", "PAYTONE_ENQUIRIES": ENQUIRIES}
)
UNDER_WAY_S: Final = 90.0
"""No request is under way for longer."""


class Staff:
    """
    Processes at one desk.

    Attributes:
        crashes: Jobs that ended in an exception which nobody foresaw.
        trace: Every boundary that was passed, in order.
    """

    def __init__(
        self,
        rig: Rig,
        desk: Desk,
        turns: Turns,
        tally: Counter[str],
        clock: Callable[[], datetime],
        *,
        recordings: Path,
    ) -> None:
        self.crashes: list[str] = []
        self.trace: list[str] = []
        self._rig = rig
        self._desk = desk
        self._turns = turns
        self._tally = tally
        self._clock = clock
        self._settings = LINE_SETTINGS.model_copy(update={"authorisations": recordings})
        self._tasks: list[asyncio.Task[None]] = []

    async def do(
        self, verb: str, channel: Channel, witness: Witness, weather: Weather, calling: str
    ) -> None:
        """Let a new process do the job *verb*; return when the channel comes back, done or not."""
        who = f"call {witness.number}"
        witness.job_begins(self._clock())
        self.note(who, f"job {verb}")
        left = asyncio.Event()
        headers = {"agi_callerid": calling, "agi_dnid": "+18008926996"}
        visit = Visit(channel.send, headers, self._settings, self._desk)
        task = self._start(who, weather, do_job(verb, visit, left.set, self._rig.jobs))
        leaving = asyncio.create_task(left.wait())
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()

    def reconcile(self, weather: Weather) -> None:
        """Let the worker ask after what is open, beside whatever else goes on."""
        self.note("worker", "reconciles")
        work = self._rig.reconcile(self._desk.store, self._desk.gateway, now=self._clock())
        self._start("worker", weather, work)

    def work(self, job: str, weather: Weather) -> None:
        """Let the worker do the *job* of the rig, beside whatever else goes on."""
        self.note(f"worker for {job}", "begins")
        does: OfficeJob = getattr(self._rig, job)
        work = does(self._desk.store, self._desk.gateway, now=self._clock())
        self._start(f"worker for {job}", weather, work)

    def begin(self, who: str, what: str, weather: Weather, work: Awaitable[object]) -> None:
        """Let a new process of *who* do *work*, beside whatever else goes on."""
        self.note(who, what)
        self._start(who, weather, work)

    async def finish(self) -> None:
        """Return when nobody is at work any more, and no request is under way."""
        await asyncio.sleep(UNDER_WAY_S)
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks.clear()

    def note(self, who: str, what: str) -> None:
        """A line for the trace."""
        self.trace.append(f"{self._clock():%j %H:%M:%S.%f} {who}: {what}")

    def _start(self, who: str, weather: Weather, work: Awaitable[object]) -> asyncio.Task[None]:
        process = Process(who, self._turns, weather, lambda what: self.note(who, what))
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
            self.note(who, "gives up: the store is away")
        except Exception as exc:  # noqa: BLE001 - an invariant tells of it, whatever it is
            self.crashes.append(f"{who}: {type(exc).__name__}: {exc}")
