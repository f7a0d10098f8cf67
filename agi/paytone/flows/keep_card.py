"""A new card that is saved, with the caller's consent, for what is paid later."""

from __future__ import annotations

from typing import Final, assert_never
from uuid import uuid4

from paytone.ask import BACK, Back, choose, patiently
from paytone.card import Card
from paytone.flows import Talk
from paytone.flows.card_entry import CardEntry, card_in_words
from paytone.gateway import CardToKeep, Keeping, Kept, NotKept, Unknown, Unreached
from paytone.method import SavedMethod, face_of
from paytone.prompts import Prompt
from paytone.store import methods
from paytone.store.methods import Consent

NEEDS_CARD: Final = Prompt("keep-card-needed")
KEEP_CARD: Final = Prompt("keep-card")
KEEP_CARD_FOR: Final = Prompt("keep-card-for")
ACCEPT: Final = Prompt("terms-accept")
CARD_KEPT: Final = Prompt("keep-card-done")
CARD_NOT_KEPT: Final = Prompt("keep-card-not-done")
NOT_CHARGED: Final = Prompt("not-charged")


async def keep_new_card(talk: Talk) -> SavedMethod | Back:
    """
    A card that is asked, and kept by the gateway once the caller agrees with 1; nothing is charged.

    `BACK` when the caller goes back or does not agree, and when the card cannot be kept, which the
    caller then has heard. The consent names the card, what it is for, how changes are told and how
    it ends (the card networks' rules for stored credentials).

    Raises:
        StoreAway: The gateway may keep a card that is not offered; nothing was charged.
    """
    phone, desk = talk.phone, talk.desk
    await phone.say(NEEDS_CARD)
    card = await CardEntry(phone, desk.clock().date(), frozenset()).ask()
    if card is BACK:
        return BACK
    words = (KEEP_CARD, *card_in_words(card.brand, card.number.last_four), KEEP_CARD_FOR)
    if await choose(phone, ACCEPT, keys="1", announce=words) is BACK:
        return BACK
    method, keeping = await patiently(phone, _kept(talk, card, (*words, ACCEPT)))
    match keeping:
        case Kept():
            await phone.announce(CARD_KEPT)
            return method
        case NotKept() | Unreached() | Unknown():
            await phone.announce(CARD_NOT_KEPT, NOT_CHARGED)
            return BACK
        case _:
            assert_never(keeping)


async def _kept(talk: Talk, card: Card, words: tuple[Prompt, ...]) -> tuple[SavedMethod, Keeping]:
    desk, name, customer = talk.desk, str(uuid4()), talk.account.customer_id
    to_keep = CardToKeep(card.number, card.expiry, card.postal_code)
    keeping = await desk.gateway.save_card(to_keep, customer=customer, token=name)
    token, kind = (keeping.token, keeping.card_kind) if isinstance(keeping, Kept) else (name, None)
    fingerprint = desk.fingerprints.of(card.number) if desk.fingerprints else None
    method = SavedMethod(name, customer, face_of(card), token, fingerprint)
    if isinstance(keeping, Unknown):
        await desk.gateway.forget(name)
    if isinstance(keeping, Kept):
        consent = Consent(words, desk.language, talk.call.id)
        await methods.keep(desk.store, method, consent, now=desk.clock(), card_kind=kind)
    return method, keeping
