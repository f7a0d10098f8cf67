"""Real calls without a PIN: a new one by a mailed code, a payment that hears nothing, questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.caller import Hearing, script
from paytone.flows.amount_entry import ASK_AMOUNT, IS_THAT_RIGHT
from paytone.flows.card_entry import ENTER_AGAIN
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.help import CARDS, NO_CHECKS
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.new_pin import ASK_NEW_PIN, PIN_SET
from paytone.flows.no_pin import ASK_BILLING_ZIP, BY_CODE, YOU_CAN_PAY
from paytone.flows.passcode_entry import ASK_CODE, BY_EMAIL, ON_ITS_WAY
from paytone.prompts import Prompt
from tests.call.biller import USUAL, Biller
from tests.call.conversation import (
    AGREE,
    GREETING,
    card,
    in_order,
    never_heard,
    paid,
    said,
)

EMAIL = "someone@customer.example"
NEW_PIN = "830572"
ZIP = "60601"
HELP = Prompt("help-ask-needed")
ASK_MORE = Prompt("more-other-ways")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where letters are put."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def biller(hearing: Hearing, folder: Path) -> Iterator[Biller]:
    """A line whose worker puts letters into the folder."""
    settings = {"PAYTONE_LETTERS": str(folder)}
    with Biller.opened(hearing, {USUAL: 3}, settings=settings, with_worker=True) as opened:
        yield opened


def codes(folder: Path) -> list[str]:
    """Every code in the letters."""
    texts = (file.read_text() for file in folder.glob("*.txt"))
    return [
        found[1]
        for text in texts
        if (found := re.search(r"^Code: ([0-9]{6})$", text, re.MULTILINE))
    ]


async def test_a_forgotten_pin_by_a_mailed_code(biller: Biller, folder: Path) -> None:
    customer = biller.customer()
    biller.line.paytone("contacts", "email", customer.number, EMAIL, "--why", "test")
    async with biller.dial() as call:
        await script(
            call,
            (
                (GREETING, f"{customer.number}#"),
                (ASK_PIN, "#"),
                (BY_CODE, "1"),
                (BY_EMAIL, "1"),
                (ON_ITS_WAY, ""),
                (ASK_CODE, ""),
            ),
        )
        code = (await biller.until(lambda: codes(folder), 90))[0]
        await call.press(code)
        await script(
            call,
            (
                (ASK_NEW_PIN, f"{NEW_PIN}#"),
                (ENTER_AGAIN, f"{NEW_PIN}#"),
                (YOU_OWE, None),
            ),
        )
    assert in_order(call, ON_ITS_WAY, ASK_CODE, ASK_NEW_PIN, PIN_SET, YOU_OWE)
    async with biller.dial() as call:
        await script(
            call,
            ((GREETING, customer.number), (ASK_PIN, f"{NEW_PIN}#"), (YOU_OWE, None)),
        )
    (row,) = biller.rows("SELECT used_at IS NOT NULL AS used FROM passcodes")
    assert row["used"]
    held = biller.rows("SELECT facts::text AS facts FROM letters")
    assert not any(code in row["facts"] for row in held)


async def test_who_pays_only_pays_and_hears_nothing(biller: Biller) -> None:
    customer = biller.customer()
    biller.rows(
        "UPDATE accounts SET zip = %(zip)s WHERE number = %(number)s RETURNING id",
        zip=ZIP,
        number=customer.number,
    )
    async with biller.dial() as call:
        await script(
            call,
            (
                (GREETING, f"{customer.number}#"),
                (ASK_PIN, "#"),
                (BY_CODE, "3"),
                (ASK_BILLING_ZIP, ZIP),
                (MENU, "1"),
                (ASK_AMOUNT, "25*00#"),
                (IS_THAT_RIGHT, "1"),
                *card(),
                *AGREE,
                (REPEAT_CONFIRMATION, "#"),
                (MENU, "#"),
            ),
        )
        await call.until_hung_up()
    assert paid(call)
    assert in_order(call, YOU_CAN_PAY, MENU)
    assert never_heard(call, YOU_OWE, Prompt("new-balance-is"), Prompt("due-on"))
    (payment,) = biller.payments(customer)
    assert (2500, "settling") == (payment["amount_cents"], payment["state"])
    assert [payment["confirmation"]] == said(call)
    assert ["25.00"] == biller.charged(customer)


async def test_questions_are_answered_before_and_after_identification(biller: Biller) -> None:
    customer = biller.customer()
    async with biller.dial() as call:
        await script(
            call,
            (
                (GREETING, "3"),
                (HELP, "2"),
                (NO_CHECKS, "#"),
                (HELP, "#"),
                (ASK_ACCOUNT, customer.number),
                (ASK_PIN, f"{customer.pin}#"),
                (MENU, "5"),
                (ASK_MORE, "2"),
                (HELP, "3"),
                (Prompt("no-fee"), "#"),
                (HELP, "#"),
                (MENU, "#"),
            ),
        )
        await call.until_hung_up()
    assert in_order(call, CARDS, NO_CHECKS, ASK_ACCOUNT, YOU_OWE)
