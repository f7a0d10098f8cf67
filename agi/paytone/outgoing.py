"""Jobs of a call that we made: what each reads of the channel, and what it stores of the dial."""

from __future__ import annotations

import asyncio

from paytone.flows.out_greeting import out_greeting, out_machine
from paytone.flows.out_passcode import out_passcode
from paytone.rules.calling import Kind
from paytone.rules.job import Ended, Next, Status
from paytone.rules.redial import result_of
from paytone.store import dials
from paytone.visit import Visit


async def greeting(visit: Visit) -> Ended:
    """Greet whoever took the call; it is stored meanwhile, so that the name is said at once."""
    kind = Kind(await visit.variable("PAYTONE_OUT_KIND"))
    noting = asyncio.create_task(visit.store_call_out("person"))
    try:
        return await out_greeting(visit.phone, visit.desk, visit.call, kind)
    finally:
        await asyncio.wait({noting})


async def passcode(visit: Visit) -> Ended:
    """Say the code that the call was asked for; what is said is not in the record of the call."""
    return await out_passcode(visit.unrecorded, visit.desk, visit.call)


async def machine(visit: Visit) -> Ended:
    """Leave the message for a machine."""
    await visit.store_call_out("machine")
    return await out_machine(visit.phone, visit.desk)


async def ended(visit: Visit) -> Ended:
    """Store what came of the dial: asked by the channel that dialled, when nobody is on it."""
    result = result_of(await visit.variable("DIALSTATUS"))
    await dials.ended(visit.desk.store, visit.call.id, result, now=visit.desk.clock())
    return Ended(Status.DONE, Next.MENU)
