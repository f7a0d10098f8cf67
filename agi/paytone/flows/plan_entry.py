"""What is asked of a payment that is made later: the day, how often, from which saved method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, choose, patiently
from paytone.flows import Desk, Talk
from paytone.flows.keep_bank import keep_new_bank
from paytone.flows.keep_card import keep_new_card
from paytone.flows.method_entry import PRESS, face_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Limits
from paytone.rules.method import CardFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import Every, Rule, may_be_paid_on
from paytone.store import methods

ASK_AUTOPAY_DAY: Final = Prompt("ask-autopay-day")
ASK_DAYS_BEFORE: Final = Prompt("ask-days-before")
DAYS_BEFORE_MISREAD: Final = Prompt("days-before-misread")
NOTICE_ALWAYS: Final = Prompt("autopay-notice-always")
NOTICE_OVER: Final = Prompt("autopay-notice-over")
ASK_NOTICE_OVER: Final = Prompt("ask-notice-over")
NOTICE_OVER_MISREAD: Final = Prompt("notice-over-misread")
ASK_LATER_DAY: Final = Prompt("ask-later-day")
ASK_FIRST_DAY: Final = Prompt("ask-first-day")
LATER_DAY_MISREAD: Final = Prompt("later-day-misread")
LATER_DAY_TOO_FAR: Final = Prompt("later-day-too-far")
ASK_EVERY: Final = Prompt("ask-every")
ASK_MONTH_DAY: Final = Prompt("ask-month-day")
MONTH_DAY_MISREAD: Final = Prompt("month-day-misread")
WHICH_METHOD: Final = Prompt("plan-which-method")
NEW_CARD: Final = Prompt("plan-new-card")
NEW_BANK: Final = Prompt("plan-new-bank")
FOR: Final = Prompt("or-mean")
KEYS: Final = "12345"
MOST_DAYS_BEFORE: Final = 20
USUAL: Final = Rule()
New = tuple[Prompt, Callable[[Talk], Awaitable[SavedMethod | Back]]]
"""What is new: its words, and what asks and saves it."""

EVERY: Final = {"1": Every.WEEK, "2": Every.TWO_WEEKS, "3": Every.MONTH}


def read_days_before(digits: str) -> int:
    """How many days before the due date."""
    if not 1 <= int(digits) <= MOST_DAYS_BEFORE:
        raise BadAnswer(DAYS_BEFORE_MISREAD)
    return int(digits)


def read_notice_over(digits: str, most: Money) -> Money:
    """Whole dollars, up to *most*."""
    amount = Money(int(digits) * 100, most.currency)
    if not 0 < amount.cents <= most.cents:
        raise BadAnswer(NOTICE_OVER_MISREAD, *spoken.money(most))
    return amount


def read_month_day(digits: str) -> int:
    """A day of the month, 1 to 31."""
    if not 1 <= int(digits) <= 31:
        raise BadAnswer(MONTH_DAY_MISREAD)
    return int(digits)


def read_later_day(digits: str, today: date, later_days: int) -> date:
    """The next day that ``0305``, March fifth, can mean; after today, not too far ahead."""
    days = (_day(digits, year) for year in (today.year, today.year + 1))
    day = next((each for each in days if each is not None and each > today), None)
    if day is None:
        raise BadAnswer(LATER_DAY_MISREAD)
    if not may_be_paid_on(day, today=today, later_days=later_days):
        last = today + timedelta(days=later_days)
        raise BadAnswer(LATER_DAY_TOO_FAR, *spoken.date(last))
    return day


async def ask_autopay_day(phone: Phone) -> int | Back:
    """How many days before the due date AutoPay pays; 0 is on it."""
    while True:
        choice = await choose(phone, ASK_AUTOPAY_DAY, keys="12")
        if choice is BACK:
            return BACK
        if choice == "1":
            return 0
        days = await ask(phone, Question((ASK_DAYS_BEFORE,), read_days_before, at_most=2))
        if days is not BACK:
            return days


async def ask_notice_over(phone: Phone, limits: Limits) -> Money | Back | None:
    """The amount over which alone AutoPay tells of a payment beforehand; None: of every one."""

    def read(digits: str) -> Money:
        return read_notice_over(digits, limits.most)

    while True:
        choice = await choose(phone, NOTICE_ALWAYS, NOTICE_OVER, keys="12")
        if choice is BACK:
            return BACK
        if choice == "1":
            return None
        over = await ask(phone, Question((ASK_NOTICE_OVER,), read, at_most=6))
        if over is not BACK:
            return over


async def ask_later_day(phone: Phone, desk: Desk, question: Prompt) -> date | Back:
    """
    A day after today, as far ahead as the biller lets.

    Where one payment may not be put off, what repeats may still begin as late as is usual.
    """
    today, later_days = desk.clock().date(), desk.rule.later_days or USUAL.later_days

    def read(digits: str) -> date:
        return read_later_day(digits, today, later_days)

    return await ask(phone, Question((question,), read, at_most=4))


async def ask_every(phone: Phone) -> Every | Back:
    """How often."""
    choice = await choose(phone, ASK_EVERY, keys="".join(EVERY))
    return BACK if choice is BACK else EVERY[choice]


async def ask_month_day(phone: Phone) -> int | Back:
    """The day of the month."""
    return await ask(phone, Question((ASK_MONTH_DAY,), read_month_day, at_most=2))


async def ask_saved_method(talk: Talk, *, bank: bool = True) -> SavedMethod | Back:
    """
    One of the customer's saved methods that can pay, or a new one that is saved now.

    Args:
        bank: Offer bank accounts too, where the line takes them.
    """
    phone, desk = talk.phone, talk.desk
    takes_bank = bank and talk.takes_bank
    new: list[New] = [(NEW_CARD, keep_new_card)]
    if takes_bank:
        new.append((NEW_BANK, keep_new_bank))
    while True:
        kept = await patiently(phone, methods.of_customer(desk.store, talk.account.customer_id))
        good = _good(kept, desk.clock().date(), takes_bank=takes_bank)[: len(PRESS) - len(new)]
        if not good and not takes_bank:
            return await keep_new_card(talk)
        choice = await choose(phone, *_offer(good, new), keys=KEYS[: len(good) + len(new)])
        if choice is BACK:
            return BACK
        if int(choice) <= len(good):
            return good[int(choice) - 1]
        _, keep = new[int(choice) - len(good) - 1]
        method = await keep(talk)
        if method is not BACK:
            return method


async def still_pays(talk: Talk, method: SavedMethod) -> bool:
    """Whether *method* is still saved, and may pay the account."""
    work = methods.of_customer(talk.desk.store, talk.account.customer_id)
    kept = await patiently(talk.phone, work)
    return any(each.id == method.id for each in kept) and (
        talk.takes_bank or isinstance(method.face, CardFace)
    )


def _good(kept: Sequence[SavedMethod], today: date, *, takes_bank: bool) -> list[SavedMethod]:
    return [
        each
        for each in kept
        if not each.is_past(today) and (takes_bank or isinstance(each.face, CardFace))
    ]


def _offer(good: Sequence[SavedMethod], new: Sequence[New]) -> Iterator[Prompt]:
    yield WHICH_METHOD
    for method, press in zip(good, PRESS, strict=False):
        yield from (FOR, *face_in_words(method.face), press)
    for (words, _), press in zip(new, PRESS[len(good) :], strict=False):
        yield from (FOR, words, press)


def _day(digits: str, year: int) -> date | None:
    try:
        return date(year, int(digits[:2]), int(digits[2:])) if len(digits) == 4 else None
    except ValueError:
        return None
