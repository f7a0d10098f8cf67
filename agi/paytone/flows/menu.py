"""What the account owes, and what the caller wants to do."""

from __future__ import annotations

from typing import Final

from paytone.ask import BACK, choose, patiently
from paytone.bill import Account, Owed
from paytone.flows import Desk
from paytone.job import Ended, Next, Status
from paytone.money import Money
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.store import accounts

YOU_OWE: Final = Prompt("you-owe")
DUE_ON: Final = Prompt("due-on")
WAS_DUE_ON: Final = Prompt("was-due-on")
NOTHING_DUE: Final = Prompt("nothing-due")
CREDIT_OF: Final = Prompt("credit-of")
MENU: Final = Prompt("menu-pay")
MENU_PLANS: Final = Prompt("menu-plans")
MENU_RECORDS: Final = Prompt("menu-records")
MENU_PERSON: Final = Prompt("menu-person")

RECORDS: Final = Prompt("records-payments")
RECORDS_BILLS: Final = Prompt("records-bills")
RECORDS_LOOKUP: Final = Prompt("records-lookup")
RECORDS_RECEIPTS: Final = Prompt("records-receipts")

RECORDS_MENU: Final = (RECORDS, RECORDS_BILLS, RECORDS_LOOKUP, RECORDS_RECEIPTS)
"""Payments, bills and receipts, as the dialplan asks for them."""

WHOLE_MENU: Final = (MENU, MENU_PLANS, MENU_RECORDS, MENU_PERSON)
MENU_KEYS: Final = "134"
"""What is offered where the dialplan does not say."""


async def tell_balance(phone: Phone, desk: Desk, account: Account) -> Ended:
    """Say what *account* owes and by when."""
    await phone.say(*await balance(phone, desk, account))
    return Ended(Status.DONE, Next.MENU)


async def balance(phone: Phone, desk: Desk, account: Account) -> tuple[Prompt, ...]:
    """What *account* owes, in words, for the menu to begin with."""
    owed = await patiently(phone, accounts.owed(desk.store, account.id))
    return balance_in_words(owed, desk)


def balance_in_words(owed: Owed, desk: Desk) -> tuple[Prompt, ...]:
    """The sentences that tell *owed*: a debt with its date, nothing, or a credit."""
    nothing = Money(0, owed.balance.currency)
    if owed.balance <= nothing:
        credit = (CREDIT_OF, *spoken.money(-owed.balance)) if owed.balance < nothing else ()
        return (NOTHING_DUE, *credit)
    words = (YOU_OWE, *spoken.money(owed.balance))
    if owed.due is None:
        return words
    lead = DUE_ON if owed.due >= desk.clock().date() else WAS_DUE_ON
    return (*words, lead, *spoken.date(owed.due))


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
