"""Several accounts paid in one go: one agreement, then a charge for each, one after another."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Call, Desk, Talk
from paytone.flows.agreement import (
    ASK_CHANGE,
    REVIEW_CHECK_KEYS,
    REVIEW_FROM,
    REVIEW_KEYS,
    REVIEW_PAY,
    REVIEW_TODAY,
)
from paytone.flows.authorisation import Instead
from paytone.flows.fee import to_be_charged
from paytone.flows.method_entry import MethodEntry, face_in_words
from paytone.flows.save_offer import SaveOffer
from paytone.flows.shares_authorised import authorise_shares
from paytone.flows.shares_told import (
    LINE_TROUBLE,
    SHARE_FOR,
    Charged,
    Run,
    Stop,
    confirm,
    tell,
    tell_unpaid,
)
from paytone.gateway import Approved, Declined, Refusal, Unknown, Unreached
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Given
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace, CheckedAccount, Means, face_of
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE
from paytone.rules.shares import Share, sum_of
from paytone.store import StoreAway, payments
from paytone.till import CardHeld, Sale, open_and_charge

CANCELLED: Final = Prompt("cancelled")
DECLINED_HARD: Final = Prompt("declined-hard")
TRY_ANOTHER_CARD: Final = Prompt("try-another-card")
TRY_ANOTHER_WAY: Final = Prompt("try-another-way")

NOT_TRIED: Final = Declined(None, Refusal.GONE, hard=True, code="", text="not tried")
"""The same to the caller as a method that its bank will never take."""

Shares = tuple[Share, ...]


class Together:
    """
    A caller who pays several accounts; what pays them is kept until the job ends.

    Nothing is charged that was not read back, share by share, and confirmed with 1. What is
    confirmed is charged to its end, even if the caller hangs up; after the first charge that is not
    approved no other is made. A fee is charged once, with the first share that is paid. Debits of a
    bank account are authorised aloud, each by its account and amount.

    Attributes:
        checked: The gateway's names for bank accounts that it keeps for this call alone.
    """

    __slots__ = ("_account", "_call", "_desk", "_means", "_method", "_paid", "_phone", "checked")

    def __init__(self, phone: Phone, desk: Desk, call: Call, account: Account) -> None:
        self._phone = phone
        self._desk = desk
        self._call = call
        self._means: Means | None = None
        self._paid = False
        self._account = account
        self._method = MethodEntry(phone, desk, call, account)
        self.checked: set[str] = set()

    async def pay(self, shares: Shares) -> Ended | None:
        """Pay *shares*, or what is left of them after a decline; None to ask how much anew."""
        self._mind_cards_only(shares)
        for _ in range(self._phone.manner.card_tries):
            try:
                choice, means, given = await self._agreed(shares)
            except StoreAway:
                if not self._paid:
                    raise
                return await self._give_up(shares)
            if choice is BACK or (self._paid and choice is None):
                return await self._cancel(shares)
            if choice is None or means is None:
                return None
            run = await self._charged(shares, means, given)
            await tell(self._phone, self._desk, self._call, run)
            save = SaveOffer.of(
                Talk(self._phone, self._desk, self._call, self._account),
                means if run.approved else None,
            )
            ended = await self._after(run, save)
            if ended is not None or not isinstance(run.end, Declined):
                return ended
            shares = run.unpaid
            self._take_back_method(for_good=run.end.hard)
        return Ended(Status.DECLINED, Next.AGENT)

    async def _agreed(
        self, shares: Shares
    ) -> tuple[str | Back | None, Means | None, tuple[Given, ...]]:
        """As `reach`, and what was authorised aloud for each share of a bank account."""
        while True:
            choice, means = await self.reach(shares)
            face = face_of(means) if means else None
            if choice != "1" or not isinstance(face, BankFace):
                return choice, means, ()
            given = await authorise_shares(self._phone, self._desk, shares, face, self._fee)
            if given is BACK:
                return BACK, means, ()
            if not isinstance(given, Instead):
                return choice, means, given
            self._leave_bank_out()

    def _mind_cards_only(self, shares: Shares) -> None:
        if not all(share.account.takes_bank for share in shares):
            self._leave_bank_out()

    async def _charged(self, shares: Shares, means: Means, given: tuple[Given, ...]) -> Run:
        work = charge_each(self._desk, self._call, shares, means, fee=self._fee, given=given)
        run = await patiently(self._phone, work)
        if isinstance(means, CheckedAccount) and (run.approved or isinstance(run.end, Unknown)):
            self.checked.discard(means.token)  # debits are made from it
        self._paid = self._paid or bool(run.approved)
        return run

    def _leave_bank_out(self) -> None:
        self._method.leave_bank_out()
        if self._means is not None and isinstance(face_of(self._means), BankFace):
            self._means = None

    async def reach(self, shares: Shares) -> tuple[str | Back | None, Means | None]:
        """1 once all is agreed, `BACK` to cancel, None to ask how much anew; and what pays."""
        while True:
            if self._means is None:
                means = await self._method.usual_or_asked()
                if means is BACK:
                    return None, None
                self._means = means
                if isinstance(means, CheckedAccount):
                    self.checked.add(means.token)
            words = _review(shares, self._means, self._fee)
            by_bank = isinstance(face_of(self._means), BankFace)
            keys = REVIEW_CHECK_KEYS if by_bank else REVIEW_KEYS
            choice = await choose(self._phone, keys, keys="12", announce=words)
            if choice != "2":
                return choice, self._means
            change = await choose(self._phone, ASK_CHANGE, keys="12")
            if change == "1":
                return None, None
            if change == "2":
                self._means = None

    @property
    def _fee(self) -> Money:
        """What is still to be charged as a fee."""
        return NO_FEE if self._paid else self._desk.fee

    async def _after(self, run: Run, save: SaveOffer) -> Ended | None:
        """How the job ends; None to go on: with another card after a decline, else anew."""
        if run.approved and await confirm(save, run) is Next.AGENT:
            return Ended(Status.PAID, Next.AGENT)
        match run.end:
            case None:
                return Ended(Status.PAID, Next.MENU)
            case Declined(hard=hard):
                return await self._declined(hard=hard)
            case Unknown():
                return Ended(Status.UNKNOWN, Next.MENU)
            case Unreached() | Stop.AWAY:
                return Ended(Status.TROUBLE, Next.AGENT)
            case Stop.ANOTHER_OPEN:
                return Ended(Status.PAID if run.approved else Status.CANCELLED, Next.MENU)
            case Stop.MOVED:
                return Ended(Status.PAID, Next.MENU) if self._paid else None

    async def _declined(self, *, hard: bool) -> Ended | None:
        by_bank = self._means is not None and isinstance(face_of(self._means), BankFace)
        if hard and not by_bank:
            await self._phone.announce(DECLINED_HARD)
        choice = await choose(
            self._phone, TRY_ANOTHER_WAY if by_bank else TRY_ANOTHER_CARD, keys="1"
        )
        return Ended(Status.DECLINED, Next.MENU) if choice is BACK else None

    async def _cancel(self, shares: Shares) -> Ended:
        if self._paid:
            await tell_unpaid(self._phone, shares)
            return Ended(Status.PAID, Next.MENU)
        await self._phone.say(CANCELLED)
        return Ended(Status.CANCELLED, Next.MENU)

    async def _give_up(self, shares: Shares) -> Ended:
        """The store is away before a charge: what was paid before it stays paid."""
        await tell_unpaid(self._phone, shares)
        await self._phone.announce(LINE_TROUBLE)
        return Ended(Status.TROUBLE, Next.AGENT)

    def _take_back_method(self, *, for_good: bool) -> None:
        if self._means is not None:
            self._method.declined(self._means, for_good=for_good)
        self._means = None


async def charge_each(
    desk: Desk,
    call: Call,
    shares: Shares,
    means: Means,
    *,
    fee: Money = NO_FEE,
    given: tuple[Given, ...] = (),
) -> Run:
    """
    Charge each share once, the first with the fee, until one is not approved or not begun.

    Args:
        given: What was authorised aloud for each, which debits of a bank account need.
    """
    done: list[Charged] = []
    for place, share in enumerate(shares):
        sale = Sale(
            share.account.id,
            heard=share.owed.balance,
            amount=share.amount + fee,
            means=means,
            call_id=call.id,
            given=given[place] if given else None,
            fee=fee,
        )
        try:
            payment, outcome = await open_and_charge(desk.till, sale)
        except payments.BalanceMoved:
            return Run(tuple(done), shares[place:], Stop.MOVED)
        except payments.AnotherIsOpen:
            return Run(tuple(done), shares[place:], Stop.ANOTHER_OPEN)
        except StoreAway:
            return Run(tuple(done), shares[place:], Stop.AWAY)
        except (CardHeld, payments.MethodRemoved):
            return Run(tuple(done), shares[place:], NOT_TRIED)
        done.append(Charged(share, payment, outcome))
        if not isinstance(outcome, Approved):
            return Run(tuple(done), shares[place + 1 :], outcome)
        fee = NO_FEE
    return Run(tuple(done), (), None)


def _review(shares: Shares, means: Means, fee: Money) -> tuple[Prompt, ...]:
    words = [REVIEW_PAY, *to_be_charged(sum_of(shares), fee)]
    words += [REVIEW_FROM, *face_in_words(face_of(means)), REVIEW_TODAY]
    for share in shares:
        words += [SHARE_FOR, *spoken.digits(share.account.ending), *spoken.money(share.amount)]
    return tuple(words)
