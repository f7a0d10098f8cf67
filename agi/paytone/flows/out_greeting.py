"""A call that we made: who calls, how to stop that, and nothing of any account (64.1200(b))."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Final

from paytone.ask import BACK, TooManyTries, choose, patiently
from paytone.flows import Call, CallsOut, Desk
from paytone.flows.text_consent import number_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.calling import Kind
from paytone.rules.job import Ended, Next, Status
from paytone.store import StoreAway, do_not_call
from paytone.store.do_not_call import Stopped

log = logging.getLogger(__name__)

NAME: Final = Prompt("out-name")
STOP: Final = Prompt("out-stop")
ABOUT_PAYMENT: Final = Prompt("out-about-payment")
ABOUT_CALL_BACK: Final = Prompt("out-about-call-back")
ABOUT_PASSCODE: Final = Prompt("out-about-passcode")
GO_ON: Final = Prompt("out-go-on")
REACH_US: Final = Prompt("out-reach-us")
STOPPED: Final = Prompt("out-stopped")
NOT_STOPPED: Final = Prompt("out-not-stopped")
MACHINE_STOP: Final = Prompt("out-machine-stop")

ABOUT: Final = {
    Kind.DUE: ABOUT_PAYMENT,
    Kind.FAILED: ABOUT_PAYMENT,
    Kind.INSTALMENT: ABOUT_PAYMENT,
    Kind.CALL_BACK: ABOUT_CALL_BACK,
    Kind.PASSCODE: ABOUT_PASSCODE,
}
"""All that is said before the person has proved to be the customer."""

LEADS: Final = {Kind.CALL_BACK: Next.AGENT}
"""Where 1 leads, if not to identification."""

TRIES: Final = 2
STOP_TRIES: Final = 5
STOP_PAUSE_S: Final = 2.0


async def out_greeting(phone: Phone, desk: Desk, call: Call, kind: Kind) -> Ended:
    """
    Say who calls and at once how to stop it, then in general words why; 1 goes on.

    Who presses 2 is not called again, from before the next word. Whoever says nothing has heard the
    number to call and is left in peace.
    """
    phone.manner = replace(phone.manner, key_tries=TRIES)
    words = (NAME, STOP, ABOUT[kind], GO_ON, REACH_US, *number_in_words(_out(desk).reach))
    try:
        while (choice := await choose(phone, *words, keys="12")) is BACK:
            pass
    except TooManyTries:
        return Ended(Status.GAVEUP, Next.GOODBYE)
    if choice == "2":
        await _stop(phone, desk, call)
        return Ended(Status.CANCELLED, Next.GOODBYE)
    return Ended(Status.DONE, LEADS.get(kind, Next.IDENTIFY))


async def out_machine(phone: Phone, desk: Desk) -> Ended:
    """Leave the name, the number to call and the one that stops calls; nothing of any account."""
    out = _out(desk)
    await phone.announce(
        NAME,
        REACH_US,
        *number_in_words(out.reach),
        MACHINE_STOP,
        *number_in_words(out.stop),
    )
    return Ended(Status.DONE, Next.GOODBYE)


def _out(desk: Desk) -> CallsOut:
    return desk.calls_out or CallsOut(reach=desk.enquiries, stop=desk.enquiries)


async def _stop(phone: Phone, desk: Desk, call: Call) -> None:
    try:
        await patiently(phone, _stored(desk, call))
    except StoreAway:
        log.error("call %s: an opt-out is not stored; the number is in Asterisk's records", call.id)
        await phone.announce(NOT_STOPPED, *number_in_words(_out(desk).stop))
        return
    await phone.announce(STOPPED)


async def _stored(desk: Desk, call: Call) -> None:
    """Store the opt-out, however often that takes within a while."""
    assert call.calling is not None
    for left in reversed(range(STOP_TRIES)):
        try:
            await do_not_call.stop(
                desk.store,
                call.calling,
                source=Stopped.CALL_OUT,
                said=f"{NAME} {STOP}",
                now=desk.clock(),
                call_id=call.id,
            )
        except StoreAway:
            if not left:
                raise
            await asyncio.sleep(STOP_PAUSE_S)
        else:
            return
