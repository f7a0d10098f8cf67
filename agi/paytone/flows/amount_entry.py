"""How much: the whole balance, or another amount."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, choose
from paytone.bill import Limits, Owed, Refused, refused
from paytone.money import Money
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken

ASK_AMOUNT_KIND: Final = Prompt("ask-amount-kind")
ASK_AMOUNT: Final = Prompt("ask-amount")
AMOUNT_MISREAD: Final = Prompt("amount-misread")
AMOUNT_TOO_SMALL: Final = Prompt("amount-too-small")
AMOUNT_OVER_BALANCE: Final = Prompt("amount-over-balance")
AMOUNT_OVER_LIMIT: Final = Prompt("amount-over-limit")
DID_YOU_MEAN: Final = Prompt("did-you-mean")
FOR: Final = Prompt("or-mean")
PRESS_1: Final = Prompt("press-1")
PRESS_2: Final = Prompt("press-2")
YOU_WILL_PAY: Final = Prompt("you-will-pay")
IS_THAT_RIGHT: Final = Prompt("is-that-right")


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


async def ask_amount(phone: Phone, owed: Owed, limits: Limits) -> Money | Back:
    """An amount that may be paid; `BACK` when the caller goes back from the first question."""
    whole = refused(owed.balance, owed, limits) is None
    if not whole and owed.balance.cents > 0:
        await phone.say(*_why_not(owed.balance, owed, limits))
    while True:
        if whole:
            kind = await choose(phone, ASK_AMOUNT_KIND, keys="12")
            if kind is BACK:
                return BACK
            if kind == "1":
                return owed.balance
        amount = await ask_other_amount(phone, owed, limits)
        if amount is not BACK or not whole:
            return amount


async def ask_other_amount(phone: Phone, owed: Owed, limits: Limits) -> Money | Back:
    """An amount that is keyed, read back and confirmed; `BACK` when the caller goes back."""
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
        right = await choose(
            phone, IS_THAT_RIGHT, keys="12", announce=(YOU_WILL_PAY, *spoken.money(amount))
        )
        if right == "1":
            return amount


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
