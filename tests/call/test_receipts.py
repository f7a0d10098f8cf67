"""Receipts and notices that calls ask for, as the letters that come of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from paytone.adapters import post_of
from paytone.back_office.send_letters import send_due
from paytone.caller import Caller, Hearing, script
from paytone.config import Settings
from paytone.flows.authorisation import ACCEPT, SAY_NOW
from paytone.flows.bills import BILL_OF, NEXT_BILL_ON
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.history import GO_ON, LAST_PAYMENTS, PAYMENT_OF, PROCESSING
from paytone.flows.menu import MENU, RECORDS
from paytone.flows.pay_bill import CHECK_ACCEPTED
from paytone.flows.receipt_offer import RECEIPT_BY_EMAIL, RECEIPT_COMES_BY_EMAIL
from paytone.flows.shares_entry import ALL_ACCOUNTS
from paytone.flows.shares_told import WENT_THROUGH
from paytone.line.demo import CHECKS
from paytone.prompts import spoken
from paytone.rules.money import Money
from paytone.rules.next_bill import Expected, next_bill
from paytone.rules.pin import hash_pin
from tests.call.biller import PIN, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    PAY,
    WHOLE,
    Turns,
    identified,
    in_order,
    never_heard,
    promptly,
    said,
)
from tests.call.test_check import SPEECH, TO_AUTHORISATION
from tests.call.test_later import account_of, counter_of
from tests.plans import saved_card

COLUMNS: Final = (
    "account_number", "customer_name", "customer_number", "email", "billing_day", "pin_hash",
    "bill_number", "amount", "issued", "due",
)  # fmt: skip
ONE: Final = Customer("4900000000000001", Money(11240))
FIRST: Final = Customer("4900000000000002", Money(3550))
SECOND: Final = Customer("4900000000000003", Money(8000))
SPEAKER: Final = Customer("4900000000000004", Money(6400))
BILLING_DAY: Final = 20
TODAY: Final = Settings.from_env({}).now().date()

BY_EMAIL: Turns = ((RECEIPT_BY_EMAIL, "3"), (RECEIPT_COMES_BY_EMAIL, ""))
LEAVE: Turns = ((REPEAT_CONFIRMATION, "#"), (MENU, "#"))
BILLS: Turns = ((MENU, "4"), (RECORDS, "2"), (GO_ON, "#"))
PAYMENTS: Turns = ((MENU, "4"), (RECORDS, "1"))


def bring(biller: Biller) -> None:
    """Import customers with an address, one of whom has two accounts, as an operator does."""
    file, pin_hash = biller.line.folder / "receipts.csv", hash_pin(PIN)
    with file.open("w", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        for at, each in ((1, ONE), (2, FIRST), (2, SECOND), (3, SPEAKER)):
            row = (each.number, "Test", f"mail-{at}", f"to-{at}@customer.example", BILLING_DAY)
            bill = (f"bill-{each.number}", each.owes.decimal, "-7d", "+14d")
            rows.writerow((*row, pin_hash, *bill))
    biller.line.paytone("accounts", "import", str(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where letters are put."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def biller(hearing: Hearing, folder: Path) -> Iterator[Biller]:
    """A line that takes electronic checks and writes letters."""
    with Biller.opened(hearing, {}, settings={**CHECKS, "PAYTONE_LETTERS": str(folder)}) as opened:
        bring(opened)
        yield opened


async def call_of(biller: Biller, customer: Customer, *turns: Turns) -> Caller:
    """A call of theirs, to its end."""
    steps = tuple(step for each in turns for step in each)
    async with biller.dial() as call:
        await script(call, (*identified(customer), *steps), timeout=90)
        await call.until_hung_up()
    return call


async def pays_and_asks_again(biller: Biller) -> tuple[Caller, Caller]:
    """Pays and asks for the receipt; in another call hears of bills, and asks for it again."""
    first = await call_of(biller, ONE, PAY, WHOLE, AGREE, BY_EMAIL, LEAVE)
    again = (*PAYMENTS, *BY_EMAIL, (GO_ON, "#"), (MENU, "#"))
    return first, await call_of(biller, ONE, BILLS, again)


async def speaks(biller: Biller) -> Caller:
    """Pays by electronic check, authorised aloud."""
    turns = (*identified(SPEAKER), *PAY, *WHOLE, *TO_AUTHORISATION)
    async with biller.dial() as call:
        await script(call, turns, timeout=90)
        await call.hear(SAY_NOW, timeout=60)
        await call.hear_end()
        await call.speak(SPEECH)
        await call.press("#")
        await script(call, ((ACCEPT, "1"), (REPEAT_CONFIRMATION, None)))
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller, folder: Path) -> Together:
    """All calls, those of different customers at the same time; then their letters are sent."""
    async with counter_of(biller) as counter:
        await counter.store.run("UPDATE customers SET email_receipts = false")
        for customer in (ONE, FIRST):
            await saved_card(counter, await account_of(counter, customer))
        held = await Together.hold(
            {
                "one": pays_and_asks_again(biller),
                "two": call_of(biller, FIRST, PAY, ((ALL_ACCOUNTS, "2"),), AGREE, BY_EMAIL, LEAVE),
                "check": speaks(biller),
            }
        )
        post = post_of(Settings.from_env({"PAYTONE_LETTERS": str(folder)}))
        assert post is not None
        await send_due(counter.store, post, now=counter.desk.clock())
    return held


def letters(folder: Path, to: int) -> list[str]:
    """What came to that customer, in order."""
    texts = [file.read_text() for file in sorted(folder.glob("*.txt"))]
    return [text for text in texts if text.startswith(f"To: to-{to}@customer.example\n")]


def receipts(folder: Path, to: int) -> list[str]:
    """The same, of receipts."""
    return [text for text in letters(folder, to) if "Subject: Receipt" in text]


def test_a_receipt_by_email_is_asked_for_and_in_the_next_call_once_more(
    held: Together, biller: Biller, folder: Path
) -> None:
    first, again = held["one"]
    (payment,) = biller.payments(ONE)
    (number,) = set(said(first))
    assert number == payment["confirmation"]
    assert in_order(first, RECEIPT_BY_EMAIL, RECEIPT_COMES_BY_EMAIL, REPEAT_CONFIRMATION)
    assert in_order(
        again, LAST_PAYMENTS, PAYMENT_OF, *spoken.money(ONE.owes), PROCESSING,
        RECEIPT_BY_EMAIL, RECEIPT_COMES_BY_EMAIL, GO_ON,
    )  # fmt: skip
    assert [number] == said(again)
    one, other = receipts(folder, 1)
    assert one == other
    for fact in (f"Confirmation number: {number}", "$112.40", "ending in 1111", ONE.number[-4:]):
        assert fact in one
    assert 2 == len(letters(folder, 1))
    assert promptly(first)
    assert promptly(again)


def test_when_the_next_bill_comes_is_told_before_the_last_one(held: Together) -> None:
    _, call = held["one"]
    expected = next_bill(TODAY, billing_day=BILLING_DAY, issued=[TODAY - timedelta(days=7)])
    assert isinstance(expected, Expected)
    on = spoken.date(expected.on)
    assert in_order(call, NEXT_BILL_ON, *on, BILL_OF, *spoken.money(ONE.owes), GO_ON)


def test_of_two_accounts_paid_at_once_each_has_its_own_receipt(
    held: Together, biller: Biller, folder: Path
) -> None:
    call = held["two"]
    assert in_order(call, WENT_THROUGH, WENT_THROUGH, RECEIPT_BY_EMAIL, RECEIPT_COMES_BY_EMAIL)
    assert 1 == call.heard.count(RECEIPT_COMES_BY_EMAIL)
    texts = receipts(folder, 2)
    assert 2 == len(texts) == len(letters(folder, 2))
    for customer, amount in ((FIRST, "35.50"), (SECOND, "80.00")):
        (payment,) = biller.payments(customer)
        assert [amount] == biller.charged(customer)
        (text,) = [each for each in texts if payment["confirmation"] in each]
        assert f"Amount: ${amount}" in text
        assert f"Account ending in: {customer.number[-4:]}" in text
    assert promptly(call)


def test_a_check_authorised_aloud_is_confirmed_in_writing(
    held: Together, biller: Biller, folder: Path
) -> None:
    call = held["check"]
    assert in_order(call, ACCEPT, CHECK_ACCEPTED)
    (payment,) = biller.payments(SPEAKER)
    (text,) = letters(folder, 3)
    assert "Subject: You authorized a payment of $64.00 from your bank account" in text
    for fact in (
        payment["confirmation"],
        "account ending in 0000",
        "800-555-0100",
        "ending in: 0004",
    ):
        assert fact in text
    assert never_heard(call, RECEIPT_COMES_BY_EMAIL)
