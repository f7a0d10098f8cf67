"""The FastAGI server killed under two calls: they are spoken to at once, and go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio

from paytone.ask import ONE_MOMENT
from paytone.caller import Hearing
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.menu import MENU
from paytone.flows.resume import STILL_UNKNOWN
from tests.call.biller import USUAL, Biller, Together
from tests.call.conversation import PATIENT, in_order, promptly, silence
from tests.call.crash import Meeting


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose server may be killed; it waits long for keys."""
    with Biller.opened(hearing, {USUAL: 2}, settings=PATIENT) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """One caller is asked for a card, another's is being charged."""
    meeting = Meeting(biller, callers=2, charges=1)
    leave = ((ASK_AMOUNT_KIND, "*"), (MENU, "#"))
    return await Together.hold(
        {
            "kill": meeting.kill(),
            "card": meeting.at_a_question(ASK_CARD, 4, leave),
            "charge": meeting.in_the_charge("before", leave[1:]),
        }
    )


def test_both_hear_at_once_that_the_line_goes_on(held: Together) -> None:
    assert in_order(held["card"].call, ASK_CARD, ONE_MOMENT, ASK_AMOUNT_KIND, MENU)
    assert in_order(held["charge"].call, REVIEW_KEYS, ONE_MOMENT, STILL_UNKNOWN, MENU)


@pytest.mark.parametrize("place", ["card", "charge"])
def test_the_line_is_never_silent_for_long(held: Together, place: str) -> None:
    call, since = held[place].call, held[place].since
    assert promptly(call, since=since), (silence(call, since=since), call.gaps, call.heard)
