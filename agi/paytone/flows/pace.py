"""How fast a call goes on, once it is known who calls; and back to the usual pace."""

from __future__ import annotations

from typing import Final

from paytone.ask import patiently
from paytone.flows import Call, Desk
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.pace import Pace
from paytone.store import paces
from paytone.store.contacts import Source

PRESS_4_USUAL_PACE: Final = Prompt("press-4-usual-pace")


async def go_as_remembered(phone: Phone, desk: Desk, account: Account) -> None:
    """Go slowly with a customer who asked for more time in an earlier call."""
    if await patiently(phone, paces.pace_of(desk.store, account.id)) is Pace.SLOW:
        await phone.take_pace(Pace.SLOW)


async def go_as_usual(phone: Phone, desk: Desk, call: Call, account: Account) -> None:
    """Go at the usual pace again, now and in later calls."""
    work = paces.set_pace(
        desk.store,
        account.id,
        Pace.USUAL,
        why=str(PRESS_4_USUAL_PACE),
        source=Source.caller(call.id),
        now=desk.clock(),
    )
    await patiently(phone, work)
    await phone.take_pace(Pace.USUAL)
