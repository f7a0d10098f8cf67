"""Pay the bill, now or, where the caller likes that better once it is read back, later."""

from __future__ import annotations

import logging
from typing import Final, assert_never

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Call, Desk, Talk
from paytone.flows.agreement import LATER, Agreement, Later
from paytone.flows.amount_entry import why_nothing
from paytone.flows.authorisation import Instead, authorise
from paytone.flows.bank_entry import forget_checked
from paytone.flows.confirm import hear_out
from paytone.flows.declined import WHY_DECLINED, WHY_SAVED_DECLINED
from paytone.flows.fee import accept_fee, charged
from paytone.flows.put_off import NotPutOff, put_off
from paytone.flows.receipt_offer import ReceiptOffer
from paytone.flows.restriction import tell_restriction
from paytone.flows.resume import note_told, tell_earlier
from paytone.flows.save_offer import SaveOffer
from paytone.flows.shares_entry import ask_shares, several_owing
from paytone.flows.together import Together
from paytone.gateway import (
    Approved,
    Declined,
    Outcome,
    Refusal,
    Unknown,
    Unreached,
)
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Given
from paytone.rules.bill import Account, Owed
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace, CheckedAccount, face_of
from paytone.rules.money import Money
from paytone.rules.payment import Heard, Payment
from paytone.store import StoreAway, accounts, payments
from paytone.till import CardHeld, Sale, open_and_charge

log = logging.getLogger(__name__)

CANCELLED: Final = Prompt("cancelled")

PAID: Final = Prompt("paid")
CONFIRMATION_IS: Final = Prompt("confirmation-is")
YOU_PAID: Final = Prompt("you-paid")
TODAY: Final = Prompt("review-today")
ON_DATE: Final = Prompt("on-date")
NEW_BALANCE_IS: Final = Prompt("new-balance-is")
CREDIT_OF: Final = Prompt("credit-of")

BALANCE_MOVED: Final = Prompt("balance-moved")
ANOTHER_OPEN: Final = Prompt("another-open")

CARD_HELD: Final = Prompt("card-held")
METHOD_GONE: Final = WHY_DECLINED[Refusal.GONE]
DECLINED_HARD: Final = Prompt("declined-hard")
TRY_ANOTHER_CARD: Final = Prompt("try-another-card")
TRY_ANOTHER_WAY: Final = Prompt("try-another-way")
CHECK_DECLINED: Final = Prompt("check-declined")
CHECK_ACCEPTED: Final = Prompt("check-accepted")
CHECK_PENDING: Final = Prompt("check-pending")
PENDING_PAYMENT_OF: Final = Prompt("check-payment-of")
NOT_CHARGED: Final = Prompt("not-charged")
LINE_TROUBLE: Final = Prompt("line-trouble")
PAYMENT_UNKNOWN: Final = Prompt("payment-unknown")


async def pay_bill(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Take one payment for *account*; where it may not be paid by phone, say why.

    A payment left open, by this job before a part of ours failed or by another call, is asked after
    first: if it went through that is told instead of taking another; while its outcome is not known
    no other is taken. A fee is named before an amount is asked. Nothing is charged that was not
    read back in full and confirmed with 1, and nothing on a balance that has changed since. By 3
    what was read back is paid on a later date, once the terms of that are agreed to.
    """
    earlier = await tell_earlier(phone, desk, call, account)
    if earlier is not Status.DONE:
        return Ended(earlier, Next.MENU)
    if (ended := await tell_restriction(phone, account)) is not None:
        return ended
    try:
        return await _pay_some_or_one(phone, desk, call, account)
    except StoreAway:
        # Only raised before the gateway is asked to charge, and no earlier payment is open.
        await phone.announce(LINE_TROUBLE, NOT_CHARGED)
        return Ended(Status.TROUBLE, Next.AGENT)


async def _pay_some_or_one(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """Pay several accounts of the customer at once where the caller likes; else this one."""
    if desk.fee and (ended := await _nothing_to_pay(phone, desk, account)) is not None:
        return ended
    if not await accept_fee(phone, desk.fee):
        return await _cancelled(phone)
    together = Together(phone, desk, call, account)
    try:
        while (shares := await ask_shares(phone, desk, account)) is not None:
            if shares is BACK:
                return await _cancelled(phone)
            if (ended := await together.pay(shares)) is not None:
                return ended
    finally:
        await forget_checked(desk, together.checked)
    return await _pay(phone, desk, call, account)


async def _nothing_to_pay(phone: Phone, desk: Desk, account: Account) -> Ended | None:
    """Why nothing can be paid; None where something can, here or on the customer's others."""
    owed = await patiently(phone, accounts.owed(desk.store, account.id))
    why = why_nothing(owed, desk.limits)
    if why is None:
        return None
    several = await patiently(phone, several_owing(desk, account))
    if several:
        return None
    await phone.announce(*why)
    return Ended(Status.REFUSED, Next.MENU)


async def _cancelled(phone: Phone) -> Ended:
    await phone.say(CANCELLED)
    return Ended(Status.CANCELLED, Next.MENU)


async def _pay(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    agreement = Agreement(phone, desk, call, account)
    try:
        return await _pay_as(phone, desk, call, account, agreement)
    finally:
        await forget_checked(desk, agreement.checked)


async def _pay_as(
    phone: Phone, desk: Desk, call: Call, account: Account, agreement: Agreement
) -> Ended:
    declines = 0
    while declines < phone.manner.card_tries:
        given = await _agreed(Talk(phone, desk, call, account), agreement)
        if isinstance(given, Ended):
            return given
        if isinstance(given, NotPutOff | Instead):
            declines += given is NotPutOff.REFUSED
            continue
        try:
            work = _charged(desk, call, account, agreement, given)
            payment, outcome = await patiently(phone, work)
        except payments.BalanceMoved:
            await phone.announce(BALANCE_MOVED)
            agreement.take_back_amount()
            continue
        except payments.AnotherIsOpen:
            await phone.announce(ANOTHER_OPEN, NOT_CHARGED)
            return Ended(Status.CANCELLED, Next.MENU)
        except (CardHeld, payments.MethodRemoved) as exc:
            held = (CARD_HELD, NOT_CHARGED) if isinstance(exc, CardHeld) else (METHOD_GONE,)
            await phone.announce(*held)
            declines += 1
            agreement.take_back_method(for_good=True)
            continue
        save = SaveOffer.of(Talk(phone, desk, call, account), agreement.terms[1])
        agreement.take_back_method(for_good=isinstance(outcome, Declined) and outcome.hard)
        ended = await _tell(phone, desk, call, payment, outcome, owed=agreement.owed, save=save)
        if ended is not None:
            return ended
        declines += 1
    return Ended(Status.DECLINED, Next.AGENT)


async def _agreed(talk: Talk, agreement: Agreement) -> Given | Instead | NotPutOff | Ended | None:
    """
    What a debit of a bank account needs, authorised aloud; None for a card, which needs none.

    Ended where nothing may be paid, or is paid on a later date, or the caller goes back.
    """
    phone, desk = talk.phone, talk.desk
    await agreement.look_up_owed()
    if (why := why_nothing(agreement.owed, desk.limits)) is not None:
        await phone.announce(*why)
        return Ended(Status.REFUSED, Next.MENU)
    given: Given | Instead | Back | Later | None = await agreement.reach()
    if given is LATER:
        return await put_off(talk, agreement)
    if given is None and isinstance(face := face_of(agreement.terms[1]), BankFace):
        given = await authorise(phone, desk, talk.account, agreement.total, face)
    if given is BACK:
        return await _cancelled(phone)
    if isinstance(given, Instead):
        agreement.leave_bank_out()
    return given


async def _charged(
    desk: Desk, call: Call, account: Account, agreement: Agreement, given: Given | None
) -> tuple[Payment, Outcome]:
    means, heard = agreement.terms[1], agreement.owed.balance
    sale = Sale(
        account.id, heard, agreement.total, means, call_id=call.id, given=given, fee=desk.fee
    )
    payment, outcome = await open_and_charge(desk.till, sale)
    if isinstance(means, CheckedAccount) and isinstance(outcome, Approved | Unknown):
        agreement.checked.discard(means.token)  # the debit is made from it
    return payment, outcome


async def _tell(
    phone: Phone,
    desk: Desk,
    call: Call,
    payment: Payment,
    outcome: Outcome,
    *,
    owed: Owed,
    save: SaveOffer,
) -> Ended | None:
    """Say what came of the charge, and note that it was heard; None to try another card."""
    match outcome:
        case Approved():
            await phone.announce(*_accepted(payment))
            await note_told(phone, desk, call, payment, Heard.PAID)
            return Ended(Status.PAID, await _confirm(save, payment, owed))
        case Declined():
            by_bank = isinstance(payment.face, BankFace)
            await phone.announce(_why(payment, outcome.refusal))
            await note_told(phone, desk, call, payment, Heard.NOT_PAID)
            return await _declined(phone, outcome, by_bank=by_bank)
        case Unreached():
            await phone.announce(LINE_TROUBLE, NOT_CHARGED)
            await note_told(phone, desk, call, payment, Heard.NOT_PAID)
            return Ended(Status.TROUBLE, Next.AGENT)
        case Unknown():
            await phone.announce(PAYMENT_UNKNOWN)
            await note_told(phone, desk, call, payment, Heard.UNKNOWN)
            return Ended(Status.UNKNOWN, Next.MENU)
        case _:
            assert_never(outcome)


def _why(payment: Payment, refusal: Refusal) -> Prompt:
    if isinstance(payment.face, BankFace) and refusal is not Refusal.GONE:
        return CHECK_DECLINED
    return (WHY_SAVED_DECLINED if payment.method_id else WHY_DECLINED)[refusal]


def _accepted(payment: Payment) -> tuple[Prompt, ...]:
    """A bank debit is pending for days, and the caller is told so."""
    if isinstance(payment.face, BankFace):
        return (CHECK_ACCEPTED, CHECK_PENDING)
    return (PAID, *_you_paid(payment))


def _you_paid(payment: Payment) -> tuple[Prompt, ...]:
    return (YOU_PAID, *charged(payment.amount, payment.fee), TODAY)


async def _declined(phone: Phone, declined: Declined, *, by_bank: bool) -> Ended | None:
    if declined.hard and not by_bank:
        await phone.announce(DECLINED_HARD)
    choice = await choose(phone, TRY_ANOTHER_WAY if by_bank else TRY_ANOTHER_CARD, keys="1")
    return Ended(Status.DECLINED, Next.MENU) if choice is BACK else None


async def _confirm(save: SaveOffer, payment: Payment, owed: Owed) -> Next:
    """
    The confirmation and the new balance, and as often as the caller likes the amount and the date
    too; the receipts that the caller can get; and what has paid, to be saved.
    """
    phone, desk = save.talk.phone, save.talk.desk
    receipts = await ReceiptOffer.to(phone, desk, save.talk.call, save.talk.account)
    await save.look_up()
    number = (CONFIRMATION_IS, *spoken.digits(payment.confirmation, group=3))
    after = (*_new_balance(owed.balance - payment.towards_bill), *receipts.coming())
    if isinstance(payment.face, BankFace):
        pending = (PENDING_PAYMENT_OF, *charged(payment.amount, payment.fee))
        confirmation = (*number, *pending, ON_DATE, *spoken.date(desk.clock().date()), *after)
        again = confirmation
    else:
        confirmation = (*number, *after)
        again = (*_you_paid(payment), *confirmation)
    offers = receipts.of_new(payment)
    return await hear_out(save, confirmation, again=again, offers=offers)


def _new_balance(balance: Money) -> tuple[Prompt, ...]:
    if balance < Money(0, balance.currency):
        return (CREDIT_OF, *spoken.money(-balance))
    return (NEW_BALANCE_IS, *spoken.money(balance))
