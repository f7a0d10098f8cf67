"""How much: what is past due, all, the minimum, what keeps the service, or another amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, choose
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Limits, Owed, Refused, refused
from paytone.rules.money import Money

ASK_AMOUNT_KIND: Final = Prompt("ask-amount-kind")
ASK_AMOUNT: Final = Prompt("ask-amount")
AMOUNT_MISREAD: Final = Prompt("amount-misread")
PAST_DUE: Final = Prompt("pay-past-due")
TOTAL: Final = Prompt("pay-total")
MINIMUM: Final = Prompt("pay-minimum")
OTHER: Final = Prompt("pay-other")
WHOLE: Final = Prompt("pay-whole")
KEEP_SERVICE: Final = Prompt("pay-keep-service")
PAY_AHEAD: Final = Prompt("pay-ahead")
AMOUNT_TOO_SMALL: Final = Prompt("amount-too-small")
AMOUNT_OVER_BALANCE: Final = Prompt("amount-over-balance")
AMOUNT_OVER_LIMIT: Final = Prompt("amount-over-limit")
DID_YOU_MEAN: Final = Prompt("did-you-mean")
FOR: Final = Prompt("or-mean")
PRESS_1: Final = Prompt("press-1")
PRESS_2: Final = Prompt("press-2")
PRESS_3: Final = Prompt("press-3")
PRESS_5: Final = Prompt("press-5")
YOU_WILL_PAY: Final = Prompt("you-will-pay")
MORE_THAN_OWED: Final = Prompt("more-than-owed")
BECOMES_CREDIT: Final = Prompt("becomes-credit")
NOTHING_DUE: Final = Prompt("nothing-due")
IS_THAT_RIGHT: Final = Prompt("is-that-right")

TOTAL_KEY: Final = "2"
OTHER_KEY: Final = "4"
NAMES: Final = {
    "1": (PAST_DUE, PRESS_1),
    TOTAL_KEY: (TOTAL, PRESS_2),
    "3": (MINIMUM, PRESS_3),
    "5": (KEEP_SERVICE, PRESS_5),
}
"""How each amount that has a name is offered, by its key, in the order in which they are said."""


def read_amount(digits: str, currency: str) -> tuple[Money, ...]:
    """
    The amounts that *digits* can mean, the likelier first.

    ``*`` is the decimal point; without it ``4550`` is 4,550.00 or 45.50.
    """
    units, point, cents = digits.partition("*")
    if not point:
        readings = (Money(int(digits) * 100, currency), Money(int(digits), currency))
        return readings[:1] if len(digits) < 3 else readings
    if len(cents) not in {0, 2} or "*" in cents or not (units or cents):
        raise BadAnswer(AMOUNT_MISREAD)
    return (Money(int(units or "0") * 100 + int(cents or "0"), currency),)


def payable(readings: tuple[Money, ...], owed: Owed, limits: Limits) -> tuple[Money, ...]:
    """
    Those of *readings* that may be paid.

    Raises:
        BadAnswer: None may; it says why of the smallest that is not too small.
    """
    may = tuple(amount for amount in readings if refused(amount, owed, limits) is None)
    if not may:
        raise BadAnswer(*_why_not(min(readings), owed, limits))
    return may


def _why_not(amount: Money, owed: Owed, limits: Limits) -> tuple[Prompt, ...]:
    match refused(amount, owed, limits):
        case Refused.TOO_SMALL:
            return (AMOUNT_TOO_SMALL, *spoken.money(limits.least))
        case Refused.OVER_LIMIT:
            return (AMOUNT_OVER_LIMIT, *spoken.money(limits.most))
        case _:
            most = max(owed.balance, Money(0, amount.currency)) + limits.over_balance
            return (AMOUNT_OVER_BALANCE, *spoken.money(min(most, limits.most)))


def why_nothing(owed: Owed, limits: Limits) -> tuple[Prompt, ...] | None:
    """Why no amount at all may be paid on what is *owed*; None if some may."""
    if limits.most_of(owed) >= limits.least:
        return None
    if owed.balance.cents > 0:
        return (AMOUNT_TOO_SMALL, *spoken.money(limits.least))
    return (NOTHING_DUE,)


def offered(owed: Owed, limits: Limits, today: date) -> dict[str, Money]:
    """
    The amounts that are offered by name, each under its key; the keys never change.

    What cannot be paid is left out, and so is what comes to the same as one before it.
    """
    named = {
        TOTAL_KEY: owed.balance,
        "1": owed.past_due(today),
        "3": owed.minimum,
        "5": owed.keep_service,
    }
    offers: dict[str, Money] = {}
    for key, amount in named.items():
        if amount is None or amount in offers.values() or refused(amount, owed, limits):
            continue
        offers[key] = amount
    return offers


async def ask_amount(phone: Phone, owed: Owed, limits: Limits, today: date) -> Money | Back:
    """An amount that may be paid; `BACK` when the caller goes back from the first question."""
    offers = offered(owed, limits, today)
    if TOTAL_KEY not in offers:
        await phone.say(*_why_not_whole(owed, limits))
    while True:
        if offers:
            kind = await choose(phone, *_menu(offers), keys="".join((*offers, OTHER_KEY)))
            if kind is BACK:
                return BACK
            if kind in offers:
                return offers[kind]
        amount = await ask_other_amount(phone, owed, limits)
        if amount is not BACK or not offers:
            return amount


def _menu(offers: Mapping[str, Money]) -> Iterator[Prompt]:
    yield ASK_AMOUNT_KIND
    if tuple(offers) == (TOTAL_KEY,):
        yield from (WHOLE, OTHER)  # the balance was said before the menu
        return
    for key, (lead, press) in NAMES.items():
        if key in offers:
            yield from (lead, *spoken.money(offers[key]), press)
        if key == "3":
            yield OTHER


def _why_not_whole(owed: Owed, limits: Limits) -> tuple[Prompt, ...]:
    if owed.balance.cents > 0:
        return _why_not(owed.balance, owed, limits)
    return (PAY_AHEAD, *spoken.money(limits.most_of(owed)))


async def ask_other_amount(phone: Phone, owed: Owed, limits: Limits) -> Money | Back:
    """An amount that is keyed, read back and confirmed; how much of it would be credit is said."""
    currency = owed.balance.currency

    def read(digits: str) -> tuple[Money, ...]:
        return payable(read_amount(digits, currency), owed, limits)

    while True:
        readings = await ask(phone, Question((ASK_AMOUNT,), read, at_most=9, star=True))
        if readings is BACK:
            return BACK
        amount = readings[0] if len(readings) == 1 else await _which(phone, *readings)
        if amount is BACK:
            continue
        if await choose(phone, IS_THAT_RIGHT, keys="12", announce=_read_back(amount, owed)) == "1":
            return amount


def _read_back(amount: Money, owed: Owed) -> tuple[Prompt, ...]:
    words = (YOU_WILL_PAY, *spoken.money(amount))
    if owed.balance.cents > 0 and amount > owed.balance:
        return (*words, MORE_THAN_OWED, *spoken.money(amount - owed.balance), BECOMES_CREDIT)
    return words


async def _which(phone: Phone, likelier: Money, other: Money) -> Money | Back:
    """The one of two readings that the caller means; the smaller is offered first."""
    first, second = sorted((likelier, other))
    choice = await choose(
        phone,
        DID_YOU_MEAN,
        FOR,
        *spoken.money(first),
        PRESS_1,
        FOR,
        *spoken.money(second),
        PRESS_2,
        keys="12",
    )
    if choice is BACK:
        return BACK
    return first if choice == "1" else second
