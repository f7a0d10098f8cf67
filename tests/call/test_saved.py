"""A card is saved in one call, pays in the next, is removed in a third, and gone in a fourth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio

from paytone.back_office.forget import forget_removed
from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.keep_card import ACCEPT, CARD_KEPT, KEEP_CARD, KEEP_CARD_FOR
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.methods import CONFIRM, REMOVE, REMOVED, SAVED
from paytone.flows.pay_bill import PAID
from paytone.flows.save_offer import SAVE_CARD
from paytone.gateway import Declined, Refusal, Vaulted
from paytone.prompts import Prompt
from paytone.rules.method import Kind
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    LEAVE,
    PAY,
    WHOLE,
    Turns,
    card,
    identified,
    in_order,
    never_heard,
    other,
    paid,
    promptly,
)
from tests.call.test_later import counter_of

PREPAID = "4111111111111210"
SAVE: Turns = ((SAVE_CARD, "4"), (ACCEPT, "1"), (CARD_KEPT, ""))
TO_SAVED: Turns = ((YOU_OWE, "3"), (Prompt("plans-methods"), "3"))
METHODS = """
    SELECT payment_methods.* FROM payment_methods JOIN accounts USING (customer_id)
    WHERE number = %(number)s
"""


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line of its own."""
    with Biller.opened(hearing, {USUAL: 1}) as opened:
        yield opened


async def called(biller: Biller, customer: Customer, *turns: tuple[Prompt, str | None]) -> Caller:
    async with biller.dial() as call:
        await script(call, (*identified(customer), *turns), timeout=90)
        await call.until_hung_up()
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """The four calls, one after another; and whose they were."""
    customer = biller.customer()
    leave = ((MENU, "#"),)
    saves = await called(
        biller, customer, *PAY, *other("40*00#"), *card(PREPAID), *AGREE, *SAVE, *LEAVE
    )
    saved = biller.rows(METHODS, number=customer.number)
    pays = await called(biller, customer, *PAY, *other("30*00#"), *AGREE, *LEAVE)
    removes = await called(
        biller, customer, *TO_SAVED, (REMOVE, "1"), (CONFIRM, "1"), (REMOVED, ""), *leave
    )
    async with biller.dial() as gone:
        await script(gone, (*identified(customer), *PAY, *WHOLE, (ASK_CARD, None)), timeout=90)

    async def now(what: object) -> object:
        return what

    calls = {"saves": saves, "pays": pays, "removes": removes, "gone": gone}
    return await Together.hold(
        {name: now(each) for name, each in {**calls, "customer": customer, "saved": saved}.items()}
    )


def test_a_card_is_saved_after_its_consent_was_heard(held: Together) -> None:
    assert in_order(held["saves"], PAID, REPEAT_CONFIRMATION, KEEP_CARD, KEEP_CARD_FOR, ACCEPT)
    assert in_order(held["saves"], ACCEPT, CARD_KEPT)
    (method,) = held["saved"]
    assert ("1210", "prepaid") == (method["last_four"], method["card_kind"])
    assert KEEP_CARD_FOR in method["consent_prompts"]
    assert method["consent_call"] is not None
    assert promptly(held["saves"])


def test_the_next_call_pays_with_it_and_no_digit_of_it(held: Together, biller: Biller) -> None:
    assert paid(held["pays"])
    assert in_order(held["pays"], REVIEW_PAY, REVIEW_KEYS, PAID)
    assert never_heard(held["pays"], ASK_CARD, SAVE_CARD)
    first, second = biller.payments(held["customer"])
    (method,) = held["saved"]
    assert (None, method["id"]) == (first["method_id"], second["method_id"])
    assert ["40.00", "30.00"] == biller.charged(held["customer"])
    assert ("prepaid", "prepaid") == (first["card_kind"], second["card_kind"])


async def test_removed_in_a_call_it_is_offered_no_more_and_braintree_forgets_it(
    held: Together, biller: Biller
) -> None:
    assert in_order(held["removes"], SAVED, REMOVE, CONFIRM, REMOVED)
    assert never_heard(held["gone"], REVIEW_PAY)
    (method,) = held["saved"]
    async with counter_of(biller) as counter:
        now, gateway = counter.desk.clock(), counter.desk.gateway
        assert 1 == await forget_removed(counter.store, gateway, now=now)
        on_file = Vaulted(method["token"], Kind.CARD)
        outcome = await gateway.charge(Money(100), on_file, reference="after-it-was-removed")
    assert isinstance(outcome, Declined)
    assert Refusal.GONE is outcome.refusal
