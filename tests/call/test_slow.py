"""A slow call over the wire: time-out, alert, offer, slow files, and the next call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from paytone.ask import GO_SLOWER, MORE_TIME, STILL_THERE
from paytone.caller import Caller, Codec, Hearing, script
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.pay_bill import PAID
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt
from tests.call.biller import USUAL, Biller
from tests.call.conversation import AGREE, GREETING, LEAVE, WHOLE, Turns, card

PACE = """
    SELECT pace FROM customers JOIN accounts ON accounts.customer_id = customers.id
    WHERE number = %(number)s
"""
TO_THE_END: Turns = ((MENU, "1"), *WHOLE, *card(), *AGREE, *LEAVE)


def slowly(turns: Turns) -> Turns:
    """*turns* as they are heard in a slow call."""
    return tuple((Prompt(f"en_slow/{prompt}"), keys) for prompt, keys in turns)


@pytest.fixture(scope="module")
def biller() -> Iterator[Biller]:
    """A line with short waits, whose callers know every prompt at both paces."""
    sounds = CHECKOUT / "sounds"
    hearing = Hearing.from_folder(sounds / "en", Codec.ULAW, sounds / "en_slow")
    with Biller.opened(hearing, {USUAL: 2}, settings={"PAYTONE_FIRST_KEY_S": "2"}) as opened:
        yield opened


async def called(biller: Biller, turns: Turns) -> Caller:
    async with biller.dial() as call:
        await script(call, turns)
        await call.until_hung_up()
    return call


async def test_who_asks_for_a_slower_call_pays_slowly_and_is_remembered(biller: Biller) -> None:
    customer = biller.customer()
    who: Turns = ((ASK_ACCOUNT, customer.number), (ASK_PIN, f"{customer.pin}#"))
    offered: Turns = ((GREETING, ""), (STILL_THERE, ""), (GO_SLOWER, "8#"))
    call = await called(biller, (*offered, *slowly((*who, *TO_THE_END))))
    assert {Prompt(f"en_slow/{said}") for said in (MORE_TIME, ASK_PIN, YOU_OWE, PAID)} <= set(
        call.heard
    )
    assert ["settling"] == biller.states(customer)
    assert [{"pace": "slow"}] == biller.rows(PACE, number=customer.number)
    usual: Turns = ((GREETING, customer.number), (ASK_PIN, f"{customer.pin}#"))
    leave: Turns = ((MENU, "#"), (Prompt("goodbye"), ""))
    again = await called(biller, (*usual, *slowly(leave)))
    assert ASK_PIN in again.heard
    assert Prompt(f"en_slow/{MENU}") in again.heard


async def test_a_caller_who_keys_nothing_until_the_alert_goes_on(biller: Biller) -> None:
    """A relay operator types what the line said before any key comes."""
    customer = biller.customer()
    turns: Turns = (
        (GREETING, ""), (STILL_THERE, customer.number),
        (ASK_PIN, ""), (STILL_THERE, f"{customer.pin}#"),
        (MENU, ""), (STILL_THERE, "#"), (Prompt("goodbye"), ""),
    )  # fmt: skip
    call = await called(biller, turns)
    assert 3 == call.heard.count(STILL_THERE)
    assert Prompt("not-heard") not in call.heard
    assert Prompt("not-identified") not in call.heard
