"""Who is calling: an account or phone number, and the PIN."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from paytone.ask import BACK, BadAnswer, Question, TooManyTries, ask, patiently
from paytone.flows import Call, Desk
from paytone.flows.language import NO_CHOICE, LanguageChoice, customers_language
from paytone.flows.pace import go_as_remembered
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.pin import pin_matches
from paytone.store import accounts, calls, failures

ASK_ACCOUNT: Final = Prompt("ask-account")
ACCOUNT_MISREAD: Final = Prompt("account-misread")
ASK_PIN: Final = Prompt("ask-pin")
PIN_MISREAD: Final = Prompt("pin-misread")
NOT_IDENTIFIED: Final = Prompt("not-identified")
TRY_AGAIN: Final = Prompt("try-again")
LOCKED: Final = Prompt("locked")

ACCOUNT_DIGITS: Final = 16
PHONE_DIGITS: Final = 10
PIN_DIGITS: Final = 6


def read_account(digits: str) -> str:
    """An account number, a phone number, or nothing for the number that calls."""
    if len(digits) == PHONE_DIGITS + 1 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) not in {0, PHONE_DIGITS, ACCOUNT_DIGITS}:
        raise BadAnswer(ACCOUNT_MISREAD)
    return digits


def read_pin(digits: str) -> str:
    """Four to six digits."""
    if not 4 <= len(digits) <= PIN_DIGITS:
        raise BadAnswer(PIN_MISREAD)
    return digits


PIN = Question((ASK_PIN,), read_pin, at_most=PIN_DIGITS + 1)
"""One key more than a PIN has, so that the ``#`` after six is never left for the next job."""


def account_question(languages: str) -> Question[str]:
    """Which account; a single key of *languages* is an answer, too."""
    return Question(
        (ASK_ACCOUNT,),
        lambda digits: digits if digits and digits in languages else read_account(digits),
        at_most=ACCOUNT_DIGITS,
        may_be_empty=True,
    )


async def identify(
    phone: Phone, desk: Desk, call: Call, language: LanguageChoice = NO_CHOICE
) -> Ended:
    """
    Find out which account calls, by a number and its PIN.

    What is heard is the same whether or not an account exists, and whether or not the number that
    calls is on one (47 CFR 64.2010; payfone.com on ANI trolling). A locked account fails as a
    wrong PIN does; only the lock of the caller's own number is spoken.

    A key for a language, pressed alone instead of a number, ends the job: the dialplan begins it
    again in that language.
    """
    if await patiently(phone, _is_locked(desk, None, call)):
        await phone.announce(LOCKED)
        return Ended(Status.REFUSED, Next.AGENT)
    for left in reversed(range(phone.manner.identify_tries)):
        claimed, pin = await _ask_claim(phone, language.keys)
        if not pin:
            return Ended(Status.DONE, Next.LANGUAGE, choice=claimed)
        account = await patiently(phone, _check(desk, call, claimed, pin))
        if account is not None:
            await go_as_remembered(phone, desk, account)
            work = customers_language(desk, call, account, phone.language, language)
            return Ended(Status.DONE, Next.ACCOUNT, language=await patiently(phone, work))
        await phone.say(NOT_IDENTIFIED, *([TRY_AGAIN] if left else []))
    return Ended(Status.REFUSED, Next.AGENT)


async def _ask_claim(phone: Phone, languages: str) -> tuple[str, str]:
    """A number and its PIN; or a key for a language, and nothing."""
    for _ in range(phone.manner.entry_tries):
        phone.manner = replace(phone.manner, only_keys=languages)
        claimed = await ask(phone, account_question(languages))
        phone.manner = replace(phone.manner, only_keys="")
        if claimed is BACK:
            continue
        if claimed and claimed in languages:
            return claimed, ""
        pin = await ask(phone, PIN)
        if pin is not BACK:
            return claimed, pin
    raise TooManyTries


async def _check(desk: Desk, call: Call, claimed: str, pin: str) -> Account | None:
    """The account that *claimed* and *pin* open together; a failure is counted."""
    account = await _find(desk, call, claimed)
    locked = account is not None and await _is_locked(desk, account, call)
    matches = await asyncio.to_thread(pin_matches, account.pin_hash if account else None, pin)
    if account is not None and matches and not locked:
        await failures.succeeded(desk.store, account.id)
        await _note_identified(desk, call, account)
        return account
    await failures.failed(
        desk.store,
        account_id=account.id if account else None,
        calling=call.calling,
        now=desk.clock(),
        limit=desk.lock_rule.limit,
        window_s=desk.lock_rule.window_s,
        lock_s=desk.lock_rule.lock_s,
    )
    return None


async def _note_identified(desk: Desk, call: Call, account: Account) -> None:
    now = desk.clock()
    try:
        await calls.identified(desk.store, call.id, account.id, now)
    except calls.NoSuchCall:  # the store was away when the call began
        await calls.open_call(
            desk.store, call.id, called=call.called, calling=call.calling, now=now
        )
        await calls.identified(desk.store, call.id, account.id, now)


async def _find(desk: Desk, call: Call, claimed: str) -> Account | None:
    if len(claimed) == ACCOUNT_DIGITS:
        return await accounts.by_number(desk.store, claimed)
    number = claimed or call.calling
    return await accounts.by_phone(desk.store, number) if number else None


async def _is_locked(desk: Desk, account: Account | None, call: Call) -> bool:
    return await failures.locked(
        desk.store,
        account_id=account.id if account else None,
        calling=None if account else call.calling,
        now=desk.clock(),
    )
