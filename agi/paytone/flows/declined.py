"""Why a bank said no, in plain words."""

from __future__ import annotations

from typing import Final

from paytone.flows.bank_entry import BANK_NOT_VERIFIED
from paytone.gateway import Refusal
from paytone.prompts import Prompt

SAVED_NO_LONGER_RIGHT: Final = Prompt("declined-saved")

WHY_DECLINED: Final = {
    Refusal.FUNDS: Prompt("declined-funds"),
    Refusal.EXPIRED: Prompt("declined-expired"),
    Refusal.NUMBER: Prompt("declined-number"),
    Refusal.SECURITY_CODE: Prompt("declined-code"),
    Refusal.ADDRESS: Prompt("declined-address"),
    Refusal.GONE: Prompt("declined-gone"),
    Refusal.NOT_VERIFIED: BANK_NOT_VERIFIED,
    Refusal.ISSUER: Prompt("declined-issuer"),
}

WHY_SAVED_DECLINED: Final = {
    **WHY_DECLINED,
    **dict.fromkeys(
        (Refusal.NUMBER, Refusal.SECURITY_CODE, Refusal.ADDRESS), SAVED_NO_LONGER_RIGHT
    ),
}
"""The same of a saved card: nothing was keyed that could be checked."""
