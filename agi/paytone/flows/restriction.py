"""Accounts that may not be paid by phone, or by card only: why, and where to go."""

from __future__ import annotations

from typing import Final

from paytone.ask import choose
from paytone.phone import Phone
from paytone.prompts import Prompt
from paytone.rules.bill import Account, Payable, Restriction
from paytone.rules.job import Ended, Next, Status

WHY: Final = {
    Restriction.COLLECTIONS: Prompt("not-payable-collections"),
    Restriction.CLOSED: Prompt("not-payable-closed"),
    Restriction.CASH_ONLY: Prompt("not-payable-cash"),
    Restriction.BANK_RETURN: Prompt("card-only-bank-return"),
}
TO_OTHER_WAYS: Final = Prompt("menu-other-ways")
TO_PERSON: Final = Prompt("menu-person")
TO_MENU: Final = Prompt("for-the-main-menu")


async def tell_restriction(phone: Phone, account: Account) -> Ended | None:
    """
    Say why *account* may not be paid by phone and where to go; None where it may.

    Of an account that takes cards only that is said too, before anything is asked. One that takes
    cash only has the other ways to pay a key away, the same as in the main menu.
    """
    if account.restriction is None:
        return None
    why = WHY[account.restriction]
    if account.payable is not Payable.NO:
        await phone.say(why)
        return None
    if account.restriction is Restriction.CASH_ONLY:
        choice = await choose(phone, why, TO_OTHER_WAYS, TO_PERSON, TO_MENU, keys="5#")
        return Ended(Status.REFUSED, Next.OTHER_WAYS if choice == "5" else Next.MENU)
    await choose(phone, why, TO_PERSON, TO_MENU, keys="#")
    return Ended(Status.REFUSED, Next.MENU)
