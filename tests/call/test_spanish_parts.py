"""Every part of the line over real calls in Spanish, held at the same time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from paytone.ask import GO_SLOWER, MORE_TIME, STILL_THERE
from paytone.caller import Caller, script
from paytone.config import Settings
from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.amount_entry import ASK_AMOUNT, IS_THAT_RIGHT
from paytone.flows.authorisation import ACCEPT, FROM_YOUR, PLAY_BACK, SAY_NOW
from paytone.flows.banners import OUTAGE, OUTAGE_UNTIL
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL, ENTER_AGAIN
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.help import AUTOPAY_DAYS, AUTOPAY_NOTICE, CARDS, CHECKS, HOURS, NEEDED
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.method_entry import PAY_WITH_CARD
from paytone.flows.nearest import ABOUT, ASK_ZIP, IN_ZIP, MILES, THE_NEAREST, THE_NEXT
from paytone.flows.new_pin import ASK_NEW_PIN, PIN_SET
from paytone.flows.no_pin import ASK_BILLING_ZIP, BY_CODE, YOU_CAN_PAY
from paytone.flows.other_ways import WAYS
from paytone.flows.passcode_entry import ASK_CODE, BY_EMAIL, ON_ITS_WAY
from paytone.flows.pay_bill import CHECK_ACCEPTED, CHECK_PENDING, CONFIRMATION_IS, PAID
from paytone.flows.send_ways import NEXT_ONE
from paytone.line.demo import CHECKS as TAKES_CHECKS
from paytone.line.demo import PLACES, SPANISH_NUMBER, ZIPS
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money
from tests.call.biller import USUAL, Biller, Customer, Row, Together
from tests.call.conversation import AGREE, EXPIRY, GREETING, PAY, VISA, WHOLE, Turns, card
from tests.call.spanish import (
    every_prompt,
    heard_in_order,
    identified,
    in_spanish,
    not_spanish,
    spanish,
)
from tests.call.test_check import TO_AUTHORISATION
from tests.call.test_slow import PACE

EMAIL = "someone@customer.example"
NEW_PIN = "830572"
ZIP = "60601"
AREA, IN_THE_AREA = "312", "3125550188"
SPEECH = CHECKOUT / "sounds/es/goodbye.ulaw"
GOODBYE = Prompt("goodbye")
HELP, HELP_MORE = Prompt("help-ask-needed"), Prompt("help-ask-counts")
OTHER_WAYS = Prompt("more-other-ways")
SHOP = """
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
    own = f"{inbound}exten => 701,1,Goto(custom-club,s,1)\n"
    extensions.write_text(extensions.read_text().replace(inbound, own) + SHOP)
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


async def says(biller: Biller, *turns: tuple[Prompt, str | None], timeout: float = 60) -> Caller:
    """A call to the Spanish number that follows *turns*, and hears the rest."""
    async with biller.dial(SPANISH_NUMBER) as call:
        await script(call, turns, timeout=timeout)
        if turns[-1][1] is not None:
            await call.until_hung_up()
    return call


async def in_an_area(biller: Biller) -> Caller:
    """From where there is an outage."""
    async with biller.dial(SPANISH_NUMBER, calling_from=IN_THE_AREA) as call:
        turns: Turns = ((GREETING, ""), (OUTAGE_UNTIL, ""), (ASK_ACCOUNT, None))
        await script(call, in_spanish(turns))
    return call


async def forgot(biller: Biller, customer: Customer, folder: Path) -> Caller:
    """Has forgotten the PIN, and sets a new one by a mailed code."""
    biller.line.paytone("contacts", "email", customer.number, EMAIL, "--why", "test")
    _speaks_spanish(biller, customer)
    turns: Turns = (
        (GREETING, f"{customer.number}#"), (ASK_PIN, "#"), (BY_CODE, "1"), (BY_EMAIL, "1"),
        (ON_ITS_WAY, ""), (ASK_CODE, ""),
    )  # fmt: skip
    new: Turns = ((ASK_NEW_PIN, f"{NEW_PIN}#"), (ENTER_AGAIN, f"{NEW_PIN}#"), (YOU_OWE, None))
    async with biller.dial(SPANISH_NUMBER) as call:
        await script(call, in_spanish(turns))
        await call.press((await biller.until(lambda: codes(folder), 90))[0])
        await script(call, in_spanish(new))
    return call


def _speaks_spanish(biller: Biller, customer: Customer) -> None:
    biller.rows(
        "UPDATE customers SET language = 'es' FROM accounts"
        " WHERE number = %(number)s AND customers.id = customer_id RETURNING name",
        number=customer.number,
    )


def codes(folder: Path) -> list[str]:
    """Every code in the letters."""
    texts = (file.read_text() for file in folder.glob("*.txt"))
    found = (re.search(r"^Código: ([0-9]{6})$", text, re.MULTILINE) for text in texts)
    return [match[1] for match in found if match]


async def pays_only(biller: Biller, customer: Customer) -> Caller:
    """Pays without a PIN, by account number and ZIP code."""
    biller.rows(
        "UPDATE accounts SET zip = %(zip)s WHERE number = %(number)s RETURNING id",
        zip=ZIP,
        number=customer.number,
    )
    turns: Turns = (
        (GREETING, f"{customer.number}#"), (ASK_PIN, "#"), (BY_CODE, "3"), (ASK_BILLING_ZIP, ZIP),
        (MENU, "1"), (ASK_AMOUNT, "21*01#"), (IS_THAT_RIGHT, "1"), (PAY_WITH_CARD, "2"), *card(),
        *AGREE, (REPEAT_CONFIRMATION, "#"), (MENU, "#"),
    )  # fmt: skip
    return await says(biller, *in_spanish(turns))


async def asks(biller: Biller, customer: Customer) -> Caller:
    """Asks three questions, goes back, and looks for a payment center."""
    turns: Turns = (
        (GREETING, "3"), (HELP, "1"), (NEEDED, "#"), (HELP, "4"), (HOURS, ""),
        (Prompt("press-pound-go-on"), "#"), (HELP, "5"), (HELP_MORE, "3"), (AUTOPAY_DAYS, "#"),
        (HELP, "2"), (CHECKS, "#"), (HELP, "#"),
        (ASK_ACCOUNT, customer.number), (ASK_PIN, f"{customer.pin}#"),
        (MENU, "5"), (OTHER_WAYS, "1"), (WAYS, "3"), (ASK_ZIP, "60188#"), (NEXT_ONE, "2"),
        (MILES, "#"), (MENU, "#"),
    )  # fmt: skip
    return await says(biller, *in_spanish(turns))


async def is_slow(biller: Biller, customer: Customer) -> tuple[Caller, Caller]:
    """Keys nothing until a slower call is offered; and calls again."""
    offered: Turns = ((GREETING, ""), (STILL_THERE, ""), (GO_SLOWER, "8#"))
    who: Turns = ((ASK_ACCOUNT, customer.number), (ASK_PIN, f"{customer.pin}#"))
    leaves = in_spanish(((MENU, "#"), (GOODBYE, "")), slow=True)
    first = await says(biller, *in_spanish(offered), *in_spanish(who, slow=True), *leaves)
    return first, await says(biller, *identified(customer), *leaves)


async def pays_by_check(biller: Biller, customer: Customer) -> Caller:
    """Authorises a debit aloud, and listens to it."""
    to_authorisation = in_spanish((*PAY, *WHOLE, *TO_AUTHORISATION))
    async with biller.dial(SPANISH_NUMBER) as call:
        await script(call, (*identified(customer), *to_authorisation), timeout=90)
        await call.hear(spanish(SAY_NOW)[0], timeout=60)
        await call.hear_end()
        await call.speak(SPEECH)
        await call.press("#")
        accepts: Turns = ((PLAY_BACK, "3"), (ACCEPT, "1"), (REPEAT_CONFIRMATION, "#"), (MENU, "#"))
        await script(call, in_spanish(accepts))
        await call.until_hung_up()
    return call


async def pays_a_shop(biller: Biller) -> Caller:
    """Pays where another dialplan asks for a payment in Spanish."""
    turns: Turns = (
        (ASK_CARD, f"{VISA}#"), (ASK_EXPIRY, EXPIRY), (ASK_CVV_3, "123"), (ASK_POSTAL, "10001"),
        (REVIEW_KEYS, "1"), (REPEAT_CONFIRMATION, "#"),
    )  # fmt: skip
    async with biller.dial("701") as call:
        await script(call, (*in_spanish(turns), (GOODBYE, "")))
        await call.until_hung_up()
    return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller, customers: dict[str, Customer], folder: Path) -> Together:
    """All these calls at the same time."""
    return await Together.hold(
        {
            "in an area": in_an_area(biller),
            "forgot": forgot(biller, customers["forgot"], folder),
            "pays only": pays_only(biller, customers["pays only"]),
            "asks": asks(biller, customers["asks"]),
            "is slow": is_slow(biller, customers["is slow"]),
            "pays by check": pays_by_check(biller, customers["pays by check"]),
            "pays a shop": pays_a_shop(biller),
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
    assert ["49.99"] == [each["amount"] for each in biller.transactions() if _is_sale(each)]


def _is_sale(transaction: Row) -> bool:
    return transaction["amount"] == "49.99"
