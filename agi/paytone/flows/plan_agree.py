"""Agreeing to payments that are made later, changing that, and ending it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Desk, Talk
from paytone.flows.authorisation import Instead
from paytone.flows.plan_authorisation import authorise_plan, script_of
from paytone.flows.plan_entry import ask_saved_method, still_pays
from paytone.flows.plan_words import first_day, stopped_in_words, terms_in_words
from paytone.flows.restriction import tell_restriction
from paytone.prompts import Prompt
from paytone.rules.authorisation import Given
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace, SavedMethod
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


async def tell_why_not(talk: Talk, kind: Kind) -> Ended | None:
    """
    Say why the customer may not agree to that, and how the job ends then; None where they may.

    An account that may not be paid by phone is planned nothing for; of one that takes cards only
    that is said. What repeats needs an address: the terms are sent in writing (12 CFR 1005.10(b),
    (d)).
    """
    if (ended := await tell_restriction(talk.phone, talk.account)) is not None:
        return ended
    if kind is Kind.ONCE or await _is_reached(talk):
        return None
    await talk.phone.announce(NO_ADDRESS)
    return Ended(Status.DONE, Next.MENU)


async def tell_why_not_again(talk: Talk, schedule: Schedule) -> Ended | None:
    """
    Say why *schedule* may not be started again, and how the job ends then; None where it may.

    One that is active may be changed whatever became of the account since.
    """
    if schedule.state is State.ACTIVE:
        return None
    return await tell_restriction(talk.phone, talk.account)


async def agree(
    talk: Talk, terms: Terms, method: SavedMethod, *, instead_of: Schedule | None = None
) -> Schedule | Back:
    """
    Read all the terms, and store what was agreed to once 1 is pressed; `BACK` agrees to nothing.

    What is debited from a bank account is authorised aloud too (Nacha, TEL); whoever cannot speak
    is asked for a card instead. So is whoever's *method* can pay no more.

    Args:
        instead_of: What is changed by this; it is active again if it was paused.

    Raises:
        AlreadyThere, NotActive: As `paytone.store.agreements`; nothing was agreed to.
        StoreAway: It may be stored.
    """
    phone = talk.phone
    agreed: tuple[SavedMethod, Authorisation] | Back
    if await still_pays(talk, method):
        agreed = await _heard(talk, terms, method)
    else:
        agreed = await _with_another(talk, terms)
    if agreed is BACK:
        await phone.say(NOT_AGREED)
        return BACK
    method, said = agreed
    if instead_of is None:
        return await patiently(phone, _stored(talk, terms, method, said))
    await patiently(phone, _changed(talk, instead_of, terms, method, said))
    return replace(instead_of, terms=terms, method_id=method.id, state=State.ACTIVE, why="")


async def _heard(
    talk: Talk, terms: Terms, method: SavedMethod
) -> tuple[SavedMethod, Authorisation] | Back:
    """What pays, and how it was agreed to, once all was read."""
    phone, desk = talk.phone, talk.desk
    reached = await _is_reached(talk)
    words = terms_in_words(desk, talk.account, terms, method.face, can_be_written_to=reached)
    if isinstance(method.face, BankFace):
        script = script_of(talk, terms, words)
        given = await authorise_plan(talk, terms, method.face, script)
        if given is Instead.CARD:
            return await _with_another(talk, terms, bank=False)
        if not isinstance(given, Given):
            return BACK
        prompts = (*script.facts, script.say, script.accept)
        return method, _said(talk, prompts, given)
    if await choose(phone, TERMS_ACCEPT, keys="1", announce=words) is BACK:
        return BACK
    return method, _said(talk, (*words, TERMS_ACCEPT))


async def _with_another(
    talk: Talk, terms: Terms, *, bank: bool = True
) -> tuple[SavedMethod, Authorisation] | Back:
    other = await ask_saved_method(talk, bank=bank)
    return BACK if other is BACK else await _heard(talk, terms, other)


def _said(talk: Talk, prompts: tuple[Prompt, ...], given: Given | None = None) -> Authorisation:
    desk = talk.desk
    return Authorisation(CALLER, desk.clock(), talk.call.id, talk.phone.language, prompts, given)


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
        letter=lambda schedule: _copy(talk, schedule, method, said),
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
        letter=lambda changed: _copy(talk, changed, method, said),
    )


def _first(desk: Desk, terms: Terms) -> FirstRun | None:
    if isinstance(terms, AutoPay):
        return None
    now = desk.clock()
    day = first_day(terms, now.date())
    return FirstRun(day, desk.rule.starts(day, now))


def _copy(talk: Talk, schedule: Schedule, method: SavedMethod, said: Authorisation) -> ToWrite:
    facts = of_terms(
        schedule,
        method.face,
        account_ending=talk.account.ending,
        enquiries=talk.desk.enquiries,
        notice_days=talk.desk.rule.notice_days,
        spoken_on=said.given.authorisation.given_on if said.given else None,
    )
    return ToWrite(LETTERS[schedule.kind], facts)
