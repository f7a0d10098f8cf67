"""AutoPay: the whole bill, every time. Enrol, hear how it stands, change, pause, cancel."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Call, Desk, Talk
from paytone.flows.method_entry import face_in_words
from paytone.flows.plan_agree import agree, halt, tell_why_not, tell_why_not_again
from paytone.flows.plan_entry import ask_autopay_day, ask_notice_over, ask_saved_method
from paytone.flows.plan_words import FROM, autopay_in_words, coming_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import SavedMethod
from paytone.rules.schedule import AutoPay, Kind, Run, Schedule, State
from paytone.store import autopay as bills
from paytone.store import methods, schedules

AUTOPAY_NONE: Final = Prompt("autopay-none")
SET_UP: Final = Prompt("autopay-set-up")
AUTOPAY_ON: Final = Prompt("autopay-on")
AUTOPAY_PAUSED: Final = Prompt("autopay-paused")
CHANGE_METHOD: Final = Prompt("autopay-change-method")
CHANGE_DAY: Final = Prompt("autopay-change-day")
PAUSE: Final = Prompt("autopay-pause")
START_AGAIN: Final = Prompt("autopay-start-again")
CANCEL: Final = Prompt("autopay-cancel")
CHANGE_NOTICE: Final = Prompt("autopay-change-notice")
TOLD_OVER: Final = Prompt("autopay-told-over")
CANCEL_SURE: Final = Prompt("autopay-cancel-sure")
DONE: Final = Prompt("autopay-done")
CONFIRMATION_IS: Final = Prompt("confirmation-is")


async def autopay(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Tell how AutoPay stands, and let the caller set it up, change, pause or cancel it.

    Nothing is agreed to that was not read in full and accepted with 1. Nothing is charged here.
    Where the account may not be paid by phone that is said instead of setting it up or starting it
    again.
    """
    talk = Talk(phone, desk, call, account)
    found = await patiently(phone, schedules.of_account(desk.store, account.id))
    schedule = next((each for each in found if each.kind is Kind.AUTOPAY), None)
    ended = await (_enrol(talk) if schedule is None else _change(talk, schedule))
    return ended or Ended(Status.DONE, Next.MENU)


async def _enrol(talk: Talk) -> Ended | None:
    if await choose(talk.phone, AUTOPAY_NONE, SET_UP, keys="1") is BACK:
        return None
    if (ended := await tell_why_not(talk, Kind.AUTOPAY)) is not None:
        return ended
    while (days := await ask_autopay_day(talk.phone)) is not BACK:
        while (over := await ask_notice_over(talk.phone, talk.desk.limits)) is not BACK:
            method = await ask_saved_method(talk)
            if method is not BACK:
                await _agreed(talk, AutoPay(days, over), method)
                return None
    return None


async def _change(talk: Talk, schedule: Schedule) -> Ended | None:
    phone, store = talk.phone, talk.desk.store
    method = await patiently(phone, methods.by_id(store, schedule.method_id))
    assert method is not None
    coming = await patiently(phone, schedules.coming(store, schedule))
    active = schedule.state is State.ACTIVE
    pause = PAUSE if active else START_AGAIN
    options = (CHANGE_METHOD, CHANGE_DAY, pause, CANCEL, CHANGE_NOTICE)
    words = (*_standing(schedule, method, coming), *options)
    choice = await choose(phone, *words, keys="12345")
    if choice is BACK:
        return None
    if choice != "4" and (ended := await tell_why_not_again(talk, schedule)) is not None:
        return ended
    await _do(talk, schedule, method, choice)
    return None


async def _do(talk: Talk, schedule: Schedule, method: SavedMethod, choice: str) -> None:
    match choice:
        case "3":
            await _pause_or_start(talk, schedule, method)
        case "4":
            if await choose(talk.phone, CANCEL_SURE, keys="1") is not BACK:
                await halt(talk, schedule, State.CANCELLED)
        case _:
            other = await _other(talk, _terms(schedule), method, choice)
            if other is not BACK:
                await _agreed(talk, *other, schedule)


async def _other(
    talk: Talk, terms: AutoPay, method: SavedMethod, choice: str
) -> tuple[AutoPay, SavedMethod] | Back:
    """Another method by 1, another day by 2, other notices by 5."""
    if choice == "1":
        chosen = await ask_saved_method(talk)
        return BACK if chosen is BACK else (terms, chosen)
    if choice == "2":
        days = await ask_autopay_day(talk.phone)
        return BACK if days is BACK else (replace(terms, days_before=days), method)
    over = await ask_notice_over(talk.phone, talk.desk.limits)
    return BACK if over is BACK else (replace(terms, notice_over=over), method)


async def _pause_or_start(talk: Talk, schedule: Schedule, method: SavedMethod) -> None:
    if schedule.state is State.ACTIVE:
        await halt(talk, schedule, State.PAUSED)
    else:
        await _agreed(talk, _terms(schedule), method, schedule)


async def _agreed(
    talk: Talk, terms: AutoPay, method: SavedMethod, schedule: Schedule | None = None
) -> None:
    """Read the terms; once they are accepted, plan for the bill that is there and say so."""
    agreed = await agree(talk, terms, method, instead_of=schedule)
    if agreed is BACK:
        return
    phone, desk = talk.phone, talk.desk
    work = bills.plan(desk.store, now=desk.clock(), rule=desk.rule, at_most=1, only=agreed.id)
    await patiently(phone, work)
    coming = await patiently(phone, schedules.coming(desk.store, agreed))
    confirmation = spoken.digits(agreed.confirmation, group=3)
    await phone.announce(DONE, CONFIRMATION_IS, *confirmation, *coming_in_words(terms, coming))


def _standing(schedule: Schedule, method: SavedMethod, coming: list[Run]) -> tuple[Prompt, ...]:
    active, terms = schedule.state is State.ACTIVE, _terms(schedule)
    return (
        AUTOPAY_ON if active else AUTOPAY_PAUSED,
        *autopay_in_words(terms),
        FROM,
        *face_in_words(method.face),
        *((TOLD_OVER, *spoken.money(terms.notice_over)) if terms.notice_over else ()),
        *(coming_in_words(terms, coming) if active else ()),
    )


def _terms(schedule: Schedule) -> AutoPay:
    assert isinstance(schedule.terms, AutoPay)
    return schedule.terms
