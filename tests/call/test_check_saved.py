"""A real call pays by electronic check and saves it; the next pays from it with a spoken yes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_CHECK_KEYS, REVIEW_FROM
from paytone.flows.authorisation import ACCEPT, CANNOT_SPEAK, SAY_NOW
from paytone.flows.bank_entry import ASK_ROUTING
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.keep_bank import ACCEPT as AGREE_TO_KEEP
from paytone.flows.keep_bank import BANK_KEPT, KEEP_BANK, KEEP_BANK_FOR
from paytone.flows.method_entry import PAY_WITH_SAVED
from paytone.flows.pay_bill import CHECK_ACCEPTED
from paytone.flows.save_offer import SAVE_BANK
from paytone.line.demo import CHECKS
from tests.call.biller import USUAL, Biller, Together
from tests.call.conversation import PAY, Turns, identified, in_order, never_heard, other
from tests.call.test_check import SPEECH, TO_AUTHORISATION

SAVES: Turns = ((SAVE_BANK, "4"), (AGREE_TO_KEEP, "1"), (BANK_KEPT, ""))
BY_SAVED: Turns = ((REVIEW_CHECK_KEYS, "1"), (CANNOT_SPEAK, "1"))


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line that takes electronic checks."""
    with Biller.opened(hearing, {USUAL: 1}, settings=CHECKS) as opened:
        yield opened


async def called(biller: Biller, turns: Turns, after: Turns) -> Caller:
    """Says the authorisation once it is asked for, and accepts it."""
    async with biller.dial() as call:
        await script(call, turns, timeout=90)
        await call.hear(SAY_NOW, timeout=60)
        await call.hear_end()
        await call.speak(SPEECH)
        await call.press("#")
        await script(call, ((ACCEPT, "1"), *after, (REPEAT_CONFIRMATION, "#")), timeout=60)
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """Both calls, one after another; and whose they were."""
    customer = biller.customer()
    to_pay = (*identified(customer), *PAY)
    first = await called(biller, (*to_pay, *other("40*00#"), *TO_AUTHORISATION), SAVES)
    second = await called(biller, (*to_pay, *other("30*00#"), *BY_SAVED), ())
    return Together({"first": first, "second": second, "customer": customer})


def test_a_bank_account_is_saved_after_its_consent_was_heard(held: Together) -> None:
    consent = (KEEP_BANK, KEEP_BANK_FOR, AGREE_TO_KEEP, BANK_KEPT)
    assert in_order(held["first"], CHECK_ACCEPTED, SAVE_BANK, *consent)


def test_the_next_call_pays_from_it_by_voice_and_no_digit_of_it(
    held: Together, biller: Biller
) -> None:
    assert in_order(held["second"], REVIEW_FROM, REVIEW_CHECK_KEYS, SAY_NOW, CHECK_ACCEPTED)
    assert never_heard(held["second"], ASK_ROUTING, PAY_WITH_SAVED, SAVE_BANK)
    first, second = biller.payments(held["customer"])
    (method,) = biller.rows("SELECT id FROM payment_methods WHERE kind = 'bank'")
    assert (None, method["id"]) == (first["method_id"], second["method_id"])
    assert [[("40.00", "settlement_pending")], [("30.00", "settlement_pending")]] == [
        biller.charges(first), biller.charges(second),
    ]  # fmt: skip
    (spoken,) = biller.rows("SELECT count(*) AS voices FROM authorisations WHERE speech_ms > 600")
    assert 2 == spoken["voices"]
