"""A payment that was read back, made on a later date instead of now."""

from __future__ import annotations

from enum import Enum
from typing import Final

from paytone.ask import BACK, patiently
from paytone.flows import Talk
from paytone.flows.agreement import Agreement
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.keep_card import (
    CARD_NOT_KEPT,
    REFUSED_OFTEN,
    NotSaved,
    agree_and_keep,
    face_of_kept,
    may_ask_banks,
)
from paytone.flows.later import agree_and_tell
from paytone.flows.plan_agree import NOT_AGREED
from paytone.flows.plan_entry import ASK_LATER_DAY, ask_later_day
from paytone.gateway import NotKept
from paytone.prompts import Prompt
from paytone.rules.card import Card
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import CheckedAccount, Means, SavedMethod
from paytone.rules.schedule import Once
from paytone.store import methods
from paytone.till import means_held

KEPT_FOR_IT: Final = Prompt("put-off-keeps-card")
CARD_HELD: Final = Prompt("card-held")
NOT_CHARGED: Final = Prompt("not-charged")


class NotPutOff(Enum):
    """Why nothing was set up, which the caller has heard; nothing was charged."""

    BACK = "the caller goes back to the review"
    REFUSED = "that card is not taken"


async def put_off(talk: Talk, agreement: Agreement) -> Ended | NotPutOff:
    """
    Set up what *agreement* has come to as one payment on a later date, once its terms are agreed
    to with 1; neither amount nor card is asked again.

    A card that was keyed is saved first, with the caller's consent, and then is the one that
    *agreement* pays with, also now.

    Raises:
        StoreAway: Nothing was charged; what was agreed to may be stored.
    """
    amount, means = agreement.terms
    if await patiently(talk.phone, means_held(talk.desk.till, means, amount)) is not None:
        await talk.phone.announce(CARD_HELD, NOT_CHARGED)
        agreement.take_back_method(for_good=True)
        return NotPutOff.REFUSED
    day = await ask_later_day(talk.phone, talk.desk, ASK_LATER_DAY)
    if day is BACK:
        return NotPutOff.BACK
    method = await _saved(talk, means)
    if isinstance(method, NotPutOff):
        if method is NotPutOff.REFUSED:
            agreement.take_back_method(for_good=False)
        return method
    agreement.pay_with(method)
    if await agree_and_tell(talk, Once(amount, day), method):
        return Ended(Status.DONE, Next.MENU)
    return NotPutOff.BACK


async def _saved(talk: Talk, means: Means) -> SavedMethod | NotPutOff:
    """*means* as it is saved, a new card once the caller agrees to that; else why not is said."""
    if isinstance(means, SavedMethod):
        return means
    assert not isinstance(means, CheckedAccount), "only cards can be put off"
    if (kept := await _kept_before(talk, means)) is not None:
        return kept
    if not await patiently(talk.phone, may_ask_banks(talk)):
        await talk.phone.announce(REFUSED_OFTEN, NOT_CHARGED)
        return NotPutOff.BACK
    await talk.phone.say(KEPT_FOR_IT)
    saved = await agree_and_keep(talk, means)
    if saved is BACK:
        await talk.phone.say(NOT_AGREED)
        return NotPutOff.BACK
    if isinstance(saved, NotKept):
        await talk.phone.announce(CARD_NOT_KEPT, WHY_DECLINED[saved.refusal])
        return NotPutOff.REFUSED
    if isinstance(saved, NotSaved):
        await talk.phone.announce(CARD_NOT_KEPT, NOT_CHARGED)
        return NotPutOff.BACK
    return saved


async def _kept_before(talk: Talk, card: Card) -> SavedMethod | None:
    """The same card, where the customer has saved it already."""
    desk = talk.desk
    kept = await patiently(talk.phone, methods.of_customer(desk.store, talk.account.customer_id))
    face = face_of_kept(card)
    fingerprint = desk.fingerprints.of(card.number) if desk.fingerprints else None
    return next((each for each in kept if each.is_same(face, fingerprint)), None)
