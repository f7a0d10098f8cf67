"""More time to pay: an extension or instalments, read back in full, undone until midnight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from paytone.ask import BACK, Back, TooManyTries, choose, patiently
from paytone.flows import Talk
from paytone.flows.more_time_entry import ask_terms
from paytone.prompts import Prompt, spoken
from paytone.rules.arrangement import Ineligible, Terms, refusal
from paytone.rules.bill import Owed
from paytone.rules.job import Ended, Next, Status
from paytone.store import accounts, arrangements
from paytone.store.arrangements import AlreadyArranged, Arrangement
from paytone.store.payments import AnotherIsOpen, BalanceMoved

YOU_PROMISE: Final = Prompt("arrangement-promise")
ON_DATE: Final = Prompt("on-date")
NOTHING_CHARGED: Final = Prompt("arrangement-nothing-charged")
IF_MISSED: Final = Prompt("arrangement-if-missed")
ACCEPT: Final = Prompt("arrangement-accept")
DAY_PASSED: Final = Prompt("arrangement-day-passed")
ARRANGED: Final = Prompt("arrangement-made")
CONFIRMATION_IS: Final = Prompt("confirmation-is")
UNTIL_MIDNIGHT: Final = Prompt("arrangement-until-midnight")
REPEAT: Final = Prompt("repeat-confirmation")
NOT_ARRANGED: Final = Prompt("arrangement-cancelled")
YOU_HAVE_ONE: Final = Prompt("arrangement-active")
UNDO: Final = Prompt("arrangement-undo")
GO_ON: Final = Prompt("for-the-main-menu")
UNDONE: Final = Prompt("arrangement-undone")
TOO_LATE: Final = Prompt("arrangement-too-late")
BALANCE_MOVED: Final = Prompt("balance-moved")
ANOTHER_OPEN: Final = Prompt("another-open")
ALREADY_ARRANGED: Final = Prompt("arrangement-exists")

WHY_NOT: Final = {
    Ineligible.NOTHING_OWED: Prompt("nothing-due"),
    Ineligible.TOO_LITTLE: Prompt("no-time-too-little"),
    Ineligible.TOO_MUCH: Prompt("no-time-too-much"),
    Ineligible.PAST_DUE: Prompt("no-time-past-due"),
    Ineligible.TOO_NEW: Prompt("no-time-too-new"),
    Ineligible.BROKEN: Prompt("no-time-broken"),
    Ineligible.TOO_SOON: Prompt("no-time-too-soon"),
    Ineligible.NOT_OFFERED: Prompt("no-time-not-offered"),
}
"""Each says what can be done instead."""


async def more_time(talk: Talk) -> Ended:
    """
    Arrange more time, or tell what is arranged and undo it on the day it was made.

    Nothing is charged. Nothing is arranged that was not read back in full and accepted with 1, nor
    on a balance that has changed since.
    """
    active = await patiently(talk.phone, arrangements.active(talk.desk.store, talk.account.id))
    if active is not None and not active.is_covered:
        return await _tell(talk, active)
    while True:
        owed = await patiently(talk.phone, accounts.owed(talk.desk.store, talk.account.id))
        if (why := await _refused(talk, owed)) is not None:
            await talk.phone.announce(WHY_NOT[why])
            return Ended(Status.REFUSED, Next.MENU)
        terms = await _agree(talk, owed)
        if terms is BACK:
            await talk.phone.say(NOT_ARRANGED)
            return Ended(Status.CANCELLED, Next.MENU)
        try:
            made = await patiently(talk.phone, _made(talk, owed, terms))
        except BalanceMoved:
            await talk.phone.announce(BALANCE_MOVED)
            continue
        except AnotherIsOpen:
            await talk.phone.announce(ANOTHER_OPEN)
            return Ended(Status.CANCELLED, Next.MENU)
        except AlreadyArranged:
            await talk.phone.announce(ALREADY_ARRANGED)
            return Ended(Status.CANCELLED, Next.MENU)
        return await _confirm(talk, made)


async def _refused(talk: Talk, owed: Owed) -> Ineligible | None:
    now = talk.desk.clock()
    record = arrangements.record(talk.desk.store, talk.account.id, now=now)
    return refusal(owed, await patiently(talk.phone, record), talk.desk.grants, now.date())


async def _made(talk: Talk, owed: Owed, terms: Terms) -> Arrangement:
    return await arrangements.make(
        talk.desk.store,
        account_id=talk.account.id,
        call_id=talk.call.id,
        heard=owed.balance,
        terms=terms,
        now=talk.desk.clock(),
    )


async def _agree(talk: Talk, owed: Owed) -> Terms | Back:
    """What the caller accepts with 1, once all of it was heard."""
    while True:
        terms = await ask_terms(talk, owed)
        if terms is BACK:
            return BACK
        words = (*_in_words(terms), NOTHING_CHARGED, IF_MISSED)
        choice = await choose(talk.phone, ACCEPT, keys="12", announce=words)
        if choice is BACK:
            return BACK
        has_passed = terms.instalments[0].due < talk.desk.clock().date()
        if choice == "1" and not has_passed:
            return terms
        if has_passed:
            await talk.phone.announce(DAY_PASSED)


def _in_words(terms: Terms) -> Iterator[Prompt]:
    """Each amount with its date."""
    yield YOU_PROMISE
    for each in terms.instalments:
        yield from (*spoken.money(each.amount), ON_DATE, *spoken.date(each.due))


async def _confirm(talk: Talk, made: Arrangement) -> Ended:
    words = (ARRANGED, CONFIRMATION_IS, *spoken.digits(made.confirmation, group=3), UNTIL_MIDNIGHT)
    try:
        while await choose(talk.phone, *words, REPEAT, keys="1#") == "1":
            pass
    except TooManyTries:  # it is arranged, and what was heard is enough
        pass
    return Ended(Status.DONE, Next.MENU)


async def _tell(talk: Talk, active: Arrangement) -> Ended:
    now = talk.desk.clock()
    may_undo = active.made.astimezone(now.tzinfo).date() == now.date()
    words = (YOU_HAVE_ONE, *_in_words(active.terms), *([UNDO] if may_undo else []), GO_ON)
    if await choose(talk.phone, *words, keys="1#" if may_undo else "#") == "1":
        work = arrangements.undo(talk.desk.store, active.id, now=talk.desk.clock())
        await talk.phone.announce(UNDONE if await patiently(talk.phone, work) else TOO_LATE)
    return Ended(Status.DONE, Next.MENU)
