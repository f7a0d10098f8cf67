"""A one-time code: asked for, sent to where the customer is known to be, and keyed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, TooManyTries, ask, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.claim import find, proved
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.pace import Pace
from paytone.rules.passcode import LENGTH, TRIES, Way, new_name
from paytone.store import passcodes

log = logging.getLogger(__name__)

BY_EMAIL: Final = Prompt("code-by-email")
BY_TEXT: Final = Prompt("code-by-text")
BY_CALL: Final = Prompt("code-by-call")
HAVE_ONE: Final = Prompt("code-have-one")
ON_ITS_WAY: Final = Prompt("code-on-its-way")
HANG_UP: Final = Prompt("code-hang-up")
ASK_CODE: Final = Prompt("ask-code")
WAIT_FOR_CODE: Final = Prompt("code-not-yet")
WE_WAIT: Final = Prompt("code-we-wait")
CODE_MISREAD: Final = Prompt("code-misread")
CODE_WRONG: Final = Prompt("code-wrong")

WAYS: Final = {
    "1": (Way.EMAIL, BY_EMAIL),
    "2": (Way.SMS, BY_TEXT),
    "3": (Way.CALL, BY_CALL),
}
"""By which key a code comes how."""

CHANNELS: Final = {Way.EMAIL: Channel.EMAIL, Way.SMS: Channel.SMS}

WAIT_S: Final = 15.0
WAITS: Final = 8


def offers_codes(desk: Desk) -> bool:
    """Whether the line can send codes at all."""
    return desk.codes is not None and bool(_offered(desk))


def _offered(desk: Desk) -> dict[str, Prompt]:
    return {key: prompt for key, (way, prompt) in WAYS.items() if _can_send(desk, way)}


def _can_send(desk: Desk, way: Way) -> bool:
    if way is Way.CALL:
        return desk.calls_out is not None
    return CHANNELS[way] in desk.letters_by


async def prove_by_code(
    phone: Phone, desk: Desk, call: Call, claimed: str
) -> Account | Back | None:
    """
    The account *claimed*, once its code was keyed; `BACK` for another way, None after a failure.

    What is said and asked is the same whether or not there is such an account, whether or not it
    can be reached so, and whether or not too many codes were asked for.
    """
    offered = _offered(desk)
    choice = await choose(phone, *offered.values(), HAVE_ONE, keys="".join(offered) + "4")
    if choice is BACK:
        return BACK
    if choice != "4":
        way = WAYS[choice][0]
        await _send(phone, desk, call, claimed, way)
    for _ in range(TRIES):
        keyed = await _ask_code(phone)
        if keyed is BACK:
            return BACK
        account = await patiently(phone, _check(desk, call, claimed, keyed))
        if account is not None:
            return account
        await phone.say(CODE_WRONG)
    return None


async def _send(phone: Phone, desk: Desk, call: Call, claimed: str, way: Way) -> None:
    """Let a code be sent, while the caller hears that one may be."""
    sending = asyncio.create_task(_sent(desk, call, claimed, way))
    words = (ON_ITS_WAY, HANG_UP) if way is Way.CALL else (ON_ITS_WAY,)
    try:
        await phone.announce(*words)
    finally:
        await asyncio.wait({sending})
    await sending


async def _sent(desk: Desk, call: Call, claimed: str, way: Way) -> None:
    account = await find(desk, call, claimed)
    asked = await passcodes.ask(
        desk.store,
        new_name(),
        account.id if account else None,
        calling=call.calling,
        way=way,
        now=desk.clock(),
    )
    if not asked:
        log.warning("call %s: no code is sent: too many were asked for today", call.id)


async def _ask_code(phone: Phone) -> str | Back:
    """Six digits; a caller who has not got them yet is waited for, and asked again."""
    question = Question((ASK_CODE, WAIT_FOR_CODE), _read_code, at_most=LENGTH, may_be_empty=True)
    manner = phone.manner
    phone.manner = replace(manner.at(Pace.SLOW), pace=manner.pace)
    try:
        for _ in range(WAITS):
            code = await ask(phone, question)
            if code:
                return code
            await phone.say(WE_WAIT)
            await phone.pause(WAIT_S)
    finally:
        phone.manner = manner.at(phone.manner.pace)
    raise TooManyTries


def _read_code(digits: str) -> str:
    if len(digits) not in {0, LENGTH}:
        raise BadAnswer(CODE_MISREAD)
    return digits


async def _check(desk: Desk, call: Call, claimed: str, keyed: str) -> Account | None:
    """The account, if *keyed* is its code and nobody has used that; a failure is counted."""
    account = await find(desk, call, claimed)
    codes = desk.codes
    assert codes is not None, "no code is asked for without"

    async def by_code() -> bool:
        now = desk.clock()
        name = await passcodes.attempt(desk.store, account.id if account else None, now)
        right = codes.is_right(name, keyed)
        return right and name is not None and await passcodes.use(desk.store, name, now)

    return await proved(desk, call, account, by=by_code)
