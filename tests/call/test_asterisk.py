"""Asterisk killed right after the 1 that pays: the charge is finished and stored, once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import pytest_asyncio

from paytone.caller import Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.menu import YOU_OWE
from paytone.flows.resume import (
    CONFIRMATION_WAS,
    EARLIER_PAYMENT,
    REPEAT_CONFIRMATION,
    WENT_THROUGH,
)
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import hear_balance, identified, in_order, to_charge

SLOW_S = 2.0
JOBS = ("with the server", "as processes")


@pytest.fixture(scope="module")
def billers(hearing: Hearing) -> Iterator[dict[str, Biller]]:
    """A line that runs jobs in the server, and one that runs each as a process."""
    with ExitStack() as opened:
        lines = {how: opened.enter_context(Biller.opened(hearing, {USUAL: 2})) for how in JOBS}
        lines["as processes"].line.fastagi.stop()
        yield lines


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(billers: dict[str, Biller]) -> Together:
    """A caller on each line, whose Asterisk is killed while Braintree is charging."""

    async def lose(biller: Biller) -> Customer:
        customer = biller.customer()
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            async with biller.fault(when="before", act="delay", seconds=SLOW_S):
                await call.press("1")
            os.kill(biller.line.asterisk.pid, signal.SIGKILL)
        await biller.ending(customer)
        return customer

    return await Together.hold({how: lose(biller) for how, biller in billers.items()})


@pytest.mark.parametrize("how", JOBS)
def test_a_charge_outlives_asterisk(billers: dict[str, Biller], held: Together, how: str) -> None:
    biller, customer = billers[how], held[how]
    (payment,) = biller.payments(customer)
    assert not biller.line.asterisk.running
    assert ["submitting", "settling"] == biller.moves(payment)
    assert [("112.40", "submitted_for_settlement")] == biller.charges(payment)
    assert 0 == biller.owed_cents(customer)
    assert "hung-up" == biller.calls(customer)[0]["ending"]


async def test_a_new_asterisk_takes_calls_again(billers: dict[str, Biller], held: Together) -> None:
    """And whoever was cut off hears what became of the payment."""
    biller = billers["with the server"]
    biller.line.asterisk.start()
    customer = biller.customer()
    assert YOU_OWE in (await hear_balance(biller, customer)).heard
    assert "hung-up" == await biller.ending(customer)
    async with biller.dial() as call:
        await script(call, (*identified(held["with the server"]), (REPEAT_CONFIRMATION, None)))
    assert in_order(call, EARLIER_PAYMENT, WENT_THROUGH, CONFIRMATION_WAS)
