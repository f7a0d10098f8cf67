"""What Braintree's SDK says of a charge, and what the line makes of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from paytone.gateway import (
    Approved,
    Declined,
    GatewayRefused,
    NotFound,
    Refusal,
    Unknown,
    Unreached,
)
from paytone.gateway.braintree import BraintreeGateway, connect
from paytone.rules.card import Brand, Card, CardNumber, Expiry, SecurityCode
from paytone.rules.money import Money
from paytone.sandbox.control.faults import Fault, When
from paytone.sandbox.core import Sandbox
from paytone.sandbox.merchants import Moto
from paytone.sandbox.strategy import gateway_for

BEFORE_OR_AFTER: tuple[When, ...] = ("before", "after")
ORDER = "3ec4bd7e-06bc-4c6a-b985-bb483c2c0dcb"


def card(
    number: str = "4111111111111111", *, cvv: str = "123", postal: str = "60601", year: int = 2030
) -> Card:
    """A card as a caller keyed it."""
    keyed = CardNumber(number)
    return Card(keyed, keyed.brand or Brand.VISA, Expiry(year, 9), SecurityCode(cvv), postal)


@pytest.fixture
def gateway(sandbox: Sandbox) -> BraintreeGateway:
    """A gateway on the sandbox, quick to lose patience."""
    return BraintreeGateway(gateway_for(sandbox, timeout=1.0), patience=3.0)


async def test_a_charge_is_approved_for_settlement(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    outcome = await gateway.charge(Money(11240), card(), reference=ORDER)
    (held,) = sandbox.books_of().transactions.values()
    assert Approved(held.id, Money(11240)) == outcome
    assert ("submitted_for_settlement", ORDER, "moto") == (held.status, held.order_id, held.source)


@pytest.mark.parametrize(
    ("cents", "refusal", "hard"),
    [
        pytest.param(200_000, Refusal.ISSUER, False, id="do not honor"),
        pytest.param(200_100, Refusal.FUNDS, False, id="insufficient funds"),
        pytest.param(200_400, Refusal.EXPIRED, True, id="expired card"),
        pytest.param(200_500, Refusal.NUMBER, True, id="invalid number"),
        pytest.param(201_000, Refusal.SECURITY_CODE, True, id="cvv"),
        pytest.param(204_700, Refusal.ISSUER, True, id="call issuer, pick up card"),
    ],
)
async def test_a_decline_tells_why_and_whether_for_good(
    gateway: BraintreeGateway, cents: int, refusal: Refusal, hard: bool
) -> None:
    outcome = await gateway.charge(Money(cents), card(), reference=ORDER)
    assert isinstance(outcome, Declined)
    assert (refusal, hard, str(cents // 100)) == (outcome.refusal, outcome.hard, outcome.code)


async def test_rules_on_postal_code_and_cvv_are_told_apart(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    sandbox.set(replace(sandbox.books_of().settings, avs_rules=True, cvv_rules=True))
    postal = await gateway.charge(Money(100), card(postal="20000"), reference="a")
    cvv = await gateway.charge(Money(100), card(cvv="200"), reference="b")
    assert isinstance(postal, Declined)
    assert isinstance(cvv, Declined)
    assert (Refusal.ADDRESS, Refusal.SECURITY_CODE) == (postal.refusal, cvv.refusal)


async def test_a_number_that_braintree_does_not_know_is_keyed_again(
    gateway: BraintreeGateway,
) -> None:
    outcome = await gateway.charge(Money(100), card("4000000000000002"), reference=ORDER)
    assert isinstance(outcome, Declined)
    assert (Refusal.NUMBER, None) == (outcome.refusal, outcome.transaction)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(replace(fault, when=when), id=f"{name} {when}")
        for when in BEFORE_OR_AFTER
        for name, fault in (
            ("drop", Fault("sale", act="drop")),
            ("500", Fault("sale", act="status", status=500)),
            ("503", Fault("sale", act="status", status=503)),
            ("504", Fault("sale", act="status", status=504)),
            ("garble", Fault("sale", act="garble")),
            ("timeout", Fault("sale", act="delay", seconds=30)),
        )
    ],
)
async def test_an_answer_that_does_not_come_is_unknown(
    gateway: BraintreeGateway, sandbox: Sandbox, fault: Fault
) -> None:
    sandbox.faults.inject(fault)
    assert isinstance(await gateway.charge(Money(100), card(), reference=ORDER), Unknown)


async def test_patience_ends_before_the_answer_does() -> None:
    sandbox = Sandbox(clock=lambda: datetime.now(UTC))
    impatient = BraintreeGateway(gateway_for(sandbox, timeout=5.0), patience=0.2)
    sandbox.faults.inject(Fault("sale", "after", "delay", seconds=0.6))
    outcome = await impatient.charge(Money(100), card(), reference=ORDER)
    assert isinstance(outcome, Unknown)
    assert isinstance(await impatient.find(ORDER, Money(100)), Approved)


async def test_nobody_at_the_address_is_unreached() -> None:
    nobody = connect(
        environment="local",
        merchant_id="m",
        public_key="p",
        private_key="k",
        local_url="http://127.0.0.1:9",
    )
    assert isinstance(await nobody.charge(Money(100), card(), reference=ORDER), Unreached)


async def test_too_many_requests_are_unreached(gateway: BraintreeGateway, sandbox: Sandbox) -> None:
    sandbox.faults.inject(Fault("sale", "before", "status", status=429))
    assert isinstance(await gateway.charge(Money(100), card(), reference=ORDER), Unreached)


@pytest.mark.parametrize("status", [401, 403, 426])
async def test_wrong_credentials_are_refused(
    gateway: BraintreeGateway, sandbox: Sandbox, status: int
) -> None:
    sandbox.faults.inject(Fault("sale", "before", "status", status=status))
    with pytest.raises(GatewayRefused):
        await gateway.charge(Money(100), card(), reference=ORDER)


@pytest.mark.parametrize("moto", ["allowed", "refused-by-account", "refused-by-processor"])
@pytest.mark.parametrize("request_keys", [True, False])
@pytest.mark.parametrize("refusals_use_keys", [True, False])
async def test_whatever_the_merchant_is_set_up_for_it_is_charged_once(
    gateway: BraintreeGateway,
    sandbox: Sandbox,
    moto: Moto,
    request_keys: bool,
    refusals_use_keys: bool,
) -> None:
    settings = replace(
        sandbox.books_of().settings,
        moto=moto,
        request_keys=request_keys,
        refusals_use_keys=refusals_use_keys,
    )
    sandbox.set(settings)
    for order in ("one", "two"):
        assert isinstance(await gateway.charge(Money(100), card(), reference=order), Approved)
    assert ["one", "two"] == [t.order_id for t in sandbox.books_of().transactions.values()]


async def test_the_same_reference_twice_is_charged_once(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    first = await gateway.charge(Money(100), card(), reference=ORDER)
    assert first == await gateway.charge(Money(100), card(), reference=ORDER)
    assert 1 == len(sandbox.books_of().transactions)


async def test_a_duplicate_by_braintrees_own_rule_is_unknown(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    """It says that an earlier request exists, not what became of it."""
    sandbox.set(replace(sandbox.books_of().settings, request_keys=False))
    await gateway.charge(Money(100), card(), reference=ORDER)
    assert isinstance(await gateway.charge(Money(100), card(), reference=ORDER), Unknown)


async def test_finding_by_reference(gateway: BraintreeGateway) -> None:
    assert NotFound() == await gateway.find(ORDER, Money(100))
    charged = await gateway.charge(Money(100), card(), reference=ORDER)
    assert charged == await gateway.find(ORDER, Money(100))
    assert isinstance(await gateway.find(ORDER, Money(101)), Unknown)


async def test_finding_a_declined_charge(gateway: BraintreeGateway) -> None:
    await gateway.charge(Money(200_100), card(), reference=ORDER)
    found = await gateway.find(ORDER, Money(200_100))
    assert isinstance(found, Declined)
    assert Refusal.FUNDS is found.refusal


async def test_a_lagging_search_finds_nothing_yet(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    sandbox.set(replace(sandbox.books_of().settings, search_lag_s=60))
    await gateway.charge(Money(100), card(), reference=ORDER)
    assert NotFound() == await gateway.find(ORDER, Money(100))


async def test_a_search_that_fails_is_unknown(gateway: BraintreeGateway, sandbox: Sandbox) -> None:
    sandbox.faults.inject(Fault("search", "before", "drop"))
    assert isinstance(await gateway.find(ORDER, Money(100)), Unknown)


async def test_many_charges_at_once(gateway: BraintreeGateway, sandbox: Sandbox) -> None:
    orders = [f"order-{n}" for n in range(40)]
    outcomes = await asyncio.gather(
        *(gateway.charge(Money(100 + n), card(), reference=o) for n, o in enumerate(orders))
    )
    assert all(isinstance(outcome, Approved) for outcome in outcomes)
    assert set(orders) == {held.order_id for held in sandbox.books_of().transactions.values()}


def test_an_address_that_is_no_url_is_refused() -> None:
    with pytest.raises(GatewayRefused, match="http://HOST:PORT"):
        connect(
            environment="local", merchant_id="m", public_key="p", private_key="k", local_url="x"
        )
