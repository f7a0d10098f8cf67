"""Callers of the Spanish number: what each keys on hearing what, and why they call."""

from __future__ import annotations

import re
from pathlib import Path

from paytone.ask import GO_SLOWER, STILL_THERE
from paytone.caller import Caller, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, IS_THAT_RIGHT
from paytone.flows.authorisation import ACCEPT, PLAY_BACK, SAY_NOW
from paytone.flows.banners import OUTAGE_UNTIL
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL, ENTER_AGAIN
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.help import AUTOPAY_DAYS, CHECKS, HOURS, NEEDED
from paytone.flows.identify import ASK_ACCOUNT, ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.method_entry import PAY_WITH_CARD
from paytone.flows.nearest import ASK_ZIP, MILES
from paytone.flows.new_pin import ASK_NEW_PIN
from paytone.flows.no_pin import ASK_BILLING_ZIP, BY_CODE
from paytone.flows.other_ways import WAYS
from paytone.flows.passcode_entry import ASK_CODE, BY_EMAIL, ON_ITS_WAY
from paytone.flows.send_ways import NEXT_ONE
from paytone.line.demo import SPANISH_NUMBER
from paytone.line.installed import CHECKOUT
from paytone.prompts import Prompt
from tests.call.biller import Biller, Customer
from tests.call.conversation import AGREE, EXPIRY, GREETING, PAY, VISA, WHOLE, Turns, card
from tests.call.spanish import identified, in_spanish, spanish
from tests.call.test_check import TO_AUTHORISATION

EMAIL = "someone@customer.example"
NEW_PIN = "830572"
ZIP = "60601"
AREA, IN_THE_AREA = "312", "3125550188"
SPEECH = CHECKOUT / "sounds/es/goodbye.ulaw"
GOODBYE = Prompt("goodbye")
HELP, HELP_MORE = Prompt("help-ask-needed"), Prompt("help-ask-counts")
OTHER_WAYS = Prompt("more-other-ways")
SHOP = "701"
"""The extension of the club's dialplan."""


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
    async with biller.dial(SHOP) as call:
        await script(call, (*in_spanish(turns), (GOODBYE, "")))
        await call.until_hung_up()
    return call
