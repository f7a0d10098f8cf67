"""Paying by electronic check over a real call: spoken, recorded, charged; or silent, and not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_CHECK_KEYS
from paytone.flows.authorisation import (
    ACCEPT,
    CANNOT_SPEAK,
    CARD_OR_PERSON,
    NEEDED,
    NOT_SPOKEN,
    PLAY_BACK,
    SAY_NOW,
)
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
)
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.pay_bill import CHECK_ACCEPTED, CHECK_PENDING
from paytone.line.demo import CHECKS
from paytone.line.installed import CHECKOUT
from tests.call.biller import USUAL, Biller, Customer
from tests.call.conversation import PAY, WHOLE, Turns, identified, in_order, said
from tests.call.recorded import key_ms, samples_of, when_said
from tests.spoken_yes import keys

SPEECH = CHECKOUT / "sounds/en/goodbye.ulaw"
TO_AUTHORISATION: Turns = (
    (PAY_WITH_CHECK, "3"),
    (ASK_ROUTING, "021000021"),
    (ASK_BANK_ACCOUNT, "1000000000#"),
    (BANK_ACCOUNT_AGAIN, "1000000000#"),
    (IF_CHECKING, "1"),
    (IF_PERSONAL, "1"),
    (CHECK_WITH_BANK, "1"),
    (REVIEW_CHECK_KEYS, "1"),
    (CANNOT_SPEAK, "1"),
)


@pytest.fixture(scope="module")
def checks(hearing: Hearing) -> Iterator[Biller]:
    """A line that takes electronic checks."""
    with Biller.opened(hearing, {USUAL: 2}, settings=CHECKS) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Calls:
    """Two calls that are over: one who spoke, one who did not."""

    speaker: Customer
    spoken: Caller
    mute: Customer
    silent: Caller


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def calls(checks: Biller) -> AsyncIterator[Calls]:
    """Both calls, held at the same time."""
    speaker, mute = checks.customer(), checks.customer()
    spoken, silent = await asyncio.gather(_speaks(checks, speaker), _is_silent(checks, mute))
    yield Calls(speaker, spoken, mute, silent)


async def _speaks(checks: Biller, customer: Customer) -> Caller:
    """Pays by check, listens to what was said, and accepts it."""
    turns = (*identified(customer), *PAY, *WHOLE, *TO_AUTHORISATION)
    async with checks.dial() as call:
        await script(call, turns, timeout=90)
        await call.hear(SAY_NOW, timeout=60)
        await call.hear_end()
        await call.speak(SPEECH)
        await call.press("5#")  # only # means something
        await script(call, ((ACCEPT, ""), (PLAY_BACK, "3")))
        await script(call, ((ACCEPT, "1"), (REPEAT_CONFIRMATION, "#")))
    return call


async def _is_silent(checks: Biller, customer: Customer) -> Caller:
    """Says nothing, three times."""
    turns = (*identified(customer), *PAY, *WHOLE, *TO_AUTHORISATION)
    async with checks.dial() as call:
        await script(call, turns, timeout=90)
        await script(call, ((CARD_OR_PERSON, None),), timeout=90)
    return call


@pytest.mark.asyncio(loop_scope="module")
async def test_a_spoken_authorization_is_charged_as_tel(checks: Biller, calls: Calls) -> None:
    (payment,) = checks.payments(calls.speaker)
    assert ("bank", "settling", 11240) == (
        payment["method"], payment["state"], payment["amount_cents"],
    )  # fmt: skip
    assert [("112.40", "settlement_pending")] == checks.charges(payment)
    assert in_order(calls.spoken, CHECK_ACCEPTED, CHECK_PENDING, REPEAT_CONFIRMATION)
    assert 0 == checks.owed_cents(calls.speaker)


@pytest.mark.asyncio(loop_scope="module")
async def test_its_recording_is_found_by_confirmation_and_holds_the_voice(
    checks: Biller, calls: Calls, tmp_path: Path
) -> None:
    (number,) = set(said(calls.spoken))
    export = ("authorisations", "export", number, "--to", str(tmp_path))
    await asyncio.to_thread(checks.line.paytone, *export)
    facts = (tmp_path / f"{number}.json").read_text()
    last_four = calls.speaker.number[-4:]
    assert all(fact in facts for fact in ("112.40", "0000", "800-555-0100", last_four))
    recorded = samples_of(tmp_path / f"{number}.wav")
    assert when_said(SPEECH, recorded) is not None
    assert 0 == key_ms(recorded)
    assert [] == list((checks.line.folder / "authorisations").iterdir())


def test_keys_in_a_recording_would_be_found() -> None:
    assert 300 <= key_ms(np.array(keys("50").samples, dtype=np.float64))


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_stays_silent_is_offered_a_card_or_a_person(
    checks: Biller, calls: Calls
) -> None:
    tries = (NOT_SPOKEN, NOT_SPOKEN, NOT_SPOKEN, NEEDED, CARD_OR_PERSON)
    assert in_order(calls.silent, *tries)
    assert [] == checks.payments(calls.mute)
