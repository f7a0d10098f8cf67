"""Other ways to pay: by mail, online, and in person at a payment center."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.nearest import tell_nearest
from paytone.flows.send_ways import Guest, Way, hear_out
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.store import StoreAway, places

log = logging.getLogger(__name__)

WAYS: Final = Prompt("ways-mail")
WAYS_ONLINE: Final = Prompt("ways-online")
WAYS_CENTRE: Final = Prompt("ways-center")
WAYS_DONE: Final = Prompt("press-pound-when-done")

MAIL: Final = Prompt("other-ways-mail")
MAIL_ADDRESS: Final = Prompt("other-ways-address")
WEB: Final = Prompt("other-ways-web")

BY_MAIL: Final = Way((MAIL, MAIL_ADDRESS), "pay-by-mail", "address")
ONLINE: Final = Way((WEB,), "pay-online", "address")


async def other_ways(phone: Phone, desk: Desk, call: Call, account: Account | None) -> Ended:
    """
    Say how a bill can be paid elsewhere, as many ways as the caller likes.

    Who has not identified hears as much, and goes on to that. Payment centers are offered where
    any is listed and the store answers.
    """
    guest = Guest(phone, desk, call, account)
    options = {"1": WAYS, "2": WAYS_ONLINE}
    if await _knows_centres(phone, desk):
        options["3"] = WAYS_CENTRE
    heard: bool | Back = BACK
    while heard is BACK:
        choice = await choose(phone, *options.values(), WAYS_DONE, keys="".join(options) + "#")
        if choice is BACK or choice == "#":
            break
        heard = await _tell(guest, choice)
    return Ended(Status.DONE, Next.MENU if account else Next.IDENTIFY)


async def _knows_centres(phone: Phone, desk: Desk) -> bool:
    try:
        return await patiently(phone, places.are_there(desk.store))
    except StoreAway:
        log.warning("no payment center is offered: the store is away")
        return False


async def _tell(guest: Guest, choice: str) -> bool | Back:
    match choice:
        case "1":
            return await hear_out(guest, BY_MAIL)
        case "2":
            return await hear_out(guest, ONLINE)
        case _:
            return await tell_nearest(guest)
