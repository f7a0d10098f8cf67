"""Nobody is there, or nobody free: when to call again; a message or a call back instead."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import BACK, TooManyTries, WantsPerson, choose, patiently
from paytone.flows import Desk
from paytone.flows.message import leave_message
from paytone.flows.opening_words import hours_in_words
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.job import Ended, Next, Status
from paytone.store import StoreAway, hours

log = logging.getLogger(__name__)

NOBODY: Final = Prompt("nobody-free")
NO_AGENT: Final = Prompt("no-agent")
CALL_LATER: Final = Prompt("closed-call-later")
MESSAGE: Final = Prompt("closed-message")
CALL_BACK: Final = Prompt("closed-call-back")
DONE: Final = Prompt("press-pound-when-done")


async def closed(phone: Phone, desk: Desk, queue: str, person_id: str) -> Ended:
    """
    Say when somebody is there again, and offer what the line can do until then.

    It leads to a call back or to the end of the call, never to a person again. Nothing is offered
    that could not be kept, as the store is away.
    """
    try:
        words = await patiently(phone, _words(desk, queue))
    except StoreAway:
        log.warning("nobody can say when it opens: the store is away")
        await phone.announce(NO_AGENT)
        return Ended(Status.DONE, Next.GOODBYE)
    options = {"1": MESSAGE} if desk.takes_messages else {}
    if desk.calls_back and queue:
        options["2"] = CALL_BACK
    if not options:
        await phone.announce(*((NO_AGENT,) if words == (NOBODY,) else (*words, CALL_LATER)))
        return Ended(Status.DONE, Next.GOODBYE)
    choice = await _choice(phone, words, options)
    if choice == "1" and not await leave_message(phone, desk, person_id):
        return Ended(Status.CANCELLED, Next.GOODBYE)
    return Ended(Status.DONE, Next.CALL_BACK if choice == "2" else Next.GOODBYE)


async def _choice(phone: Phone, words: tuple[Prompt, ...], options: dict[str, Prompt]) -> str:
    while True:
        try:
            choice = await choose(
                phone, *words, *options.values(), DONE, keys=f"{''.join(options)}#"
            )
        except WantsPerson:
            continue  # there is none: they hear so again
        except TooManyTries:
            return "#"
        return "#" if choice is BACK else choice


async def _words(desk: Desk, queue: str) -> tuple[Prompt, ...]:
    now = desk.clock()
    known = await hours.of_queue(desk.store, queue, now=now)
    return (NOBODY,) if known.is_open(now) else hours_in_words(known, now)
