"""``paytone work``: jobs in the background, each once however many workers run (procrastinate)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException, UniqueViolation
from procrastinate.jobs import DeleteJobCondition, Status
from psycopg_pool import PoolTimeout

from paytone.back_office.call_backs import hold_places
from paytone.back_office.calls_out import Switchboard, give_up, make_calls, queue_reminders
from paytone.back_office.compare import LAG, SPAN, NotCompared, compare
from paytone.back_office.forget import forget_orphans, forget_removed
from paytone.back_office.give_back import carry_on_all
from paytone.back_office.reconcile import reconcile
from paytone.back_office.remind import remind
from paytone.back_office.runs import AT_ONCE as RUNS_AT_ONCE
from paytone.back_office.runs import Office, make_runs, plan_autopay
from paytone.back_office.send_callbacks import tell_due
from paytone.back_office.send_letters import Post, expire, send_due
from paytone.back_office.settlement import poll
from paytone.back_office.tell_messages import tell_messages
from paytone.callback import Courier
from paytone.gateway import Gateway
from paytone.rules.arrangement import Rules
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.schedule import Rule
from paytone.store import Store, arrangements, differences, methods
from paytone.store.calls_out import expire as expire_calls
from paytone.till import Till

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
CONNECTIONS: Final = AT_ONCE + 2
RETRY_SECONDS: Final = 2.0
FINISH_SECONDS: Final = 30.0
KEEP_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Bench:
    """
    What jobs work with.

    Args:
        post: None where nothing is sent.
        courier: None where nobody is told of payments that a dialplan asked for.
        rule: How payments on a later date are made.
        grants: How arrangements for more time are reminded of.
        fingerprints: None counts no declines of cards.
        runs_at_once: Charges of runs that are under way at one time.
        switchboard: None where nobody is called.
        messages_to: Who is written to about messages that callers left; None: nobody.
    """

    store: Store
    gateway: Gateway
    clock: Callable[[], datetime]
    post: Post | None = None
    courier: Courier | None = None
    rule: Rule = field(default_factory=Rule)
    grants: Rules = field(default_factory=Rules)
    fingerprints: Fingerprints | None = None
    runs_at_once: int = RUNS_AT_ONCE
    switchboard: Switchboard | None = None
    messages_to: str | None = None
    making_runs: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def office(self) -> Office:
        """What runs of schedules are made with."""
        till = Till(self.store, lambda: self.gateway, self.clock, self.fingerprints)
        return Office(till, self.rule, self.runs_at_once)


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How often jobs are done, and how a dead worker is noticed.

    Args:
        often: As cron writes it, in UTC; a sixth field counts seconds.
        at_once: The same, for what somebody waits for.
        seldom: The same, for what is due once a day.
        beat_s: A worker says so often that it lives.
        dead_after_s: One that has not said so for this long is dead; its jobs are done again.
    """

    often: str = "* * * * *"
    at_once: str = "* * * * * */2"
    seldom: str = "17 * * * *"
    beat_s: float = 10.0
    dead_after_s: float = 30.0


USUAL: Final = Pace()


async def open_payments(bench: Bench) -> None:
    """Ask after payments of which nobody knows, and give back what was told of as not made."""
    for finding in await reconcile(bench.store, bench.gateway, now=bench.clock()):
        log.info("payment %s: %s", finding.payment.confirmation, finding.said)


async def settlement(bench: Bench) -> None:
    """Ask after payments that are on their way to the biller, and those that were told of."""
    for looked in await poll(bench.store, bench.gateway, now=bench.clock()):
        log.info("payment %s: %s", looked.payment.confirmation, looked.said)


async def doubtful_refunds(bench: Bench) -> None:
    """Carry on what was asked to go back and was not answered."""
    for refund in await carry_on_all(bench.store, bench.gateway, now=bench.clock()):
        log.info("refund %s: %s", refund.id, refund.said)


async def letters(bench: Bench) -> None:
    """Write to customers what is queued for them."""
    now = bench.clock()
    if bench.post is not None and (sent := await send_due(bench.store, bench.post, now=now)):
        log.info("letters sent: %d", sent)
    await expire(bench.store, bench.post, now=now)


async def told(bench: Bench) -> None:
    """Tell of payments that a dialplan asked for."""
    if bench.courier and (count := await tell_due(bench.store, bench.courier, now=bench.clock())):
        log.info("callbacks taken: %d", count)


async def run_notices(bench: Bench) -> None:
    """Plan the runs of bills that came in for AutoPay, and tell of them."""
    if planned := await plan_autopay(bench.office):
        log.info("runs announced: %d", planned)


async def runs(bench: Bench) -> None:
    """Make the runs that are due, beside other workers; one of this worker's at a time."""
    if bench.making_runs.locked():
        return
    async with bench.making_runs:
        made = await make_runs(bench.office)
    for said, count in made.items():
        log.info("runs: %d %s", count, said)


async def calls_out(bench: Bench) -> None:
    """Call whom the gate lets through."""
    await give_up(bench.store, now=bench.clock())
    if bench.switchboard is None:
        await expire_calls(bench.store, now=bench.clock())
        return
    for said, count in (await make_calls(bench.store, bench.switchboard, bench.clock)).items():
        log.info("calls out: %d %s", count, said)


async def call_reminders(bench: Bench) -> None:
    """Queue the calls about what is due soon."""
    if bench.switchboard is None:
        return
    if queued := await queue_reminders(bench.store, bench.switchboard, now=bench.clock()):
        log.info("calls queued: %d", queued)


async def removed_methods(bench: Bench) -> None:
    """Let the gateway forget what customers had removed, and what none of them has."""
    await methods.expire(bench.store, now=bench.clock())
    count = await forget_removed(bench.store, bench.gateway, now=bench.clock())
    if count := count + await forget_orphans(bench.store, bench.gateway, now=bench.clock()):
        log.info("methods forgotten: %d", count)


async def arrangements_kept(bench: Bench) -> None:
    """Find which arrangements for more time are kept by now, and which are broken."""
    kept, broken = await arrangements.mark(bench.store, now=bench.clock())
    if kept or broken:
        log.info("arrangements: %d kept, %d broken", len(kept), len(broken))
    await remind(bench.store, bench.grants, now=bench.clock())


async def daily_comparison(bench: Bench) -> None:
    """Compare with the gateway, unless that was done today."""
    now = bench.clock()
    _, last = await differences.last_compared(bench.store)
    if last is not None and last.astimezone(now.tzinfo).date() >= now.date():
        return
    until = now - LAG
    try:
        await compare(bench.store, bench.gateway, since=until - SPAN, until=until, now=now)
    except NotCompared as exc:
        log.error("no comparison yet today: %s", exc)


async def call_backs(bench: Bench) -> None:
    """Hold a place in line for each caller who is to be called back and has none."""
    if bench.switchboard is not None:
        held = await hold_places(bench.store, bench.switchboard, bench.clock)
        if held:
            log.info("places held: %d", held)


async def messages(bench: Bench) -> None:
    """Write to the operator about what callers said."""
    if bench.post is not None and bench.messages_to is not None:
        await tell_messages(bench.store, bench.post, to=bench.messages_to, now=bench.clock())


Job = Callable[[Bench], Awaitable[None]]

JOBS: Final[Mapping[str, Job]] = {
    "open-payments": open_payments,
    "settlement": settlement,
    "doubtful-refunds": doubtful_refunds,
    "removed-methods": removed_methods,
    "letters": letters,
    "run-notices": run_notices,
    "runs": runs,
    "calls-out": calls_out,
    "messages": messages,
}
"""What is done often. Two runs of one job never overlap, and one at most waits."""

BESIDE: Final = frozenset({"runs"})
"""But for these: several workers do them at the same time."""


def app_of(conninfo: str, bench: Bench, pace: Pace = USUAL, jobs: Mapping[str, Job] = JOBS) -> App:
    """
    The worker's jobs on the database of *conninfo*.

    Args:
        jobs: What is done often, by name; each must be safe to repeat.
    """
    app = App(
        connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=CONNECTIONS),
        periodic_defaults={"max_delay": 600},
    )
    for name, job in jobs.items():
        _every(app, pace.often, name, job, bench)
    if bench.courier is not None:
        _every(app, pace.at_once, "callbacks", told, bench)
    if bench.switchboard is not None:
        _every(app, pace.at_once, "call-backs", call_backs, bench)
    _every(app, pace.seldom, "daily-comparison", daily_comparison, bench)
    _every(app, pace.seldom, "arrangements-kept", arrangements_kept, bench)
    _every(app, pace.seldom, "call-reminders", call_reminders, bench)

    # Without a lock: it is what frees the locks of the dead.
    @app.periodic(cron=pace.often)
    @app.task(name="stalled-jobs", queueing_lock="stalled-jobs")
    async def stalled_jobs(timestamp: int) -> None:  # noqa: ARG001
        await revive(app, pace)
        await app.job_manager.delete_old_jobs(KEEP_HOURS, include_failed=True)

    return app


async def revive(app: App, pace: Pace) -> None:
    """Let the jobs of dead workers be done again; they are all safe to repeat."""
    dead = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.dead_after_s)
    for job in dead:
        log.warning("job %s of a worker that died is done again", job.task_name)
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            # Another run of it waits already; this one only has to let go of the lock.
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


async def look_now(app: App) -> None:
    """Let some worker ask after settlement at once; if that cannot be, its next time will do."""
    with suppress(ProcrastinateException, psycopg.Error, PoolTimeout):
        await app.tasks["settlement"].defer_async(timestamp=0)


async def work(app: App, stop: asyncio.Event, pace: Pace = USUAL) -> None:
    """
    Do jobs until *stop*, those under way are finished; while the database is away, wait for it.

    Cutting it short does no harm: what was under way is done again by this or another worker.
    """
    while not stop.is_set():
        try:
            async with app.open_async():
                await _until_stopped(app, stop, pace)
        except (ProcrastinateException, psycopg.Error, PoolTimeout, OSError) as exc:
            log.error("the database is away, or lacks paytone migrate: %s", exc)
            await _pause(stop)


async def _until_stopped(app: App, stop: asyncio.Event, pace: Pace) -> None:
    worker = asyncio.create_task(
        app.run_worker_async(
            concurrency=AT_ONCE,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=False,
            shutdown_graceful_timeout=FINISH_SECONDS,
            update_heartbeat_interval=pace.beat_s,
            stalled_worker_timeout=pace.dead_after_s,
        )
    )
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({worker, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    worker.cancel()
    try:
        await worker
    except asyncio.CancelledError:
        if not stop.is_set():
            raise


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
    except TimeoutError:
        return


def _every(app: App, cron: str, name: str, job: Job, bench: Bench) -> None:
    @app.periodic(cron=cron)
    @app.task(name=name, lock=None if name in BESIDE else name, queueing_lock=name)
    async def run(timestamp: int) -> None:  # noqa: ARG001
        await job(bench)
