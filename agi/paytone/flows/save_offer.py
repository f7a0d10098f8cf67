"""The card or bank account that has just paid, offered to be saved for the next time."""

from __future__ import annotations

import logging
from typing import Final

from paytone.ask import patiently
from paytone.flows import Talk
from paytone.flows.keep_bank import agree_and_keep_bank
from paytone.flows.keep_card import NotSaved, agree_and_keep, face_of_kept, to_keep
from paytone.gateway import CardToKeep, NotKept, Unreached
from paytone.prompts import Prompt
from paytone.rules.card import Card
from paytone.rules.method import CheckedAccount, Face, Means
from paytone.store import StoreAway, methods

log = logging.getLogger(__name__)

SAVE_CARD: Final = Prompt("save-card")
SAVE_BANK: Final = Prompt("save-bank")
PAID_NOT_SAVED: Final = Prompt("paid-not-saved")
BANK_NOT_SAVED: Final = Prompt("paid-bank-not-saved")
SAVE_NEXT_TIME: Final = Prompt("save-next-time")
KEY: Final = "4"


class SaveOffer:
    """What is new and has paid; nothing is offered for a method that is saved already."""

    def __init__(self, talk: Talk, new: CardToKeep | CheckedAccount | None) -> None:
        self.talk = talk
        self._new = new

    @classmethod
    def of(cls, talk: Talk, means: Means | None) -> SaveOffer:
        """What *means* leaves to be saved, where that is offered; the CVV is not among it."""
        if not talk.desk.offers_to_save:
            return cls(talk, None)
        if isinstance(means, Card):
            return cls(talk, to_keep(means))
        return cls(talk, means if isinstance(means, CheckedAccount) else None)

    async def look_up(self) -> None:
        """Offer nothing that the customer has saved before, or while the store is away."""
        if self._new is None:
            return
        work = methods.of_customer(self.talk.desk.store, self.talk.account.customer_id)
        try:
            kept = await patiently(self.talk.phone, work)
        except StoreAway:
            log.warning("nothing is offered to be saved: the store is away")
            self._new = None
            return
        face, fingerprint = self._shown(self._new)
        if any(each.is_same(face, fingerprint) for each in kept):
            self._new = None

    def options(self) -> dict[str, Prompt]:
        """The key and words of the offer; empty where there is nothing to save."""
        match self._new:
            case None:
                return {}
            case CheckedAccount():
                return {KEY: SAVE_BANK}
            case CardToKeep():
                return {KEY: SAVE_CARD}

    async def save(self) -> None:
        """Ask for consent, save it and say what came of it; it is not offered again."""
        new, self._new = self._new, None
        match new:
            case CheckedAccount():
                await self._save_bank(new)
            case CardToKeep():
                await self._save_card(new)

    async def _save_card(self, card: CardToKeep) -> None:
        try:
            saved = await agree_and_keep(self.talk, card)
        except StoreAway as exc:
            log.error("a card that has paid is not saved: the store is away")
            saved = Unreached(str(exc))
        if isinstance(saved, NotKept):
            await self.talk.phone.announce(PAID_NOT_SAVED)
        elif isinstance(saved, NotSaved):
            await self.talk.phone.announce(PAID_NOT_SAVED, SAVE_NEXT_TIME)

    async def _save_bank(self, checked: CheckedAccount) -> None:
        try:
            await agree_and_keep_bank(self.talk, checked)
        except StoreAway:
            log.error("a bank account that has paid is not saved: the store is away")
            await self.talk.phone.announce(BANK_NOT_SAVED, SAVE_NEXT_TIME)

    def _shown(self, new: CardToKeep | CheckedAccount) -> tuple[Face, str | None]:
        """By which it is known again."""
        if isinstance(new, CheckedAccount):
            return new.face, None
        prints = self.talk.desk.fingerprints
        return face_of_kept(new), prints.of(new.number) if prints else None
