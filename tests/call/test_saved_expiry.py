"""A saved card that has expired, and one that soon will, are said so in a real call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.config import Settings
from paytone.flows.agreement import REVIEW_FROM, REVIEW_KEYS
from paytone.flows.card_entry import ASK_CARD, card_in_words
from paytone.flows.method_entry import (
    CARD_EXPIRED,
    EXPIRES_NEXT_MONTH,
    EXPIRES_THIS_MONTH,
    PAY_WITH_SAVED,
    YOUR_SAVED,
)
from paytone.flows.pay_bill import PAID
from paytone.rules.card import Brand, Expiry
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    LEAVE,
    MASTERCARD,
    PAY,
    VISA,
    WHOLE,
    identified,
    in_order,
    never_heard,
    promptly,
)
from tests.call.test_later import account_of, counter_of
from tests.plans import saved_card


def months_on(today: date, months: int) -> Expiry:
    """The month that is so many after that of *today*."""
    years, month = divmod(today.month - 1 + months, 12)
    return Expiry(today.year + years, month + 1)


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line of its own."""
    with Biller.opened(hearing, {USUAL: 2}) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """One has a card that is past and one that ends this month; one a card that ends next month."""
    first, second = biller.customer(), biller.customer()
    today = Settings.from_env({}).now().date()
    async with counter_of(biller) as counter:
        account = await account_of(counter, first)
        await saved_card(counter, account, expiry=months_on(today, -1))
        await saved_card(
            counter, account, number=MASTERCARD, brand=Brand.MASTERCARD, expiry=months_on(today, 0)
        )
        account = await account_of(counter, second)
        await saved_card(counter, account, expiry=months_on(today, 1))

    async def hold(customer: Customer) -> Caller:
        async with biller.dial() as call:
            await script(call, (*identified(customer), *PAY, *WHOLE, *AGREE, *LEAVE))
            await call.until_hung_up()
        assert ["112.40"] == biller.charged(customer)
        return call

    return await Together.hold({"past": hold(first), "next month": hold(second)})


def test_a_card_that_has_expired_is_told_of_and_not_offered(held: Together) -> None:
    call = held["past"]
    visa = card_in_words(Brand.VISA, VISA[-4:])
    assert in_order(call, YOUR_SAVED, *visa, CARD_EXPIRED, REVIEW_KEYS, PAID)
    assert 1 == call.heard.count(CARD_EXPIRED)
    assert never_heard(call, PAY_WITH_SAVED, ASK_CARD)
    assert promptly(call)


def test_a_card_that_ends_this_month_is_told_so_and_pays(held: Together) -> None:
    mastercard = card_in_words(Brand.MASTERCARD, MASTERCARD[-4:])
    assert in_order(held["past"], EXPIRES_THIS_MONTH, REVIEW_FROM, *mastercard, REVIEW_KEYS, PAID)


def test_a_card_that_ends_next_month_is_told_so_and_pays(held: Together) -> None:
    call = held["next month"]
    visa = card_in_words(Brand.VISA, VISA[-4:])
    assert in_order(call, EXPIRES_NEXT_MONTH, REVIEW_FROM, *visa, REVIEW_KEYS, PAID)
    assert never_heard(call, CARD_EXPIRED, EXPIRES_THIS_MONTH)
    assert promptly(call)
