"""Real calls to a line with one phone that nobody answers: messages instead."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.caller import Hearing, script
from paytone.flows.closed import MESSAGE, NO_AGENT, NOBODY
from paytone.flows.menu import YOU_OWE
from paytone.flows.message import SAY
from paytone.line.installed import CHECKOUT
from tests.call.biller import USUAL, Biller, Customer, Row
from tests.call.conversation import TO_AGENT, identified, in_order, never_heard

AWAY = "Local/nobody@paytone-keys"
"""A phone that cannot be rung."""
WORDS = CHECKOUT / "sounds/en/global-keys.ulaw"
SHORTEST_S = 3.0

MESSAGES = """
    SELECT messages.*, result
    FROM messages JOIN person_calls_in_full AS who ON who.id = person_call_id
    JOIN accounts ON accounts.id = account_id WHERE accounts.number = %(number)s
"""
RESULTS = """
    SELECT result FROM person_calls JOIN accounts ON accounts.id = account_id
    WHERE accounts.number = %(number)s
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Asterisk and the jobs share."""
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def biller(hearing: Hearing, folder: Path) -> Iterator[Biller]:
    """A line that takes messages, and whose agent's phone is away."""
    settings = {"PAYTONE_MESSAGES": "on", "PAYTONE_AUTHORISATIONS": str(folder)}
    with Biller.opened(hearing, {USUAL: 4}, settings=settings, agent=AWAY) as opened:
        yield opened


async def test_a_phone_that_nobody_answers_leads_to_a_message(biller: Biller) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        turns = (
            *identified(customer),
            (YOU_OWE, "0"),
            (TO_AGENT, ""),
            (NOBODY, ""),
            (MESSAGE, "#"),
        )
        await script(call, turns)
        await call.until_hung_up()
    assert in_order(call, TO_AGENT, NOBODY, MESSAGE)
    assert never_heard(call, NO_AGENT)
    assert ["nobody"] == [row["result"] for row in biller.rows(RESULTS, number=customer.number)]


async def test_who_hangs_up_while_speaking_has_left_what_was_said(
    biller: Biller, folder: Path
) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        turns = (*identified(customer), (YOU_OWE, "0"), (MESSAGE, "1"), (SAY, ""))
        await script(call, turns)
        await call.hear_end()
        await call.speak(WORDS)
        await call.hang_up()
    row = await biller.until(lambda: _left(biller, customer))
    assert (False, "message") == (row["confirmed"], row["result"])
    with wave.open(io.BytesIO(row["recording"])) as sound:
        assert SHORTEST_S < sound.getnframes() / sound.getframerate()
    assert row["speech_ms"] > 1000 * SHORTEST_S / 2
    assert "not confirmed" in biller.line.paytone("messages", "list")
    assert not any(folder.iterdir())  # noqa: ASYNC240


def _left(biller: Biller, customer: Customer) -> Row | None:
    return next(iter(biller.rows(MESSAGES, number=customer.number)), None)
