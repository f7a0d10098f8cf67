"""An agent's own phone: taking calls, a break, and going home."""

from __future__ import annotations

import asyncio
from typing import Final

from paytone.ask import BACK, Back, BadAnswer, Question, TooManyTries, ask, choose, patiently
from paytone.flows import Desk
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.job import Ended, Next, Status
from paytone.rules.pin import is_pin, pin_matches
from paytone.store import agents
from paytone.store.agents import Agent

ASK_NUMBER: Final = Prompt("agent-ask-number")
NUMBER_MISREAD: Final = Prompt("agent-number-misread")
ASK_PIN: Final = Prompt("ask-pin")
PIN_MISREAD: Final = Prompt("pin-misread")
NO_MATCH: Final = Prompt("agent-not-known")
TAKE: Final = Prompt("agent-take-calls")
STOP: Final = Prompt("agent-stop-calls")
BREAK: Final = Prompt("agent-break")
READY: Final = Prompt("agent-end-break")

STATES: Final = {"1": "in", "2": "out", "3": "paused", "4": "in"}
OFFERS: Final = {
    "out": {"1": TAKE},
    "in": {"1": TAKE, "2": STOP, "3": BREAK},
    "paused": {"2": STOP, "4": READY},
}
"""By how they are now; who is at another phone may come to this one with 1."""


def _read_agent(digits: str) -> str:
    if not 2 <= len(digits) <= 6:
        raise BadAnswer(NUMBER_MISREAD)
    return digits


def _read_pin(digits: str) -> str:
    if not is_pin(digits):
        raise BadAnswer(PIN_MISREAD)
    return digits


async def agent_login(phone: Phone, desk: Desk, device: str) -> tuple[Ended, Agent | None]:
    """
    What an agent wants at the phone *device*, and who it is; stored once it is chosen.

    The choice is 1 to take calls, 2 for none any more, 3 for a break, 4 to end it.
    """
    try:
        agent = await _known(phone, desk)
        if agent is None or agent is BACK:
            return Ended(Status.REFUSED, Next.GOODBYE), None
        options = OFFERS[agent.state]
        choice = await choose(phone, *options.values(), keys="".join(options))
    except TooManyTries:
        return Ended(Status.GAVEUP, Next.GOODBYE), None
    if choice is BACK:
        return Ended(Status.CANCELLED, Next.GOODBYE), None
    state = STATES[choice]
    at = None if state == "out" else device
    await patiently(
        phone, agents.set_state(desk.store, agent.number, state, phone=at, now=desk.clock())
    )
    return Ended(Status.DONE, Next.GOODBYE, choice), agent


async def _known(phone: Phone, desk: Desk) -> Agent | Back | None:
    """The agent whose number and PIN were keyed; None after too many wrong ones."""
    for _ in range(phone.manner.identify_tries):
        number = await ask(phone, Question((ASK_NUMBER,), _read_agent, at_most=6))
        if number is BACK:
            return BACK
        pin = await ask(phone, Question((ASK_PIN,), _read_pin, at_most=6))
        if pin is BACK:
            continue
        agent = await patiently(phone, _checked(desk, number, pin))
        if agent is not None:
            return agent
        await phone.say(NO_MATCH)
    return None


async def _checked(desk: Desk, number: str, pin: str) -> Agent | None:
    agent = await agents.by_number(desk.store, number, now=desk.clock())
    matches = await asyncio.to_thread(pin_matches, agent.pin_hash if agent else None, pin)
    if agent is None or (matches and not agent.is_locked):
        return agent
    await agents.failed(desk.store, number, now=desk.clock())
    return None
