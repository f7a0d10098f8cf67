"""Bank accounts at Braintree: checked by network, charged as TEL, pending, returned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from paytone.gateway import (
    Approved,
    BankToKeep,
    Declined,
    Fate,
    Kept,
    Mandate,
    NotKept,
    Refusal,
    Standing,
    Unknown,
    Unreached,
    Vaulted,
)
from paytone.gateway.braintree import BraintreeGateway
from paytone.rules.bank import Bank, BankAccount, BankAccountNumber, Ownership
from paytone.rules.method import AccountType, Kind
from paytone.rules.money import Money
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_for

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MANDATE = Mandate("The customer authorized aloud.", AT)
CHECKED = "By pressing 1"


@pytest.fixture
def gateway(sandbox: Sandbox) -> BraintreeGateway:
    """A gateway on the sandbox, quick to lose patience."""
    return BraintreeGateway(gateway_for(sandbox, timeout=1.0), patience=3.0)


def account(number: str = "1000000000", *, owner: Ownership = Ownership.PERSONAL) -> BankToKeep:
    """A bank account as a caller keyed it."""
    keyed = BankAccount(
        Bank("021000021", "CHASE"), BankAccountNumber(number), AccountType.CHECKING, owner
    )
    return BankToKeep(keyed, "Ada Test", CHECKED)


async def save(gateway: BraintreeGateway, number: str = "1000000000") -> object:
    """What became of checking an account."""
    return await gateway.save_bank(account(number), customer="customer-1", token="bank-1")


SAVED = Vaulted("bank-1", Kind.BANK, MANDATE)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        pytest.param("1000000002", Refusal.NOT_VERIFIED, id="the network fails"),
        pytest.param("1000000004", Refusal.NOT_VERIFIED, id="declined"),
        pytest.param("1000000006", Refusal.NOT_VERIFIED, id="the bank does not take part"),
        pytest.param("1000000008", Refusal.NUMBER, id="no such account"),
        pytest.param("9999", Refusal.NOT_VERIFIED, id="any other"),
        pytest.param("999", Refusal.NUMBER, id="too short to be one"),
    ],
)
async def test_what_is_not_verified_is_not_kept(
    gateway: BraintreeGateway, sandbox: Sandbox, number: str, refusal: Refusal
) -> None:
    kept = await save(gateway, number)
    assert isinstance(kept, NotKept)
    assert refusal is kept.refusal
    assert {} == sandbox.books_of().methods


@pytest.mark.parametrize("number", ["1000000000", "1000000001"])
async def test_a_verified_account_is_kept_for_its_customer(
    gateway: BraintreeGateway, sandbox: Sandbox, number: str
) -> None:
    assert Kept("bank-1") == await save(gateway, number)
    (held,) = sandbox.books_of().methods.values()
    assert ("bank-1", "customer-1") == (held.token, held.customer_id)


async def test_a_business_is_named_as_one(gateway: BraintreeGateway, sandbox: Sandbox) -> None:
    kept = account(owner=Ownership.BUSINESS)
    await gateway.save_bank(kept, customer="customer-1", token="bank-1")
    shown = next(iter(sandbox.books_of().methods.values())).shown(sandbox.books_of(), AT)
    assert ("business", "Ada Test") == (shown["ownership_type"], shown["account_holder_name"])


async def test_a_debit_is_a_tel_entry_with_the_spoken_mandate_and_is_pending(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    await save(gateway)
    outcome = await gateway.charge(Money(11240), SAVED, reference="order-1")
    (sale,) = sandbox.books_of().transactions.values()
    assert Approved(sale.id, Money(11240)) == outcome
    assert ("settlement_pending", "order-1", "TEL") == (
        sale.status, sale.order_id, sale.extra["sec_code"],
    )  # fmt: skip
    assert sale.instrument.other is not None
    assert {"text": MANDATE.text, "accepted_at": AT} == sale.instrument.other.details["ach_mandate"]
    assert outcome == await gateway.find("order-1", Money(11240))


@pytest.mark.parametrize(
    ("path", "body", "fate"),
    [("settle", "", Fate.SETTLED), ("settlement_decline", "", Fate.RETURNED)],
)
async def test_a_pending_debit_settles_or_is_returned(
    gateway: BraintreeGateway, sandbox: Sandbox, path: str, body: str, fate: Fate
) -> None:
    await save(gateway)
    outcome = await gateway.charge(Money(11240), SAVED, reference="order-1")
    assert isinstance(outcome, Approved)
    pending = await gateway.standing(outcome.transaction)
    assert isinstance(pending, Standing)
    assert Fate.UNDER_WAY is pending.fate
    testing = gateway_for(sandbox).testing
    make = {
        "settle": testing.settle_transaction,
        "settlement_decline": testing.settlement_decline_transaction,
    }
    make[path](outcome.transaction)
    stands = await gateway.standing(outcome.transaction)
    assert isinstance(stands, Standing)
    assert fate is stands.fate


async def test_an_account_that_was_forgotten_is_not_charged(gateway: BraintreeGateway) -> None:
    await save(gateway)
    await gateway.forget("bank-1")
    outcome = await gateway.charge(Money(100), SAVED, reference="order-1")
    assert isinstance(outcome, Declined)
    assert (Refusal.GONE, True) == (outcome.refusal, outcome.hard)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_debit_whose_answer_is_lost_is_unknown_and_found_later(
    gateway: BraintreeGateway, sandbox: Sandbox, when: str
) -> None:
    await save(gateway)
    sandbox.faults.inject(Fault("sale", "after" if when == "after" else "before", "drop"))
    outcome = await gateway.charge(Money(100), SAVED, reference="order-1")
    assert isinstance(outcome, Unknown)
    found = await gateway.find("order-1", Money(100))
    assert (when == "after") == isinstance(found, Approved)


async def test_a_check_whose_answer_is_lost_keeps_nothing_for_sure(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    sandbox.faults.inject(Fault("vault", "before", "drop"))
    assert isinstance(await save(gateway), Unknown | Unreached)


async def test_a_decline_at_once_says_why(gateway: BraintreeGateway) -> None:
    await save(gateway)
    outcome = await gateway.charge(Money(200_100), replace(SAVED), reference="order-1")
    assert isinstance(outcome, Declined)
    assert (Refusal.FUNDS, "2001") == (outcome.refusal, outcome.code)
