"""The card that has just paid, offered to be saved for the next time."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import patiently
from paytone.flows import Talk
from paytone.flows.keep_card import NotSaved, agree_and_keep, face_of_kept, to_keep
from paytone.gateway import CardToKeep, NotKept, Unreached
from paytone.prompts import Prompt
from paytone.rules.card import Card
from paytone.rules.method import Means
from paytone.store import StoreAway, methods

log = logging.getLogger(__name__)

SAVE_CARD: Final = Prompt("save-card")
PAID_NOT_SAVED: Final = Prompt("paid-not-saved")
SAVE_NEXT_TIME: Final = Prompt("save-next-time")
KEY: Final = "4"


class SaveOffer:
    """A new card, once it has paid; nothing is offered for a method that is saved already."""

    def __init__(self, talk: Talk, card: CardToKeep | None) -> None:
        self.talk = talk
        self._card = card

    @classmethod
    def of(cls, talk: Talk, means: Means | None) -> SaveOffer:
        """What *means* leaves to be saved; the CVV is not among it."""
        return cls(talk, to_keep(means) if isinstance(means, Card) else None)

    async def look_up(self) -> None:
        """Offer nothing that the customer has saved before, or while the store is away."""
        if self._card is None:
            return
        store, prints = self.talk.desk.store, self.talk.desk.fingerprints
        work = methods.of_customer(store, self.talk.account.customer_id)
        try:
            kept = await patiently(self.talk.phone, work)
        except StoreAway:
            log.warning("no card is offered to be saved: the store is away")
            self._card = None
            return
        face = face_of_kept(self._card)
        fingerprint = prints.of(self._card.number) if prints else None
        if any(each.is_same(face, fingerprint) for each in kept):
            self._card = None

    def options(self) -> dict[str, Prompt]:
        """The key and words of the offer; empty where there is nothing to save."""
        return {} if self._card is None else {KEY: SAVE_CARD}

    async def save(self) -> None:
        """Ask for consent, save the card and say what came of it; it is not offered again."""
        card, self._card = self._card, None
        if card is None:
            return
        try:
            saved = await agree_and_keep(self.talk, card)
        except StoreAway as exc:
            log.error("a card that has paid is not saved: the store is away")
            saved = Unreached(str(exc))
        if isinstance(saved, NotKept):
            await self.talk.phone.announce(PAID_NOT_SAVED)
        elif isinstance(saved, NotSaved):
            await self.talk.phone.announce(PAID_NOT_SAVED, SAVE_NEXT_TIME)
