"""The fee for paying by phone, where there is one: named first, and refused free of charge."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, choose
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.money import Money

FEE_IS: Final = Prompt("fee-is")
FEE_FOR_PHONE: Final = Prompt("fee-for-phone")
FEE_FREE_WAYS: Final = Prompt("fee-free-ways")
FEE_KEYS: Final = Prompt("fee-keys")
PLUS_FEE: Final = Prompt("plus-fee")
IN_TOTAL: Final = Prompt("in-total")
INCLUDING_FEE: Final = Prompt("including-fee")


async def accept_fee(phone: Phone, fee: Money) -> bool:
    """
    Whether the caller goes on, having heard in full what paying costs and how it costs nothing.

    Nothing is asked where there is no fee.
    """
    if not fee:
        return True
    words = (FEE_IS, *spoken.money(fee), FEE_FOR_PHONE, FEE_FREE_WAYS)
    return await choose(phone, FEE_KEYS, keys="1", announce=words) is not BACK


def to_be_charged(towards_bills: Money, fee: Money) -> tuple[Prompt, ...]:
    """What goes towards bills, and with a fee also that and what both come to."""
    words = spoken.money(towards_bills)
    if not fee:
        return words
    total = spoken.money(towards_bills + fee)
    return (*words, PLUS_FEE, *spoken.money(fee), IN_TOTAL, *total)


def charged(total: Money, fee: Money) -> tuple[Prompt, ...]:
    """All that was charged, and how much of it was a fee, where some was."""
    words = spoken.money(total)
    return (*words, INCLUDING_FEE, *spoken.money(fee)) if fee else words
