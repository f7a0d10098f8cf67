"""AutoPay and a payment on a later date over real calls, and the worker that pays them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from paytone.back_office.runs import Office, make_runs
from paytone.caller import Caller, Hearing, script
from paytone.config import Settings
from paytone.flows import Desk, LockRule
from paytone.flows.agreement import REVIEW_LATER, REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.autopay import CANCEL, CANCEL_SURE, SET_UP
from paytone.flows.autopay import DONE as AUTOPAY_DONE
from paytone.flows.later import LATER_DONE, LATER_ONCE
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.pay_bill import PAID
from paytone.flows.plan_agree import CANCELLED, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_LATER_DAY,
    ASK_NOTICE_OVER,
    NOTICE_OVER,
    WHICH_METHOD,
)
from paytone.flows.plan_words import (
    IS_STOPPED,
    NEXT_IS,
    STOPPED_OF,
    TERMS_AUTOPAY,
    TERMS_CANCEL,
    TERMS_ENQUIRIES,
    TERMS_NOTICE_OVER,
    TERMS_ONCE,
)
from paytone.gateway.braintree import connect
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account, Limits
from paytone.rules.schedule import Kind
from paytone.sandbox.core import Sandbox
from paytone.store import Store, accounts, schedules
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import PAY, WHOLE, identified, in_order, promptly
from tests.plans import reached, saved_card
from tests.teller import Counter
from tests.teller import later as at_time

PLANS_AUTOPAY, PLANS_LATER = Prompt("plans-autopay"), Prompt("plans-later")
TO_PLANS = ((YOU_OWE, "3"),)
LEAVE = ((MENU, "#"),)


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, and whose it was."""

    customer: Customer
    call: Caller


@asynccontextmanager
async def counter_of(biller: Biller) -> AsyncIterator[Counter]:
    """The line's own database and Braintree, as tests of the back office take them."""
    settings = Settings.from_env({})
    gateway = connect(
        environment="local",
        merchant_id=settings.braintree_merchant_id,
        public_key=settings.braintree_public_key,
        private_key=settings.braintree_private_key.get_secret_value(),
        local_url=f"http://127.0.0.1:{biller.line.ports.sandbox}",
    )
    async with Store.open(biller.line.database_url) as store:
        desk = Desk(store, lambda: gateway, Limits(), LockRule(), settings.now)
        yield Counter(desk, store, Sandbox(settings.now))


async def with_card(biller: Biller) -> Customer:
    """A customer with a saved card, who can be written to."""
    customer = biller.customer()
    async with counter_of(biller) as counter:
        account = await account_of(counter, customer)
        await reached(counter, account)
        await saved_card(counter, account)
    return customer


async def account_of(counter: Counter, customer: Customer) -> Account:
    account = await accounts.by_number(counter.store, customer.number)
    assert account is not None
    return account


@pytest.fixture(scope="module")
def biller(hearing: Hearing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Biller]:
    """A line that writes letters."""
    letters = {"PAYTONE_LETTERS": str(tmp_path_factory.mktemp("letters"))}
    with Biller.opened(hearing, {USUAL: 3}, settings=letters) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """One call sets AutoPay up and another then cancels it; two put a payment off."""
    put_off_to = (biller_now() + timedelta(days=5)).date()

    async def set_up_and_cancel(customer: Customer) -> tuple[Held, Held]:
        to_autopay = (*identified(customer), *TO_PLANS, (PLANS_AUTOPAY, "1"))
        async with biller.dial() as first:
            enrol = (
                (SET_UP, "1"),
                (ASK_AUTOPAY_DAY, "1"),
                (NOTICE_OVER, "2"),
                (ASK_NOTICE_OVER, "50#"),
                (WHICH_METHOD, "1"),
            )
            await script(first, (*to_autopay, *enrol, (TERMS_ACCEPT, "1"), *LEAVE), timeout=90)
            await first.until_hung_up()
        async with biller.dial() as second:
            await script(
                second, (*to_autopay, (CANCEL, "4"), (CANCEL_SURE, "1"), *LEAVE), timeout=90
            )
            await second.until_hung_up()
        return Held(customer, first), Held(customer, second)

    async def put_off(customer: Customer) -> Held:
        async with biller.dial() as call:
            asked = (
                (LATER_ONCE, "1"),
                (ASK_AMOUNT_KIND, "2"),
                (ASK_LATER_DAY, f"{put_off_to:%m%d}"),
                (WHICH_METHOD, "1"),
                (TERMS_ACCEPT, "1"),
            )
            to_later = (*identified(customer), *TO_PLANS, (PLANS_LATER, "2"))
            await script(call, (*to_later, *asked, *LEAVE), timeout=90)
            await call.until_hung_up()
        return Held(customer, call)

    async def put_off_at_the_review(customer: Customer) -> Held:
        async with biller.dial() as call:
            asked = (
                (REVIEW_LATER, "3"),
                (ASK_LATER_DAY, f"{put_off_to:%m%d}"),
                (TERMS_ACCEPT, "1"),
            )
            to_review = (*identified(customer), *PAY, *WHOLE)
            await script(call, (*to_review, *asked, *LEAVE), timeout=90)
            await call.until_hung_up()
        return Held(customer, call)

    customers = [await with_card(biller) for _ in range(3)]
    return await Together.hold(
        {
            "autopay": set_up_and_cancel(customers[0]),
            "later": put_off(customers[1]),
            "review": put_off_at_the_review(customers[2]),
        }
    )


def biller_now() -> datetime:
    """The time in the biller's zone."""
    return Settings.from_env({}).now()


def test_autopay_is_set_up_with_all_its_terms_heard(held: Together) -> None:
    first, _ = held["autopay"]
    assert in_order(
        first.call, TERMS_AUTOPAY, TERMS_NOTICE_OVER, TERMS_CANCEL, TERMS_ENQUIRIES, TERMS_ACCEPT
    )
    assert in_order(
        first.call,
        AUTOPAY_DONE,
        NEXT_IS,
        *spoken.money(first.customer.owes),
        Prompt("anything-else"),
    )
    assert promptly(first.call)


def test_cancelled_in_another_call_the_payment_that_it_stops_is_named(held: Together) -> None:
    _, second = held["autopay"]
    assert in_order(
        second.call, CANCELLED, STOPPED_OF, *spoken.money(second.customer.owes), IS_STOPPED
    )


def test_what_was_read_back_is_put_off_without_being_asked_again(held: Together) -> None:
    call = held["review"].call
    assert in_order(
        call,
        REVIEW_PAY,
        REVIEW_LATER,
        TERMS_ONCE,
        *spoken.money(held["review"].customer.owes),
        TERMS_ACCEPT,
        LATER_DONE,
        NEXT_IS,
    )
    assert (0, 0) == (call.heard.count(WHICH_METHOD), call.heard.count(PAID))
    assert promptly(call)


async def test_payments_put_off_in_calls_are_made_on_their_day_and_the_cancelled_one_never(
    held: Together, biller: Biller
) -> None:
    put_off, (cancelled, _) = (held["later"], held["review"]), held["autopay"]
    assert in_order(held["later"].call, TERMS_ONCE, TERMS_ACCEPT, LATER_DONE, NEXT_IS)
    async with counter_of(biller) as counter:
        for each in put_off:
            account = await account_of(counter, each.customer)
            (plan,) = await schedules.of_account(counter.store, account.id)
            assert Kind.ONCE is plan.kind
        for days, charged in ((0, []), (4, []), (6, ["112.40"]), (40, ["112.40"])):
            await make_runs(Office(till_in(counter, days).desk.till))
            assert [charged, charged] == [biller.charged(each.customer) for each in put_off]
    assert [] == biller.charged(cancelled.customer)


def till_in(counter: Counter, days: int) -> Counter:
    """The counter so many days later."""
    return at_time(counter, counter.desk.clock() + timedelta(days=days))
