"""A gateway that does not answer over real calls: never a second charge, and the truth in words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from paytone.ask import ONE_MOMENT, STILL_WORKING
from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.pay_bill import (
    CONFIRMATION_IS,
    NOT_CHARGED,
    PAID,
    PAYMENT_UNKNOWN,
)
from paytone.flows.resume import STILL_UNKNOWN, WENT_THROUGH
from paytone.prompts import Prompt
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    LEAVE,
    PAY,
    Turns,
    identified,
    in_order,
    promptly,
    said,
    silence,
    to_charge,
)

PATIENCE = 9
LATER = PATIENCE + 2

FAULTS: dict[str, dict[str, object]] = {
    "no answer, charged late": {"when": "before", "act": "delay", "seconds": LATER},
    "no answer, charged": {"when": "after", "act": "delay", "seconds": LATER},
    "no answer, never charged": {"when": "before", "act": "drop", "seconds": LATER},
    "connection lost, charged": {"when": "after", "act": "drop"},
    "connection lost, never charged": {"when": "before", "act": "drop"},
    "server error, charged": {"when": "after", "act": "status", "status": 500},
}
CHARGED = [name for name in FAULTS if "never" not in name]
NEVER = [name for name in FAULTS if "never" in name]
SETTLED_BY_COMMAND = "server error, charged"
"""Its customer does not call again."""

ANYTHING_ELSE = Prompt("anything-else")


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line that waits for its gateway for a shorter time."""
    owing = {USUAL: len(FAULTS) + 2}
    settings = {"PAYTONE_BRAINTREE_PATIENCE_S": str(PATIENCE)}
    with Biller.opened(hearing, owing, settings=settings) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def first(biller: Biller) -> Together:
    """Everyone pays at the same time, each with a gateway that fails in another way."""

    async def pay_in_doubt(fault: dict[str, object]) -> Held:
        customer = biller.customer()
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            async with biller.fault(**fault):
                await call.press("1")
            await call.hear(PAYMENT_UNKNOWN, timeout=30)
            await script(call, ((MENU, "#"),))
            await call.until_hung_up()
        await biller.ending(customer)
        return Held(customer, call)

    async def pay_slowly() -> Held:
        customer = biller.customer()
        async with biller.dial() as call:
            await script(call, (*to_charge(customer), (REVIEW_KEYS, "")))
            async with biller.fault(when="after", act="delay", seconds=PATIENCE - 1):
                await call.press("1")
            await script(call, LEAVE)
            await call.until_hung_up()
        return Held(customer, call)

    return await Together.hold(
        {name: pay_in_doubt(fault) for name, fault in FAULTS.items()} | {"slow": pay_slowly()}
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored and charged for a customer at some moment."""

    moves: list[list[str]]
    charged: list[str]
    owed_cents: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def at_first(biller: Biller, first: Together) -> dict[str, Stored]:
    """What was stored after the first calls."""
    return {name: _stored(biller, first[name].customer) for name in FAULTS}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def again(biller: Biller, first: Together, at_first: dict[str, Stored]) -> Together:
    """They call again and want to pay, once the gateway has done what it does."""

    async def call_again(name: str) -> Held:
        customer = first[name].customer
        if name in CHARGED:
            await biller.until(lambda: biller.charged(customer))
        told: Turns = ((WENT_THROUGH, ""), (REPEAT_CONFIRMATION, "#"), (MENU, None))
        if name in NEVER:
            told = ((STILL_UNKNOWN, ""), *PAY, (STILL_UNKNOWN, ""), (MENU, "#"))
        async with biller.dial() as call:
            await script(call, (*identified(customer), *told))
            if name in NEVER:
                await call.until_hung_up()
        return Held(customer, call)

    return await Together.hold(
        {name: call_again(name) for name in FAULTS if name != SETTLED_BY_COMMAND}
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reconciled(biller: Biller, again: Together) -> AsyncIterator[str]:
    """What the operator's command prints after that."""
    yield biller.line.paytone(
        "payments", "reconcile", "--settle-after", "0", "--give-up-after", "1"
    )


def _stored(biller: Biller, customer: Customer) -> Stored:
    return Stored(
        [biller.moves(payment) for payment in biller.payments(customer)],
        biller.charged(customer),
        biller.owed_cents(customer),
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_caller_in_doubt_is_told_not_to_pay_again(
    first: Together, at_first: dict[str, Stored], name: str
) -> None:
    call = first[name].call
    assert in_order(call, REVIEW_KEYS, PAYMENT_UNKNOWN, ANYTHING_ELSE, MENU)
    assert not {PAID, CONFIRMATION_IS, NOT_CHARGED} & set(call.heard)
    assert [["submitting", "unknown"]] == at_first[name].moves
    assert 11240 == at_first[name].owed_cents


@pytest.mark.parametrize("name", [name for name in FAULTS if name.startswith("no answer")])
def test_a_caller_who_waits_is_spoken_to(first: Together, name: str) -> None:
    assert in_order(first[name].call, ONE_MOMENT, STILL_WORKING, PAYMENT_UNKNOWN)


def test_an_answer_that_comes_late_but_in_time_is_told(biller: Biller, first: Together) -> None:
    call, customer = first["slow"].call, first["slow"].customer
    (payment,) = biller.payments(customer)
    assert in_order(call, ONE_MOMENT, STILL_WORKING, PAID, CONFIRMATION_IS)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "settling"] == biller.moves(payment)
    assert ["112.40"] == biller.charged(customer)


@pytest.mark.parametrize("name", [name for name in CHARGED if name != SETTLED_BY_COMMAND])
def test_the_next_call_tells_first_that_the_earlier_payment_counts(
    biller: Biller, again: Together, name: str
) -> None:
    call, customer = again[name].call, again[name].customer
    (payment,) = biller.payments(customer)
    assert in_order(call, WENT_THROUGH, CONFIRMATION_IS, REPEAT_CONFIRMATION)
    assert [payment["confirmation"]] == said(call)
    assert ["submitting", "unknown", "settling"] == biller.moves(payment)
    assert ["112.40"] == biller.charged(customer)
    assert 0 == biller.owed_cents(customer)


@pytest.mark.parametrize("name", NEVER)
def test_the_next_call_offers_no_payment_while_one_is_unknown(again: Together, name: str) -> None:
    call = again[name].call
    assert in_order(call, STILL_UNKNOWN, YOU_OWE, STILL_UNKNOWN, ANYTHING_ELSE, MENU)
    assert not {ASK_AMOUNT_KIND, WENT_THROUGH} & set(call.heard)


def test_reconciling_settles_a_payment_that_was_charged(
    biller: Biller, first: Together, reconciled: str
) -> None:
    customer = first[SETTLED_BY_COMMAND].customer
    (payment,) = biller.payments(customer)
    assert ["submitting", "unknown", "settling"] == biller.moves(payment)
    assert ["112.40"] == biller.charged(customer)
    assert 0 == biller.owed_cents(customer)
    assert f"{payment['confirmation']}  112.40 USD  settling" in reconciled


@pytest.mark.parametrize("name", NEVER)
def test_reconciling_closes_a_payment_that_never_was(
    biller: Biller, first: Together, reconciled: str, name: str
) -> None:
    customer = first[name].customer
    (payment,) = biller.payments(customer)
    assert ["submitting", "unknown", "not-charged"] == biller.moves(payment)
    assert [] == biller.charges(payment)
    assert 11240 == biller.owed_cents(customer)
    assert "3 payments asked after, 0 still not known" in reconciled


async def test_after_that_the_customer_may_pay(
    biller: Biller, first: Together, reconciled: str
) -> None:
    customer = first[NEVER[0]].customer
    async with biller.dial() as call:
        await script(call, (*identified(customer), *PAY, (ASK_AMOUNT_KIND, None)))
    assert not {STILL_UNKNOWN, WENT_THROUGH} & set(call.heard)


@pytest.mark.parametrize("name", [*FAULTS, "slow"])
def test_the_line_is_never_silent_for_long(first: Together, name: str) -> None:
    call = first[name].call
    assert promptly(call), (silence(call), call.gaps)


@pytest.mark.parametrize("name", [name for name in FAULTS if name != SETTLED_BY_COMMAND])
def test_nor_in_the_next_call(again: Together, name: str) -> None:
    call = again[name].call
    assert promptly(call), (silence(call), call.gaps)
