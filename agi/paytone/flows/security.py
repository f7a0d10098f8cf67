"""Questions of which the customer has given the answers, keyed one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, ask, patiently
from paytone.flows import Call, Desk
from paytone.flows.claim import find, proved
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.pin import pin_matches
from paytone.rules.security import MOST, SecurityQuestion, is_answer
from paytone.store import pins

ASKED: Final = {
    SecurityQuestion.BIRTHDAY: Prompt("ask-birthday"),
    SecurityQuestion.ID_LAST_FOUR: Prompt("ask-id-last-four"),
    SecurityQuestion.MOBILE_LAST_FOUR: Prompt("ask-mobile-last-four"),
    SecurityQuestion.OWN_NUMBER: Prompt("ask-own-number"),
}
ANSWER_MISREAD: Final = Prompt("answer-misread")
ANSWERS_WRONG: Final = Prompt("answers-wrong")


async def prove_by_answers(
    phone: Phone, desk: Desk, call: Call, claimed: str
) -> Account | Back | None:
    """
    The account *claimed*, once all of the line's questions are answered; `BACK` for another way.

    Every caller is asked the same, and hears of all answers together whether they are right, so
    that nothing tells whether there is such an account.
    """
    given: dict[SecurityQuestion, str] = {}
    for question in desk.security_questions:
        asked = Question((ASKED[question],), _read_answer, at_most=MOST)
        answer = await ask(phone, asked)
        if answer is BACK:
            return BACK
        given[question] = answer
    account = await patiently(phone, _check(desk, call, claimed, given))
    if account is None:
        await phone.say(ANSWERS_WRONG)
    return account


def _read_answer(digits: str) -> str:
    if not is_answer(digits):
        raise BadAnswer(ANSWER_MISREAD)
    return digits


async def _check(
    desk: Desk, call: Call, claimed: str, given: Mapping[SecurityQuestion, str]
) -> Account | None:
    account = await find(desk, call, claimed)

    async def by_answers() -> bool:
        stored = await pins.answers(desk.store, account.id if account else None)
        return await asyncio.to_thread(_match, stored, given)

    return await proved(desk, call, account, by=by_answers)


def _match(stored: Mapping[SecurityQuestion, str], given: Mapping[SecurityQuestion, str]) -> bool:
    """Whether every answer is as stored; each is checked, right or wrong, and takes its time."""
    matches = [pin_matches(stored.get(question), answer) for question, answer in given.items()]
    return all(matches)
