"""Postgres fails over in the middle of real calls: nothing committed is lost, callers go on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.identify import ASK_ACCOUNT
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID
from paytone.line.postgres import PrivatePostgres
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    GREETING,
    LEAVE,
    PATIENT,
    in_order,
    promptly,
    said,
    silence,
    to_charge,
)
from tests.call.standby import Standby

SLOW_S = 3.0


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


@dataclass(frozen=True, slots=True)
class Pair:
    """A line, and the two servers that hold its books."""

    biller: Biller
    primary: PrivatePostgres
    standby: Standby


@pytest.fixture(scope="module")
def pair(hearing: Hearing) -> Iterator[Pair]:
    """A line that is told of both servers."""
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="paytone-two-")))
        folder.chmod(0o755)
        primary = closing.enter_context(PrivatePostgres(folder / "first"))
        standby = closing.enter_context(Standby(primary, folder / "second").following())
        settings = {**PATIENT, "PAYTONE_DATABASE_URL": standby.url}
        biller = closing.enter_context(Biller.opened(hearing, {USUAL: 4}, settings=settings))
        yield Pair(biller, primary, standby)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(pair: Pair) -> Together:
    """One caller is being charged, another hears the review, a third dials while none writes."""
    ready, gone, back = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def at_the_review() -> Held:
        customer = pair.biller.customer()
        async with pair.biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            ready.set()
            await back.wait()
            await call.press("1")
            await script(call, LEAVE)
            await call.until_hung_up()
        return Held(customer, call)

    async def in_the_charge() -> Held:
        customer = pair.biller.customer()
        async with pair.biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            await ready.wait()
            async with pair.biller.fault(when="after", act="delay", seconds=SLOW_S):
                await call.press("1")
            pair.primary.kill()
            gone.set()
            await asyncio.to_thread(pair.standby.promote)
            back.set()
            await script(call, LEAVE)
            await call.until_hung_up()
        return Held(customer, call)

    async def begins_then() -> Held:
        customer = pair.biller.customer()
        await gone.wait()
        async with pair.biller.dial() as call:
            await script(call, ((ASK_ACCOUNT, customer.number), *to_charge(customer)[1:]))
            await script(call, (*AGREE, *LEAVE))
            await call.until_hung_up()
        return Held(customer, call)

    together = await Together.hold(
        {"review": at_the_review(), "charge": in_the_charge(), "start": begins_then()}
    )
    pair.biller.line.paytone("payments", "reconcile", "--settle-after", "0")
    return together


@pytest.mark.parametrize("place", ["review", "charge", "start"])
def test_the_call_pays_as_if_nothing_had_been(pair: Pair, held: Together, place: str) -> None:
    call, customer = held[place].call, held[place].customer
    assert in_order(call, GREETING, REVIEW_KEYS, PAID, CONFIRMATION_IS), call.heard
    (payment,) = pair.biller.payments(customer)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == pair.biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == pair.biller.charges(payment)
    assert 0 == pair.biller.owed_cents(customer)
    assert "goodbye" == pair.biller.calls(customer)[0]["ending"]


@pytest.mark.parametrize("place", ["review", "charge", "start"])
def test_the_line_is_never_silent_for_long(held: Together, place: str) -> None:
    call = held[place].call
    assert promptly(call), (silence(call), call.gaps, call.heard)
