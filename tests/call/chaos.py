"""Many callers who pay by the clock while the parts of their line are killed and come back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from paytone.bench.books import DUE_DAYS, ENDING, account_numbers, write_accounts
from paytone.bench.journey import Turn, journey
from paytone.bench.load import Aim, Loaded, load
from paytone.bench.measure import LOAD_PORT
from paytone.bench.scenario import Pace, scenario
from paytone.config import CHECKOUT, Settings
from paytone.line.demo import NUMBER
from paytone.line.line import Line
from paytone.line.part import Part
from paytone.prompts import Prompt
from tests.call.biller import Biller
from tests.call.conversation import GREETING

CALLS: Final = 84
OVER_S: Final = 42.0
"""A call takes 48 s or a little less, so that at the end of this time nearly all stand."""
AT_MOST_S: Final = 111.0
HELD: Final = 3
"""Charges under way when a part is killed."""
HELD_S: Final = 4.0
AWAY_S: Final = 0.5
"""As long as systemd lets a part that died lie."""
RECOVERY_S: Final = 8.0
"""Callers pay between the blows, two a second."""
SOUNDS: Final = CHECKOUT / "sounds/en"


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the line that can be killed, and brought back without waiting in this thread."""

    kill: Callable[[], None]
    bring_back: Callable[[], Awaitable[None]]


def targets(line: Line) -> Mapping[str, Target]:
    """
    What is killed, in this order: SIPp hears nothing, so that all its calls press the wrong keys
    once the server has died and asks anew.
    """

    async def start_postgres() -> None:
        line.postgres.start()

    return {
        "the sandbox": _target(line.sandbox),
        "Postgres": Target(line.postgres.kill, start_postgres),
        "the worker and the server": _target(line.worker, line.fastagi),
    }


def _target(*parts: Part) -> Target:
    def kill() -> None:
        for part in parts:
            part.kill()

    async def start() -> None:
        # Spawned here, not in the other thread: a part ends with the thread that made it.
        for part in parts:
            part.spawn()
        for part in parts:
            await asyncio.to_thread(part.wait)

    return Target(kill, start)


@dataclass(frozen=True, slots=True)
class Blow:
    """
    One part killed and brought back.

    Args:
        held: Order ids of the charges that were under way.
        heard: What a caller heard who called while the part was away.
    """

    part: str
    held: Sequence[str]
    heard: Sequence[Prompt | None]


@dataclass(frozen=True, slots=True)
class Storm:
    """What was done to the line, and what the load came to."""

    numbers: Sequence[str]
    loaded: Loaded
    blows: Sequence[Blow]


async def storm(biller: Biller) -> Storm:
    """Call, kill every part in the midst of charges, and wait until the last call is over."""
    numbers = account_numbers(0, CALLS)
    file = biller.line.folder / "storm.csv"
    write_accounts(file, numbers)
    biller.line.paytone("accounts", "import", str(file))
    calling = asyncio.create_task(asyncio.to_thread(_call, biller.line, numbers))
    try:
        blows = []
        for name in targets(biller.line):
            blows.append(await _strike(biller, name))
            await asyncio.sleep(RECOVERY_S)
    finally:
        loaded = await calling
    await biller.until(lambda: "0 active calls" in biller.line.asterisk.rx("core show channels"))
    await asyncio.sleep(HELD_S + 1)
    return Storm(numbers, loaded, blows)


def _call(line: Line, numbers: list[str]) -> Loaded:
    folder = line.folder / "sipp"
    folder.mkdir()
    first = line.ports.first + LOAD_PORT
    configuration = line.configuration
    keys = scenario(
        _turns(line),
        SOUNDS,
        pace=Pace.HURRIED,
        user=configuration.sip_user,
        password=configuration.sip_password,
    )
    return load(
        Aim(configuration.sip_port, first, first + 2, NUMBER),
        folder,
        scenario=keys,
        accounts=numbers,
        over_s=OVER_S,
        at_most_s=AT_MOST_S,
        sample=lambda _: None,
    )


def _turns(line: Line) -> tuple[Turn, ...]:
    today = Settings.from_env(line.environment).now().date()
    return journey(today, today + timedelta(days=DUE_DAYS), ending=ENDING)


async def _strike(biller: Biller, name: str) -> Blow:
    """Kill the part while charges are under way, call meanwhile, and bring it back."""
    target = targets(biller.line)[name]
    biller.clear_faults()
    for _ in range(HELD):
        for when in ("before", "after"):
            biller.inject(kind="sale", when=when, act="delay", seconds=HELD_S)
    held = await biller.until(lambda: _enough(biller.struck()), timeout=60)
    target.kill()
    calling = asyncio.create_task(_greeted(biller))
    await asyncio.sleep(AWAY_S)
    await target.bring_back()
    biller.clear_faults()
    return Blow(name, held, await calling)


async def _greeted(biller: Biller) -> Sequence[Prompt | None]:
    async with biller.dial() as call:
        await call.hear(GREETING, timeout=30)
    return call.heard


def _enough(struck: list[str]) -> list[str]:
    return struck if len(struck) >= HELD else []
