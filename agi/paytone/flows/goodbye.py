"""The end of the call."""

from __future__ import annotations

from typing import Final

from paytone.job import Ended, Next, Status
from paytone.phone import Phone
from paytone.prompts import Prompt

GOODBYE: Final = Prompt("goodbye")


async def goodbye(phone: Phone) -> Ended:
    """Take leave; the dialplan hangs up."""
    await phone.announce(GOODBYE)
    return Ended(Status.DONE, Next.GOODBYE)
