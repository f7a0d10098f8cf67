"""Jobs as Asterisk starts them: done on a channel, ended truthfully, and recorded."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import sys
from collections.abc import Callable
from typing import Final

from paytone.adapters import desk_of
from paytone.ask import GaveUp, WantsPerson, patiently
from paytone.config import Settings, SettingsRefused
from paytone.flows import Desk
from paytone.jobs import JOBS, Jobs
from paytone.phone import HungUp
from paytone.phone.classic_agi import ClassicAgi
from paytone.phone.fastagi import Answer, FastAgi
from paytone.prompts import Prompt
from paytone.rules.job import Ended, Next, Status
from paytone.store import StoreAway
from paytone.visit import NotIdentified, OnlyPays, Visit

log = logging.getLogger(__name__)

LINE_TROUBLE: Final = Prompt("line-trouble")
NEEDS_PIN: Final = Prompt("needs-pin")

CALL_ENDINGS: Final = {
    Next.AGENT: "person",
    Next.QUEUE: "person",
    Next.CLOSED: "person",
    Next.GOODBYE: "goodbye",
}


async def do_job(verb: str, visit: Visit, leave: Callable[[], None], jobs: Jobs = JOBS) -> None:
    """
    Do the job *verb*, tell the dialplan how it ended, and record it, whatever happens.

    Args:
        leave: Gives the channel back to the dialplan; what can be put off, and the record, is done
            after that, so that no caller waits for it.
        jobs: The verbs and what does them.
    """
    how: str | None = "hung-up"
    try:
        await visit.begin()
        ended = await _ended(verb, visit, jobs)
        await visit.end(verb, ended)
        how = CALL_ENDINGS.get(ended.next)
    except HungUp:
        log.info("call %s: hung up in %s", visit.call.id, verb)
    finally:
        leave()
        await visit.record(verb, how)
        await visit.finish()


async def _ended(verb: str, visit: Visit, jobs: Jobs) -> Ended:
    """How the job ended; a fault of ours is told to the caller, who then gets a person."""
    try:
        await visit.introduce()
        await patiently(visit.phone, visit.stored())
        return await jobs[verb](visit)
    except WantsPerson:
        return Ended(Status.AGENT, Next.AGENT)
    except GaveUp:
        return Ended(Status.GAVEUP, Next.AGENT)
    except OnlyPays:
        await visit.phone.say(NEEDS_PIN)
        return Ended(Status.REFUSED, Next.PAY_ONLY)
    except NotIdentified:
        return Ended(Status.REFUSED, Next.IDENTIFY)
    except StoreAway:
        log.error("call %s: the store is away in %s", visit.call.id, verb)
    except HungUp:
        raise
    except Exception as exc:  # noqa: BLE001 - the caller hears of it, whatever it is
        log.error("call %s: %s fails: %s", visit.call.id, verb, _where(exc))
    await visit.phone.announce(LINE_TROUBLE)
    return Ended(Status.TROUBLE, Next.AGENT)


def _where(exc: Exception) -> str:
    """The kind of *exc* and its place: its text or a traceback could quote keyed digits."""
    place = exc.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    line = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    return f"{type(exc).__name__} at {line}"


def answer_fast(settings: Settings, desk: Desk) -> Answer:
    """What the FastAGI server does with each channel."""

    async def answer(channel: FastAgi) -> None:
        verb = channel.script
        if verb not in JOBS:
            log.error("the dialplan asks for an unknown job")
            return
        await do_job(verb, Visit(channel.send, channel.headers, settings, desk), channel.leave)

    return answer


def answer_classic(verb: str) -> None:
    """
    Do one job as a classic AGI process on standard input and output; Asterisk starts it.

    It leaves no core file: it would hold a card.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.basicConfig(level=logging.WARNING, format="paytone %(levelname)s %(message)s")
    channel = ClassicAgi()
    try:
        settings = Settings.from_env({**os.environ, "PAYTONE_DATABASE_CONNECTIONS": "1"})
    except SettingsRefused as exc:
        sys.exit(f"paytone: {exc}")

    async def answer() -> None:
        async with desk_of(settings) as desk:
            await do_job(verb, Visit(channel.send, channel.headers, settings, desk), channel.leave)

    asyncio.run(answer())
