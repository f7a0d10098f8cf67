"""What came of a payment for several accounts: exactly what was paid, and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from paytone.flows import Call, Desk
from paytone.flows.confirm import hear_out
from paytone.flows.declined import WHY_DECLINED, WHY_SAVED_DECLINED
from paytone.flows.fee import charged as charged_in_words
from paytone.flows.receipt_offer import ReceiptOffer
from paytone.flows.resume import note_told
from paytone.flows.save_offer import SaveOffer
from paytone.gateway import Approved, Declined, Outcome, Refusal, Unknown, Unreached
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.job import Next
from paytone.rules.method import BankFace
from paytone.rules.payment import NO_FEE, Heard, Payment
from paytone.rules.shares import Share, sum_of

YOUR_PAYMENT_OF: Final = Prompt("your-payment-of")
FOR_ACCOUNT: Final = Prompt("review-account")
WENT_THROUGH: Final = Prompt("earlier-went-through")
WAS_ACCEPTED: Final = Prompt("check-was-accepted")
CHECK_PENDING: Final = Prompt("check-pending")
CHECK_DECLINED: Final = Prompt("check-declined")
PENDING_PAYMENT_OF: Final = Prompt("check-payment-of")
WAS_NOT_PAID: Final = Prompt("earlier-not-paid")
IS_CHECKING: Final = Prompt("payment-status-checking")
NOTHING_PAID: Final = Prompt("nothing-was-paid")
SHARE_FOR: Final = Prompt("share-for")
NUMBER_IS: Final = Prompt("its-confirmation-is")
NEW_BALANCE_IS: Final = Prompt("new-balance-is")
YOU_PAID: Final = Prompt("you-paid")
ON_DATE: Final = Prompt("on-date")
BALANCE_MOVED: Final = Prompt("balance-moved")
A_BALANCE_MOVED: Final = Prompt("a-balance-moved")
ANOTHER_OPEN: Final = Prompt("another-open")
LINE_TROUBLE: Final = Prompt("line-trouble")
NOT_CHARGED: Final = Prompt("not-charged")
PAYMENT_UNKNOWN: Final = Prompt("payment-unknown")


class Stop(Enum):
    """Why a charge was not begun."""

    MOVED = "moved"
    ANOTHER_OPEN = "another-open"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Charged:
    """A share that was charged, or tried."""

    share: Share
    payment: Payment
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Run:
    """
    What the charges of one agreement came to.

    Args:
        done: In order; all but the last are approved.
        left: The shares that were not begun.
        end: What kept the rest from being charged; None when all are approved.
    """

    done: tuple[Charged, ...]
    left: tuple[Share, ...]
    end: Declined | Unreached | Unknown | Stop | None

    @property
    def approved(self) -> tuple[Charged, ...]:
        return tuple(each for each in self.done if isinstance(each.outcome, Approved))

    @property
    def unpaid(self) -> tuple[Share, ...]:
        """What is surely not paid, to be tried again."""
        return (*(each.share for each in self.done if each not in self.approved), *self.left)


async def tell(phone: Phone, desk: Desk, call: Call, run: Run) -> None:
    """Say of each share whether it was paid, and note of each payment that it was heard."""
    for each in run.done:
        heard, words = _in_words(each)
        await phone.announce(*words)
        await note_told(phone, desk, call, each.payment, heard)
    if any(_by_bank(each) for each in run.approved):
        await phone.announce(CHECK_PENDING)
    if run.left and run.done:
        await tell_unpaid(phone, run.left)
    match run.end:
        case Stop.MOVED:
            await phone.announce(A_BALANCE_MOVED if run.done else BALANCE_MOVED)
        case Stop.ANOTHER_OPEN:
            await phone.announce(ANOTHER_OPEN, *(() if run.done else (NOT_CHARGED,)))
        case Stop.AWAY:
            await phone.announce(LINE_TROUBLE, *(() if run.done else (NOT_CHARGED,)))


async def tell_unpaid(phone: Phone, shares: tuple[Share, ...]) -> None:
    """Say that nothing was paid for the accounts of *shares*."""
    for share in shares:
        ending = spoken.digits(share.account.ending)
        await phone.announce(NOTHING_PAID, FOR_ACCOUNT, *ending)


async def confirm(save: SaveOffer, run: Run) -> Next:
    """
    Each payment's confirmation number, as often as the caller likes; the receipts of them all; and
    the card, to be saved.
    """
    talk = save.talk
    receipts = await ReceiptOffer.to(talk.phone, talk.desk, talk.call, talk.account)
    await save.look_up()
    words = (*_confirmations(talk.desk, run), *receipts.coming())
    offers = receipts.of_new(*(each.payment for each in run.approved))
    return await hear_out(save, words, again=words, offers=offers)


def _confirmations(desk: Desk, run: Run) -> Iterator[Prompt]:
    for each in run.approved:
        yield from (SHARE_FOR, *spoken.digits(each.share.account.ending))
        yield from (NUMBER_IS, *spoken.digits(each.payment.confirmation, group=3))
        yield from (NEW_BALANCE_IS, *spoken.money(each.share.owed.balance - each.share.amount))
    fee = sum((each.payment.fee for each in run.approved), NO_FEE)
    paid = sum_of(tuple(each.share for each in run.approved)) + fee
    pending = any(_by_bank(each) for each in run.approved)
    yield from (PENDING_PAYMENT_OF if pending else YOU_PAID, *charged_in_words(paid, fee))
    yield from (ON_DATE, *spoken.date(desk.clock().date()))


def _by_bank(charged: Charged) -> bool:
    """A bank debit is pending for days, and the caller is told so."""
    return isinstance(charged.payment.face, BankFace)


def _in_words(charged: Charged) -> tuple[Heard, tuple[Prompt, ...]]:
    share = charged.share
    payment = charged.payment
    lead = (YOUR_PAYMENT_OF, *charged_in_words(payment.amount, payment.fee))
    lead = (*lead, FOR_ACCOUNT, *spoken.digits(share.account.ending))
    match charged.outcome:
        case Approved():
            return Heard.PAID, (*lead, WAS_ACCEPTED if _by_bank(charged) else WENT_THROUGH)
        case Declined(refusal=refusal):
            if _by_bank(charged) and refusal is not Refusal.GONE:
                return Heard.NOT_PAID, (*lead, WAS_NOT_PAID, CHECK_DECLINED)
            words = WHY_SAVED_DECLINED if charged.payment.method_id else WHY_DECLINED
            return Heard.NOT_PAID, (*lead, WAS_NOT_PAID, words[refusal])
        case Unreached():
            return Heard.NOT_PAID, (*lead, WAS_NOT_PAID, LINE_TROUBLE, NOT_CHARGED)
        case Unknown():
            return Heard.UNKNOWN, (*lead, IS_CHECKING, PAYMENT_UNKNOWN)
