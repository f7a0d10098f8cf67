"""Which of the caller's accounts are paid: this one, all of them, or an amount split over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from paytone.ask import BACK, Back, choose, patiently
from paytone.flows import Desk
from paytone.flows.amount_entry import PRESS_1, PRESS_2, ask_other_amount
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account, Limits, Owed
from paytone.rules.money import Money
from paytone.rules.shares import Owing, Share, spread, total, whole
from paytone.store import accounts, payments

MORE_ACCOUNTS: Final = Prompt("more-accounts")
THIS_ACCOUNT: Final = Prompt("pay-account-ending-in")
ALL_ACCOUNTS: Final = Prompt("pay-all-accounts")
SPLIT: Final = Prompt("pay-split")
FIRST_DUE_FIRST: Final = Prompt("first-due-first")
ALREADY_PAID: Final = Prompt("already-paid")
FOR_ACCOUNT: Final = Prompt("review-account")
PAY_AGAIN: Final = Prompt("pay-again")

MOST: Final = 5
"""Accounts that are paid together; who has more is asked about the one that was identified."""

A_DAY: Final = timedelta(days=1)


async def ask_shares(phone: Phone, desk: Desk, account: Account) -> tuple[Share, ...] | Back | None:
    """
    What each account of the customer is to get; None for *account* alone, which is not asked.

    Asks nothing where no other account owes anything.
    """
    owing = await patiently(phone, several_owing(desk, account))
    if not owing:
        return None
    while True:
        in_full = total(owing) <= desk.limits.most
        words = _menu(account, owing, in_full=in_full)
        choice = await choose(phone, *words, keys="123" if in_full else "13")
        if choice is BACK:
            return BACK
        if choice == "1":
            return None
        shares = whole(owing) if choice == "2" else await _split(phone, owing, desk.limits)
        if shares is not BACK and await _are_meant(phone, desk, shares):
            return shares


async def several_owing(desk: Desk, account: Account) -> Owing:
    """The customer's accounts that owe something, this one first; none where it is only one."""
    others = await accounts.beside(desk.store, account.id, at_most=MOST + 1)
    owed = await accounts.owed(desk.store, account.id)
    owing = ([(account, owed)] if owed.balance.cents > 0 else []) + others
    return owing if 2 <= len(owing) <= MOST else []


def _menu(account: Account, owing: Owing, *, in_full: bool) -> Iterator[Prompt]:
    yield from (MORE_ACCOUNTS, THIS_ACCOUNT, *spoken.digits(account.ending), PRESS_1)
    if in_full:
        yield from (ALL_ACCOUNTS, *spoken.money(total(owing)), PRESS_2)
    yield SPLIT


async def _split(phone: Phone, owing: Owing, limits: Limits) -> tuple[Share, ...] | Back:
    nothing = Money(0, limits.most.currency)
    await phone.say(FIRST_DUE_FIRST)
    together = Owed(total(owing), None)
    amount = await ask_other_amount(phone, together, replace(limits, over_balance=nothing))
    return BACK if amount is BACK else spread(amount, owing)


async def _are_meant(phone: Phone, desk: Desk, shares: tuple[Share, ...]) -> bool:
    """Whether the caller means to pay *shares*, even if one was paid within the last day."""
    since = desk.clock() - A_DAY
    for share in shares:
        work = payments.same_since(desk.store, share.account.id, share.amount, since)
        if await patiently(phone, work) is None:
            continue
        for_account = (FOR_ACCOUNT, *spoken.digits(share.account.ending))
        words = (ALREADY_PAID, *spoken.money(share.amount), *for_account)
        if await choose(phone, PAY_AGAIN, keys="1", announce=words) is BACK:
            return False
    return True
