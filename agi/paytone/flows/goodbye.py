"""The end of the call."""

from __future__ import annotations

from typing import Final

from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.job import Ended, Next, Status

GOODBYE: Final = Prompt("goodbye")


async def goodbye(phone: Phone) -> Ended:
    """Take leave; the dialplan hangs up."""
    await phone.announce(GOODBYE)
    return Ended(Status.DONE, Next.GOODBYE)
