"""Pay the bill, now."""

from __future__ import annotations

from typing import Final, assert_never

from paytone.ask import BACK, TooManyTries, WantsPerson, choose, patiently
from paytone.bill import Account, Owed
from paytone.flows import Call, Desk
from paytone.flows.agreement import Agreement
from paytone.flows.amount_entry import why_nothing
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.receipt_offer import ReceiptOffer
from paytone.flows.restriction import tell_restriction
from paytone.flows.resume import note_told, tell_earlier
from paytone.flows.shares_entry import ask_shares
from paytone.flows.together import Together
from paytone.gateway import Approved, Declined, Outcome, Unknown, Unreached
from paytone.job import Ended, Next, Status
from paytone.money import Money
from paytone.payment import Heard, Payment
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import StoreAway, payments
from paytone.till import CardHeld, Sale, open_and_charge

CANCELLED: Final = Prompt("cancelled")

PAID: Final = Prompt("paid")
CONFIRMATION_IS: Final = Prompt("confirmation-is")
YOU_PAID: Final = Prompt("you-paid")
ON_DATE: Final = Prompt("on-date")
NEW_BALANCE_IS: Final = Prompt("new-balance-is")
CREDIT_OF: Final = Prompt("credit-of")
REPEAT_CONFIRMATION: Final = Prompt("repeat-confirmation")

BALANCE_MOVED: Final = Prompt("balance-moved")
ANOTHER_OPEN: Final = Prompt("another-open")

CARD_HELD: Final = Prompt("card-held")
DECLINED_HARD: Final = Prompt("declined-hard")
TRY_ANOTHER_CARD: Final = Prompt("try-another-card")
NOT_CHARGED: Final = Prompt("not-charged")
LINE_TROUBLE: Final = Prompt("line-trouble")
PAYMENT_UNKNOWN: Final = Prompt("payment-unknown")


async def pay_bill(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """
    Take one payment for *account*; where it may not be paid by phone, say why.

    A payment left open, by this job before a part of ours failed or by another call, is asked after
    first: if it went through that is told instead of taking another; while its outcome is not known
    no other is taken. Nothing is charged that was not read back in full and confirmed with 1, and
    nothing on a balance that has changed since.
    """
    earlier = await tell_earlier(phone, desk, call, account)
    if earlier is not Status.DONE:
        return Ended(earlier, Next.MENU)
    if (ended := await tell_restriction(phone, account)) is not None:
        return ended
    try:
        return await _pay_some_or_one(phone, desk, call, account)
    except StoreAway:
        # Only raised before the gateway is asked, and no earlier payment is open.
        await phone.announce(LINE_TROUBLE, NOT_CHARGED)
        return Ended(Status.TROUBLE, Next.AGENT)


async def _pay_some_or_one(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    """Pay several accounts of the customer at once where the caller likes; else this one."""
    together = Together(phone, desk, call)
    while (shares := await ask_shares(phone, desk, account)) is not None:
        if shares is BACK:
            await phone.say(CANCELLED)
            return Ended(Status.CANCELLED, Next.MENU)
        if (ended := await together.pay(shares)) is not None:
            return ended
    return await _pay(phone, desk, call, account)


async def _pay(phone: Phone, desk: Desk, call: Call, account: Account) -> Ended:
    agreement = Agreement(phone, desk, account)
    declines = 0
    while declines < phone.manner.card_tries:
        await agreement.look_up_owed()
        if (why := why_nothing(agreement.owed, desk.limits)) is not None:
            await phone.announce(*why)
            return Ended(Status.REFUSED, Next.MENU)
        if await agreement.reach() is BACK:
            await phone.say(CANCELLED)
            return Ended(Status.CANCELLED, Next.MENU)
        try:
            payment, outcome = await patiently(phone, _charged(desk, call, account, agreement))
        except payments.BalanceMoved:
            await phone.announce(BALANCE_MOVED)
            agreement.take_back_amount()
            continue
        except payments.AnotherIsOpen:
            await phone.announce(ANOTHER_OPEN, NOT_CHARGED)
            return Ended(Status.CANCELLED, Next.MENU)
        except CardHeld:
            await phone.announce(CARD_HELD, NOT_CHARGED)
            declines += 1
            agreement.take_back_method(for_good=True)
            continue
        ended = await _tell(
            phone, desk, call, payment, outcome, account=account, owed=agreement.owed
        )
        if ended is not None:
            return ended
        declines += 1
        agreement.take_back_method(for_good=isinstance(outcome, Declined) and outcome.hard)
    return Ended(Status.DECLINED, Next.AGENT)


async def _charged(
    desk: Desk, call: Call, account: Account, agreement: Agreement
) -> tuple[Payment, Outcome]:
    amount, means = agreement.terms
    heard = agreement.owed.balance
    sale = Sale(account.id, heard=heard, amount=amount, means=means, call_id=call.id)
    return await open_and_charge(desk.till, sale)


async def _tell(
    phone: Phone,
    desk: Desk,
    call: Call,
    payment: Payment,
    outcome: Outcome,
    *,
    account: Account,
    owed: Owed,
) -> Ended | None:
    """Say what came of the charge, and note that it was heard; None to try another card."""
    match outcome:
        case Approved():
            await phone.announce(PAID)
            await note_told(phone, desk, call, payment, Heard.PAID)
            receipts = await ReceiptOffer.to(phone, desk, call, account)
            return Ended(Status.PAID, await _confirm(phone, desk, payment, owed, receipts))
        case Declined():
            await phone.announce(WHY_DECLINED[outcome.refusal])
            await note_told(phone, desk, call, payment, Heard.NOT_PAID)
            return await _declined(phone, outcome)
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


async def _declined(phone: Phone, declined: Declined) -> Ended | None:
    if declined.hard:
        await phone.announce(DECLINED_HARD)
    choice = await choose(phone, TRY_ANOTHER_CARD, keys="1")
    return Ended(Status.DECLINED, Next.MENU) if choice is BACK else None


async def _confirm(
    phone: Phone, desk: Desk, payment: Payment, owed: Owed, receipts: ReceiptOffer
) -> Next:
    """
    The confirmation, the date, the amount and the new balance, as often as the caller likes, and
    the receipts that the caller can get.

    Whoever says nothing goes on: the payment is made, and what was heard is enough.
    """
    confirmation = (
        CONFIRMATION_IS,
        *spoken.digits(payment.confirmation, group=3),
        YOU_PAID,
        *spoken.money(payment.amount),
        ON_DATE,
        *spoken.date(desk.clock().date()),
        *_new_balance(owed.balance - payment.amount),
        *receipts.coming(),
    )
    sendable, words = receipts.options(new=True), confirmation
    try:
        while True:
            options = (REPEAT_CONFIRMATION, *sendable.values())
            choice = await choose(phone, *words, *options, keys="1#" + "".join(sendable))
            if choice in sendable:
                await receipts.send(str(choice), payment)
            elif choice != "1":
                break
            words = confirmation if choice == "1" else ()
    except WantsPerson:
        return Next.AGENT
    except TooManyTries:
        pass
    return Next.MENU


def _new_balance(balance: Money) -> tuple[Prompt, ...]:
    if balance < Money(0, balance.currency):
        return (CREDIT_OF, *spoken.money(-balance))
    return (NEW_BALANCE_IS, *spoken.money(balance))
