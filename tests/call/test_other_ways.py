"""Payment centers over real calls: found by ZIP code, heard, and sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from paytone.caller import Hearing, script
from paytone.flows.identify import ASK_ACCOUNT
from paytone.flows.menu import MENU
from paytone.flows.nearest import ASK_ZIP, IN_ZIP, MILES, SAME_ZIP, THE_NEAREST, THE_NEXT
from paytone.flows.other_ways import WAYS, WEB
from paytone.flows.restriction import TO_OTHER_WAYS, WHY
from paytone.flows.send_ways import COMES_BY_EMAIL, NEXT_ONE, WHO_ARE_YOU
from paytone.line.demo import PLACES, ZIPS
from paytone.prompts import Prompt, spoken
from paytone.prompts.grammar import recordings
from paytone.rules.bill import Restriction
from tests.call.biller import USUAL, Biller
from tests.call.conversation import GREETING, identified, in_order

EMAIL = "someone@customer.example"
TO_THE_WAYS = ("Goto(paytone-greeting,s,1)", "Goto(paytone-first,s,1)")
FIRST = """
[paytone-first]
exten => s,1,Gosub(paytone-settings,s,1)
 same => n,Answer(300)
 same => n,Set(PAYTONE_INTRO=greeting&global-keys)
 same => n,Goto(paytone-other-ways,s,1)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where letters are put."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def biller(hearing: Hearing, folder: Path) -> Iterator[Biller]:
    """A line with the demo's payment centers, whose worker puts letters into the folder."""
    settings = {"PAYTONE_LETTERS": str(folder)}
    with Biller.opened(hearing, {USUAL: 2}, settings=settings, with_worker=True) as opened:
        opened.line.paytone("places", "import-zips", str(ZIPS))
        opened.line.paytone("places", "import", str(PLACES))
        yield opened


def letters(folder: Path) -> list[str]:
    """Every text in the folder."""
    return [file.read_text() for file in folder.glob("*.txt")]


async def test_the_nearest_center_is_heard_and_sent(biller: Biller, folder: Path) -> None:
    customer = biller.customer()
    why = ("--why", "test")
    biller.line.paytone("contacts", "email", customer.number, EMAIL, *why)
    async with biller.dial() as call:
        await script(
            call,
            (
                *identified(customer),
                (MENU, "5"),
                (Prompt("more-other-ways"), "1"),
                (WAYS, "3"),
                (ASK_ZIP, "60188#"),
                (NEXT_ONE, "2"),
                (MILES, "3"),
                (COMES_BY_EMAIL, "#"),
                (MENU, "#"),
            ),
        )
        await call.until_hung_up()
    here, there = (recordings(spoken.digits(each, group=5)) for each in ("60188", "60187"))
    assert in_order(call, THE_NEAREST, IN_ZIP, *here, SAME_ZIP, THE_NEXT)
    assert in_order(call, THE_NEXT, *there, MILES, COMES_BY_EMAIL)
    await biller.until(lambda: letters(folder), 90)
    (text,) = letters(folder)
    assert f"To: {EMAIL}" in text
    assert "Name: Demo Check Exchange\nAddress: 20 Sample Avenue, Wheaton 60187" in text


async def test_who_may_pay_in_cash_only_is_led_to_a_center(biller: Biller) -> None:
    customer = biller.customer()
    biller.line.paytone("accounts", "payable", customer.number, "no", "--reason", "cash-only")
    async with biller.dial() as call:
        await script(
            call,
            (
                *identified(customer),
                (MENU, "1"),
                (TO_OTHER_WAYS, "5"),
                (WAYS, "3"),
                (ASK_ZIP, "60188#"),
                (THE_NEAREST, None),
            ),
        )
    assert in_order(call, WHY[Restriction.CASH_ONLY], THE_NEAREST)
    assert [] == biller.payments(customer)


async def test_a_line_may_tell_the_ways_before_it_asks_who_calls(biller: Biller) -> None:
    file = biller.line.configuration.etc / "extensions.conf"
    shipped = file.read_text()
    file.write_text(shipped.replace(*TO_THE_WAYS) + FIRST)
    biller.line.asterisk.rx("dialplan reload")
    try:
        async with biller.dial() as call:
            turns = ((WAYS, "2"), (WEB, "3"), (WHO_ARE_YOU, "#"), (ASK_ACCOUNT, None))
            await script(call, turns)
    finally:
        file.write_text(shipped)
        biller.line.asterisk.rx("dialplan reload")
    assert in_order(call, GREETING, WAYS, WEB, ASK_ACCOUNT)
