"""A gateway that is down over a real call: nothing was charged, and the caller hears so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from paytone.app import LINE_TROUBLE
from paytone.caller import Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.pay_bill import NOT_CHARGED
from tests.call.biller import USUAL, Biller
from tests.call.conversation import (
    NO_AGENT,
    TO_AGENT,
    promptly,
    silence,
    to_charge,
)


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose Braintree may be killed."""
    with Biller.opened(hearing, {USUAL: 1}) as opened:
        yield opened


async def test_a_gateway_that_is_down_charged_nothing_and_the_caller_hears_so(
    biller: Biller,
) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
        biller.line.sandbox.kill()
        await call.press("1")
        await call.until_hung_up()
    (payment,) = biller.payments(customer)
    assert [LINE_TROUBLE, NOT_CHARGED, TO_AGENT, NO_AGENT] == call.heard[-4:]
    assert ["submitting", "not-charged"] == biller.moves(payment)
    assert 11240 == biller.owed_cents(customer)
    assert "person" == await biller.ending(customer)
    assert promptly(call), (silence(call), call.gaps)
