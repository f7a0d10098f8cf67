"""A caller who promises to pay later."""

from __future__ import annotations

from datetime import date

from paytone.flows import Talk
from paytone.flows.more_time import ACCEPT, REPEAT, more_time
from paytone.flows.more_time_entry import (
    ALL_LATER,
    ASK_DAY,
    EARLIER_DAY,
    EXTEND_TO,
    FIRST_ON,
    HOW_MANY,
)
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.job import Ended
from tests.teller import Counter

LATEST = date(2026, 3, 19)
"""Fourteen days after the bill is due."""
FIRST = date(2026, 3, 9)
YES: Turn = (ACCEPT, "1")
DONE: Turn = (REPEAT, "#")
ALL_OF_IT: tuple[Turn, ...] = ((ALL_LATER, "1"), (EXTEND_TO, "1"))
IN_TWO: tuple[Turn, ...] = ((ALL_LATER, "2"), (HOW_MANY, "2"), (FIRST_ON, "1"))
ALL: tuple[Turn, ...] = (*IN_TWO, YES)
BY_DAY: tuple[Turn, ...] = ((ALL_LATER, "1"), (EARLIER_DAY, "2"), (ASK_DAY, "0312"), YES)
BY_FIRST_DAY: tuple[Turn, ...] = (*IN_TWO[:2], (FIRST_ON, "2"), (ASK_DAY, "0304"), YES)


async def asked(counter: Counter, account: Account, *turns: Turn) -> tuple[Ended, list[Prompt]]:
    with ScriptedPhone(*turns) as phone:
        talk = Talk(phone, counter.desk, await counter.call(), account)
        ended = await more_time(talk)
    return ended, phone.heard
