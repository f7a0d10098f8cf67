"""What Braintree keeps for a customer, and charging what it keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.gateway import (
    Approved,
    CardToKeep,
    Declined,
    Forgotten,
    Kept,
    NotKept,
    Refusal,
    Unknown,
    Vaulted,
)
from paytone.gateway.braintree import BraintreeGateway, connect
from paytone.rules.card import CardNumber, Expiry
from paytone.rules.method import CardKind, Kind
from paytone.rules.money import Money
from paytone.rules.payment import Occasion
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_for
from tests.gateway.test_braintree import ORDER, card

CUSTOMER = "0d7a4a9e-8f0e-4c64-9d8c-4b7b2f6f4a11"
TOKEN = "6a2f9d6e-0000-4000-8000-0000000000aa"
ON_FILE = Vaulted(TOKEN, Kind.CARD)


def to_keep(number: str = "4111111111111111") -> CardToKeep:
    """A card without its CVV."""
    return CardToKeep(CardNumber(number), Expiry(2030, 9), "60601")


@pytest.fixture
def gateway(sandbox: Sandbox) -> BraintreeGateway:
    """A gateway on the sandbox, quick to lose patience."""
    return BraintreeGateway(gateway_for(sandbox, timeout=1.0), patience=3.0)


async def test_a_kept_card_is_charged_by_its_token(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    kept = await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN)
    outcome = await gateway.charge(Money(11240), ON_FILE, reference=ORDER)
    (held,) = sandbox.books_of().transactions.values()
    assert Kept(TOKEN) == replace(kept, card_kind=None) if isinstance(kept, Kept) else False
    assert isinstance(outcome, Approved)
    assert (held.id, ORDER, "moto") == (outcome.transaction, held.order_id, held.source)


async def test_two_cards_of_one_customer_are_kept(gateway: BraintreeGateway) -> None:
    for token in (TOKEN, "another"):
        assert isinstance(await gateway.save_card(to_keep(), customer=CUSTOMER, token=token), Kept)


async def test_keeping_a_card_again_under_its_token_keeps_one(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    for _ in range(2):
        assert isinstance(await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN), Kept)
    assert [TOKEN] == list(sandbox.books_of().cards)


async def test_a_card_that_braintree_does_not_know_is_not_kept(gateway: BraintreeGateway) -> None:
    kept = await gateway.save_card(to_keep("4000000000000002"), customer=CUSTOMER, token=TOKEN)
    assert isinstance(kept, NotKept)
    assert Refusal.NUMBER is kept.refusal


async def test_a_forgotten_card_is_charged_no_more(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN)
    assert [Forgotten(), Forgotten()] == [await gateway.forget(TOKEN) for _ in range(2)]
    outcome = await gateway.charge(Money(100), ON_FILE, reference=ORDER)
    assert isinstance(outcome, Declined)
    assert (Refusal.GONE, True) == (outcome.refusal, outcome.hard)
    assert {} == dict(sandbox.books_of().transactions)


async def test_silence_leaves_open_whether_a_card_is_kept(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    sandbox.faults.inject(Fault("vault", "after", "drop"))
    sandbox.faults.inject(Fault("any", "after", "drop"))
    assert isinstance(await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN), Unknown)


async def test_a_gateway_that_is_not_there_keeps_nothing() -> None:
    gateway = connect(
        environment="local",
        merchant_id="m",
        public_key="p",
        private_key="k",
        local_url="http://127.0.0.1:9",
        patience=1.0,
    )
    kept = await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN)
    assert "Unreached" == type(kept).__name__


@pytest.mark.parametrize(
    ("occasion", "source"),
    [
        (Occasion.CALL, "moto"),
        (Occasion.LATER, "unscheduled"),
        (Occasion.RECURRING, "recurring"),
        (Occasion.AUTOPAY, "recurring"),
        (Occasion.INSTALMENT, "recurring"),
    ],
)
async def test_the_occasion_is_told(
    gateway: BraintreeGateway, sandbox: Sandbox, occasion: Occasion, source: str
) -> None:
    await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN)
    await gateway.charge(Money(100), ON_FILE, reference=ORDER, occasion=occasion)
    (held,) = sandbox.books_of().transactions.values()
    assert source == held.source


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("4117101010101010", CardKind.DEBIT),
        ("4111111111111210", CardKind.PREPAID),
        ("4111111111310101", CardKind.CREDIT),
        ("4111111111112101", None),
    ],
    ids=["debit", "prepaid", "credit", "not known"],
)
async def test_debit_and_prepaid_cards_are_recognised(
    gateway: BraintreeGateway, number: str, kind: CardKind | None
) -> None:
    """The BIN flags of Braintree's published test numbers."""
    charged = await gateway.charge(Money(100), card(number), reference=ORDER)
    kept = await gateway.save_card(to_keep(number), customer=CUSTOMER, token=TOKEN)
    assert isinstance(charged, Approved)
    assert isinstance(kept, Kept)
    assert (kind, kind) == (charged.card_kind, kept.card_kind)


async def test_a_card_with_its_code_is_kept_once_its_bank_has_verified_it(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    kept = await gateway.save_card(card(), customer=CUSTOMER, token=TOKEN)
    (asked,) = sandbox.books_of().verifications.values()
    assert isinstance(kept, Kept)
    assert ("verified", TOKEN) == (asked.status, asked.token)
    assert {} == dict(sandbox.books_of().transactions)


async def test_a_card_without_its_code_is_kept_unasked(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    await gateway.save_card(to_keep(), customer=CUSTOMER, token=TOKEN)
    assert {} == dict(sandbox.books_of().verifications)


async def test_a_card_that_its_bank_does_not_verify_is_not_kept(
    gateway: BraintreeGateway, sandbox: Sandbox
) -> None:
    declines = card("4000111111111115")
    kept = await gateway.save_card(declines, customer=CUSTOMER, token=TOKEN)
    assert NotKept(Refusal.ISSUER, "2000", "Do Not Honor") == kept
    assert {} == dict(sandbox.books_of().cards)
