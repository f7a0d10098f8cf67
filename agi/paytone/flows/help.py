"""Answers to what callers ask; those that hang on a setting are put together from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from paytone.ask import TooManyTries, choose, patiently
from paytone.flows import Desk
from paytone.flows.fee import FEE_FOR_PHONE, FEE_FREE_WAYS, FEE_IS
from paytone.flows.opening_words import hours_in_words
from paytone.flows.passcode_entry import offers_codes
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import StoreAway, hours

log = logging.getLogger(__name__)

NEEDED: Final = Prompt("help-needed")
NEEDED_CARD: Final = Prompt("help-needed-card")
NEEDED_CARD_OR_CHECK: Final = Prompt("help-needed-card-or-check")
CARDS: Final = Prompt("help-cards")
CHECKS: Final = Prompt("help-checks")
NO_CHECKS: Final = Prompt("help-no-checks")
NO_FEE: Final = Prompt("no-fee")
HOURS: Final = Prompt("help-hours")
ENQUIRIES: Final = Prompt("help-enquiries")
COUNTS: Final = Prompt("help-counts")
COUNTS_CHECK: Final = Prompt("help-counts-check")
DECLINED: Final = Prompt("help-declined")
DECLINED_NEXT: Final = Prompt("help-declined-next")
AUTOPAY: Final = Prompt("help-autopay")
AUTOPAY_NOTICE: Final = Prompt("help-autopay-notice")
AUTOPAY_DAYS: Final = Prompt("help-autopay-days")
AUTOPAY_CHANGE: Final = Prompt("help-autopay-change")
AUTOPAY_STOP: Final = Prompt("help-autopay-stop")
PIN_FORGOTTEN: Final = Prompt("help-pin")
NO_NEW_PIN: Final = Prompt("help-pin-person")
GO_ON: Final = Prompt("press-pound-go-on")


def _needed(desk: Desk) -> tuple[Prompt, ...]:
    return (NEEDED, NEEDED_CARD_OR_CHECK if desk.checks else NEEDED_CARD)


def _methods(desk: Desk) -> tuple[Prompt, ...]:
    return (CARDS, CHECKS if desk.checks else NO_CHECKS)


def _fee(desk: Desk) -> tuple[Prompt, ...]:
    if not desk.fee:
        return (NO_FEE,)
    return (FEE_IS, *spoken.money(desk.fee), FEE_FOR_PHONE, FEE_FREE_WAYS)


def _hours(desk: Desk) -> tuple[Prompt, ...]:
    """The line's own, and the number for questions if one is set."""
    if desk.checks is None:
        return (HOURS,)
    return (HOURS, ENQUIRIES, *spoken.digits(desk.checks.enquiries, group=3))


def _counts(desk: Desk) -> tuple[Prompt, ...]:
    return (COUNTS, *([COUNTS_CHECK] if desk.checks else []))


def _declined(_: Desk) -> tuple[Prompt, ...]:
    return (DECLINED, DECLINED_NEXT)


def _autopay(desk: Desk) -> tuple[Prompt, ...]:
    days = spoken.number(desk.rule.notice_days)
    return (AUTOPAY, AUTOPAY_NOTICE, *days, AUTOPAY_DAYS, AUTOPAY_CHANGE, AUTOPAY_STOP)


def _pin(desk: Desk) -> tuple[Prompt, ...]:
    can_prove = offers_codes(desk) or bool(desk.security_questions)
    return (PIN_FORGOTTEN,) if can_prove else (NO_NEW_PIN,)


ANSWERS: Final[Mapping[str, Callable[[Desk], tuple[Prompt, ...]]]] = {
    "needed": _needed,
    "methods": _methods,
    "fee": _fee,
    "hours": _hours,
    "counts": _counts,
    "declined": _declined,
    "autopay": _autopay,
    "pin": _pin,
}
"""By topic, as the dialplan names it."""


async def answer(phone: Phone, desk: Desk, topic: str, *, queue: str = "") -> None:
    """
    Say the answer to *topic*, again after 9, until the caller goes on.

    Nothing of any account is in it, so everybody may ask.

    Args:
        queue: Whose opening hours are told.

    Raises:
        KeyError: There is no such topic.
    """
    words = ANSWERS[topic](desk)
    if topic == "hours":
        words = (*words, *await patiently(phone, _people(desk, queue)))
    with suppress(TooManyTries):  # who says nothing has heard it
        await choose(phone, *words, GO_ON, keys="#")


async def _people(desk: Desk, queue: str) -> tuple[Prompt, ...]:
    now = desk.clock()
    try:
        return hours_in_words(await hours.of_queue(desk.store, queue, now=now), now)
    except StoreAway:
        log.warning("nobody can say when people are there: the store is away")
        return ()
