"""What the account owes, and what the caller wants to do."""

from __future__ import annotations

from datetime import date
from typing import Final

from paytone.ask import BACK, choose, patiently
from paytone.flows import Desk
from paytone.flows.amount_entry import why_nothing
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account, Owed, Payable
from paytone.rules.job import Ended, Next, Status
from paytone.store import accounts, arrangements
from paytone.store.arrangements import NextDue

YOU_OWE: Final = Prompt("you-owe")
DUE_ON: Final = Prompt("due-on")
WAS_DUE_ON: Final = Prompt("was-due-on")
PAST_DUE_IS: Final = Prompt("past-due-is")
REST_DUE_ON: Final = Prompt("rest-due-on")
KEEP_SERVICE_TODAY: Final = Prompt("keep-service-today")
NOTHING_DUE: Final = Prompt("nothing-due")
CREDIT_OF: Final = Prompt("credit-of")
CAN_PAY_AHEAD: Final = Prompt("can-pay-ahead")
MENU: Final = Prompt("menu-pay")
MENU_MORE_TIME: Final = Prompt("menu-more-time")
MENU_OTHER_WAYS: Final = Prompt("menu-other-ways")
BY_ARRANGEMENT: Final = Prompt("by-arrangement")
ON_DATE: Final = Prompt("on-date")
MENU_PLANS: Final = Prompt("menu-plans")
MENU_RECORDS: Final = Prompt("menu-records")

RECORDS: Final = Prompt("records-payments")
RECORDS_BILLS: Final = Prompt("records-bills")
RECORDS_LOOKUP: Final = Prompt("records-lookup")
RECORDS_RECEIPTS: Final = Prompt("records-receipts")
RECORDS_STOP_CALLS: Final = Prompt("records-stop-calls")

RECORDS_MENU: Final = (
    RECORDS, RECORDS_BILLS, RECORDS_LOOKUP, RECORDS_RECEIPTS, RECORDS_STOP_CALLS,
)  # fmt: skip
"""Payments, bills and receipts, as the dialplan asks for them."""

WHOLE_MENU: Final = (
    MENU, MENU_MORE_TIME, MENU_PLANS, MENU_RECORDS, MENU_OTHER_WAYS,
)  # fmt: skip
MENU_KEYS: Final = "12345"
"""What is offered where the dialplan does not say."""


async def tell_balance(phone: Phone, desk: Desk, account: Account) -> Ended:
    """Say what *account* owes and by when."""
    await phone.say(*await balance(phone, desk, account))
    return Ended(Status.DONE, Next.MENU)


async def balance(phone: Phone, desk: Desk, account: Account) -> tuple[Prompt, ...]:
    """What *account* owes, in words, for the menu to begin with."""
    owed = await patiently(phone, accounts.owed(desk.store, account.id))
    work = arrangements.next_due(desk.store, account.id, owed.balance.currency)
    if (arranged := await patiently(phone, work)) is not None:
        return _arranged_in_words(owed, arranged)
    return balance_in_words(owed, account, desk)


def _arranged_in_words(owed: Owed, arranged: NextDue) -> tuple[Prompt, ...]:
    """How much in all, and what is to be paid next, as arranged."""
    following = (*spoken.money(arranged.amount), ON_DATE, *spoken.date(arranged.due))
    beyond = () if arranged.rest_due is None else (REST_DUE_ON, *spoken.date(arranged.rest_due))
    return (YOU_OWE, *spoken.money(owed.balance), BY_ARRANGEMENT, *following, *beyond)


def balance_in_words(owed: Owed, account: Account, desk: Desk) -> tuple[Prompt, ...]:
    """The sentences that tell *owed*: a debt with its date, nothing, or a credit."""
    if owed.balance.cents > 0:
        return _debt_in_words(owed, desk.clock().date())
    may_pay = account.payable is not Payable.NO and why_nothing(owed, desk.limits) is None
    return (*_nothing_due(owed), *([CAN_PAY_AHEAD] if may_pay else []))


def _nothing_due(owed: Owed) -> tuple[Prompt, ...]:
    if not owed.balance:
        return (NOTHING_DUE,)
    return (NOTHING_DUE, CREDIT_OF, *spoken.money(-owed.balance))


def _debt_in_words(owed: Owed, today: date) -> tuple[Prompt, ...]:
    """How much, by when, how much of it is late, and what must be paid at once."""
    words = (YOU_OWE, *spoken.money(owed.balance), *_when_due(owed, today))
    if owed.keep_service is None:
        return words
    return (*words, KEEP_SERVICE_TODAY, *spoken.money(owed.keep_service))


def _when_due(owed: Owed, today: date) -> tuple[Prompt, ...]:
    """By when it is to be paid; how much was to be paid before, where that is not all."""
    past, following = owed.past_due(today), owed.next_due(today)
    if past and following:
        late = (PAST_DUE_IS, *spoken.money(past))
        return (*late, REST_DUE_ON, *spoken.date(following))
    if owed.due is None:
        return ()
    return (DUE_ON if owed.due >= today else WAS_DUE_ON, *spoken.date(owed.due))


async def menu(phone: Phone, prompts: tuple[Prompt, ...], keys: str) -> Ended:
    """
    The key that the caller chose; the dialplan says where it goes.

    Args:
        prompts: The menu as it is spoken, `WHOLE_MENU` or an admin's, the balance before it or
            not.
        keys: The keys it offers, beside the global ones.
    """
    choice = await choose(phone, *prompts, keys=keys)
    if choice is BACK:
        return Ended(Status.DONE, Next.ACCOUNT)
    return Ended(Status.DONE, Next.MENU, choice)
