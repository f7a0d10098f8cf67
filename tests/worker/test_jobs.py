"""The worker: jobs done once, by whoever lives, for as long as the database is there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from paytone.back_office.send_letters import Post
from paytone.flows.pay_bill import pay_bill
from paytone.line.postgres import PrivatePostgres
from paytone.mail.texts import SHIPPED as OUR_WORDS
from paytone.mail.texts import load
from paytone.phone.scripted import ScriptedPhone
from paytone.rules.contact import Channel
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.sales.life import settle
from paytone.store import Store, asks, differences
from paytone.worker.jobs import (
    Bench,
    Job,
    Pace,
    app_of,
    daily_comparison,
    letters,
    look_now,
    work,
)
from tests.back_office.test_send_letters import DUE, found
from tests.back_office.test_settlement import paid
from tests.back_office.test_tell_messages import DESK, left
from tests.flows.test_pay_bill import AGREE, CARD, WHOLE
from tests.mail.post_office import SENDER, PostOffice, open_office
from tests.served import sandbox_served
from tests.teller import NOW, Counter, later

QUICK = Pace(often="* * * * * *", beat_s=0.2, dead_after_s=1.0)
PROCESS = """
import os
from paytone.config import Settings
from paytone.worker.jobs import Pace
from paytone.worker.process import run
run(Settings.from_env(os.environ), Pace("* * * * * *", beat_s=0.2, dead_after_s=1.0))
"""


@asynccontextmanager
async def working(url: str, bench: Bench, **jobs: Job) -> AsyncIterator[None]:
    """A worker in this process, told to stop at the end."""
    app = app_of(url, bench, QUICK, jobs) if jobs else app_of(url, bench, QUICK)
    stop = asyncio.Event()
    task = asyncio.create_task(work(app, stop, QUICK))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


@contextmanager
def process(
    database_url: str, gateway_url: str, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own."""
    env = {
        **os.environ,
        "PAYTONE_DATABASE_URL": database_url,
        "PAYTONE_BRAINTREE_URL": gateway_url,
        "PAYTONE_WEBHOOKS": "192.0.2.1:4575",  # not this machine: it goes without
        **settings,
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", PROCESS], env=env, stderr=subprocess.PIPE, text=True
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def bench(counter: Counter) -> Bench:
    return Bench(counter.store, counter.desk.gateway, counter.desk.clock)


async def left_open(counter: Counter) -> None:
    """A payment of which only Braintree knows that it was charged."""
    account = await counter.account()
    counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(WHOLE, *CARD, AGREE) as phone:
        await pay_bill(phone, counter.desk, await counter.call(), account)


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it holds."""
    give_up_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up_at
        await asyncio.sleep(0.05)


async def becomes(store: Store, state: State, seconds: float = 30.0) -> None:
    """Wait until the one payment stands so."""
    give_up_at = time.monotonic() + seconds
    row = None
    while time.monotonic() < give_up_at:
        row = await store.one("SELECT state FROM payments")
        if row and row["state"] == state.value:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(row)


@dataclass
class Tally:
    """A slow job that tells how often it ran, and how many of it at once."""

    runs: int = 0
    at_once: int = 0
    most: int = 0
    ended: list[float] = field(default_factory=list)

    async def __call__(self, _: Bench) -> None:
        self.runs += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(1.5)
        self.at_once -= 1
        self.ended.append(time.monotonic())


async def test_what_was_left_open_is_found(counter: Counter, database_url: str) -> None:
    await left_open(counter)
    async with working(database_url, bench(later(counter, NOW + timedelta(minutes=2)))):
        await becomes(counter.store, State.SETTLING)


async def test_of_many_workers_one_does_the_job(counter: Counter, database_url: str) -> None:
    tally = Tally()
    async with (
        working(database_url, bench(counter), tally=tally),
        working(database_url, bench(counter), tally=tally),
        working(database_url, bench(counter), tally=tally),
    ):
        await asyncio.sleep(6)
    assert 1 == tally.most
    assert 2 <= tally.runs <= 5


async def test_what_is_under_way_is_finished_when_it_is_told_to_stop(
    counter: Counter, database_url: str
) -> None:
    tally = Tally()
    async with working(database_url, bench(counter), tally=tally):
        await until(lambda: tally.at_once > 0)
    assert tally.runs == len(tally.ended)


async def test_a_job_that_fails_is_done_at_its_next_time(
    counter: Counter, database_url: str
) -> None:
    ran = []

    async def fails(_: Bench) -> None:
        ran.append(time.monotonic())
        raise RuntimeError

    async with working(database_url, bench(counter), fails=fails):
        await until(lambda: len(ran) >= 2)


async def test_a_worker_that_is_told_to_end_ends_well(counter: Counter, database_url: str) -> None:
    await left_open(counter)
    with sandbox_served(counter.sandbox) as url, process(database_url, url) as worker:
        await becomes(counter.store, State.SETTLING)
        worker.send_signal(signal.SIGTERM)
        _, said = await asyncio.to_thread(worker.communicate, None, 20)
        assert 0 == worker.returncode, said


async def test_the_job_of_a_killed_worker_is_done_by_another(
    counter: Counter, database_url: str
) -> None:
    await left_open(counter)
    counter.sandbox.faults.inject(Fault("search", "before", "delay", seconds=600))
    with sandbox_served(counter.sandbox) as url:
        with process(database_url, url) as first:
            await until(lambda: len(counter.sandbox.faults.struck) > 1)
            first.kill()
        with process(database_url, url):
            await becomes(counter.store, State.SETTLING)


async def test_a_webhook_is_followed_at_once(counter: Counter, database_url: str) -> None:
    """The worker's own times come once a year here."""
    account, name = await paid(counter)
    settle(counter.sandbox.books_of(), name, datetime.now(UTC))
    now = NOW + timedelta(minutes=5)
    app = app_of(database_url, bench(later(counter, now)), replace(QUICK, often="59 3 1 1 *"))
    stop = asyncio.Event()
    task = asyncio.create_task(work(app, stop, QUICK))
    await look_now(app)  # not open yet: no harm
    await asyncio.sleep(1)
    assert [State.SETTLING] == [each.state for each in await counter.payments(account)]
    await asks.ask_now(counter.store, name, why="told", now=now)
    await look_now(app)
    await look_now(app)
    await becomes(counter.store, State.SETTLED)
    stop.set()
    await asyncio.wait_for(task, 20)


async def test_a_worker_waits_for_the_database(
    own_postgres: PrivatePostgres, counter: Counter
) -> None:
    tally = Tally()
    async with working(own_postgres.url(), bench(counter), tally=tally):
        await until(lambda: tally.runs > 0)
        await asyncio.to_thread(own_postgres.stop)
        await asyncio.sleep(2)
        await asyncio.to_thread(own_postgres.start)
        before = tally.runs
        await until(lambda: tally.runs > before, 40)


async def test_the_comparison_is_made_once_a_day(counter: Counter) -> None:
    today = later(counter, datetime.now(UTC).replace(hour=12))
    for hours in (0, 1, 13):
        work_at = later(today, today.desk.clock() + timedelta(hours=hours))
        await daily_comparison(bench(work_at))
        if hours == 1:
            _, at = await differences.last_compared(counter.store)
            assert today.desk.clock() == at
    rows = await counter.store.all("SELECT FROM comparisons")
    assert 2 == len(rows)


async def test_of_two_workers_one_sends_the_notice(counter: Counter, database_url: str) -> None:
    await found(counter)
    due = later(counter, DUE)
    async with open_office() as office:
        post = Post({Channel.EMAIL: office.mailer()}, load(OUR_WORDS))
        with_post = replace(bench(due), post=post)
        async with working(database_url, with_post), working(database_url, with_post):
            await until(lambda: len(office.letters) > 0)
            await asyncio.sleep(3)
    assert 1 == len(office.letters)


async def test_the_workers_process_sends_as_it_is_set(counter: Counter, database_url: str) -> None:
    await found(counter)
    await counter.store.run("UPDATE letters SET queued_at = now(), next_at = now()")
    async with open_office(PostOffice()) as office:
        settings = {
            "PAYTONE_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
            "PAYTONE_MAIL_FROM": SENDER,
        }
        with sandbox_served(counter.sandbox) as url, process(database_url, url, **settings):
            await until(lambda: len(office.letters) > 0, 40)
    assert SENDER == office.letters[0]["From"]


async def test_the_workers_process_writes_to_the_operator_of_messages(
    counter: Counter, database_url: str
) -> None:
    await left(counter)
    async with open_office() as office:
        settings = {
            "PAYTONE_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
            "PAYTONE_MAIL_FROM": SENDER,
            "PAYTONE_MESSAGES": "on",
            "PAYTONE_MESSAGES_TO": DESK,
        }
        with sandbox_served(counter.sandbox) as url, process(database_url, url, **settings):
            await until(lambda: len(office.letters) > 0, 40)
    assert DESK == office.letters[0]["To"]


async def test_without_mail_no_notice_waits_for_more_than_a_day(counter: Counter) -> None:
    await found(counter)
    for days, waiting in ((0, 1), (2, 0)):
        await letters(bench(later(counter, DUE + timedelta(days=days))))
        rows = await counter.store.all("SELECT FROM letters WHERE next_at IS NOT NULL")
        assert waiting == len(rows)
