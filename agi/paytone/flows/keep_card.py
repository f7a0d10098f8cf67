"""A card that is saved, with the caller's consent."""

from __future__ import annotations

from typing import Final, assert_never
from uuid import uuid4

from paytone.ask import BACK, Back, choose, patiently
from paytone.card import Card
from paytone.flows import Talk
from paytone.flows.card_entry import CardEntry
from paytone.flows.method_entry import face_in_words
from paytone.gateway import CardToKeep, Keeping, Kept, NotKept, Unknown, Unreached
from paytone.method import CardFace, SavedMethod
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
    caller then has heard.

    Raises:
        StoreAway: The gateway may keep a card that is not offered; nothing was charged.
    """
    phone, desk = talk.phone, talk.desk
    await phone.say(NEEDS_CARD)
    card = await CardEntry(phone, desk.clock().date(), frozenset()).ask()
    if card is BACK:
        return BACK
    method = await agree_and_keep(talk, to_keep(card))
    if method is None:
        await phone.announce(CARD_NOT_KEPT, NOT_CHARGED)
        return BACK
    return method


async def agree_and_keep(talk: Talk, card: CardToKeep) -> SavedMethod | Back | None:
    """
    *card*, kept by the gateway once the caller agrees with 1, and told that it is.

    The consent names the card, what it is for, how changes are told and how it ends (the card
    networks' rules for stored credentials). `BACK` when the caller does not agree; None, not said
    yet, when the card cannot be kept.

    Raises:
        StoreAway: The gateway may keep a card that is not offered; nothing was charged.
    """
    face = face_of_kept(card)
    words = (KEEP_CARD, *face_in_words(face), KEEP_CARD_FOR)
    if await choose(talk.phone, ACCEPT, keys="1", announce=words) is BACK:
        return BACK
    method, keeping = await patiently(talk.phone, _kept(talk, card, face, (*words, ACCEPT)))
    match keeping:
        case Kept():
            await talk.phone.announce(CARD_KEPT)
            return method
        case NotKept() | Unreached() | Unknown():
            return None
        case _:
            assert_never(keeping)


def to_keep(card: Card) -> CardToKeep:
    """*card* without its CVV, which nobody may keep after the charge (PCI DSS 4.0.1, 3.3.1)."""
    return CardToKeep(card.number, card.expiry, card.postal_code)


def face_of_kept(card: CardToKeep) -> CardFace:
    """What may be told of *card*."""
    brand = card.number.brand
    assert brand is not None, "only cards of known brands are asked for"
    return CardFace(brand, card.number.last_four, card.expiry)


async def _kept(
    talk: Talk, card: CardToKeep, face: CardFace, words: tuple[Prompt, ...]
) -> tuple[SavedMethod, Keeping]:
    desk, name, customer = talk.desk, str(uuid4()), talk.account.customer_id
    keeping = await desk.gateway.save_card(card, customer=customer, token=name)
    token, kind = (keeping.token, keeping.card_kind) if isinstance(keeping, Kept) else (name, None)
    fingerprint = desk.fingerprints.of(card.number) if desk.fingerprints else None
    method = SavedMethod(name, customer, face, token, fingerprint)
    if isinstance(keeping, Unknown):
        await desk.gateway.forget(name)
    if isinstance(keeping, Kept):
        consent = Consent(words, desk.language, talk.call.id)
        await methods.keep(desk.store, method, consent, now=desk.clock(), card_kind=kind)
    return method, keeping
