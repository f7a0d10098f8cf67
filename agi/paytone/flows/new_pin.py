"""A new PIN: keyed twice the same, and none that is guessed early."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final

from paytone.ask import BACK, BadAnswer, Question, patiently
from paytone.flows import Call, Desk
from paytone.flows.card_entry import ask_twice
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.pin import hash_pin, is_pin, is_weak
from paytone.store import pins
from paytone.store.pins import ProvedBy

ASK_NEW_PIN: Final = Prompt("ask-new-pin")
PIN_MISREAD: Final = Prompt("pin-misread")
PIN_WEAK: Final = Prompt("pin-weak")
PIN_SET: Final = Prompt("pin-set")

PIN_DIGITS: Final = 6


async def set_new_pin(
    phone: Phone, desk: Desk, call: Call, account: Account, proved_by: ProvedBy
) -> bool:
    """
    Whether the caller, who has proved to be the account's, has set another PIN.

    It is stored as a hash, and the customer is written to of it. ``*`` leaves the PIN as it is.
    """
    known = {
        account.number,
        call.calling or "",
        *await patiently(phone, pins.phones(desk.store, account.id)),
    }
    question = Question(
        (ASK_NEW_PIN,), lambda digits: read_new_pin(digits, known), at_most=PIN_DIGITS + 1
    )
    pin = await ask_twice(phone, question)
    if pin is BACK:
        return False
    await patiently(phone, _stored(desk, call, account, pin, proved_by))
    await phone.announce(PIN_SET)
    return True


def read_new_pin(digits: str, known: Collection[str]) -> str:
    """Four to six digits that are not guessed early by who knows the numbers *known*."""
    if not is_pin(digits):
        raise BadAnswer(PIN_MISREAD)
    if is_weak(digits, known):
        raise BadAnswer(PIN_WEAK)
    return digits


async def _stored(desk: Desk, call: Call, account: Account, pin: str, proved_by: ProvedBy) -> None:
    pin_hash = await asyncio.to_thread(hash_pin, pin)
    await pins.set_pin(
        desk.store,
        account.id,
        pin_hash,
        proved_by=proved_by,
        call_id=call.id,
        now=desk.clock(),
    )
