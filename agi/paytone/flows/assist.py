"""A payment that an agent sends the caller to: the caller's part, and what the agent is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from paytone.ask import BACK, GaveUp, Question, WantsPerson, ask, patiently
from paytone.flows import Call, Desk, Talk
from paytone.flows.claim import ACCOUNT_DIGITS, find, read_account
from paytone.flows.pay_bill import LINE_TROUBLE, NOT_CHARGED
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.store import StoreAway, assists, calls
from paytone.store.assists import Assist, Outcome

log = logging.getLogger(__name__)

PAY_NOW: Final = Prompt("assist-pay-now")
BACK_TO_AGENT: Final = Prompt("assist-back-to-agent")
TELL_PAID: Final = Prompt("assist-paid")
TELL_DECLINED: Final = Prompt("assist-declined")
TELL_UNKNOWN: Final = Prompt("assist-unknown")
TELL_NOT_PAID: Final = Prompt("assist-not-paid")
CALLER_LEFT: Final = Prompt("assist-caller-left")
ASK_ACCOUNT: Final = Prompt("assist-ask-account")
NO_ACCOUNT_YET: Final = Prompt("assist-no-account-yet")
NO_SUCH_ACCOUNT: Final = Prompt("assist-no-such-account")
ACCOUNT_SET: Final = Prompt("assist-account-set")

TELL: Final = {
    Outcome.PAID: TELL_PAID,
    Outcome.DECLINED: TELL_DECLINED,
    Outcome.UNKNOWN: TELL_UNKNOWN,
    Outcome.NOT_PAID: TELL_NOT_PAID,
}
Pay = Callable[[Phone, Desk, Call, Account], Awaitable[Ended]]
LOOKS: Final = 40
LOOK_EVERY_S: Final = 1.0


async def assist(talk: Talk, agent: str, pay: Pay) -> Ended:
    """
    Let the caller pay as they would alone; 0, ``*`` and giving up lead back to the agent.

    What is charged is stored with *agent*, also when either of them hangs up meanwhile.

    Args:
        pay: The flow by which this caller pays.
    """
    phone, desk, call = talk.phone, talk.desk, talk.call
    try:
        await patiently(phone, assists.begin(desk.store, call.id, agent, desk.clock()))
    except StoreAway:
        await phone.announce(LINE_TROUBLE, NOT_CHARGED)
        return Ended(Status.TROUBLE, Next.AGENT)
    left = True
    try:
        status = await _pay(talk, pay)
        await phone.announce(BACK_TO_AGENT)
        left = False
    finally:
        await _end(desk, call, left=left)
    return Ended(status, Next.AGENT)


async def _pay(talk: Talk, pay: Pay) -> Status:
    await talk.phone.announce(PAY_NOW)
    try:
        return (await pay(talk.phone, talk.desk, talk.call, talk.account)).status
    except WantsPerson:
        return Status.AGENT
    except GaveUp:
        return Status.GAVEUP


async def _end(desk: Desk, call: Call, *, left: bool) -> None:
    try:
        await assists.end(desk.store, call.id, caller_left=left, now=desk.clock())
    except StoreAway:
        log.error("call %s: what an agent had paid is not noted: the store is away", call.id)


async def words_for_agent(desk: Desk, call: Call) -> tuple[Prompt, ...]:
    """What the agent is told when the caller is back."""
    try:
        done = await assists.last(desk.store, call.id)
    except StoreAway:
        return (TELL_UNKNOWN,)
    return _outcome(done)


def _outcome(done: Assist | None) -> tuple[Prompt, ...]:
    if done is None or done.outcome is None:
        return (TELL_UNKNOWN,)
    return (TELL[done.outcome], *(spoken.money(done.paid) if done.paid else ()))


async def tell_alone(phone: Phone, desk: Desk, call: Call) -> Ended:
    """Tell an agent whose caller hung up while paying so, and the outcome; else say nothing."""
    done = await patiently(phone, _when_over(desk, call))
    if done is not None and (done.caller_left or done.outcome is None):
        await phone.announce(CALLER_LEFT, *_outcome(done))
    return Ended(Status.DONE, Next.GOODBYE)


async def _when_over(desk: Desk, call: Call) -> Assist | None:
    """The last assist, once its charge has an outcome, or has had long enough to get one."""
    done = await assists.last(desk.store, call.id)
    for _ in range(LOOKS):
        if done is None or done.outcome is not None:
            break
        await asyncio.sleep(LOOK_EVERY_S)
        done = await assists.last(desk.store, call.id)
    return done


async def set_account(phone: Phone, desk: Desk, call: Call) -> Ended:
    """Let an agent key whose bill the caller pays, by account or telephone number."""
    nobodys = replace(call, calling=None)  # the agent's number is no account's
    for _ in range(phone.manner.identify_tries):
        question = Question((ASK_ACCOUNT,), read_account, at_most=ACCOUNT_DIGITS)
        try:
            number = await ask(phone, question)
        except GaveUp:
            break
        if number is BACK:
            break
        account = await patiently(phone, find(desk, nobodys, number))
        if account is not None:
            await patiently(phone, calls.identified(desk.store, call.id, account.id, desk.clock()))
            await phone.announce(ACCOUNT_SET)
            return Ended(Status.DONE, Next.AGENT)
        await phone.say(NO_SUCH_ACCOUNT)
    return Ended(Status.CANCELLED, Next.AGENT)
