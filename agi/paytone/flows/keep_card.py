"""A card that is saved, with the caller's consent."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Talk
from paytone.flows.card_entry import CardEntry
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.method_entry import face_in_words
from paytone.gateway import (
    CardToKeep,
    GatewayRefused,
    Kept,
    NotKept,
    Unknown,
    Unreached,
)
from paytone.prompts import Prompt
from paytone.rules.card import Card
from paytone.rules.method import CardFace, SavedMethod
from paytone.rules.payment import NO_FEE
from paytone.store import card_attempts, methods
from paytone.store.methods import Consent
from paytone.till import means_held

log = logging.getLogger(__name__)

NEEDS_CARD: Final = Prompt("keep-card-needed")
KEEP_CARD: Final = Prompt("keep-card")
KEEP_CARD_FOR: Final = Prompt("keep-card-for")
KEEP_FOR_BILLER: Final = Prompt("keep-card-for-company")
KEEP_ONCE: Final = Prompt("keep-card-once")
ACCEPT: Final = Prompt("terms-accept")
CARD_KEPT: Final = Prompt("keep-card-done")
CARD_NOT_KEPT: Final = Prompt("keep-card-not-done")
NOT_CHARGED: Final = Prompt("not-charged")

REFUSED_OFTEN: Final = Prompt("cards-refused-often")
CARD_HELD: Final = Prompt("card-held")

REFUSALS_A_DAY: Final = 5
A_DAY: Final = timedelta(days=1)

NotSaved = NotKept | Unreached | Unknown


async def keep_new_card(talk: Talk) -> SavedMethod | Back:
    """
    A card that is asked, and kept once the caller agrees with 1 and its bank says that it is good.

    Nothing is charged. `BACK` when the caller goes back or does not agree, and when the card
    cannot be kept, which the caller then has heard. No bank is asked after a card that may not be
    charged (`till.card_held`), nor after any once `REFUSALS_A_DAY` were refused in a day on the
    account or from the number that calls: nobody tries cards out here.

    Raises:
        StoreAway: Nothing was charged, and nothing stays at the gateway.
    """
    phone, desk = talk.phone, talk.desk
    if not await patiently(phone, may_ask_banks(talk)):
        await phone.announce(REFUSED_OFTEN, NOT_CHARGED)
        return BACK
    await phone.say(NEEDS_CARD)
    card = await CardEntry(phone, desk.clock().date(), frozenset()).ask()
    if card is BACK:
        return BACK
    if await patiently(phone, means_held(desk.till, card, NO_FEE)) is not None:
        await phone.announce(CARD_HELD, NOT_CHARGED)
        return BACK
    saved = await agree_and_keep(talk, card)
    match saved:
        case NotKept(refusal=refusal):
            await phone.announce(CARD_NOT_KEPT, WHY_DECLINED[refusal])
        case Unreached() | Unknown():
            await phone.announce(CARD_NOT_KEPT, NOT_CHARGED)
        case _:
            return saved
    return BACK


async def may_ask_banks(talk: Talk) -> bool:
    """Whether banks refused few enough cards that were to be kept, in the last day."""
    since = talk.desk.clock() - A_DAY
    account_id, calling = talk.account.id, talk.call.calling
    work = card_attempts.refused(
        talk.desk.store, account_id=account_id, calling=calling, since=since
    )
    return await work < REFUSALS_A_DAY


async def agree_and_keep(
    talk: Talk,
    card: CardToKeep | Card,
    *,
    what_for: Prompt = KEEP_CARD_FOR,
    keep_for: timedelta | None = None,
) -> SavedMethod | Back | NotSaved:
    """
    *card*, kept by the gateway once the caller agrees with 1, and told that it is.

    The consent names the card, what it is for, how changes are told and how it ends (the card
    networks' rules for stored credentials). `BACK` when the caller does not agree; why the card
    cannot be kept is not said yet.

    Args:
        card: With its CVV its bank is asked whether it is good.
        what_for: Says what it is kept for, and how that ends.
        keep_for: After which it is removed by itself; None keeps it until somebody does.

    Raises:
        StoreAway: Nothing was charged, and nothing stays at the gateway.
    """
    face = face_of_kept(card)
    words = (KEEP_CARD, *face_in_words(face), what_for)
    if await choose(talk.phone, ACCEPT, keys="1", announce=words) is BACK:
        return BACK
    until = talk.desk.clock() + keep_for if keep_for else None
    saved = await patiently(talk.phone, _kept(talk, card, face, (*words, ACCEPT), until))
    if isinstance(saved, SavedMethod):
        await talk.phone.announce(CARD_KEPT)
    return saved


def to_keep(card: Card) -> CardToKeep:
    """*card* without its CVV, which nobody may keep after the charge (PCI DSS 4.0.1, 3.3.1)."""
    return CardToKeep(card.number, card.expiry, card.postal_code)


def face_of_kept(card: CardToKeep | Card) -> CardFace:
    """What may be told of *card*."""
    brand = card.number.brand
    assert brand is not None, "only cards of known brands are asked for"
    return CardFace(brand, card.number.last_four, card.expiry)


async def _kept(
    talk: Talk,
    card: CardToKeep | Card,
    face: CardFace,
    words: tuple[Prompt, ...],
    until: datetime | None,
) -> SavedMethod | NotSaved:
    """Whatever ends between two of these steps, the gateway keeps nothing for long (`orphans`)."""
    desk, name, customer = talk.desk, str(uuid4()), talk.account.customer_id
    await methods.ask_to_keep(desk.store, name, now=desk.clock())
    try:
        keeping = await desk.gateway.save_card(card, customer=customer, token=name)
    except GatewayRefused as exc:
        log.error("the gateway refused to keep a card: %s", exc)
        return Unreached(str(exc))
    if not isinstance(keeping, Kept):
        if isinstance(keeping, NotKept):
            await card_attempts.not_confirmed(
                desk.store, talk.call.id, verb="keep-card", now=desk.clock()
            )
        return keeping
    fingerprint = desk.fingerprints.of(card.number) if desk.fingerprints else None
    method = SavedMethod(name, customer, face, keeping.token, fingerprint)
    consent = Consent(words, talk.phone.language, talk.call.id)
    kind = keeping.card_kind
    await methods.keep(desk.store, method, consent, now=desk.clock(), card_kind=kind, until=until)
    return method
