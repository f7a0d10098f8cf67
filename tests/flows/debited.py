"""Plans that a bank account pays, and a caller who sets them up aloud."""

from __future__ import annotations

from datetime import date

from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.authorisation import CANNOT_SPEAK
from paytone.flows.autopay import SET_UP, autopay
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.keep_bank import ACCEPT as KEEP_ACCEPT
from paytone.flows.later import LATER_FIXED, LATER_ONCE, later
from paytone.flows.plan_agree import TERMS_ACCEPT
from paytone.flows.plan_authorisation import ACCEPT, SAY_NOW, SAY_THESE
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_EVERY,
    ASK_LATER_DAY,
    ASK_MONTH_DAY,
    NOTICE_ALWAYS,
    WHICH_METHOD,
)
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.schedule import Schedule
from paytone.store import authorisations, schedules
from paytone.store.authorisations import Kept
from tests.plans import reached, saved_bank, writing
from tests.spoken_yes import YES
from tests.teller import Counter

DUE = date(2026, 3, 20)
DAY = date(2026, 3, 12)
READY: Turn = (CANNOT_SPEAK, "1")
ACCEPTS: Turn = (ACCEPT, "1")
SPOKEN: tuple[Turn, ...] = (READY, (SAY_THESE, ""), ACCEPTS)
SPOKEN_ONCE: tuple[Turn, ...] = (READY, (SAY_NOW, ""), ACCEPTS)
ASKED: tuple[Turn, ...] = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"))
STEPS_BACK: tuple[Turn, ...] = ((NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
AUTOPAY: tuple[Turn, ...] = (*ASKED, (WHICH_METHOD, "1"), *SPOKEN)
ONCE: tuple[Turn, ...] = (
    (LATER_ONCE, "1"),
    (ASK_AMOUNT_KIND, "4"),
    (ASK_AMOUNT, "50*00#"),
    (IS_THAT_RIGHT, "1"),
    (ASK_LATER_DAY, "0312"),
    (WHICH_METHOD, "1"),
    *SPOKEN_ONCE,
)
FIXED: tuple[Turn, ...] = (
    (LATER_FIXED, "2"),
    (ASK_AMOUNT, "30*00#"),
    (IS_THAT_RIGHT, "1"),
    (ASK_EVERY, "3"),
    (ASK_MONTH_DAY, "12"),
    (WHICH_METHOD, "1"),
    *SPOKEN,
)
JOBS = {"autopay": autopay, "later": later}
NEW_CARD: tuple[Turn, ...] = (
    (ASK_CARD, "4111111111111111#"),
    (ASK_EXPIRY, "0927"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
    (KEEP_ACCEPT, "1"),
    (TERMS_ACCEPT, "1"),
)


async def customer(checks: Counter) -> Account:
    """Somebody who can be written to and has saved a bank account."""
    account = await checks.account(due=DUE)
    await reached(checks, account)
    await saved_bank(checks, account)
    return account


async def talk(
    checks: Counter, account: Account, job: str, *turns: Turn, voice: bytes = YES
) -> ScriptedPhone:
    """A job, with a caller who takes those turns and says the same each time."""
    with ScriptedPhone(*turns, voice=[voice] * 3) as phone:
        ended = await JOBS[job](phone, writing(checks).desk, await checks.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone


async def only(checks: Counter, account: Account) -> Schedule:
    (schedule,) = await schedules.of_account(checks.store, account.id)
    return schedule


async def spoken_for(checks: Counter, schedule: Schedule) -> list[Kept]:
    """What was authorised aloud for it, the last first."""
    return await authorisations.all_by_confirmation(checks.store, schedule.confirmation)
