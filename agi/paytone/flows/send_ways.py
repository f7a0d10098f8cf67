"""Ways to pay, sent in writing to callers who are known and can be written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from paytone.ask import BACK, Back, TooManyTries, choose, patiently
from paytone.flows import Call, Desk
from paytone.flows.history import GO_ON
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.store import StoreAway, contacts, letters

HEAR_AGAIN: Final = Prompt("press-1-hear-again")
NEXT_ONE: Final = Prompt("press-2-next-one")
SEND_IT: Final = Prompt("press-3-send-it")
COMES_BY_TEXT: Final = Prompt("way-comes-by-text")
COMES_BY_EMAIL: Final = Prompt("way-comes-by-email")
WHO_ARE_YOU: Final = Prompt("way-not-sent-to-strangers")
NO_ADDRESS: Final = Prompt("way-not-sent-no-address")
NOT_SENT: Final = Prompt("way-not-sent-now")

COMES: Final = {Channel.SMS: COMES_BY_TEXT, Channel.EMAIL: COMES_BY_EMAIL}


@dataclass(frozen=True, slots=True)
class Guest:
    """A caller on the line; *account* is None until they have identified."""

    phone: Phone
    desk: Desk
    call: Call
    account: Account | None


@dataclass(frozen=True, slots=True)
class Way:
    """
    One way to pay: what is said of it, and the letter that says as much.

    Args:
        dedupe: What the letter tells; in one call it is sent once.
    """

    said: tuple[Prompt, ...]
    kind: str
    dedupe: str
    facts: Mapping[str, object] = field(default_factory=dict)


async def hear_out(guest: Guest, way: Way, *, more: bool = False) -> bool | Back:
    """
    Say *way* as often as the caller likes, and send it if asked.

    Args:
        more: There is another to go on to.

    Returns:
        True for the next one; False when the caller has heard enough, as one who says nothing has.
    """
    options = {"1": HEAR_AGAIN}
    options |= {"2": NEXT_ONE} if more else {}
    options |= {"3": SEND_IT} if guest.desk.letters_by else {}
    keys, words = "".join(options) + "#", way.said
    try:
        while True:
            choice = await choose(guest.phone, *words, *options.values(), GO_ON, keys=keys)
            if choice is BACK:
                return BACK
            if choice in "2#":
                return choice == "2"
            words = way.said if choice == "1" else ()
            if choice == "3":
                await _send(guest, way)
    except TooManyTries:
        return False


async def _send(guest: Guest, way: Way) -> None:
    """Queue the letter wherever the customer can be written to, and say where; or why not."""
    if guest.account is None:
        await guest.phone.say(WHO_ARE_YOU)
        return
    try:
        reached = await patiently(guest.phone, _queue(guest, guest.account, way))
    except StoreAway:
        await guest.phone.say(NOT_SENT)
        return
    await guest.phone.say(*[COMES[channel] for channel in reached] or [NO_ADDRESS])


async def _queue(guest: Guest, account: Account, way: Way) -> tuple[Channel, ...]:
    """By which channels the letter comes; asked again in the same call none is queued twice."""
    _, known = await contacts.of_account(guest.desk.store, account.id)
    has = {Channel.EMAIL: known.email is not None, Channel.SMS: known.sms_receipts}
    reached = tuple(each for each in Channel if each in guest.desk.letters_by and has[each])
    for channel in reached:
        await letters.queue(
            guest.desk.store,
            kind=way.kind,
            customer_id=account.customer_id,
            dedupe=f"{way.kind} {way.dedupe} call {guest.call.id}",
            facts=way.facts,
            now=guest.desk.clock(),
            only_by=channel,
        )
    return reached
