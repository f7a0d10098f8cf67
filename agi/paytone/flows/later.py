"""Payments on a later date, and the same amount again and again: set up, heard, ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.ask import BACK, Back, choose, in_turn, patiently
from paytone.flows import Call, Desk, Talk
from paytone.flows.amount_entry import ask_amount, ask_other_amount
from paytone.flows.plan_agree import agree, halt, tell_why_not, tell_why_not_again
from paytone.flows.plan_entry import (
    ASK_FIRST_DAY,
    ASK_LATER_DAY,
    ask_every,
    ask_later_day,
    ask_month_day,
    ask_saved_method,
)
from paytone.flows.plan_words import coming_in_words, payment_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account, Owed
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import Every, Fixed, Kind, Once, Schedule, State
from paytone.store import accounts, methods, schedules

LATER_ONCE: Final = Prompt("later-once")
LATER_FIXED: Final = Prompt("later-fixed")
LATER_LIST: Final = Prompt("later-list")
LATER_DONE: Final = Prompt("later-done")
LATER_OFF: Final = Prompt("later-off")
CONFIRMATION_IS: Final = Prompt("confirmation-is")
CANCEL_IT: Final = Prompt("plan-cancel-it")
OTHER_METHOD: Final = Prompt("plan-other-method")
OTHER_DAY: Final = Prompt("plan-other-day")
PAUSE_IT: Final = Prompt("plan-pause-it")
START_IT: Final = Prompt("plan-start-it")
IS_PAUSED: Final = Prompt("plan-is-paused")
NEXT_ONE: Final = Prompt("plan-next-one")
CANCEL_SURE: Final = Prompt("plan-cancel-sure")
THAT_IS_ALL: Final = Prompt("plan-that-is-all")


async def later(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Let the caller set up payments that are made later, and hear, change, pause or cancel them.

    Nothing is agreed to that was not read in full and accepted with 1. Nothing is charged here.
    Where the account may not be paid by phone that is said instead of setting one up or starting it
    again.
    """
    talk = Talk(phone, desk, call, account)
    found = await patiently(phone, schedules.of_account(desk.store, account.id))
    plans = [each for each in found if each.kind is not Kind.AUTOPAY]
    options = _options(desk, plans)
    if not options:
        await phone.announce(LATER_OFF)
        return Ended(Status.DONE, Next.MENU)
    ended = None
    match await choose(phone, *options.values(), keys="".join(options)):
        case "1":
            ended = await _once(talk)
        case "2":
            ended = await _fixed(talk)
        case "3":
            ended = await _list(talk, plans)
    return ended or Ended(Status.DONE, Next.MENU)


def _options(desk: Desk, plans: list[Schedule]) -> dict[str, Prompt]:
    """The key and words of all that is offered; what is set up is heard in any case."""
    options = {
        "1": (LATER_ONCE, desk.rule.later_days > 0),
        "2": (LATER_FIXED, desk.rule.recurring),
        "3": (LATER_LIST, bool(plans)),
    }
    return {key: words for key, (words, offered) in options.items() if offered}


async def _once(talk: Talk) -> Ended | None:
    if (ended := await tell_why_not(talk, Kind.ONCE)) is not None:
        return ended
    wanted = _Wanted(talk)
    if await in_turn(wanted.ask_amount, wanted.ask_day, wanted.ask_method):
        await wanted.agree()
    return None


async def _fixed(talk: Talk) -> Ended | None:
    if (ended := await tell_why_not(talk, Kind.FIXED)) is not None:
        return ended
    wanted = _Wanted(talk)
    steps = (wanted.ask_any_amount, wanted.ask_every, wanted.ask_first, wanted.ask_method)
    if await in_turn(*steps):
        await wanted.agree()
    return None


class _Wanted:
    """A payment that is being set up: what the caller has chosen so far."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._phone, self._desk = talk.phone, talk.desk
        self._amount = Money(0)
        self._every = Every.MONTH
        self._terms: Once | Fixed | None = None
        self._method: SavedMethod | None = None

    async def ask_amount(self) -> Back | None:
        """How much, by what is owed now."""
        owed = await patiently(self._phone, accounts.owed(self._desk.store, self._talk.account.id))
        today = self._desk.clock().date()
        return self._take(await ask_amount(self._phone, owed, self._desk.limits, today))

    async def ask_any_amount(self) -> Back | None:
        """How much, whatever is owed now."""
        any_bill = Owed(balance=self._desk.limits.most, due=None)
        return self._take(await ask_other_amount(self._phone, any_bill, self._desk.limits))

    def _take(self, amount: Money | Back) -> Back | None:
        if amount is BACK:
            return BACK
        self._amount = amount
        return None

    async def ask_day(self) -> Back | None:
        """On which later day."""
        day = await ask_later_day(self._phone, self._desk, ASK_LATER_DAY)
        if day is BACK:
            return BACK
        self._terms = Once(self._amount, day)
        return None

    async def ask_every(self) -> Back | None:
        """How often."""
        every = await ask_every(self._phone)
        if every is BACK:
            return BACK
        self._every = every
        return None

    async def ask_first(self) -> Back | None:
        """The day of the month; else the first day, from which on it is counted."""
        if self._every is Every.MONTH:
            month_day = await ask_month_day(self._phone)
            if month_day is BACK:
                return BACK
            today = self._desk.clock().date()
            self._terms = Fixed(self._amount, self._every, today, month_day)
            return None
        first = await ask_later_day(self._phone, self._desk, ASK_FIRST_DAY)
        if first is BACK:
            return BACK
        self._terms = Fixed(self._amount, self._every, first)
        return None

    async def ask_method(self) -> Back | None:
        """Which of the saved methods."""
        method = await ask_saved_method(self._talk)
        if method is BACK:
            return BACK
        self._method = method
        return None

    async def agree(self) -> None:
        """Read it all back."""
        assert self._terms is not None
        assert self._method is not None
        await agree_and_tell(self._talk, self._terms, self._method)


async def _list(talk: Talk, plans: list[Schedule]) -> Ended | None:
    """Each plan with what the caller can do to it; the list ends where something was done."""
    for plan in plans:
        method = await patiently(talk.phone, methods.by_id(talk.desk.store, plan.method_id))
        assert method is not None
        choice = await _one(talk, plan, method)
        if choice is BACK:
            return None
        if choice == "#":
            continue
        if choice != "1" and (ended := await tell_why_not_again(talk, plan)) is not None:
            return ended
        await _do(talk, plan, method, choice)
        return None
    await talk.phone.say(THAT_IS_ALL)
    return None


async def _one(talk: Talk, plan: Schedule, method: SavedMethod) -> str | Back:
    terms, active = _terms(plan), plan.state is State.ACTIVE
    words = [*payment_in_words(terms, method.face)]
    if not active:
        words.append(IS_PAUSED)
    elif isinstance(terms, Fixed):
        coming = await patiently(talk.phone, schedules.coming(talk.desk.store, plan))
        words += coming_in_words(terms, coming)
    words += [CANCEL_IT, OTHER_METHOD, OTHER_DAY]
    if isinstance(terms, Fixed):
        words.append(PAUSE_IT if active else START_IT)
    keys = "1234#" if isinstance(terms, Fixed) else "123#"
    return await choose(talk.phone, *words, NEXT_ONE, keys=keys)


async def _do(talk: Talk, plan: Schedule, method: SavedMethod, choice: str) -> None:
    match choice:
        case "1":
            if await choose(talk.phone, CANCEL_SURE, keys="1") is not BACK:
                await halt(talk, plan, State.CANCELLED)
        case "2":
            other = await ask_saved_method(talk)
            if other is not BACK:
                await agree_and_tell(talk, _terms(plan), other, plan)
        case "3":
            terms = await _other_day(talk, _terms(plan))
            if terms is not BACK:
                await agree_and_tell(talk, terms, method, plan)
        case "4":
            await _pause_or_start(talk, plan, method)


async def _pause_or_start(talk: Talk, plan: Schedule, method: SavedMethod) -> None:
    if plan.state is State.ACTIVE:
        await halt(talk, plan, State.PAUSED)
    else:
        await agree_and_tell(talk, _terms(plan), method, plan)


async def _other_day(talk: Talk, terms: Once | Fixed) -> Once | Fixed | Back:
    """The same amount, as often, on another day."""
    if isinstance(terms, Fixed) and terms.every is Every.MONTH:
        month_day = await ask_month_day(talk.phone)
        today = talk.desk.clock().date()
        return BACK if month_day is BACK else replace(terms, first=today, day=month_day)
    question = ASK_LATER_DAY if isinstance(terms, Once) else ASK_FIRST_DAY
    day = await ask_later_day(talk.phone, talk.desk, question)
    if day is BACK:
        return BACK
    return replace(terms, on=day) if isinstance(terms, Once) else replace(terms, first=day)


async def agree_and_tell(
    talk: Talk, terms: Once | Fixed, method: SavedMethod, plan: Schedule | None = None
) -> bool:
    """
    Read the terms; once they are accepted, say what comes next. False where they are not.

    Args:
        plan: What is changed by this.

    Raises:
        AlreadyThere, NotActive, StoreAway: As `agree`.
    """
    agreed = await agree(talk, terms, method, instead_of=plan)
    if agreed is BACK:
        return False
    coming = await patiently(talk.phone, schedules.coming(talk.desk.store, agreed))
    confirmation = spoken.digits(agreed.confirmation, group=3)
    words = (LATER_DONE, CONFIRMATION_IS, *confirmation, *coming_in_words(terms, coming))
    await talk.phone.announce(*words)
    return True


def _terms(plan: Schedule) -> Once | Fixed:
    assert isinstance(plan.terms, Once | Fixed)
    return plan.terms
