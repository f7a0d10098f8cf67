"""Agreeing to payments that are made later, changing that, and ending it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Desk, Talk
from paytone.flows.plan_words import first_day, stopped_in_words, terms_in_words
from paytone.prompts import Prompt
from paytone.rules.method import SavedMethod
from paytone.rules.plan_facts import of_stop, of_terms
from paytone.rules.schedule import AutoPay, Kind, Schedule, State, Terms
from paytone.store import agreements, schedules
from paytone.store.agreements import Authorisation, FirstRun, ToWrite

TERMS_ACCEPT: Final = Prompt("terms-accept")
NOT_AGREED: Final = Prompt("plan-not-agreed")
NO_ADDRESS: Final = Prompt("plan-no-address")
CANCELLED: Final = Prompt("plan-cancelled")
PAUSED: Final = Prompt("plan-paused")

LETTERS: Final = {
    Kind.ONCE: "later-terms",
    Kind.FIXED: "recurring-terms",
    Kind.AUTOPAY: "autopay-terms",
}
LETTER_OF_STOP: Final = {
    State.CANCELLED: "schedule-cancelled",
    State.PAUSED: "schedule-paused",
}
SAID: Final = {State.CANCELLED: CANCELLED, State.PAUSED: PAUSED}
CALLER: Final = "the caller"


async def may_agree(talk: Talk, kind: Kind) -> bool:
    """
    Whether the customer may agree to that; if not, they hear why.

    What repeats needs an address: the terms are sent in writing (12 CFR 1005.10(b), (d)).
    """
    if await _is_reached(talk) or kind is Kind.ONCE:
        return True
    await talk.phone.announce(NO_ADDRESS)
    return False


async def agree(
    talk: Talk, terms: Terms, method: SavedMethod, *, instead_of: Schedule | None = None
) -> Schedule | Back:
    """
    Read all the terms, and store what was agreed to once 1 is pressed; `BACK` agrees to nothing.

    Args:
        instead_of: What is changed by this; it is active again if it was paused.

    Raises:
        AlreadyThere, NotActive: As `paytone.store.agreements`; nothing was agreed to.
        StoreAway: It may be stored.
    """
    phone, desk = talk.phone, talk.desk
    reached = await _is_reached(talk)
    words = terms_in_words(desk, talk.account, terms, method.face, can_be_written_to=reached)
    if await choose(phone, TERMS_ACCEPT, keys="1", announce=words) is BACK:
        await phone.say(NOT_AGREED)
        return BACK
    prompts = (*words, TERMS_ACCEPT)
    said = Authorisation(CALLER, desk.clock(), talk.call.id, desk.language, prompts)
    if instead_of is None:
        return await patiently(phone, _stored(talk, terms, method, said))
    await patiently(phone, _changed(talk, instead_of, terms, method, said))
    return replace(instead_of, terms=terms, method_id=method.id, state=State.ACTIVE, why="")


async def halt(talk: Talk, schedule: Schedule, state: State) -> None:
    """
    Pause or cancel *schedule*, and say which payments that stops and which it cannot.

    Cancelled three business days ahead a run is stopped for sure; nearer than that it is stopped
    all the same unless it was begun, and the caller hears which it is.
    """
    phone, store = talk.phone, talk.desk.store
    work = agreements.halt(
        store,
        schedule,
        state,
        why=f"{state.value} by the caller",
        authorisation=Authorisation(CALLER, talk.desk.clock(), talk.call.id),
        letter=lambda runs: ToWrite(
            LETTER_OF_STOP[state], of_stop(schedule, runs, account_ending=talk.account.ending)
        ),
    )
    stopped = await patiently(phone, work)
    left = await patiently(phone, schedules.coming(store, schedule))
    await phone.announce(SAID[state], *stopped_in_words(stopped, left))


async def _is_reached(talk: Talk) -> bool:
    work = schedules.is_reached(talk.desk.store, talk.account.customer_id, by=talk.desk.letters_by)
    return await patiently(talk.phone, work)


async def _stored(talk: Talk, terms: Terms, method: SavedMethod, said: Authorisation) -> Schedule:
    return await agreements.agree(
        talk.desk.store,
        account_id=talk.account.id,
        method_id=method.id,
        terms=terms,
        authorisation=said,
        first=_first(talk.desk, terms),
        letter=lambda schedule: _copy(talk, schedule, method),
    )


async def _changed(
    talk: Talk, schedule: Schedule, terms: Terms, method: SavedMethod, said: Authorisation
) -> None:
    starts_anew = terms != schedule.terms or schedule.state is not State.ACTIVE
    await agreements.change(
        talk.desk.store,
        schedule,
        method_id=method.id,
        terms=terms,
        authorisation=said,
        first=_first(talk.desk, terms) if starts_anew else None,
        letter=lambda changed: _copy(talk, changed, method),
    )


def _first(desk: Desk, terms: Terms) -> FirstRun | None:
    if isinstance(terms, AutoPay):
        return None
    now = desk.clock()
    day = first_day(terms, now.date())
    return FirstRun(day, desk.rule.starts(day, now))


def _copy(talk: Talk, schedule: Schedule, method: SavedMethod) -> ToWrite:
    facts = of_terms(
        schedule,
        method.face,
        account_ending=talk.account.ending,
        enquiries=talk.desk.enquiries,
        notice_days=talk.desk.rule.notice_days,
    )
    return ToWrite(LETTERS[schedule.kind], facts)
