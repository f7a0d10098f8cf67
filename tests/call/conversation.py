"""What callers key on hearing what, and how long the line kept them waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import Final

from paytone.caller import Caller, script
from paytone.flows.agreement import REVIEW_KEYS
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL, EXPIRES
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.identify import ASK_PIN
from paytone.flows.menu import MENU, YOU_OWE
from paytone.flows.pay_bill import CONFIRMATION_IS, PAID
from paytone.prompts import Prompt
from paytone.prompts.grammar import recordings
from paytone.rules import confirmation
from tests.call.biller import Biller, Customer

GREETING: Final = Prompt("greeting")
TO_AGENT: Final = Prompt("to-agent")
NO_AGENT: Final = Prompt("no-agent")
ENDING_IN: Final = Prompt("ending-in")

LONGEST_SILENCE: Final = 3.2
"""Seconds; the promise is 3, the rest is for the network and the machine."""

PATIENT: Final = {"PAYTONE_FIRST_KEY_S": "25"}
"""Settings of a line whose callers wait for each other at its questions."""

VISA: Final = "4111111111111111"
MASTERCARD: Final = "5555555555554444"
EXPIRY: Final = f"09{(date.today().year + 3) % 100:02}"  # noqa: DTZ011 - any year to come

Turns = tuple[tuple[Prompt, str | None], ...]
"""On hearing each prompt, its keys; None hangs up."""

PAY: Final[Turns] = ((YOU_OWE, "1"),)
WHOLE: Final[Turns] = ((ASK_AMOUNT_KIND, "2"),)
TO_REVIEW: Final[Turns] = ((ASK_POSTAL, "10001"), (REVIEW_KEYS, ""))
AGREE: Final[Turns] = ((REVIEW_KEYS, "1"),)
LEAVE: Final[Turns] = ((REPEAT_CONFIRMATION, "#"), (MENU, "#"))


def identified(customer: Customer) -> Turns:
    """Cuts the greeting short, as callers do who know the line."""
    return ((GREETING, customer.number), (ASK_PIN, f"{customer.pin}#"))


def other(keys: str) -> Turns:
    """Another amount than the balance."""
    return ((ASK_AMOUNT_KIND, "4"), (ASK_AMOUNT, keys), (IS_THAT_RIGHT, "1"))


def card(number: str = VISA) -> Turns:
    """A card, keyed while its number and month are being read back."""
    return (
        (ASK_CARD, f"{number}#"),
        (ENDING_IN, EXPIRY),
        (EXPIRES, "123"),
        (ASK_POSTAL, "10001"),
    )


def slow_card(number: str = VISA) -> Turns:
    """A card, keyed by a caller who waits for each question."""
    return (
        (ASK_CARD, f"{number}#"),
        (ASK_EXPIRY, EXPIRY),
        (ASK_CVV_3, "123"),
        (ASK_POSTAL, "10001"),
    )


def to_charge(customer: Customer) -> Turns:
    """All of a payment but the 1 that confirms it."""
    return (*identified(customer), *PAY, *WHOLE, *card())


async def hear_balance(biller: Biller, customer: Customer) -> Caller:
    """A call that identifies and hangs up on hearing the balance."""
    async with biller.dial() as call:
        await script(call, (*identified(customer), (YOU_OWE, None)))
    return call


async def pay(biller: Biller, customer: Customer) -> Caller:
    """A call that pays the whole balance and leaves by saying so."""
    async with biller.dial() as call:
        await script(call, (*to_charge(customer), *AGREE, *LEAVE))
        await call.until_hung_up()
    return call


def said(call: Caller) -> list[str]:
    """Every confirmation number that the line said in *call*."""
    numbers = []
    heard = [str(prompt) for prompt in call.heard]
    while CONFIRMATION_IS in heard:
        heard = heard[heard.index(CONFIRMATION_IS) + 1 :]
        digits = takewhile(lambda said: said.startswith(("number-", "pause-")), heard)
        number = "".join(d.removeprefix("number-") for d in digits if d.startswith("number-"))
        if confirmation.is_valid(number):
            numbers.append(number)
    return numbers


def in_order(call: Caller, *prompts: Prompt) -> bool:
    """Whether *prompts* were heard in this order, whatever else was said between."""
    rest = iter(call.heard)
    return all(prompt in rest for prompt in recordings(prompts))


def silence(call: Caller, *, since: float = 0.0) -> float:
    """
    The longest silence of the line's own, in seconds.

    One that the caller ended by a key was the caller's: the line was waiting for it.

    Args:
        since: What was silent before then, in the event loop's time, was the caller's too.
    """
    assert call.journal.finished is not None, "only of a call that is over"
    keyed = {began for began, _ in call.journal.keyed}
    silences = call.journal.silences(call.journal.finished)
    lengths = [ended - max(began, since) for began, ended in silences if ended not in keyed]
    return max(lengths, default=0.0)


def promptly(call: Caller, *, since: float = 0.0) -> bool:
    """Whether the line was never silent for longer than it promises, after keys or otherwise."""
    return max([silence(call, since=since), *call.gaps]) <= LONGEST_SILENCE


def paid(call: Caller) -> bool:
    """Whether the caller was told that the payment went through."""
    return PAID in call.heard


def never_heard(call: Caller, *prompts: Prompt) -> bool:
    """Whether none of *prompts* was said."""
    return not set(prompts) & set(call.heard)


def last_heard(call: Caller, count: int) -> Sequence[Prompt | None]:
    """The last *count* prompts."""
    return call.heard[-count:]
