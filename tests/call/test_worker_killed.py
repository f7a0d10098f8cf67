"""One worker of the server killed under real calls: another goes on, and nobody pays twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.ask import ONE_MOMENT
from paytone.caller import Hearing
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.goodbye import GOODBYE
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID
from paytone.flows.resume import WENT_THROUGH
from tests.call.biller import USUAL, Biller, Together
from tests.call.conversation import (
    AGREE,
    LEAVE,
    PATIENT,
    WHOLE,
    card,
    in_order,
    promptly,
    said,
    silence,
)
from tests.call.crash import Meeting


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line with one worker, so that every call is its."""
    settings = {**PATIENT, "PAYTONE_FASTAGI_WORKERS": "1"}
    with Biller.opened(hearing, {USUAL: 3}, settings=settings) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """One caller is asked for a card, another's is being charged."""

    def kill_the_worker() -> None:
        server = biller.line.fastagi.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)

    meeting = Meeting(biller, callers=2, charges=1, kill=kill_the_worker)
    told = ((REPEAT_CONFIRMATION, "#"), (MENU, "#"))
    return await Together.hold(
        {
            "kill": meeting.kill(),
            "card": meeting.at_a_question(ASK_CARD, 4, (*WHOLE, *card(), *AGREE, *LEAVE)),
            "charge": meeting.in_the_charge("after", told),
            "afterwards": meeting.afterwards(),
        }
    )


def test_a_call_at_a_question_goes_on_and_pays(biller: Biller, held: Together) -> None:
    call, customer = held["card"].call, held["card"].customer
    assert in_order(call, ASK_CARD, ONE_MOMENT, ASK_AMOUNT_KIND, PAID, CONFIRMATION_IS, GOODBYE)
    assert ["112.40"] == biller.charged(customer)


def test_a_call_in_the_charge_hears_that_it_counts(biller: Biller, held: Together) -> None:
    call, customer = held["charge"].call, held["charge"].customer
    (payment,) = biller.payments(customer)
    assert in_order(call, REVIEW_KEYS, ONE_MOMENT, WENT_THROUGH, CONFIRMATION_IS, MENU, GOODBYE)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert ["112.40"] == biller.charged(customer)


def test_a_new_worker_takes_new_calls(biller: Biller, held: Together) -> None:
    assert biller.line.fastagi.running
    assert ["112.40"] == biller.charged(held["afterwards"].customer)
    assert ONE_MOMENT not in held["afterwards"].call.heard


@pytest.mark.parametrize("name", ["card", "charge", "afterwards"])
def test_the_line_is_never_silent_for_long(held: Together, name: str) -> None:
    call, since = held[name].call, held[name].since
    assert promptly(call, since=since), (silence(call, since=since), call.gaps, call.heard)
