"""Payments, bills and receipts over a real call, and the letters that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.caller import Hearing, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.bills import BILL_OF
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.history import GO_ON, PAYMENT_OF
from paytone.flows.lookup import ASK_CONFIRMATION, NO_SUCH_PAYMENT
from paytone.flows.menu import MENU, RECORDS
from paytone.flows.receipt_offer import RECEIPT_BY_TEXT, RECEIPT_COMES_BY_TEXT
from paytone.flows.receipts import TEXTS_ON
from paytone.flows.text_consent import ASK_MOBILE, TEXTS_AGREE
from tests.call.biller import USUAL, Biller
from tests.call.conversation import in_order, said, to_charge

MOBILE = "3125550177"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where letters are put."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def biller(hearing: Hearing, folder: Path) -> Iterator[Biller]:
    """A line whose worker puts letters into the folder."""
    settings = {"PAYTONE_LETTERS": str(folder)}
    with Biller.opened(hearing, {USUAL: 1}, settings=settings, with_worker=True) as opened:
        yield opened


def letters(folder: Path) -> list[str]:
    """Every text in the folder."""
    return [file.read_text() for file in folder.glob("*.txt")]


async def test_a_caller_pays_gets_a_receipt_by_text_and_hears_all_of_it_again(
    biller: Biller, folder: Path
) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        await script(
            call,
            (
                *to_charge(customer),
                (REVIEW_KEYS, "1"),
                (RECEIPT_BY_TEXT, "2"),
                (ASK_MOBILE, f"{MOBILE}#"),
                (TEXTS_AGREE, "1"),
                (RECEIPT_COMES_BY_TEXT, ""),
                (REPEAT_CONFIRMATION, "#"),
                (MENU, "4"),
                (RECORDS, "2"),
                (GO_ON, "#"),
                (MENU, "4"),
                (RECORDS, "3"),
            ),
        )
        (confirmation,) = said(call)
        wrong = f"{confirmation[:-1]}{(int(confirmation[-1]) + 1) % 10}"
        await script(
            call,
            (
                (ASK_CONFIRMATION, f"{wrong}#"),
                (ASK_CONFIRMATION, f"{confirmation}#"),
                (GO_ON, "#"),
                (MENU, "4"),
                (RECORDS, "4"),
                (GO_ON, "#"),
                (MENU, "#"),
            ),
        )
        await call.until_hung_up()
    assert in_order(call, RECEIPT_COMES_BY_TEXT, BILL_OF, NO_SUCH_PAYMENT, PAYMENT_OF, TEXTS_ON)
    assert [confirmation, confirmation] == said(call)
    await biller.until(lambda: letters(folder), 90)
    (letter,) = letters(folder)
    assert letter.startswith(f"To: {MOBILE}\n")
    assert f"Confirmation {confirmation}" in letter
    assert "$112.40" in letter
