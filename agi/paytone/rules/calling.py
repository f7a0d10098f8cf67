"""The one gate before every dial: whether a number may be called now, and else why not (TCPA)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Final, assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from paytone.rules.area import US_ZONES, is_domestic, zones_of
from paytone.rules.business_days import is_holiday
from paytone.rules.state_hours import StateHours, states_kept

EARLIEST: Final = time(8)
LATEST: Final = time(21)
"""47 CFR 64.1200(c)(1): no call before 8 or after 9 p.m., local time at the called party's."""

A_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(days=7)
A_MONTH: Final = timedelta(days=30)
WITHOUT_CONSENT_A_MONTH: Final = 3
"""64.1200(a)(3)(iii): to a residential landline without consent, three calls in 30 days."""

REQUESTED_A_DAY: Final = 5
"""Calls that somebody asked for, to one number; who asks need not be who is called."""

STEP: Final = timedelta(minutes=15)
LOOK_AHEAD: Final = 8 * A_DAY


class Kind(Enum):
    """What is called about; the database holds the same names."""

    DUE = "due"
    FAILED = "failed"
    INSTALMENT = "instalment"
    CALL_BACK = "call-back"
    PASSCODE = "passcode"

    @property
    def is_requested(self) -> bool:
        """Whether the person asked for the call."""
        return self in WINDOW


WINDOW: Final = {Kind.CALL_BACK: timedelta(days=3), Kind.PASSCODE: timedelta(minutes=10)}
"""For how long a request is a consent."""

ACCOUNT: Final = "account"
"""The purpose of a consent to all calls about the account."""


class Line(Enum):
    """What is known of a number; an unknown one is treated as a mobile."""

    LANDLINE = "landline"
    MOBILE = "mobile"


class Why(Enum):
    """Why the gate refuses."""

    EXPIRED = "expired"
    NOT_DOMESTIC = "not-domestic"
    NOT_THEIRS = "not-theirs"
    DO_NOT_CALL = "do-not-call"
    REQUEST_TOO_OLD = "request-too-old"
    NO_CONSENT = "no-consent"
    ALREADY_PAID = "already-paid"
    PAYMENT_IN_DOUBT = "payment-in-doubt"
    CAP_OF_A_DAY = "cap-of-a-day"
    CAP_OF_A_WEEK = "cap-of-a-week"
    CAP_WITHOUT_CONSENT = "cap-without-consent"
    OUTSIDE_HOURS = "outside-hours"
    STATE_HOURS = "state-hours"
    QUIET_DAY = "quiet-day"


class Basis(Enum):
    """What an allowance rests on."""

    CONSENT = "consent"
    REQUEST = "request"
    LANDLINE = "landline"


@dataclass(frozen=True, slots=True)
class Rules:
    """
    The biller's own limits, within the law's.

    Args:
        opens: Not before, on the called party's clock; the law's own hours are kept besides.
        quiet_sundays: No reminders on Sundays.
        quiet_holidays: None on the Federal Reserve's holidays.
        per_day: Reminders to one number within 24 hours.
        per_week: Within seven days. More than seven are presumed to harass (12 CFR 1006.14(b)).
        states: States with stricter hours, by their two letters.
    """

    opens: time = EARLIEST
    closes: time = LATEST
    quiet_sundays: bool = True
    quiet_holidays: bool = True
    per_day: int = 2
    per_week: int = 5
    states: Mapping[str, StateHours] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to be called; *purpose* is `ACCOUNT` or the name of a `Kind`."""

    id: int
    purpose: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """
    A call that is to be made.

    Args:
        number: Ten digits.
        asked_at: When the person asked for it; None where it was not asked for.
    """

    kind: Kind
    number: str
    expires: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known as the call is to be made.

    Args:
        zone: Where the customer is, by IANA name; None where nobody said.
        zips: The ZIP codes of their accounts, five digits each; none where nobody said.
        line: None where it is not known.
        consents: Those that stand, of this customer for this number.
        stopped_at: Since when the number is not to be called; None where it may be.
        dials: When the number was dialled in the last 30 days, and about what.
        is_known: The customer who is called is known, and proved to be so in asking for the call.
        is_theirs: The number still is the customer's.
        is_settled: There is nothing to call about any more: it is paid.
        is_doubtful: Nobody knows yet whether a payment moved money.
    """

    zone: str | None = None
    zips: Collection[str] = ()
    line: Line | None = None
    consents: Collection[Consent] = ()
    stopped_at: datetime | None = None
    dials: Collection[tuple[datetime, Kind]] = ()
    is_known: bool = True
    is_theirs: bool = True
    is_settled: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """The number may be dialled now, once; *consent* where it rests on one."""

    basis: Basis
    zones: frozenset[str]
    consent: Consent | None = None
    states: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not; *again* is when to ask next, None that it never will be."""

    why: Why
    zones: frozenset[str]
    again: datetime | None = None
    states: frozenset[str] = frozenset()


def may_call(ask: Ask, facts: Facts, now: datetime, rules: Rules) -> Allowed | Refused:
    """
    Whether the number may be dialled at *now*.

    Every clock that the called party may live by must be within hours: the stored zone's; else all
    zones of the area code; else all of the United States. And within those of every state that
    their ZIP codes may be in.
    """
    states = states_kept(rules.states, facts.zips)
    return replace(_may_call(ask, facts, now, rules, states), states=states)


def _may_call(
    ask: Ask, facts: Facts, now: datetime, rules: Rules, states: Collection[str]
) -> Allowed | Refused:
    zones = zones_for(ask.number, facts.zone)
    if (never := _never(ask, facts, now)) is not None:
        return Refused(never, zones)
    basis, consent = _rests_on(ask, facts)
    if basis is None:
        return Refused(Why.NO_CONSENT, zones)
    if facts.is_doubtful:
        return Refused(Why.PAYMENT_IN_DOUBT, zones, now + timedelta(hours=1))
    if (capped := _capped(ask.kind, basis, facts, now, rules)) is not None:
        why, again = capped
        return Refused(why, zones, again)
    hours = [rules.states[state] for state in states]
    if (closed := _closed(ask.kind, zones, now, rules, hours)) is not None:
        return Refused(closed, zones, _opens(ask.kind, zones, now, rules, hours))
    return Allowed(basis, zones, consent)


def zones_for(number: str, stored: str | None) -> frozenset[str]:
    """The zones whose hours are kept for *number*; a *stored* zone that is none is not believed."""
    if stored:
        try:
            ZoneInfo(stored)
        except (ZoneInfoNotFoundError, ValueError):
            return US_ZONES
        return frozenset({stored})
    return zones_of(number) or US_ZONES


def _never(ask: Ask, facts: Facts, now: datetime) -> Why | None:
    """Why it may not be called at all any more."""
    if now >= ask.expires:
        return Why.EXPIRED
    if not is_domestic(ask.number):
        return Why.NOT_DOMESTIC
    if _is_stopped(ask, facts):
        return Why.DO_NOT_CALL
    if not facts.is_theirs:
        return Why.NOT_THEIRS
    window = WINDOW.get(ask.kind)
    if window and (ask.asked_at is None or not timedelta(0) <= now - ask.asked_at < window):
        return Why.REQUEST_TOO_OLD
    return Why.ALREADY_PAID if facts.is_settled else None


def _is_stopped(ask: Ask, facts: Facts) -> bool:
    """
    Whether the number is not to be called.

    A known customer who asks to be called back afterwards has agreed to that one call. Whoever asks
    for a passcode has proved nothing yet.
    """
    if facts.stopped_at is None:
        return False
    if ask.kind is not Kind.CALL_BACK or not facts.is_known or ask.asked_at is None:
        return True
    return ask.asked_at <= facts.stopped_at


def _rests_on(ask: Ask, facts: Facts) -> tuple[Basis | None, Consent | None]:
    if ask.kind.is_requested:
        return Basis.REQUEST, None
    fitting = [each for each in facts.consents if each.purpose in {ACCOUNT, ask.kind.value}]
    if fitting:
        return Basis.CONSENT, max(fitting, key=lambda each: each.at)
    return (Basis.LANDLINE if facts.line is Line.LANDLINE else None), None


def _capped(
    kind: Kind, basis: Basis, facts: Facts, now: datetime, rules: Rules
) -> tuple[Why, datetime] | None:
    """Which cap is reached, and when it no longer will be; the latest of several."""
    alike = [at for at, of in facts.dials if of.is_requested is kind.is_requested]
    limits: list[tuple[Why, int, timedelta]]
    match basis:
        case Basis.REQUEST:
            limits = [(Why.CAP_OF_A_DAY, REQUESTED_A_DAY, A_DAY)]
        case Basis.CONSENT | Basis.LANDLINE:
            limits = [
                (Why.CAP_OF_A_DAY, rules.per_day, A_DAY),
                (Why.CAP_OF_A_WEEK, rules.per_week, A_WEEK),
            ]
        case _:
            assert_never(basis)
    if basis is Basis.LANDLINE:
        limits.append((Why.CAP_WITHOUT_CONSENT, WITHOUT_CONSENT_A_MONTH, A_MONTH))
    reached = [
        (why, free)
        for why, limit, within in limits
        if (free := _free(alike, limit, within, now)) is not None
    ]
    return max(reached, key=lambda cap: cap[1], default=None)


def _free(
    times: Collection[datetime], limit: int, within: timedelta, now: datetime
) -> datetime | None:
    """When fewer than *limit* of the *times* lie *within* the last while; None if that is now."""
    counted = sorted((at for at in times if now - at < within), reverse=True)
    return counted[limit - 1] + within if len(counted) >= limit else None


def _closed(
    kind: Kind,
    zones: frozenset[str],
    now: datetime,
    rules: Rules,
    states: Collection[StateHours],
) -> Why | None:
    """Why *now* is no time to call in one of the *zones*."""
    locally = [now.astimezone(ZoneInfo(zone)) for zone in zones]
    opens, closes = max(EARLIEST, rules.opens), min(LATEST, rules.closes)
    if not all(opens <= local.time() < closes for local in locally):
        return Why.OUTSIDE_HOURS
    requested = kind.is_requested
    if not all(each.lets(local, requested=requested) for each in states for local in locally):
        return Why.STATE_HOURS
    if requested:
        return None
    sunday = rules.quiet_sundays and any(local.isoweekday() == 7 for local in locally)
    holiday = rules.quiet_holidays and any(is_holiday(local.date()) for local in locally)
    return Why.QUIET_DAY if sunday or holiday else None


def _opens(
    kind: Kind,
    zones: frozenset[str],
    now: datetime,
    rules: Rules,
    states: Collection[StateHours],
) -> datetime:
    """The next quarter of an hour in which it is time to call; a day on where there is none."""
    moment = now - timedelta(
        minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond
    )
    while (moment := moment + STEP) < now + LOOK_AHEAD:
        if _closed(kind, zones, moment, rules, states) is None:
            return moment
    return now + A_DAY
