"""What an agent hears before the caller is put through."""

from __future__ import annotations

from typing import Final

from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Level
from paytone.rules.person import LEVELS

VERIFIED: Final = Prompt("agent-told-verified")
NOT_VERIFIED: Final = Prompt("agent-told-not-verified")
ACCOUNT: Final = Prompt("agent-told-account")


async def tell_agent(phone: Phone, last_four: str, level: str) -> None:
    """Say the account's last four digits, if any, and whether the caller was verified."""
    if last_four.isascii() and last_four.isdigit():
        await phone.announce(ACCOUNT, *spoken.digits(last_four))
    await phone.announce(VERIFIED if level == LEVELS[Level.VERIFIED] else NOT_VERIFIED)
