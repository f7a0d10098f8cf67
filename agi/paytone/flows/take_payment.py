"""Take a payment that a dialplan asks for: no bill, no account, but a reference of its own."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final, assert_never

from paytone.ask import BACK, Back, TooManyTries, WantsPerson, choose, patiently
from paytone.flows import Talk
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.keep_card import (
    CARD_NOT_KEPT,
    KEEP_FOR_BILLER,
    KEEP_ONCE,
    REFUSED_OFTEN,
    NotSaved,
    agree_and_keep,
    may_ask_banks,
    to_keep,
)
from paytone.flows.pay_bill import (
    CANCELLED,
    CARD_HELD,
    CHECK_ACCEPTED,
    CHECK_DECLINED,
    CHECK_PENDING,
    CONFIRMATION_IS,
    DECLINED_HARD,
    LINE_TROUBLE,
    NOT_CHARGED,
    PAID,
    PENDING_PAYMENT_OF,
    TRY_ANOTHER_CARD,
    TRY_ANOTHER_WAY,
    YOU_PAID,
)
from paytone.flows.resume import note_told
from paytone.flows.reworded import Reworded
from paytone.flows.sale_means import SaleEntry, SaleMeans
from paytone.flows.save_offer import PAID_NOT_SAVED
from paytone.gateway import Approved, Declined, NotKept, Outcome, Unknown, Unreached
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Given
from paytone.rules.card import Card
from paytone.rules.method import BankFace, SavedMethod, face_of
from paytone.rules.money import Money
from paytone.rules.pay_request import PayRequest, Storing
from paytone.rules.pay_result import Result, Taken
from paytone.rules.payment import NO_FEE, OPEN, Heard, Payment
from paytone.store import StoreAway, payment_requests, payments
from paytone.till import CardHeld, Sale, means_held, open_and_charge, settle_earlier

log = logging.getLogger(__name__)

PAID_BEFORE: Final = Prompt("sale-paid-before")
BEING_PAID: Final = Prompt("sale-being-paid")
UNKNOWN: Final = Prompt("sale-unknown")
WILL_BE_TOLD: Final = Prompt("sale-will-be-told")

KEEPS: Final = {
    Storing.REUSABLE: (KEEP_FOR_BILLER, None),
    Storing.ONE_TIME: (KEEP_ONCE, timedelta(days=1)),
}
"""What is said of a card that is kept, and for how long it is."""

LOOKS: Final = 3
LOOK_EVERY_S: Final = 2.0


async def take_payment(talk: Talk, phone: Reworded, request: PayRequest) -> Taken:
    """
    What came of *request*: its amount charged once, or a card stored, or why not.

    Under one reference nothing is charged twice: what was paid before is told instead, and while
    nobody knows what became of an earlier charge no other is made. Nothing is charged that was not
    read back in full and confirmed with 1.

    Args:
        talk: Its account is the reference's.
        phone: The one of *talk*.

    Raises:
        HungUp: What was charged by then is stored as what it is.
    """
    taking = _Taking(talk, phone, request)
    try:
        return await taking.earlier() or await taking.take()
    except WantsPerson:
        return Taken(Result.PERSON)
    except TooManyTries:
        await phone.announce(NOT_CHARGED)
        return Taken(Result.TOO_MANY, error=phone.step.name)
    except StoreAway:
        # Raised before the gateway is asked; what an earlier call charged may not be known.
        await phone.announce(LINE_TROUBLE, *(NOT_CHARGED,) * taking.nothing_open)
        return Taken(Result.INTERNAL, error="the database is away")
    finally:
        await taking.entry.forget_checked()


class _Taking:
    """One request on its way. *nothing_open*: no charge of it is under way, as far as is known."""

    def __init__(self, talk: Talk, phone: Reworded, request: PayRequest) -> None:
        self._talk = talk
        self._desk = talk.desk
        self._phone = phone
        self._request = request
        self.entry = SaleEntry(talk, phone, request)
        self.nothing_open = False

    async def earlier(self) -> Taken | None:
        """What was made of the reference before, told; None where it may be charged."""
        self.nothing_open = False
        found = await patiently(self._phone, self._looked_up())
        for _ in range(LOOKS):
            if found is None or found.state not in OPEN:
                break
            await self._phone.pause(LOOK_EVERY_S)
            found = await patiently(self._phone, self._looked_up())
        if found is None:
            self.nothing_open = True
            return None
        if found.state not in OPEN:
            return await self._paid_before(found)
        await self._phone.announce(BEING_PAID)
        error = "an earlier payment is open"
        return Taken(Result.UNKNOWN, error, payment=found, face=found.face, earlier=True)

    async def take(self) -> Taken:
        """Charge, or only store."""
        amount, declined = self._request.amount, None
        if amount is None:
            return await self._only_store()
        for _ in range(self._phone.manner.card_tries):
            if declined is not None and not await self._another_way(declined):
                return declined
            agreed = await self.entry.agree(amount)
            if agreed is BACK:
                await self._phone.say(CANCELLED)
                return Taken(Result.STAR, error=self._phone.step.name)
            taken = await self._charged(amount, *agreed)
            if taken.result is not Result.DECLINED:
                return taken
            declined = taken
        assert declined is not None, "cards are tried at least once"
        return declined

    async def _looked_up(self) -> Payment | None:
        """The payment of the reference that counts or is open, after asking the gateway."""
        store, account = self._desk.store, self._talk.account
        for payment in await payments.open_on(store, account.id):
            if await settle_earlier(self._desk.till, payment) is None:
                return payment
        return await payment_requests.paid(store, account)

    async def _paid_before(self, payment: Payment) -> Taken:
        await self._phone.announce(PAID_BEFORE)
        await self._note(payment, Heard.PAID)
        person = await self._confirm(payment)
        return Taken(
            Result.SUCCESS, payment=payment, face=payment.face, earlier=True, wants_person=person
        )

    async def _only_store(self) -> Taken:
        if not await patiently(self._phone, may_ask_banks(self._talk)):
            await self._phone.announce(REFUSED_OFTEN, NOT_CHARGED)
            return Taken(Result.DECLINED, "banks refused too many cards today", code="held")
        card = await self.entry.card()
        if card is BACK:
            return Taken(Result.STAR, error=self._phone.step.name)
        face = face_of(card)
        held = means_held(self._desk.till, card, NO_FEE)
        if await patiently(self._phone, held) is not None:
            await self._phone.announce(CARD_HELD, NOT_CHARGED)
            return Taken(Result.DECLINED, "the card is held", face=face, code="held")
        saved = await self._kept(card)
        match saved:
            case SavedMethod(token=token):
                return Taken(Result.SUCCESS, face=face, token=token)
            case NotKept(refusal=refusal, code=code, text=text):
                await self._phone.announce(CARD_NOT_KEPT, WHY_DECLINED[refusal])
                return Taken(Result.DECLINED, text, face=face, code=code)
            case Unreached(why=why) | Unknown(why=why):
                await self._phone.announce(CARD_NOT_KEPT, NOT_CHARGED)
                return Taken(Result.CONNECTOR_ERROR, why, face=face)
            case _:
                return Taken(Result.STAR, error=self._phone.step.name, face=face)

    async def _kept(self, card: Card, *, paid: bool = False) -> SavedMethod | Back | NotSaved:
        """*card*, kept if the caller agrees."""
        assert self._request.storing is not None
        what_for, keep_for = KEEPS[self._request.storing]
        kept = to_keep(card) if paid else card
        return await agree_and_keep(self._talk, kept, what_for=what_for, keep_for=keep_for)

    async def _another_way(self, declined: Taken) -> bool:
        """Whether the caller wants to try another card or account."""
        by_bank = isinstance(declined.face, BankFace)
        words = TRY_ANOTHER_WAY if by_bank else TRY_ANOTHER_CARD
        return await choose(self._phone, words, keys="1") is not BACK

    async def _charged(self, amount: Money, means: SaleMeans, given: Given | None) -> Taken:
        account, call, nothing = self._talk.account, self._talk.call, Money(0, amount.currency)
        sale = Sale(account.id, nothing, amount, means, call_id=call.id, given=given)
        try:
            work = open_and_charge(self._desk.till, sale)
            payment, outcome = await patiently(self._phone, work)
        except (payments.AnotherIsOpen, payments.AlreadyPaid):
            return await self.earlier() or await self._charged(amount, means, given)
        except CardHeld as exc:
            await self._phone.announce(CARD_HELD, NOT_CHARGED)
            return Taken(Result.DECLINED, f"held: {exc.by}", face=face_of(means), code="held")
        if isinstance(outcome, Approved | Unknown):
            self.entry.debited(means)
        return await self._told(payment, outcome, means)

    async def _told(self, payment: Payment, outcome: Outcome, means: SaleMeans) -> Taken:
        """Say what came of the charge, and note that it was heard."""
        match outcome:
            case Approved():
                return await self._approved(payment, means)
            case Declined(code=code, text=text):
                await self._tell_declined(payment, outcome, means)
                return Taken(Result.DECLINED, text, payment, payment.face, code=code)
            case Unreached(why=why):
                await self._phone.announce(LINE_TROUBLE, NOT_CHARGED)
                await self._note(payment, Heard.NOT_PAID)
                return Taken(Result.CONNECTOR_ERROR, why, payment, payment.face)
            case Unknown(why=why):
                await self._phone.announce(UNKNOWN, WILL_BE_TOLD)
                await self._note(payment, Heard.UNKNOWN)
                return Taken(Result.UNKNOWN, why, payment, payment.face)
            case _:
                assert_never(outcome)

    async def _approved(self, payment: Payment, means: SaleMeans) -> Taken:
        pending = (CHECK_ACCEPTED, CHECK_PENDING)
        await self._phone.announce(*(PAID,) if isinstance(means, Card) else pending)
        await self._note(payment, Heard.PAID)
        token, person = "", False
        try:
            if self._request.storing is not None and isinstance(means, Card):
                token = await self._kept_once_paid(means)
            person = await self._confirm(payment)
        except WantsPerson:
            person = True
        except TooManyTries:
            log.info("a caller does not say whether a card is to be stored")
        return Taken(
            Result.SUCCESS, payment=payment, face=payment.face, token=token, wants_person=person
        )

    async def _kept_once_paid(self, card: Card) -> str:
        """The token of the card that has paid; empty where it is not kept."""
        try:
            saved = await self._kept(card, paid=True)
        except StoreAway as exc:
            log.error("a card that has paid is not stored: the store is away")
            saved = Unreached(str(exc))
        if isinstance(saved, SavedMethod):
            return saved.token
        if saved is not BACK:
            await self._phone.announce(PAID_NOT_SAVED)
        return ""

    async def _tell_declined(self, payment: Payment, declined: Declined, means: SaleMeans) -> None:
        by_card = isinstance(means, Card)
        await self._phone.announce(WHY_DECLINED[declined.refusal] if by_card else CHECK_DECLINED)
        await self._note(payment, Heard.NOT_PAID)
        if declined.hard and by_card:
            await self._phone.announce(DECLINED_HARD)
            self.entry.bar(means)

    async def _note(self, payment: Payment, heard: Heard) -> None:
        await note_told(self._phone, self._desk, self._talk.call, payment, heard)

    async def _confirm(self, payment: Payment) -> bool:
        """Say number and amount, as often as the caller likes; whether a person is wanted."""
        if not self._request.tell:
            return False
        words = (
            CONFIRMATION_IS,
            *spoken.digits(payment.confirmation, group=3),
            PENDING_PAYMENT_OF if isinstance(payment.face, BankFace) else YOU_PAID,
            *spoken.money(payment.amount),
        )
        try:
            while await choose(self._phone, *words, REPEAT_CONFIRMATION, keys="1#") == "1":
                log.debug("the confirmation is said again")
        except WantsPerson:
            return True
        except TooManyTries:
            return False  # who says nothing goes on
        return False
