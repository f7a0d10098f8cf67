"""Who is calling: an account or phone number, and the PIN, or what takes the PIN's place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, TooManyTries, ask, patiently
from paytone.flows import Call, Desk
from paytone.flows.claim import (
    ACCOUNT_DIGITS,
    find,
    note_identified,
    number_is_locked,
    proved,
    read_account,
)
from paytone.flows.language import NO_CHOICE, LanguageChoice, customers_language
from paytone.flows.no_pin import offer_pay_only, without_pin
from paytone.flows.pace import go_as_remembered
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Level, Next, Status
from paytone.rules.pin import pin_matches

ASK_ACCOUNT: Final = Prompt("ask-account")
ASK_PIN: Final = Prompt("ask-pin")
PIN_FORGOTTEN: Final = Prompt("ask-pin-forgotten")
PIN_MISREAD: Final = Prompt("pin-misread")
NOT_IDENTIFIED: Final = Prompt("not-identified")
TRY_AGAIN: Final = Prompt("try-again")
LOCKED: Final = Prompt("locked")

PIN_DIGITS: Final = 6


class NoPin(Enum):
    """The caller has no PIN, or forgot it."""

    NO_PIN = "#"


NO_PIN: Final = NoPin.NO_PIN


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed alone instead of a number."""

    key: str


def read_pin(digits: str) -> str | NoPin:
    """Four to six digits, or none."""
    if not digits:
        return NO_PIN
    if not 4 <= len(digits) <= PIN_DIGITS:
        raise BadAnswer(PIN_MISREAD)
    return digits


PIN: Final = Question((ASK_PIN, PIN_FORGOTTEN), read_pin, at_most=PIN_DIGITS + 1, may_be_empty=True)
"""One key more than a PIN has, so that the ``#`` after six is never left for the next job."""


def account_question(keys: str) -> Question[str]:
    """Which account; a single one of *keys* is an answer, too."""
    return Question(
        (ASK_ACCOUNT,),
        lambda digits: digits if digits in {*keys} else read_account(digits),
        at_most=ACCOUNT_DIGITS,
        may_be_empty=True,
    )


async def identify(
    phone: Phone,
    desk: Desk,
    call: Call,
    language: LanguageChoice = NO_CHOICE,
    *,
    help_key: str = "",
) -> Ended:
    """
    Find out which account calls, by a number and its PIN.

    What is heard is the same whether or not an account exists, and whether or not the number that
    calls is on one (47 CFR 64.2010; payfone.com on ANI trolling). A locked account fails as a
    wrong PIN does; only the lock of the caller's own number is spoken.

    A key for a language, pressed alone instead of a number, ends the job: the dialplan begins it
    again in that language. So does *help_key*, for questions. Who has no PIN presses ``#`` alone.
    """
    if await patiently(phone, number_is_locked(desk, call)):
        await phone.announce(LOCKED)
        return Ended(Status.REFUSED, Next.AGENT)
    for left in reversed(range(phone.manner.identify_tries)):
        claim = await _ask_claim(phone, language.keys + help_key)
        if isinstance(claim, Key):
            leads_to = Next.HELP if claim.key == help_key else Next.LANGUAGE
            return Ended(Status.DONE, leads_to, choice=claim.key)
        found = await _proved(phone, desk, call, *claim, tries_left=left)
        if isinstance(found, Ended):
            return found
        if isinstance(found, Account):
            await go_as_remembered(phone, desk, found)
            work = customers_language(desk, call, found, phone.language, language)
            spoken = await patiently(phone, work)
            return Ended(Status.DONE, Next.ACCOUNT, language=spoken, level=Level.VERIFIED)
    return await offer_pay_only(phone, desk, call)


async def _proved(
    phone: Phone, desk: Desk, call: Call, claimed: str, pin: str | NoPin, *, tries_left: int
) -> Account | Ended | Back | None:
    """The account, by its PIN or what takes its place; a failure is told."""
    if pin is NO_PIN:
        return await without_pin(phone, desk, call, claimed)
    account = await patiently(phone, _check(desk, call, claimed, pin))
    if account is None:
        await phone.say(NOT_IDENTIFIED, *([TRY_AGAIN] if tries_left else []))
    return account


async def _ask_claim(phone: Phone, keys: str) -> tuple[str, str | NoPin] | Key:
    """A number and its PIN, or that there is none; or one of *keys*."""
    for _ in range(phone.manner.entry_tries):
        phone.manner = replace(phone.manner, only_keys=keys)
        claimed = await ask(phone, account_question(keys))
        phone.manner = replace(phone.manner, only_keys="")
        if claimed is BACK:
            continue
        if claimed in {*keys}:
            return Key(claimed)
        pin = await ask(phone, PIN)
        if pin is not BACK:
            return claimed, pin
    raise TooManyTries


async def _check(desk: Desk, call: Call, claimed: str, pin: str) -> Account | None:
    """The account that *claimed* and *pin* open together; a failure is counted."""
    account = await find(desk, call, claimed)
    pin_hash = account.pin_hash if account else None

    async def by_pin() -> bool:
        return await asyncio.to_thread(pin_matches, pin_hash, pin)

    mine = await proved(desk, call, account, by=by_pin)
    if mine is not None:
        await note_identified(desk, call, mine)
    return mine
