"""A call back instead of waiting: the number, and the place in line that is kept."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, WantsPerson, ask, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.text_consent import number_in_words, read_mobile
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.area import is_domestic
from paytone.rules.job import Ended, Next, Status
from paytone.store import StoreAway, people

log = logging.getLogger(__name__)

WE_CALL: Final = Prompt("call-back-number")
CONFIRM: Final = Prompt("call-back-confirm")
ANOTHER: Final = Prompt("call-back-another")
ASK_NUMBER: Final = Prompt("call-back-ask-number")
NOT_THERE: Final = Prompt("call-back-not-there")
KEPT: Final = Prompt("call-back-kept")
NOT_KEPT: Final = Prompt("call-back-not-kept")


def _read_number(digits: str) -> str:
    number = read_mobile(digits)
    if not is_domestic(number):
        raise BadAnswer(NOT_THERE)
    return number


async def call_back(phone: Phone, desk: Desk, call: Call, person_id: str) -> Ended:
    """
    Agree on a number to call when it is the caller's turn; nobody is called who did not press 1.

    Who does not want that, or whose wish cannot be stored, waits on where they were.
    """
    if not desk.calls_back:
        return Ended(Status.CANCELLED, Next.QUEUE)
    try:
        number = await _agreed(phone, call)
    except WantsPerson:
        number = BACK
    if number is BACK:
        return Ended(Status.CANCELLED, Next.QUEUE)
    if not await patiently(phone, _kept(desk, person_id, number)):
        await phone.announce(NOT_KEPT)
        return Ended(Status.CANCELLED, Next.QUEUE)
    await phone.announce(KEPT)
    return Ended(Status.DONE, Next.GOODBYE)


async def _agreed(phone: Phone, call: Call) -> str | Back:
    number = call.calling if call.calling and is_domestic(call.calling) else None
    while True:
        if number is None:
            answer = await ask(phone, Question((ASK_NUMBER,), _read_number, at_most=11))
            if answer is BACK:
                return BACK
            number = answer
        words = (WE_CALL, *number_in_words(number), CONFIRM, ANOTHER)
        choice = await choose(phone, *words, keys="12")
        if choice is BACK or choice == "1":
            return BACK if choice is BACK else number
        number = None


async def _kept(desk: Desk, person_id: str, number: str) -> bool:
    try:
        return await people.keep_place(desk.store, person_id, number)
    except StoreAway:
        log.error("a call back is not stored: the store is away")
        return False
