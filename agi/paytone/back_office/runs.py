"""Runs of schedules: each made once, its outcome told, tried again where the rules allow it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from paytone.gateway import Refusal, Vaulted
from paytone.rules import schedule
from paytone.rules.bill import may_be_paid
from paytone.rules.method import Kind
from paytone.rules.money import Money
from paytone.rules.payment import COUNTED, State
from paytone.rules.plan_facts import of_method
from paytone.rules.returned import AGAIN
from paytone.rules.schedule import AutoPay, Rule, RunState
from paytone.store import authorisations, autopay, letters, runs
from paytone.store.payments import AnotherIsOpen, BalanceMoved, MethodRemoved
from paytone.store.runs import DueRun, NotAuthorised, NotBegun, Notice, Tried
from paytone.till import Till, card_held, charge

log = logging.getLogger(__name__)

CLAIMED_FOR: Final = timedelta(minutes=10)
"""A worker that claimed a run and died without beginning it keeps it from others so long."""

SOON: Final = timedelta(minutes=15)
"""While another payment on the account is open, or the gateway is not reached."""

TOO_LATE: Final = timedelta(days=7)
"""A run that could not even be begun for so long is no longer made."""

LONGEST_S: Final = 45.0
"""After so long no more is claimed: the worker's next time goes on."""

AT_ONCE: Final = 16
BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Office:
    """
    What runs are made with.

    Args:
        at_once: Charges under way at one time.
    """

    till: Till
    rule: Rule = field(default_factory=Rule)
    at_once: int = AT_ONCE


async def plan_autopay(office: Office) -> int:
    """
    Plan and announce a run for each bill that AutoPay is to pay, and return how many.

    May be repeated, and may run beside itself.
    """
    planned = 0
    while True:
        now = office.till.clock()
        done = await autopay.plan(office.till.store, now=now, rule=office.rule, at_most=BATCH)
        planned += done.planned
        if not done.looked:
            return planned


async def make_runs(office: Office) -> Counter[str]:
    """
    Make the runs that are due, and see to those that were left open; how many ended how.

    Begins no more after `LONGEST_S`. May be repeated and cut short, and may run beside itself and
    beside calls: each run is charged once at most.

    Raises:
        StoreAway: Some may be made; the rest is made later.
    """
    said: Counter[str] = Counter()
    limit = asyncio.Semaphore(office.at_once)

    async def one(due: DueRun) -> str:
        async with limit:
            return await _made(office, due)

    ends = asyncio.get_running_loop().time() + LONGEST_S
    said += await _settle(office)
    while True:
        now = office.till.clock()
        due = await runs.claim(office.till.store, now=now, until=now + CLAIMED_FOR, at_most=BATCH)
        done = await asyncio.gather(*map(one, due), return_exceptions=True)
        said.update(each for each in done if isinstance(each, str))
        for fault in done:
            if isinstance(fault, BaseException):
                raise fault
        if len(due) < BATCH or asyncio.get_running_loop().time() > ends:
            return said


async def _settle(office: Office) -> Counter[str]:
    """End the runs whose payment was closed by others; pause what a bank took back."""
    store = office.till.store
    said = Counter(
        [await _after(office, each) for each in await runs.to_settle(store, at_most=BATCH)]
    )
    for due, why in await runs.taken_back(store, at_most=BATCH):
        # The customer is written to by the payment's own move.
        said[await _end(office, due, RunState.FAILED, why, halts=True)] += 1
    return said


async def _made(office: Office, due: DueRun) -> str:
    store, now = office.till.store, office.till.clock()
    amount = min(due.run.most, due.owed)
    if (said := await _not_now(office, due, amount, now)) is not None:
        return said
    by_bank = due.method.face.kind is Kind.BANK
    mandate = await authorisations.mandate(store, due.schedule.id) if by_bank else None
    try:
        payment = await runs.begin(store, due, amount, now=now)
    except NotBegun:
        return "stopped"
    except AnotherIsOpen:
        return await _put_off(office, due, now + SOON, "another payment is open")
    except BalanceMoved:
        return await _put_off(office, due, now, "the balance moved")
    except MethodRemoved:
        return await _put_off(office, due, now, "the method was removed")
    except NotAuthorised:
        return await _fail(office, due, "not authorised aloud any more", halts=True)
    source = Vaulted(due.method.token, due.method.face.kind, mandate)
    await charge(office.till, payment, source)
    tried = await runs.tried(store, due.run)
    return await _after(office, tried) if tried else "not known yet"


async def _not_now(office: Office, due: DueRun, amount: Money, now: datetime) -> str | None:
    """What came of a run that is not to be begun now, or at all; None if it is."""
    if due.attempts == 0 and now.date() - due.run.on > TOO_LATE:
        return await _fail(office, due, "too late")
    if (why := _never_again(due)) is not None:
        return await _fail(office, due, why, halts=True)
    if (until := _waits_for_notice(office, due, now)) is not None:
        return await _put_off(office, due, until, "the notice is not old enough")
    if amount <= Money(0, amount.currency):
        return await _end(office, due, RunState.SKIPPED, "nothing owed")
    card = due.method.fingerprint
    barred = await card_held(office.till, card, due.method.face, amount) if card else None
    if barred is None:
        return None
    if barred.until is None:
        return await _fail(office, due, "card declined for good", halts=True)
    return await _put_off(office, due, barred.until, "card tried too often")


def _never_again(due: DueRun) -> str | None:
    """Why neither this run nor a later one of its schedule can be made; None if they can."""
    if due.removed:
        return "method removed"
    if not may_be_paid(due.payable, due.method.face.kind):
        return "the account may not be paid so"
    if due.notice is Notice.GIVEN_UP:
        return "the notice could not be sent"
    return None


async def _put_off(office: Office, due: DueRun, until: datetime, why: str) -> str:
    await runs.put_off(office.till.store, due.run, at=until, said=why, now=office.till.clock())
    return "put off"


def _waits_for_notice(office: Office, due: DueRun, now: datetime) -> datetime | None:
    """Until when a run waits that was not told of, or not long enough ago; None if it need not."""
    if due.notice is Notice.WAITS:
        return now + SOON
    if due.told_at is None:
        return None
    told = due.told_at.astimezone(now.tzinfo).date()
    earliest = office.rule.starts(told + timedelta(days=office.rule.notice_days), now)
    return earliest if now < earliest else None


async def _after(office: Office, tried: Tried) -> str:
    """What follows from how the run's payment stands."""
    if tried.stands in COUNTED or tried.stands is State.REFUNDED:
        return await _end(office, tried.due, RunState.PAID, "paid")
    if tried.stands is State.RETURNED:
        halts = tried.due.removed
        return await _fail(office, tried.due, "returned by the bank", tried, halts=halts)
    if tried.stands is State.DECLINED:
        return await _declined(office, tried)
    # Never charged, or charged and on its way back.
    now = office.till.clock()
    if now.date() - tried.due.run.on > TOO_LATE:
        return await _fail(office, tried.due, "the gateway was not reached", tried)
    return await _put_off(office, tried.due, now + SOON, "not charged yet")


async def _declined(office: Office, tried: Tried) -> str:
    why = tried.refusal.value if tried.refusal else "declined"
    again = _again_after(office.rule, tried)
    if tried.hard:
        return await _fail(office, tried.due, f"declined for good: {why}", tried, halts=True)
    if tried.declines > len(again) or tried.due.schedule.state is not schedule.State.ACTIVE:
        return await _fail(office, tried.due, f"declined: {why}", tried)
    now = office.till.clock()
    day = now.date() + timedelta(days=again[tried.declines - 1])
    at = office.rule.starts(day, now)
    await _tell_failed(office, tried.due, again_on=day.isoformat(), tried=tried)
    await runs.put_off(office.till.store, tried.due.run, at=at, said=f"declined: {why}", now=now)
    return "declined, again later"


def _again_after(rule: Rule, tried: Tried) -> tuple[int, ...]:
    """After how many days each decline is tried again; a debit only for want of money (Nacha)."""
    if tried.due.method.face.kind is Kind.CARD:
        return rule.retry_days
    return rule.retry_days[:AGAIN] if tried.refusal is Refusal.FUNDS else ()


async def _fail(
    office: Office, due: DueRun, why: str, tried: Tried | None = None, *, halts: bool = False
) -> str:
    await _tell_failed(office, due, again_on=None, tried=tried, halts=halts)
    await _end(office, due, RunState.FAILED, why, halts=halts)
    return f"failed: {why}"


async def _end(
    office: Office, due: DueRun, state: RunState, said: str, *, halts: bool = False
) -> str:
    now, terms = office.till.clock(), due.schedule.terms
    next_on = None if isinstance(terms, AutoPay) else schedule.next_run(terms, now.date())
    await runs.end(
        office.till.store,
        due.run,
        state,
        said=said,
        now=now,
        next_on=next_on,
        next_starts=office.rule.starts(next_on, now) if next_on else None,
        halts=halts,
    )
    return said


async def _tell_failed(
    office: Office, due: DueRun, *, again_on: str | None, tried: Tried | None, halts: bool = False
) -> None:
    """Queue the letter first: told twice it is the same letter, untold it would be lost."""
    facts = {
        "amount_cents": (tried.asked if tried else due.run.most).cents,
        "on": due.run.on.isoformat(),
        "again_on": again_on,
        "stops": "yes" if halts else None,
        "account": due.account_ending,
        **of_method(due.method.face),
    }
    payment_id = tried.payment_id if tried else None
    await letters.queue(
        office.till.store,
        kind="run-failed",
        customer_id=due.method.customer_id,
        dedupe=f"run-failed {payment_id or due.run.id}",
        facts=facts,
        now=office.till.clock(),
        payment_id=payment_id,
    )
