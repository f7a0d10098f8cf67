"""A customer who can be told of AutoPay, and a caller who sets it up."""

from __future__ import annotations

from datetime import date

from paytone.flows.autopay import SET_UP, autopay
from paytone.flows.plan_agree import TERMS_ACCEPT
from paytone.flows.plan_entry import ASK_AUTOPAY_DAY, NOTICE_ALWAYS, WHICH_METHOD
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.schedule import Schedule
from paytone.store import schedules
from tests.plans import reached, writing
from tests.teller import Counter

DUE = date(2026, 3, 20)
ASKED: tuple[Turn, ...] = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"))
ON_DUE: tuple[Turn, ...] = (*ASKED, (WHICH_METHOD, "1"))
ACCEPT: Turn = (TERMS_ACCEPT, "1")


async def reached_account(counter: Counter, *, owes_cents: int = 11240) -> Account:
    account = await counter.account(owes_cents=owes_cents, due=DUE)
    await reached(counter, account)
    return account


async def talk(counter: Counter, account: Account, *turns: Turn) -> ScriptedPhone:
    """The job, with a caller who takes those turns."""
    with ScriptedPhone(*turns) as phone:
        ended = await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone


async def only(counter: Counter, account: Account) -> Schedule:
    (schedule,) = await schedules.of_account(counter.store, account.id)
    return schedule
