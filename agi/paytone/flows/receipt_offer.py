"""The receipt of a payment, offered by text message and e-mail as far as the caller can get it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Final

from paytone.ask import patiently
from paytone.flows import Call, Desk
from paytone.flows.confirm import Offers
from paytone.flows.text_consent import agree_to_texts
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.contact import Channel, Contacts
from paytone.rules.payment import Payment
from paytone.store import StoreAway, contacts, letters

log = logging.getLogger(__name__)

RECEIPT_BY_TEXT: Final = Prompt("receipt-by-text")
RECEIPT_BY_EMAIL: Final = Prompt("receipt-by-email")
RECEIPT_COMES_BY_TEXT: Final = Prompt("receipt-comes-by-text")
RECEIPT_COMES_BY_EMAIL: Final = Prompt("receipt-comes-by-email")
RECEIPT_NOT_SENT: Final = Prompt("receipt-not-sent")

KEYS: Final = {"2": Channel.SMS, "3": Channel.EMAIL}
OPTIONS: Final = {Channel.SMS: RECEIPT_BY_TEXT, Channel.EMAIL: RECEIPT_BY_EMAIL}
COMES: Final = {Channel.SMS: RECEIPT_COMES_BY_TEXT, Channel.EMAIL: RECEIPT_COMES_BY_EMAIL}


class ReceiptOffer:
    """What receipts a caller may ask for, by key; nothing is offered while the store is away."""

    def __init__(
        self, phone: Phone, desk: Desk, call: Call, account: Account, reached: Contacts | None
    ) -> None:
        self._phone = phone
        self._desk = desk
        self._call = call
        self._account = account
        self._reached = reached

    @classmethod
    async def to(cls, phone: Phone, desk: Desk, call: Call, account: Account) -> ReceiptOffer:
        """What the customer of *account* can get; never raises for the store."""
        reached: Contacts | None = None
        if desk.letters_by:
            try:
                _, reached = await patiently(phone, contacts.of_account(desk.store, account.id))
            except StoreAway:
                log.warning("no receipt is offered: the store is away")
        return cls(phone, desk, call, account, reached)

    def coming(self) -> tuple[Prompt, ...]:
        """What is said of the receipts of a payment just made that are sent unasked."""
        return tuple(COMES[channel] for channel in self._unasked())

    def options(self, *, new: bool) -> dict[str, Prompt]:
        """
        What may be asked for, by key.

        Args:
            new: Of a payment just made: what is sent unasked is not offered.
        """
        without = self._unasked() if new else ()
        return {
            key: OPTIONS[channel]
            for key, channel in KEYS.items()
            if channel in self._possible() and channel not in without
        }

    def of_new(self, *made: Payment) -> Offers:
        """What is offered with the confirmation of payments just made, which go together."""
        return {
            key: (words, partial(self.send, key, *made))
            for key, words in self.options(new=True).items()
        }

    async def send(self, key: str, *made: Payment) -> None:
        """
        Queue the receipts that *key* asks for, and say so; texts may need an agreement first.
        """
        channel = KEYS[key]
        try:
            if channel is Channel.SMS and not await self._may_text():
                return
            queued = await patiently(self._phone, self._queue(channel, made))
        except StoreAway:
            queued = 0
        await self._phone.say(COMES[channel] if queued else RECEIPT_NOT_SENT)

    async def _may_text(self) -> bool:
        reached = self._reached
        if reached is None or reached.sms_receipts:
            return True
        if not await agree_to_texts(
            self._phone, self._desk, self._call, self._account, reached.mobile
        ):
            return False
        _, self._reached = await patiently(
            self._phone, contacts.of_account(self._desk.store, self._account.id)
        )
        return True

    async def _queue(self, channel: Channel, made: Sequence[Payment]) -> int:
        """How many receipts are on their way, also those that this call has asked for already."""
        for payment in made:
            await letters.queue(
                self._desk.store,
                kind="receipt",
                customer_id=self._account.customer_id,
                dedupe=f"receipt {payment.id} call {self._call.id}",
                facts={},
                now=self._desk.clock(),
                payment_id=payment.id,
                only_by=channel,
            )
        return len(made)

    def _possible(self) -> frozenset[Channel]:
        reached = self._reached
        if reached is None:
            return frozenset()
        can = {Channel.SMS} | ({Channel.EMAIL} if reached.email else set())
        return self._desk.letters_by & can

    def _unasked(self) -> tuple[Channel, ...]:
        reached = self._reached
        if reached is None:
            return ()
        wanted = {Channel.EMAIL: reached.email_receipts, Channel.SMS: reached.sms_receipts}
        return tuple(each for each in Channel if each in self._possible() and wanted[each])
