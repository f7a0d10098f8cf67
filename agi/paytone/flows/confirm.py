"""The end of a payment: its confirmation, and what the caller may still ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from paytone.ask import BACK, TooManyTries, WantsPerson, choose
from paytone.flows.save_offer import SaveOffer
from paytone.prompts import Prompt
from paytone.rules.job import Next

REPEAT_CONFIRMATION: Final = Prompt("repeat-confirmation")

Offers = Mapping[str, tuple[Prompt, Callable[[], Awaitable[None]]]]
"""By key: the words of an offer, and what is done when it is taken."""


async def hear_out(
    save: SaveOffer,
    confirmation: tuple[Prompt, ...],
    *,
    again: tuple[Prompt, ...],
    offers: Offers | None = None,
) -> Next:
    """
    Say *confirmation*, then *again* at each 1, until the caller goes on; what is new can be saved.

    Whoever says nothing goes on: the payment is made, and what was heard is enough.
    """
    offers, words = offers or {}, confirmation
    try:
        while True:
            said = {key: prompt for key, (prompt, _) in offers.items()} | save.options()
            options = (REPEAT_CONFIRMATION, *said.values())
            choice = await choose(save.talk.phone, *words, *options, keys="1#" + "".join(said))
            if choice is not BACK and choice in offers:
                await offers[choice][1]()
            elif choice in said:
                await save.save()
            elif choice != "1":
                return Next.MENU
            words = again if choice == "1" else ()
    except WantsPerson:
        return Next.AGENT
    except TooManyTries:
        return Next.MENU
