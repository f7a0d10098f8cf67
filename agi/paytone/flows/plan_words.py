"""Payments that are made later, in words: their terms in full, and how they stand."""

from __future__ import annotations

from datetime import date
from typing import Final, assert_never

from paytone.flows import Desk
from paytone.flows.method_entry import face_in_words
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.method import Face
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, Run, RunState, Terms, next_run

FROM: Final = Prompt("review-from")
FOR_ACCOUNT: Final = Prompt("review-account")
ON_DATE: Final = Prompt("on-date")
PAYMENT_OF: Final = Prompt("payment-of")
PAUSE: Final = Prompt("pause-short")

ON_DUE_DATE: Final = Prompt("autopay-on-due-date")
DAY_BEFORE: Final = Prompt("autopay-day-before")
DAYS_BEFORE: Final = Prompt("autopay-days-before")
EVERY_WEEK: Final = Prompt("every-week")
EVERY_TWO_WEEKS: Final = Prompt("every-two-weeks")
EVERY_MONTH: Final = Prompt("every-month-on")

TERMS_AUTOPAY: Final = Prompt("terms-autopay")
TERMS_FIXED: Final = Prompt("terms-fixed")
TERMS_ONCE: Final = Prompt("terms-once")
TERMS_FIRST: Final = Prompt("terms-first-on")
TERMS_MONTH_END: Final = Prompt("terms-month-end")
TERMS_NOTICE: Final = Prompt("terms-notice")
TERMS_NOTICE_DAYS: Final = Prompt("terms-notice-days")
TERMS_NOTICE_OVER: Final = Prompt("terms-notice-over")
TERMS_NOTICE_AHEAD: Final = Prompt("terms-notice-ahead")
TERMS_NOTICE_SMALLER: Final = Prompt("terms-notice-smaller")
TERMS_LESS: Final = Prompt("terms-less")
TERMS_DAY_BEFORE: Final = Prompt("terms-day-before")
TERMS_DAY_AFTER: Final = Prompt("terms-day-after")
TERMS_CHANGES: Final = Prompt("terms-changes")
TERMS_CANCEL: Final = Prompt("terms-cancel")
TERMS_CANCEL_ONCE: Final = Prompt("terms-cancel-once")
TERMS_ENQUIRIES: Final = Prompt("terms-enquiries")
TERMS_COPY: Final = Prompt("terms-copy")

NEXT_IS: Final = Prompt("plan-next-is")
AT_MOST: Final = Prompt("plan-at-most")
UNDER_WAY: Final = Prompt("plan-under-way")
NO_BILL: Final = Prompt("autopay-no-bill")
STOPPED_OF: Final = Prompt("plan-stopped-of")
IS_STOPPED: Final = Prompt("plan-is-stopped")
NOTHING_WAITED: Final = Prompt("plan-nothing-waited")
CANNOT_BE_STOPPED: Final = Prompt("plan-cannot-be-stopped")


def terms_in_words(
    desk: Desk, account: Account, terms: Terms, face: Face, *, can_be_written_to: bool
) -> tuple[Prompt, ...]:
    """
    All that an agreement says: how much, when, from what, how changes are told, how it ends.

    These prompts, in this order, are what is stored as agreed to.
    """
    return (
        *_what(terms),
        FROM,
        *face_in_words(face),
        FOR_ACCOUNT,
        *spoken.digits(account.ending),
        *_when(desk, terms),
        *_how_it_ends(terms),
        TERMS_ENQUIRIES,
        *_telephone(desk.enquiries),
        *((TERMS_COPY,) if can_be_written_to else ()),
    )


def autopay_in_words(terms: AutoPay) -> tuple[Prompt, ...]:
    """ "On its due date", or "3 days before its due date"."""
    if terms.days_before == 0:
        return (ON_DUE_DATE,)
    if terms.days_before == 1:
        return (DAY_BEFORE,)
    return (*spoken.number(terms.days_before), DAYS_BEFORE)


def every_in_words(terms: Fixed) -> tuple[Prompt, ...]:
    """ "Every week", or "every month on the fifth"."""
    match terms.every:
        case Every.WEEK:
            return (EVERY_WEEK,)
        case Every.TWO_WEEKS:
            return (EVERY_TWO_WEEKS,)
        case Every.MONTH:
            assert terms.day is not None
            return (EVERY_MONTH, *spoken.ordinal(terms.day))
        case _:
            assert_never(terms.every)


def payment_in_words(terms: Once | Fixed, face: Face) -> tuple[Prompt, ...]:
    """ "A payment of fifty dollars every week from your Visa ending in 1 1 1 1"."""
    when = (ON_DATE, *spoken.date(terms.on)) if isinstance(terms, Once) else every_in_words(terms)
    return (PAYMENT_OF, *spoken.money(terms.amount), *when, FROM, *face_in_words(face))


def coming_in_words(terms: Terms, runs: list[Run]) -> tuple[Prompt, ...]:
    """What is being made or comes next; for AutoPay also that there is no bill to pay."""
    words: list[Prompt] = []
    for run in runs:
        if run.state is RunState.CHARGING:
            words.append(UNDER_WAY)
        elif NEXT_IS not in words:
            most = () if isinstance(terms, Once) else (AT_MOST,)
            words += [NEXT_IS, *most, *spoken.money(run.most), ON_DATE, *spoken.date(run.on)]
    if not words and isinstance(terms, AutoPay):
        return (NO_BILL,)
    return tuple(words)


def stopped_in_words(stopped: list[Run], left: list[Run]) -> tuple[Prompt, ...]:
    """Each payment that will not be made, with its date; and whether one was already begun."""
    words: list[Prompt] = []
    for run in stopped:
        words += [STOPPED_OF, *spoken.money(run.most), ON_DATE, *spoken.date(run.on), IS_STOPPED]
    if left:
        words.append(CANNOT_BE_STOPPED)
    return tuple(words) or (NOTHING_WAITED,)


def first_day(terms: Once | Fixed, today: date) -> date:
    """The first day on which such a payment, agreed to today, is made."""
    day = next_run(terms, today)
    assert day is not None, "a later day than today was agreed to"
    return day


def _what(terms: Terms) -> tuple[Prompt, ...]:
    match terms:
        case AutoPay():
            return (TERMS_AUTOPAY, *autopay_in_words(terms))
        case Fixed():
            return (TERMS_FIXED, *spoken.money(terms.amount), *every_in_words(terms))
        case Once():
            when = (ON_DATE, *spoken.date(terms.on, year=True))
            return (TERMS_ONCE, *spoken.money(terms.amount), *when)
        case _:
            assert_never(terms)


def _when(desk: Desk, terms: Terms) -> tuple[Prompt, ...]:
    match terms:
        case AutoPay():
            return (*_notice(desk, terms), TERMS_DAY_BEFORE)
        case Fixed():
            month_end = (TERMS_MONTH_END,) if terms.day and terms.day > 28 else ()
            first = spoken.date(first_day(terms, desk.clock().date()))
            return (*month_end, TERMS_DAY_AFTER, TERMS_FIRST, *first, TERMS_LESS)
        case Once():
            return (TERMS_LESS,)
        case _:
            assert_never(terms)


def _notice(desk: Desk, terms: AutoPay) -> tuple[Prompt, ...]:
    days = spoken.number(desk.rule.notice_days)
    if terms.notice_over is None:
        return (TERMS_NOTICE, *days, TERMS_NOTICE_DAYS)
    over = (TERMS_NOTICE_OVER, *spoken.money(terms.notice_over))
    return (*over, TERMS_NOTICE_AHEAD, *days, TERMS_NOTICE_SMALLER)


def _how_it_ends(terms: Terms) -> tuple[Prompt, ...]:
    if isinstance(terms, Once):
        return (TERMS_CANCEL_ONCE,)
    return (TERMS_CHANGES, TERMS_CANCEL)


def _telephone(number: str) -> tuple[Prompt, ...]:
    return (*spoken.digits(number[:6], group=3), PAUSE, *spoken.digits(number[6:]))
