"""Paying over real calls on a line that takes a fee; and on one that takes none and says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from paytone.caller import Caller, Hearing, script
from paytone.flows.agreement import REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.fee import (
    FEE_FOR_PHONE,
    FEE_FREE_WAYS,
    FEE_IS,
    FEE_KEYS,
    IN_TOTAL,
    INCLUDING_FEE,
    PLUS_FEE,
)
from paytone.flows.identify import ASK_ACCOUNT
from paytone.flows.menu import MENU
from paytone.flows.pay_bill import CANCELLED, NEW_BALANCE_IS, PAID, YOU_PAID
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import (
    AGREE,
    GREETING,
    LEAVE,
    PAY,
    WHOLE,
    Turns,
    card,
    identified,
    in_order,
    never_heard,
    promptly,
)

NO_FEE: Final = Prompt("no-fee")
FEE: Final = Money(250)


@pytest.fixture(scope="module")
def costly(hearing: Hearing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Biller]:
    """A line as an admin sets it up who takes 2.50: the setting, and no-fee out of the dialplan."""
    dialplan: Path = tmp_path_factory.mktemp("fee") / "dialplan"
    shutil.copytree(CHECKOUT / "dialplan", dialplan)
    map_of_calls = dialplan / "extensions.conf"
    text = map_of_calls.read_text()
    assert 3 == text.count("no-fee&")
    map_of_calls.write_text(text.replace("no-fee&", ""))
    settings = {"PAYTONE_FEE_CENTS": "250"}
    with Biller.opened(hearing, {USUAL: 3}, dialplan=dialplan, settings=settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def customers(costly: Biller) -> dict[str, Customer]:
    return {name: costly.customer() for name in ("pays", "cancels", "hangs up")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(costly: Biller, customers: dict[str, Customer]) -> Together:
    """A caller who accepts the fee, one who does not, and one who hangs up on hearing it."""

    async def hold(name: str, turns: Turns) -> Caller:
        async with costly.dial() as call:
            await script(call, (*identified(customers[name]), *PAY, *turns))
            if turns[-1][1] is not None:
                await call.until_hung_up()
        return call

    pays = ((FEE_KEYS, "1"), *WHOLE, *card(), *AGREE, *LEAVE)
    cancels = ((FEE_KEYS, "*"), (MENU, "#"))
    return await Together.hold(
        {
            "pays": hold("pays", pays),
            "cancels": hold("cancels", cancels),
            "hangs up": hold("hangs up", ((FEE_IS, None),)),
        }
    )


def test_who_accepts_the_fee_pays_it_with_the_bill(
    costly: Biller, customers: dict[str, Customer], held: Together
) -> None:
    call, customer = held["pays"], customers["pays"]
    assert in_order(
        call,
        FEE_IS,
        *spoken.money(FEE),
        FEE_FOR_PHONE,
        FEE_FREE_WAYS,
        FEE_KEYS,
        ASK_AMOUNT_KIND,
        REVIEW_PAY,
        *spoken.money(Money(11240)),
        PLUS_FEE,
        *spoken.money(FEE),
        IN_TOTAL,
        *spoken.money(Money(11490)),
        PAID,
        YOU_PAID,
        *spoken.money(Money(11490)),
        INCLUDING_FEE,
        *spoken.money(FEE),
        NEW_BALANCE_IS,
    )
    assert ["114.90"] == costly.charged(customer)
    assert 0 == costly.owed_cents(customer)
    (payment,) = costly.payments(customer)
    booked = costly.rows(
        "SELECT kind, amount_cents FROM ledger WHERE payment_id = %(id)s ORDER BY id",
        id=payment["id"],
    )
    assert [("payment", 11240), ("fee", 250)] == [tuple(row.values()) for row in booked]
    assert promptly(call)


def test_who_cancels_at_the_fee_pays_nothing_and_hears_so(
    costly: Biller, customers: dict[str, Customer], held: Together
) -> None:
    call = held["cancels"]
    assert in_order(call, FEE_IS, FEE_KEYS, CANCELLED, MENU)
    assert never_heard(call, ASK_AMOUNT_KIND)
    assert [] == costly.payments(customers["cancels"])
    assert promptly(call)


def test_who_hangs_up_at_the_fee_pays_nothing(
    costly: Biller, customers: dict[str, Customer], held: Together
) -> None:
    assert in_order(held["hangs up"], FEE_IS)
    assert [] == costly.payments(customers["hangs up"])


@pytest.mark.parametrize("line", ["shipped", "costly"])
async def test_that_there_is_no_fee_is_said_where_there_is_none(
    request: pytest.FixtureRequest, line: str
) -> None:
    biller: Biller = request.getfixturevalue("biller" if line == "shipped" else line)
    async with biller.dial() as call:
        await script(call, ((GREETING, ""), (ASK_ACCOUNT, None)))
    assert (line == "shipped") == (NO_FEE in call.heard)
