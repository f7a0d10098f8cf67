"""A one-time code, said to whoever took the call at the number on the account."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from paytone.ask import TooManyTries, choose, patiently
from paytone.flows import Call, Desk
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Ended, Next, Status
from paytone.store import passcodes

YOUR_CODE_IS: Final = Prompt("your-code-is")
CODE_NOT_ASKED: Final = Prompt("code-not-asked")
CODE_TOO_LATE: Final = Prompt("code-too-late")
HEAR_AGAIN: Final = Prompt("code-hear-again")


async def out_passcode(phone: Phone, desk: Desk, call: Call) -> Ended:
    """Say the code, again after 9, and that nobody of ours asks for it; nothing of any account."""
    name = await patiently(phone, passcodes.of_dial(desk.store, call.id, desk.clock()))
    if name is None or desk.codes is None:
        await phone.announce(CODE_TOO_LATE)
        return Ended(Status.REFUSED, Next.GOODBYE)
    code = spoken.digits(desk.codes.of(name).digits, group=3)
    with suppress(TooManyTries):  # who says nothing has heard it
        await choose(phone, YOUR_CODE_IS, *code, CODE_NOT_ASKED, HEAR_AGAIN, keys="#")
    return Ended(Status.DONE, Next.GOODBYE)
