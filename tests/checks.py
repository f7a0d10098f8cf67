"""Electronic checks to test with: a counter that takes them, and a caller who pays by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from paytone.flows import Checks
from paytone.flows.agreement import REVIEW_CHECK_KEYS, REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.authorisation import ACCEPT, CANNOT_SPEAK, SAY_NOW
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
)
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.pay_bill import pay_bill
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.fedach import Participant, read
from paytone.rules.job import Ended
from paytone.store import banks
from tests.teller import NOW, Counter

DEMO = Path(__file__).parents[1] / "provision" / "demo-banks.txt"
CHASE = "021000021"
NUMBER = "1000000000"
ENQUIRIES = "8005550100"

WHOLE: Turn = (ASK_AMOUNT_KIND, "2")
BY_CHECK: Turn = (PAY_WITH_CHECK, "3")
CHECKED: Turn = (CHECK_WITH_BANK, "1")
REVIEWED: Turn = (REVIEW_CHECK_KEYS, "1")
READY: Turn = (CANNOT_SPEAK, "1")
SPEAKS: Turn = (SAY_NOW, "")
ACCEPTS: Turn = (ACCEPT, "1")
DONE: Turn = (REPEAT_CONFIRMATION, "#")
CARD: tuple[Turn, ...] = (
    (ASK_CARD, "4111111111111111#"),
    (ASK_EXPIRY, "0927"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
    (REVIEW_KEYS, "1"),
    DONE,
)


def account_turns(
    routing: str = CHASE, number: str = NUMBER, *, kind: str = "1", owner: str = "1"
) -> tuple[Turn, ...]:
    """A bank account, keyed."""
    return (
        (ASK_ROUTING, routing),
        (ASK_BANK_ACCOUNT, f"{number}#"),
        (BANK_ACCOUNT_AGAIN, f"{number}#"),
        (IF_CHECKING, kind),
        (IF_PERSONAL, owner),
    )


TO_REVIEW: tuple[Turn, ...] = (WHOLE, BY_CHECK, *account_turns(), CHECKED)
ALL: tuple[Turn, ...] = (*TO_REVIEW, REVIEWED, READY, SPEAKS, ACCEPTS, DONE)


@pytest_asyncio.fixture
async def checks(counter: Counter) -> AsyncIterator[Counter]:
    """The counter, taking electronic checks from the demo's banks."""
    listed = [each for each in read(DEMO.read_text().splitlines()) if isinstance(each, Participant)]
    await banks.replace_all(counter.store, listed, by="test", now=NOW, force=False)
    yield replace(counter, desk=replace(counter.desk, checks=Checks(ENQUIRIES)))


async def pay(checks: Counter, phone: ScriptedPhone) -> Ended:
    """A call that pays the only account's bill."""
    account = await checks.account()
    return await pay_bill(phone, checks.desk, await checks.call(), account)


def debits(checks: Counter) -> list[tuple[str, object]]:
    """Status and SEC code of each debit that Braintree holds."""
    held = checks.sandbox.books_of().transactions.values()
    return [(sale.status, sale.extra.get("sec_code")) for sale in held]
