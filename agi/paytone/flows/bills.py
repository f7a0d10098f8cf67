"""When the next bill comes, and the last ones, one by one."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from paytone.ask import TooManyTries, choose, patiently
from paytone.flows import Desk
from paytone.flows.history import GO_ON
from paytone.phone import Phone
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.next_bill import Expected, LastCame, next_bill
from paytone.store import bills
from paytone.store.bills import Bill

NEXT_BILL_ON: Final = Prompt("next-bill-on")
LAST_BILLS_CAME: Final = Prompt("last-bills-came")
AND_ON: Final = Prompt("and-on")
NEXT_BILL_UNKNOWN: Final = Prompt("next-bill-unknown")
NO_BILLS: Final = Prompt("no-bills")
BILL_OF: Final = Prompt("bill-of")
CREDIT_NOTE_OF: Final = Prompt("credit-note-of")
CAME_ON: Final = Prompt("came-on")
DUE_ON: Final = Prompt("due-on")
WAS_DUE_ON: Final = Prompt("was-due-on")
EARLIER_BILL: Final = Prompt("press-1-earlier-bill")

AT_MOST: Final = 12


async def tell_bills(phone: Phone, desk: Desk, account: Account) -> Ended:
    """
    Say when the next bill comes, then the last bills, as far back as the caller presses 1.

    Whoever says nothing has heard enough.
    """
    last = await patiently(phone, bills.last(desk.store, account.id, AT_MOST))
    day = await patiently(phone, bills.billing_day(desk.store, account.id))
    issued = [bill.issued for bill in last if bill.amount.cents > 0]
    lead = _next_in_words(next_bill(desk.clock().date(), billing_day=day, issued=issued))
    if not last:
        await phone.say(*lead, NO_BILLS)
        return Ended(Status.DONE, Next.MENU)
    with suppress(TooManyTries):
        for at, bill in enumerate(last):
            words = (*lead, *_in_words(bill, desk))
            more = at + 1 < len(last)
            options = (EARLIER_BILL, GO_ON) if more else (GO_ON,)
            if await choose(phone, *words, *options, keys="1#" if more else "#") != "1":
                break
            lead = ()
    return Ended(Status.DONE, Next.MENU)


def _next_in_words(known: Expected | LastCame | None) -> tuple[Prompt, ...]:
    match known:
        case Expected(on=on):
            return (NEXT_BILL_ON, *spoken.date(on))
        case LastCame(on=(newest, before)):
            came = (LAST_BILLS_CAME, *spoken.date(before), AND_ON, *spoken.date(newest))
            return (NEXT_BILL_UNKNOWN, *came)
        case None:
            return (NEXT_BILL_UNKNOWN,)


def _in_words(bill: Bill, desk: Desk) -> tuple[Prompt, ...]:
    if bill.amount.cents < 0:
        return (CREDIT_NOTE_OF, *spoken.money(-bill.amount), CAME_ON, *spoken.date(bill.issued))
    return (
        BILL_OF,
        *spoken.money(bill.amount),
        CAME_ON,
        *spoken.date(bill.issued),
        DUE_ON if bill.due >= desk.clock().date() else WAS_DUE_ON,
        *spoken.date(bill.due),
    )
