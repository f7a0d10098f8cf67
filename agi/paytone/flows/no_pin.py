"""Who has no PIN: a new one by a code or by answers, or paying without hearing anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, TooManyTries, ask, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.card_entry import read_postal_code
from paytone.flows.claim import (
    ACCOUNT_DIGITS,
    ACCOUNT_MISREAD,
    find,
    note_identified,
    note_pays_only,
    proved,
)
from paytone.flows.new_pin import set_new_pin
from paytone.flows.passcode_entry import offers_codes, prove_by_code
from paytone.flows.security import prove_by_answers
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Level, Next, Status
from paytone.rules.place import ZIP_LENGTH
from paytone.store import pins
from paytone.store.pins import ProvedBy

BY_CODE: Final = Prompt("no-pin-code")
BY_ANSWERS: Final = Prompt("no-pin-answers")
PAY_ONLY: Final = Prompt("no-pin-pay")
PERSON: Final = Prompt("menu-person")
ASK_NUMBER: Final = Prompt("ask-account-number")
ASK_BILLING_ZIP: Final = Prompt("ask-billing-zip")
NOT_PAY_ONLY: Final = Prompt("not-pay-only")
YOU_CAN_PAY: Final = Prompt("you-can-pay")


async def without_pin(
    phone: Phone, desk: Desk, call: Call, claimed: str
) -> Account | Ended | Back | None:
    """
    What a caller without a PIN proves in another way: the account, now with a new PIN.

    Ended where they only pay; `BACK` for another account; None after a failure, which was said.
    What is offered depends on the line alone, never on the account *claimed*.
    """
    options = {"3": PAY_ONLY} if desk.pays_without_pin else {}
    if desk.security_questions:
        options = {"2": BY_ANSWERS, **options}
    if offers_codes(desk):
        options = {"1": BY_CODE, **options}
    match await choose(phone, *options.values(), PERSON, keys="".join(options)):
        case "1":
            found = await prove_by_code(phone, desk, call, claimed)
            return await _with_new_pin(phone, desk, call, found, ProvedBy.PASSCODE)
        case "2":
            found = await prove_by_answers(phone, desk, call, claimed)
            return await _with_new_pin(phone, desk, call, found, ProvedBy.SECURITY)
        case "3":
            return await _pays_only(phone, desk, call, claimed)
        case _:
            return BACK


async def offer_pay_only(phone: Phone, desk: Desk, call: Call) -> Ended:
    """Offer once, to who did not identify, to pay without hearing anything; else a person."""
    to_person = Ended(Status.REFUSED, Next.AGENT)
    if not desk.pays_without_pin:
        return to_person
    manner, phone.manner = phone.manner, replace(phone.manner, key_tries=1)
    try:
        choice = await choose(phone, PAY_ONLY, PERSON, keys="3")
    except TooManyTries:
        return to_person
    finally:
        phone.manner = manner
    if choice is BACK:
        return to_person
    ended = await _pays_only(phone, desk, call, "")
    return ended if isinstance(ended, Ended) else to_person


async def _with_new_pin(
    phone: Phone, desk: Desk, call: Call, found: Account | Back | None, by: ProvedBy
) -> Account | Back | None:
    if found is None or found is BACK:
        return found
    await set_new_pin(phone, desk, call, found, by)
    await patiently(phone, note_identified(desk, call, found))
    return found


async def _pays_only(phone: Phone, desk: Desk, call: Call, claimed: str) -> Ended | Back | None:
    """Paying for the account whose number and ZIP code the caller keys."""
    if len(claimed) != ACCOUNT_DIGITS:
        number = await ask(phone, Question((ASK_NUMBER,), _read_number, at_most=ACCOUNT_DIGITS))
        if number is BACK:
            return BACK
        claimed = number
    question = Question((ASK_BILLING_ZIP,), read_postal_code, at_most=ZIP_LENGTH)
    zip_code = await ask(phone, question)
    if zip_code is BACK:
        return BACK
    account = await patiently(phone, _check(desk, call, claimed, zip_code))
    if account is None:
        await phone.say(NOT_PAY_ONLY)
        return None
    await phone.say(YOU_CAN_PAY)
    return Ended(Status.DONE, Next.PAY_ONLY, level=Level.PAY_ONLY)


def _read_number(digits: str) -> str:
    if len(digits) != ACCOUNT_DIGITS:
        raise BadAnswer(ACCOUNT_MISREAD)
    return digits


async def _check(desk: Desk, call: Call, number: str, zip_code: str) -> Account | None:
    account = await find(desk, call, number)

    async def by_zip() -> bool:
        return await pins.zip_is(desk.store, account.id if account else None, zip_code)

    mine = await proved(desk, call, account, by=by_zip)
    if mine is not None:
        await note_pays_only(desk, call, mine)
    return mine
