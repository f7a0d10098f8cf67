"""Every part of the line over real calls in Spanish, held at the same time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.ask import GO_SLOWER, MORE_TIME, STILL_THERE
from paytone.config import Settings
from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT, IS_THAT_RIGHT
from paytone.flows.authorisation import ACCEPT, FROM_YOUR, SAY_NOW
from paytone.flows.banners import OUTAGE, OUTAGE_UNTIL
from paytone.flows.card_entry import ASK_CARD, ENTER_AGAIN
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.help import AUTOPAY_DAYS, AUTOPAY_NOTICE, CARDS, CHECKS, HOURS, NEEDED
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.nearest import ABOUT, IN_ZIP, MILES, THE_NEAREST, THE_NEXT
from paytone.flows.new_pin import ASK_NEW_PIN, PIN_SET
from paytone.flows.no_pin import YOU_CAN_PAY
from paytone.flows.passcode_entry import ASK_CODE, ON_ITS_WAY
from paytone.flows.pay_bill import CHECK_ACCEPTED, CHECK_PENDING, CONFIRMATION_IS, PAID
from paytone.line.demo import CHECKS as TAKES_CHECKS
from paytone.line.demo import PLACES, ZIPS
from paytone.line.installed import CHECKOUT
from paytone.prompts import spoken
from paytone.rules.money import Money
from tests.call import spanish_callers as callers
from tests.call.biller import USUAL, Biller, Customer, Together
from tests.call.conversation import GREETING
from tests.call.spanish import every_prompt, heard_in_order, not_spanish, spanish
from tests.call.spanish_callers import AREA, GOODBYE, SHOP
from tests.call.test_slow import PACE

CLUB = """
[custom-club]
exten => s,1,Answer()
 same => n,Set(PAYTONE_PAY_LANGUAGE=es)
 same => n,Gosub(paytone-take-payment,s,1(49.99,INV-701))
 same => n,Playback(paytone/goodbye)
 same => n,Hangup()
"""
READ_OUT = "SELECT language, read_out FROM authorisation_words"
ENDS = "SELECT ends_at FROM banners"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where letters are put."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def biller(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Biller]:
    """A line with all that can be switched on, and a dialplan that takes a payment in Spanish."""
    plan = tmp_path_factory.mktemp("spanish") / "dialplan"
    shutil.copytree(CHECKOUT / "dialplan", plan)
    extensions, inbound = plan / "extensions.conf", "[paytone-inbound]\n"
    own = f"{inbound}exten => {SHOP},1,Goto(custom-club,s,1)\n"
    extensions.write_text(extensions.read_text().replace(inbound, own) + CLUB)
    settings = {**TAKES_CHECKS, "PAYTONE_LETTERS": str(folder)}
    with Biller.opened(
        every_prompt(), {USUAL: 6}, settings=settings, dialplan=plan, with_worker=True
    ) as opened:
        opened.line.paytone("places", "import-zips", str(ZIPS))
        opened.line.paytone("places", "import", str(PLACES))
        area = ("--scope", "area", "--place", AREA, "--hours", "2")
        opened.line.paytone("banner", "add", "--kind", "outage", *area, "--by", "test")
        yield opened


@pytest.fixture(scope="module")
def customers(biller: Biller) -> dict[str, Customer]:
    """Who calls for what."""
    calls = ("forgot", "pays only", "asks", "is slow", "pays by check")
    return {call: biller.customer() for call in calls}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller, customers: dict[str, Customer], folder: Path) -> Together:
    """All these calls at the same time."""
    return await Together.hold(
        {
            "in an area": callers.in_an_area(biller),
            "forgot": callers.forgot(biller, customers["forgot"], folder),
            "pays only": callers.pays_only(biller, customers["pays only"]),
            "asks": callers.asks(biller, customers["asks"]),
            "is slow": callers.is_slow(biller, customers["is slow"]),
            "pays by check": callers.pays_by_check(biller, customers["pays by check"]),
            "pays a shop": callers.pays_a_shop(biller),
        }
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_an_outage_is_told_in_spanish_with_day_and_time(
    biller: Biller, held: Together
) -> None:
    call = held["in an area"]
    (row,) = biller.rows(ENDS)
    ends = row["ends_at"].astimezone(Settings.from_env(biller.line.environment).now().tzinfo)
    words = (OUTAGE, OUTAGE_UNTIL, *spoken.date(ends.date()), *spoken.time(ends.time()))
    assert heard_in_order(call, *spanish(GREETING, *words, ASK_ACCOUNT)), call.heard
    assert [] == not_spanish(call)
    assert not set(spanish(OUTAGE)) & set(held["asks"].heard)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_forgotten_pin_by_a_code_in_a_spanish_letter(
    biller: Biller, customers: dict[str, Customer], held: Together
) -> None:
    call = held["forgot"]
    asked = spanish(ON_ITS_WAY, ASK_CODE, ASK_NEW_PIN, ENTER_AGAIN, PIN_SET, YOU_OWE)
    assert heard_in_order(call, *asked), call.heard
    assert [] == not_spanish(call)
    (call_row,) = biller.calls(customers["forgot"])
    assert call_row["account_id"]


@pytest.mark.asyncio(loop_scope="module")
async def test_who_pays_only_pays_in_spanish_and_hears_no_balance(
    biller: Biller, customers: dict[str, Customer], held: Together
) -> None:
    call, amount = held["pays only"], spoken.money(Money(2101))
    heard = (YOU_CAN_PAY, MENU, ASK_AMOUNT, *amount, IS_THAT_RIGHT, REVIEW_PAY, *amount, PAID)
    assert heard_in_order(call, *spanish(*heard, CONFIRMATION_IS)), call.heard
    assert [] == not_spanish(call)
    assert not set(spanish(YOU_OWE)) & set(call.heard)
    assert ["21.01"] == biller.charged(customers["pays only"])


@pytest.mark.asyncio(loop_scope="module")
async def test_questions_are_answered_and_a_payment_center_is_found_in_spanish(
    held: Together,
) -> None:
    call = held["asks"]
    answers = (NEEDED, HOURS, AUTOPAY_NOTICE, *spoken.number(10), AUTOPAY_DAYS, CARDS, CHECKS)
    assert heard_in_order(call, *spanish(*answers, ASK_ACCOUNT, YOU_OWE)), call.heard
    there = (*spoken.digits("60187", group=5), ABOUT, *spoken.number(4), MILES)
    found = spanish(THE_NEAREST, IN_ZIP, THE_NEXT, IN_ZIP, *there)
    assert heard_in_order(call, *found), call.heard
    assert [] == not_spanish(call)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_slow_call_in_spanish_is_remembered(
    biller: Biller, customers: dict[str, Customer], held: Together
) -> None:
    first, again = held["is slow"]
    slowly = spanish(MORE_TIME, ASK_ACCOUNT, ASK_PIN, YOU_OWE, MENU, GOODBYE, slow=True)
    assert heard_in_order(first, *spanish(STILL_THERE, GO_SLOWER), *slowly), first.heard
    assert [{"pace": "slow"}] == biller.rows(PACE, number=customers["is slow"].number)
    menu, goodbye = spanish(MENU, GOODBYE, slow=True)
    assert heard_in_order(again, *spanish(GREETING, ASK_PIN), menu, goodbye), again.heard
    assert [] == not_spanish(first) + not_spanish(again)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_debit_is_authorised_aloud_in_spanish(
    biller: Biller, customers: dict[str, Customer], held: Together
) -> None:
    call = held["pays by check"]
    heard = (FROM_YOUR, SAY_NOW, ACCEPT, CHECK_ACCEPTED, CHECK_PENDING, REPEAT_CONFIRMATION)
    assert heard_in_order(call, *spanish(*heard)), call.heard
    assert [] == not_spanish(call)
    (payment,) = biller.payments(customers["pays by check"])
    assert ("bank", "settling") == (payment["method"], payment["state"])
    (kept,) = biller.rows(READ_OUT)
    assert "es" == kept["language"]
    assert "El monto es de ciento doce dólares con cuarenta centavos." in kept["read_out"]


@pytest.mark.asyncio(loop_scope="module")
async def test_another_dialplan_has_a_payment_taken_in_spanish_and_goes_on_in_its_own(
    biller: Biller, held: Together
) -> None:
    call, amount = held["pays a shop"], spoken.money(Money(4999))
    heard = spanish(ASK_CARD, REVIEW_PAY, *amount, REVIEW_KEYS, PAID, CONFIRMATION_IS)
    assert heard_in_order(call, *heard, GOODBYE), call.heard
    assert [GOODBYE] == not_spanish(call)
    amounts = [transaction["amount"] for transaction in biller.transactions()]
    assert 1 == amounts.count("49.99")
