"""The disk of Postgres fills up under real calls: words, no charge, and nothing lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg.errors import DiskFull

from paytone.app import LINE_TROUBLE
from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.pay_bill import CONFIRMATION_IS, NOT_CHARGED, PAID
from paytone.line.postgres import PrivatePostgres
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    GREETING,
    LEAVE,
    NO_AGENT,
    PATIENT,
    TO_AGENT,
    in_order,
    pay,
    promptly,
    said,
    silence,
    to_charge,
)

SIZE = "160m"
SLOW_S = 4.0
GROW = "INSERT INTO grown SELECT repeat('x', 900) FROM generate_series(1, 20000)"


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


class SmallDisk:
    """A file system of its own, that can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no room."""
        with self._filler.open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(1 << 16))
        with self._filler.open("ab", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(512))

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink()


@dataclass(frozen=True, slots=True)
class Cramped:
    """A line whose books lie on a small disk."""

    biller: Biller
    postgres: PrivatePostgres
    disk: SmallDisk


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    """A tmpfs, where this machine lets us mount one."""
    folder = Path(tempfile.mkdtemp(prefix="paytone-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "none", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("needs the right to mount a file system")
    yield SmallDisk(folder)
    subprocess.run(["umount", str(folder)], check=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def cramped(hearing: Hearing, disk: SmallDisk) -> Iterator[Cramped]:
    """A line with customers, and a table that grows."""
    with ExitStack() as closing:
        postgres = closing.enter_context(PrivatePostgres(disk.folder / "pg"))
        settings = {**PATIENT, "PAYTONE_DATABASE_URL": postgres.url()}
        opened = Biller.opened(hearing, {USUAL: 4}, settings=settings)
        biller = closing.enter_context(opened)
        with psycopg.connect(postgres.url()) as connection:
            connection.execute("CREATE TABLE grown (filler text)")
        yield Cramped(biller, postgres, disk)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(cramped: Cramped) -> Together:
    """One caller is at the review, another is being charged, a third dials then."""
    biller = cramped.biller
    ready, full = asyncio.Event(), asyncio.Event()

    async def at_the_review() -> Held:
        customer = biller.customer()
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            ready.set()
            await full.wait()
            await call.press("1")
            await call.until_hung_up(timeout=60)
        return Held(customer, call)

    async def in_the_charge() -> Held:
        customer = biller.customer()
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            await ready.wait()
            async with biller.fault(when="after", act="delay", seconds=SLOW_S):
                await call.press("1")
            await asyncio.to_thread(_run_out, cramped)
            full.set()
            await script(call, LEAVE, timeout=60)
            await call.until_hung_up(timeout=60)
        return Held(customer, call)

    async def begins_then() -> Held:
        customer = biller.customer()
        await full.wait()
        async with biller.dial() as call:
            await call.until_hung_up(timeout=60)
        return Held(customer, call)

    together = await Together.hold(
        {"review": at_the_review(), "charge": in_the_charge(), "start": begins_then()}
    )
    cramped.disk.free()
    # The server may have ended for want of room for its log, as Postgres then does.
    cramped.postgres.stop()
    cramped.postgres.start()
    biller.line.paytone("payments", "reconcile", "--settle-after", "0", "--give-up-after", "1")
    return together


def _run_out(cramped: Cramped) -> None:
    """Fill the disk, and write until Postgres has no room for its write-ahead log either."""
    cramped.disk.fill()
    with pytest.raises(DiskFull), psycopg.connect(cramped.postgres.url()) as connection:
        connection.execute(GROW)
    with suppress(psycopg.Error), psycopg.connect(cramped.postgres.url()) as connection:
        while True:
            connection.execute("SELECT pg_switch_wal()")
            connection.execute(
                "SELECT pg_logical_emit_message(false, 'grown', repeat('x', 900000))"
            )


def test_a_call_at_the_review_is_not_charged_and_hears_so(cramped: Cramped, held: Together) -> None:
    call, customer = held["review"].call, held["review"].customer
    assert [LINE_TROUBLE, NOT_CHARGED, TO_AGENT, NO_AGENT] == call.heard[-4:]
    assert set(cramped.biller.states(customer)) <= {"not-charged"}
    assert [] == cramped.biller.charged(customer)
    assert 11240 == cramped.biller.owed_cents(customer)


def test_a_charge_under_way_is_told_and_found_later(cramped: Cramped, held: Together) -> None:
    call, customer = held["charge"].call, held["charge"].customer
    (payment,) = cramped.biller.payments(customer)
    assert in_order(call, PAID, CONFIRMATION_IS)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == cramped.biller.moves(payment)
    assert ["112.40"] == cramped.biller.charged(customer)
    assert 0 == cramped.biller.owed_cents(customer)


def test_a_call_that_begins_then_is_greeted_and_sent_to_a_person(held: Together) -> None:
    assert in_order(held["start"].call, GREETING, LINE_TROUBLE, TO_AGENT, NO_AGENT)


@pytest.mark.parametrize("place", ["review", "charge", "start"])
def test_the_line_is_never_silent_for_long(held: Together, place: str) -> None:
    call = held[place].call
    assert promptly(call), (silence(call), call.gaps, call.heard)


async def test_with_room_again_callers_pay(cramped: Cramped, held: Together) -> None:
    customer = cramped.biller.customer()
    assert PAID in (await pay(cramped.biller, customer)).heard
    assert ["settling"] == cramped.biller.states(customer)
