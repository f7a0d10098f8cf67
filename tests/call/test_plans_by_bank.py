"""A real call sets AutoPay up from a bank account, by voice; the worker then debits it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import pytest_asyncio

from paytone.back_office.runs import Office, make_runs
from paytone.caller import Caller, Hearing, script
from paytone.flows.authorisation import CANNOT_SPEAK
from paytone.flows.autopay import DONE, SET_UP
from paytone.flows.plan_authorisation import ACCEPT, RECURRING, REVOKE, SAY_THESE
from paytone.flows.plan_entry import ASK_AUTOPAY_DAY, NOTICE_ALWAYS, WHICH_METHOD
from paytone.flows.plan_words import NEXT_IS, TERMS_AUTOPAY, TERMS_COPY
from paytone.line.demo import CHECKS
from paytone.rules.schedule import Kind
from paytone.store import authorisations, schedules
from tests.call.biller import USUAL, Biller, Customer
from tests.call.conversation import identified, in_order
from tests.call.recorded import key_ms, samples_of, when_said
from tests.call.test_check import SPEECH
from tests.call.test_later import LEAVE, PLANS_AUTOPAY, TO_PLANS, account_of, counter_of
from tests.plans import delivered, reached, saved_bank
from tests.teller import later as at_time


@pytest.fixture(scope="module")
def biller(hearing: Hearing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Biller]:
    """A line that takes electronic checks and writes letters."""
    letters = {"PAYTONE_LETTERS": str(tmp_path_factory.mktemp("letters"))}
    with Biller.opened(hearing, {USUAL: 1}, settings={**CHECKS, **letters}) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> tuple[Customer, Caller]:
    """The call that sets it up, and whose it was."""
    customer = biller.customer()
    async with counter_of(biller) as counter:
        account = await account_of(counter, customer)
        await reached(counter, account)
        await saved_bank(counter, account)
    asked = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"), (WHICH_METHOD, "1"))
    turns = (*identified(customer), *TO_PLANS, (PLANS_AUTOPAY, "1"), *asked, (CANNOT_SPEAK, "1"))
    async with biller.dial() as call:
        await script(call, turns, timeout=150)
        await call.hear(SAY_THESE, timeout=60)
        await call.hear_end()
        await call.speak(SPEECH)
        await call.press("#")
        await script(call, ((ACCEPT, "1"), *LEAVE), timeout=90)
        await call.until_hung_up()
    return customer, call


@pytest.mark.asyncio(loop_scope="module")
async def test_every_word_of_it_is_heard_before_the_caller_speaks(
    held: tuple[Customer, Caller],
) -> None:
    _, call = held
    assert in_order(call, TERMS_AUTOPAY, TERMS_COPY, RECURRING, REVOKE, CANNOT_SPEAK, SAY_THESE)
    assert in_order(call, ACCEPT, DONE, NEXT_IS)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_voice_is_kept_and_the_worker_debits_the_bill_as_tel(
    held: tuple[Customer, Caller], biller: Biller, tmp_path_factory: pytest.TempPathFactory
) -> None:
    customer, _ = held
    async with counter_of(biller) as counter:
        account = await account_of(counter, customer)
        (plan,) = await schedules.of_account(counter.store, account.id)
        assert Kind.AUTOPAY is plan.kind
        kept = await authorisations.by_confirmation(counter.store, plan.confirmation)
        assert kept is not None
        voice = tmp_path_factory.mktemp("voice") / "voice.wav"
        voice.write_bytes(kept.given.recording.audio)
        assert when_said(SPEECH, samples_of(voice)) is not None
        assert 0 == key_ms(samples_of(voice))
        (run,) = await schedules.coming(counter.store, plan)
        await delivered(counter, counter.desk.clock())
        on_the_day = at_time(counter, datetime.combine(run.on, time(18), UTC))
        assert {"paid": 1} == await make_runs(Office(on_the_day.desk.till))
        payment, *_ = biller.payments(customer)
        assert ("autopay", "bank", "settling") == (
            payment["occasion"], payment["method"], payment["state"],
        )  # fmt: skip
        assert [("112.40", "settlement_pending")] == biller.charges(payment)
        assert kept == await authorisations.by_confirmation(counter.store, payment["confirmation"])
