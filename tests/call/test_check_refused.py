"""Electronic checks over real calls: keyed wrongly, not verified, not spoken, read out in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import braintree
import pytest
import pytest_asyncio

from paytone.caller import Caller, Ended, Hearing, script
from paytone.config import Settings
from paytone.flows.agreement import REVIEW_CHECK_KEYS
from paytone.flows.authorisation import (
    ACCEPT,
    AMOUNT,
    CANNOT_SPEAK,
    DATE,
    DEBIT_DATE,
    ENQUIRIES,
    FROM_YOUR,
    HOLDER,
    LISTEN,
    ONE_TIME,
    PLAY_BACK,
    REVOKE,
    SAY_NOW,
)
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    BANK_ACCOUNTS_DIFFER,
    BANK_LATER,
    BANK_NOT_VERIFIED,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
    ROUTING_NOT_LISTED,
    SAVINGS_ENDING_IN,
    YOUR_BANK_IS,
)
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.method_entry import PAY_WITH_CARD, PAY_WITH_CHECK
from paytone.flows.pay_bill import CHECK_ACCEPTED
from paytone.line.demo import CHECKS
from paytone.prompts import Prompt
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
    paid,
    promptly,
)
from tests.call.test_check import SPEECH

UNLISTED: Final = "122105155"
"""Its checksum is right; the demo's directory has no bank with it."""
FACTS: Final = (
    LISTEN, ONE_TIME, HOLDER, FROM_YOUR, AMOUNT, DEBIT_DATE, DATE, ENQUIRIES, REVOKE,
)  # fmt: skip
SPOKE: Final = Prompt("goodbye")
BY_CHECK: Final[Turns] = (*PAY, *WHOLE, (PAY_WITH_CHECK, "3"))
WRONG: Final[Turns] = (
    (ASK_ROUTING, UNLISTED),
    (ROUTING_NOT_LISTED, ""),
    (ASK_ROUTING, "021000021"),
    (ASK_BANK_ACCOUNT, "1000000006#"),
    (BANK_ACCOUNT_AGAIN, "1000000007#"),
    (BANK_ACCOUNTS_DIFFER, ""),
)


def keyed(number: str, kind: str, owner: str) -> Turns:
    """A bank account from its number on, and its bank asked."""
    return (
        (ASK_BANK_ACCOUNT, f"{number}#"),
        (BANK_ACCOUNT_AGAIN, f"{number}#"),
        (IF_CHECKING, kind),
        (IF_PERSONAL, owner),
        (CHECK_WITH_BANK, "1"),
    )


def to_facts(kind: str, owner: str) -> Turns:
    """All that is keyed before the facts are read out."""
    chase = (ASK_ROUTING, "021000021")
    return (*BY_CHECK, chase, *keyed("1000000000", kind, owner), (REVIEW_CHECK_KEYS, "1"))


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line that takes electronic checks."""
    with Biller.opened(hearing, {USUAL: 3}, settings=CHECKS) as opened:
        yield opened


@pytest.fixture(scope="module")
def customers(biller: Biller) -> dict[str, Customer]:
    """Who keys wrongly, who cannot speak, and a business."""
    return {name: biller.customer() for name in ("wrong", "mute", "business")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller, customers: dict[str, Customer]) -> Together:
    """The three calls, at the same time."""

    async def by_card(name: str, *turns: tuple[Prompt, str | None]) -> Caller:
        async with biller.dial() as call:
            to_card = (*identified(customers[name]), *turns)
            await script(call, to_card, timeout=90)
            await script(call, (*card(), *AGREE, *LEAVE))
            await call.until_hung_up()
        return call

    async def speaks() -> Caller:
        async with biller.dial() as call:
            to_facts_read = (*identified(customers["business"]), *to_facts("2", "2"))
            await script(call, (*to_facts_read, (LISTEN, "1"), (AMOUNT, "1")), timeout=60)
            await script(call, ((CANNOT_SPEAK, "1"), (SAY_NOW, "")), timeout=90)
            await call.hear_end()
            await call.speak(SPEECH)
            await call.press("#")
            await script(call, ((PLAY_BACK, "3"), (ACCEPT, "1"), (CHECK_ACCEPTED, None)))
        return call

    not_verified = (*WRONG, *keyed("1000000006", "1", "1"), (PAY_WITH_CARD, "2"))
    return await Together.hold(
        {
            "wrong": by_card("wrong", *BY_CHECK, *not_verified),
            "mute": by_card("mute", *to_facts("1", "1"), (CANNOT_SPEAK, "2")),
            "business": speaks(),
        }
    )


def test_a_routing_number_that_no_bank_has_is_told_and_asked_again(held: Together) -> None:
    again = (ASK_ROUTING, ROUTING_NOT_LISTED, ASK_ROUTING, YOUR_BANK_IS, ASK_BANK_ACCOUNT)
    assert in_order(held["wrong"], *again)


def test_two_account_numbers_that_differ_are_told_and_asked_again(held: Together) -> None:
    again = (BANK_ACCOUNT_AGAIN, BANK_ACCOUNTS_DIFFER, ASK_BANK_ACCOUNT, BANK_ACCOUNT_AGAIN)
    assert in_order(held["wrong"], *again)


def test_who_cannot_be_verified_hears_what_comes_next_and_pays_by_card(
    biller: Biller, held: Together, customers: dict[str, Customer]
) -> None:
    call = held["wrong"]
    assert in_order(call, CHECK_WITH_BANK, BANK_NOT_VERIFIED, BANK_LATER, PAY_WITH_CARD, ASK_CARD)
    assert paid(call)
    assert never_heard(call, *FACTS, SAY_NOW)
    (payment,) = biller.payments(customers["wrong"])
    assert ("card", ["112.40"]) == (payment["method"], biller.charged(customers["wrong"]))
    assert promptly(call)


def test_who_cannot_speak_pays_by_card_and_is_recorded_by_nobody(
    biller: Biller, held: Together, customers: dict[str, Customer]
) -> None:
    call = held["mute"]
    assert in_order(call, *FACTS, CANNOT_SPEAK, ASK_CARD)
    assert paid(call)
    assert never_heard(call, SAY_NOW)
    (payment,) = biller.payments(customers["mute"])
    assert ("card", ["112.40"]) == (payment["method"], biller.charged(customers["mute"]))


def test_keys_during_the_eight_facts_skip_none_of_them(held: Together) -> None:
    call = held["business"]
    assert in_order(call, *FACTS, CANNOT_SPEAK, SAY_NOW)
    cut = {
        event.prompt
        for event in call.told
        if isinstance(event, Ended) and event.prompt in FACTS and not event.whole
    }
    assert set() == cut


def test_what_was_spoken_is_played_back_where_that_is_asked_for(held: Together) -> None:
    call = held["business"]
    asked = call.heard.index(PLAY_BACK)
    again = call.heard.index(ACCEPT, asked)
    assert call.heard[asked + 1 : again] in ([None], [SPOKE])
    assert in_order(call, PLAY_BACK, ACCEPT, CHECK_ACCEPTED)


def test_a_savings_account_of_a_business_is_debited_as_one(
    biller: Biller, held: Together, customers: dict[str, Customer]
) -> None:
    assert in_order(
        held["business"], SAVINGS_ENDING_IN, CHECK_WITH_BANK, SAVINGS_ENDING_IN, SAY_NOW
    )
    (payment,) = biller.payments(customers["business"])
    assert [("112.40", "settlement_pending")] == biller.charges(payment)
    (token,) = [
        sale["token"] for sale in biller.transactions() if sale["order_id"] == str(payment["id"])
    ]
    account = braintree_of(biller).us_bank_account.find(token)
    assert ("savings", "business") == (account.account_type, account.ownership_type)


def braintree_of(biller: Biller) -> braintree.BraintreeGateway:
    """Braintree's own library, on the line's sandbox."""
    settings, port = Settings.from_env({}), str(biller.line.ports.sandbox)
    url = f"http://127.0.0.1:{port}"
    place = braintree.Environment("local", "127.0.0.1", port, url, False, None, "127.0.0.1", port)
    return braintree.BraintreeGateway(
        braintree.Configuration(
            environment=place,
            merchant_id=settings.braintree_merchant_id,
            public_key=settings.braintree_public_key,
            private_key=settings.braintree_private_key.get_secret_value(),
        )
    )
