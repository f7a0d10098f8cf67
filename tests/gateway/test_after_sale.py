"""What becomes of a charge at Braintree: how it stands, voids, refunds, the day's list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paytone.gateway import (
    Approved,
    Fate,
    NotFound,
    NotUndone,
    Standing,
    Undone,
    Unknown,
    Unreached,
)
from paytone.gateway.braintree import BraintreeGateway, connect
from paytone.rules.money import Money
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.core import Sandbox
from paytone.sandbox.sales.life import settle
from paytone.sandbox.sales.returns import returned
from paytone.sandbox.strategy import gateway_for
from tests.gateway.test_braintree import ORDER, card

REFUND = "0a2ff0e8-5c5b-4ad5-9d3b-1c9fb4ffab0c"


@pytest.fixture
def gateway(sandbox: Sandbox) -> BraintreeGateway:
    """A gateway on the sandbox, quick to lose patience."""
    return BraintreeGateway(gateway_for(sandbox, timeout=1.0), patience=3.0)


async def charged(gateway: BraintreeGateway, cents: int = 11240, order: str = ORDER) -> str:
    """The transaction of a new charge."""
    outcome = await gateway.charge(Money(cents), card(), reference=order)
    assert isinstance(outcome, Approved)
    return outcome.transaction


async def settled(gateway: BraintreeGateway, sandbox: Sandbox, cents: int = 11240) -> str:
    """The transaction of a charge that is settled."""
    transaction = await charged(gateway, cents)
    settle(sandbox.books_of(), transaction, datetime.now(UTC))
    return transaction


async def fate(gateway: BraintreeGateway, transaction: str) -> Fate:
    """Where the transaction's money is now."""
    stands = await gateway.standing(transaction)
    assert isinstance(stands, Standing)
    return stands.fate


async def test_a_charge_stands_as_under_way_and_then_settled(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    transaction = await charged(gateway)
    stands = await gateway.standing(transaction)
    assert isinstance(stands, Standing)
    assert (ORDER, Money(11240), None) == (stands.reference, stands.amount, stands.gives_back)
    assert Fate.UNDER_WAY is stands.fate
    assert timedelta(minutes=1) > datetime.now(UTC) - stands.created
    settle(sandbox.books_of(), transaction, datetime.now(UTC))
    assert Fate.SETTLED is await fate(gateway, transaction)


async def test_a_bank_that_takes_it_back_says_why(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    transaction = await settled(gateway, sandbox)
    books = sandbox.books_of()
    books.keep(returned(books.transactions[transaction], "R01", datetime.now(UTC), None))
    stands = await gateway.standing(transaction)
    assert isinstance(stands, Standing)
    assert (Fate.RETURNED, "R01") == (stands.fate, stands.code)


async def test_a_lost_dispute_takes_it_back(gateway: BraintreeGateway, sandbox: Sandbox) -> None:
    transaction = await settled(gateway, sandbox)
    books = sandbox.books_of()
    dispute = {"id": "d1", "status": "lost", "reason": "fraud", "kind": "chargeback"}
    books.keep(replace(books.transactions[transaction], disputes=(dispute,)))
    stands = await gateway.standing(transaction)
    assert isinstance(stands, Standing)
    assert (Fate.RETURNED, "dispute") == (stands.fate, stands.code)


async def test_a_transaction_nobody_made_is_not_found(gateway: BraintreeGateway) -> None:
    assert NotFound() == await gateway.standing("nosuch")


async def test_a_charge_is_voided_and_voiding_it_again_voids_nothing_more(
    gateway: BraintreeGateway,
) -> None:
    transaction = await charged(gateway)
    assert Undone(transaction) == await gateway.void(transaction)
    assert Undone(transaction) == await gateway.void(transaction)
    assert Fate.VOIDED is await fate(gateway, transaction)


async def test_a_settled_charge_is_not_voided(gateway: BraintreeGateway, sandbox: Sandbox) -> None:
    transaction = await settled(gateway, sandbox)
    refused = await gateway.void(transaction)
    assert isinstance(refused, NotUndone)
    assert "91504" == refused.code


@pytest.mark.parametrize("request_keys", [True, False], ids=["keys", "no keys"])
async def test_a_refund_bears_our_id_and_is_found_by_it(
    gateway: BraintreeGateway, sandbox: Sandbox, request_keys: bool
) -> None:
    transaction = await settled(gateway, sandbox)
    sandbox.set(replace(sandbox.books_of().settings, request_keys=request_keys, search_lag_s=60))
    assert NotFound() == await gateway.find_refund(transaction, reference=REFUND)
    made = await gateway.refund(transaction, Money(1240), reference=REFUND)
    assert isinstance(made, Undone)
    found = await gateway.find_refund(transaction, reference=REFUND)
    assert isinstance(found, Standing)
    assert (made.transaction, Money(1240)) == (found.transaction, found.amount)
    assert transaction == found.gives_back


async def test_the_same_refund_asked_twice_goes_back_once(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    transaction = await settled(gateway, sandbox)
    first = await gateway.refund(transaction, Money(1240), reference=REFUND)
    assert first == await gateway.refund(transaction, Money(1240), reference=REFUND)
    assert 2 == len(sandbox.books_of().transactions)


async def test_an_unsettled_charge_is_not_refunded(gateway: BraintreeGateway) -> None:
    refused = await gateway.refund(await charged(gateway), Money(1240), reference=REFUND)
    assert isinstance(refused, NotUndone)
    assert "91506" == refused.code


async def test_a_refund_that_the_bank_declines_does_not_go_back(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    transaction = await settled(gateway, sandbox, 400_000)
    refused = await gateway.refund(transaction, Money(200_400), reference=REFUND)
    assert isinstance(refused, NotUndone)
    assert "2004" == refused.code


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_that_does_not_come_is_unknown(
    gateway: BraintreeGateway, sandbox: Sandbox, when: str
) -> None:
    transaction = await settled(gateway, sandbox)
    sandbox.faults.inject(Fault("refund", "before" if when == "before" else "after", "drop"))
    assert isinstance(await gateway.refund(transaction, Money(1), reference=REFUND), Unknown)
    found = await gateway.find_refund(transaction, reference=REFUND)
    assert isinstance(found, NotFound if when == "before" else Standing)


async def test_nobody_at_the_address_was_not_asked() -> None:
    nobody = connect(
        environment="local",
        merchant_id="m",
        public_key="p",
        private_key="k",
        local_url="http://127.0.0.1:9",
    )
    assert isinstance(await nobody.refund("t", Money(1), reference=REFUND), Unreached)
    assert isinstance(await nobody.void("t"), Unreached)
    assert isinstance(await nobody.standing("t"), Unknown)
    now = datetime.now(UTC)
    assert isinstance(await nobody.between(now, now), Unknown)


async def test_a_refund_made_elsewhere_is_not_taken_for_the_charge(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    """In the Control Panel it gets the charge's own order id."""
    transaction = await settled(gateway, sandbox)
    assert gateway_for(sandbox).transaction.refund(transaction).is_success
    assert 2 == len(sandbox.books_of().transactions)
    assert Approved(transaction, Money(11240)) == await gateway.find(ORDER, Money(11240))


async def test_the_days_list_has_each_transaction_once(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    transaction = await settled(gateway, sandbox)
    books = sandbox.books_of()
    books.keep(returned(books.transactions[transaction], "R01", datetime.now(UTC), None))
    other = await charged(gateway, 500, "other")
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    listed = await gateway.between(now - hour, now + hour)
    assert isinstance(listed, list)
    assert {(transaction, Fate.RETURNED), (other, Fate.UNDER_WAY)} == {
        (each.transaction, each.fate) for each in listed
    }
    assert 2 == len(listed)
    assert [] == await gateway.between(now - 2 * hour, now - hour)
