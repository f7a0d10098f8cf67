"""Jobs of callers who come to a person, and of agents: what each reads of the channel and sets."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from datetime import datetime
from typing import Final

from paytone.ask import GaveUp
from paytone.back_office.call_backs import dial_back
from paytone.flows.agent_login import agent_login
from paytone.flows.agent_told import tell_agent
from paytone.flows.call_back import call_back
from paytone.flows.closed import closed
from paytone.prompts import Prompt
from paytone.rules.job import Ended, Next, Status
from paytone.rules.person import Came, place_in_line
from paytone.store import StoreAway, hours, people
from paytone.visit import Visit

log = logging.getLogger(__name__)

CALLING: Final = Prompt("agent-call-back")
CANNOT_CALL: Final = Prompt("agent-call-back-not-now")
QUEUE_NAME: Final = re.compile(r"[A-Za-z0-9_-]*")
WORD: Final = re.compile(r"[a-z-]+")
PATIENCE_S: Final = 2.0
"""So long a caller waits in silence for what a person is to see."""


async def person(visit: Visit) -> Ended:
    """
    Whether somebody is there; what their phone shows, and the caller's place in line, are set.

    Says nothing. Without the store it goes on in trouble: a person then sees less, and nothing can
    be offered instead of one.
    """
    now, queue = visit.desk.clock(), await queue_of(visit)
    person_id = str(uuid.uuid4())
    came = Came(
        await _word(visit, "PAYTONE_WHERE", "menu"), await _word(visit, "PAYTONE_WHY", "asked")
    )
    is_open, status = True, Status.TROUBLE
    try:
        asking = asyncio.create_task(_asked(visit, person_id, queue, came, now))
        visit.afterwards(asking)
        await asyncio.wait({asking}, timeout=PATIENCE_S)
        if asking.done():
            (came, is_open), status = asking.result(), Status.DONE
    except StoreAway:
        log.warning("call %s: a person sees nothing of it: the store is away", visit.call.id)
    await visit.tell("PAYTONE_PERSON", person_id)
    await visit.tell("PAYTONE_PLACE", str(place_in_line(now)))
    for name, value in came.shown().items():
        await visit.tell(name, value)
    if not is_open:
        return Ended(status, Next.CLOSED)
    return Ended(status, Next.QUEUE if queue else Next.AGENT)


async def _asked(
    visit: Visit, person_id: str, queue: str, came: Came, now: datetime
) -> tuple[Came, bool]:
    """How the caller comes, as far as that is known, and whether it is open; both stored."""
    store, call = visit.desk.store, visit.call
    is_open = (await hours.of_queue(store, queue, now=now)).is_open(now)
    known = await people.came_from(store, call.id, place=came.place, why=came.why)
    await people.asked(
        store, person_id, call.id, known, queue=queue, number=call.calling, now=now,
        is_closed=not is_open,
    )  # fmt: skip
    return known, is_open


async def person_answered(visit: Visit) -> Ended:
    """Note who answered, on their own phone; say who calls if PAYTONE_AGENT_TOLD is yes."""
    person_id = await _person(visit)
    try:
        if person_id:
            await people.answered(
                visit.desk.store, person_id, phone=visit.channel, now=visit.desk.clock()
            )
    except StoreAway:
        log.warning("who answered is not stored: the store is away")
    if await visit.variable("PAYTONE_AGENT_TOLD") == "yes":
        last_four = await visit.variable("PAYTONE_LAST_FOUR")
        await tell_agent(visit.phone, last_four, await visit.variable("PAYTONE_PROVED"))
    return Ended(Status.DONE, Next.MENU)


async def person_ended(visit: Visit) -> Ended:
    """Note the end of waiting or talking, once the channel is left; says nothing."""
    if person_id := await _person(visit):
        status = await visit.variable("QUEUESTATUS") or await visit.variable("DIALSTATUS")
        how = "nobody" if status in NOBODY else "abandoned"
        visit.afterwards(people.ended(visit.desk.store, person_id, how, now=visit.desk.clock()))
    return Ended(Status.DONE, Next.MENU)


NOBODY: Final = frozenset(
    {"TIMEOUT", "FULL", "JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL", "NOANSWER",
     "BUSY", "CHANUNAVAIL", "CONGESTION"}
)  # fmt: skip
"""How Queue and Dial say that nobody took the call."""


async def closed_for(visit: Visit) -> Ended:
    """Say when somebody is there, and take a message or lead to a call back."""
    return await closed(visit.phone, visit.desk, await queue_of(visit), await _person(visit))


async def call_back_for(visit: Visit) -> Ended:
    """Agree on a call back; who gives up waits on."""
    try:
        return await call_back(visit.phone, visit.desk, visit.call, await _person(visit))
    except GaveUp:
        return Ended(Status.GAVEUP, Next.QUEUE)


async def call_back_dial(visit: Visit) -> Ended:
    """
    Let the dialplan dial who waits to be called back, as an agent is there: once, if it may.

    What the agent hears if it may not be is said.
    """
    settings, now = visit.settings, visit.desk.clock()
    claimed = await dial_back(visit.desk.store, settings.calling, await _person(visit), now=now)
    if claimed is None or not settings.calls_people:
        await visit.phone.announce(CANNOT_CALL)
        return Ended(Status.REFUSED, Next.GOODBYE)
    await visit.phone.announce(CALLING)
    await visit.tell("PAYTONE_CALL", claimed.id)
    await visit.tell("PAYTONE_NUMBER", claimed.number)
    await visit.tell("PAYTONE_CALLER_ID", settings.caller_id or "")
    await visit.tell("PAYTONE_TRUNK", (settings.trunk or "").format(number=claimed.number))
    await visit.tell("PAYTONE_RING", str(settings.ring_s))
    return Ended(Status.DONE, Next.GOODBYE)


async def agent_login_for(visit: Visit) -> Ended:
    """Let an agent take calls, or not, at the phone that this channel is."""
    ended, agent = await agent_login(visit.phone, visit.desk, visit.channel)
    if agent is not None:
        await visit.tell("PAYTONE_AGENT_PHONE", visit.channel)
        await visit.tell("PAYTONE_AGENT_WAS", agent.phone or "")
        await visit.tell("PAYTONE_AGENT_NAME", re.sub(r"[^\w .'-]", "", agent.name))
    return ended


async def queue_of(visit: Visit) -> str:
    """The queue that the dialplan names; empty for none."""
    queue = await visit.variable("PAYTONE_QUEUE")
    return queue if QUEUE_NAME.fullmatch(queue) else ""


async def _word(visit: Visit, name: str, usual: str) -> str:
    word = await visit.variable(name)
    return word if WORD.fullmatch(word) else usual


async def _person(visit: Visit) -> str:
    """The id that `person` set; empty where it is none."""
    try:
        return str(uuid.UUID(await visit.variable("PAYTONE_PERSON")))
    except ValueError:
        return ""
