"""Later payments over real calls: set up, heard as they stand, changed, paused, cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest
import pytest_asyncio

from paytone.back_office.runs import Office, make_runs, plan_autopay
from paytone.caller import Caller, Hearing, script
from paytone.config import Settings
from paytone.flows.amount_entry import ASK_AMOUNT, IS_THAT_RIGHT
from paytone.flows.autopay import AUTOPAY_ON, AUTOPAY_PAUSED, CANCEL, CHANGE_METHOD, DONE, SET_UP
from paytone.flows.later import CANCEL_IT, CANCEL_SURE, LATER_DONE, LATER_FIXED, LATER_LIST
from paytone.flows.menu import MENU
from paytone.flows.method_entry import face_in_words
from paytone.flows.plan_agree import CANCELLED, PAUSED, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_DAYS_BEFORE,
    ASK_EVERY,
    ASK_FIRST_DAY,
    NOTICE_ALWAYS,
    WHICH_METHOD,
)
from paytone.flows.plan_words import (
    AT_MOST,
    DAYS_BEFORE,
    IS_STOPPED,
    NEXT_IS,
    ON_DATE,
    ON_DUE_DATE,
    PAYMENT_OF,
    STOPPED_OF,
    TERMS_AUTOPAY,
    TERMS_FIXED,
)
from paytone.prompts import spoken
from paytone.rules.bill import Account
from paytone.rules.method import SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, Terms, autopay_day, next_run
from paytone.store import methods
from tests.call.biller import USUAL, Biller, Customer, Row, Together
from tests.call.conversation import Turns, identified, in_order, promptly
from tests.call.test_later import (
    LEAVE,
    PLANS_AUTOPAY,
    PLANS_LATER,
    TO_PLANS,
    account_of,
    counter_of,
)
from tests.plans import agreed, delivered, reached, saved_card
from tests.teller import Counter
from tests.teller import later as at_time

OTHER = "4012888888881881"
AUTOPAY: Turns = (*TO_PLANS, (PLANS_AUTOPAY, "1"))
AGAIN: Turns = ((MENU, "3"), (PLANS_AUTOPAY, "1"))
LATER: Turns = (*TO_PLANS, (PLANS_LATER, "2"))
ACCEPT: Turns = ((TERMS_ACCEPT, "1"),)
TOLD: Turns = ((NEXT_IS, ""), (MENU, None))
"""What was agreed to is stored, and the caller hears what comes of it."""

TODAY = Settings.from_env({}).now().date()
DUE = TODAY + timedelta(days=14)
ON_DUE = autopay_day(DUE, 0, told=TODAY)
EARLIER = autopay_day(DUE, 3, told=TODAY)
FIRST = TODAY + timedelta(days=5)
KEPT, DROPPED = (Once(Money(c), TODAY + timedelta(days=d)) for c, d in ((4000, 3), (2500, 4)))

PLANS = """
    SELECT schedules.*, payment_methods.last_four
    FROM schedules JOIN accounts ON accounts.id = account_id
    JOIN payment_methods ON payment_methods.id = method_id
    WHERE accounts.number = %(number)s ORDER BY first_on
"""
RUNS = """
    SELECT schedule_runs.* FROM schedule_runs
    JOIN schedules ON schedules.id = schedule_id JOIN accounts ON accounts.id = account_id
    WHERE accounts.number = %(number)s ORDER BY schedule_runs.run_on, schedule_runs.changed_at
"""
CHANGES = """
    SELECT schedule_changes.* FROM schedule_changes
    JOIN schedules ON schedules.id = schedule_id JOIN accounts ON accounts.id = account_id
    WHERE accounts.number = %(number)s ORDER BY schedule_changes.id
"""
ADD_BILL = """
    INSERT INTO bills (account_id, number, amount_cents, currency, issued, due)
    VALUES (%(account)s, 'next', 5000, 'USD', %(issued)s, %(due)s)
"""


@dataclass(slots=True)
class Held:
    """
    A customer, their calls that are over, and their plan in between.

    Args:
        paused: The plan and its runs as they stood while it was paused.
    """

    customer: Customer
    account: Account
    cards: list[SavedMethod]
    calls: list[Caller] = field(default_factory=list)
    paused: tuple[list[Row], list[tuple[date, str]]] | None = None


@pytest.fixture(scope="module")
def biller(hearing: Hearing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Biller]:
    """A line that writes letters."""
    letters = {"PAYTONE_LETTERS": str(tmp_path_factory.mktemp("letters"))}
    with Biller.opened(hearing, {USUAL: 6}, settings=letters) as opened:
        yield opened


async def plans(biller: Biller, *terms: Terms, other_card: bool = False) -> Held:
    """A customer who agreed to *terms* some time ago, all from one saved card."""
    customer = biller.customer()
    async with counter_of(biller) as counter:
        account = await account_of(counter, customer)
        await reached(counter, account)
        method = await saved_card(counter, account)
        for each in terms:
            await agreed(counter, account, each, method)
        if other_card:
            await saved_card(counter, account, number=OTHER, fingerprint="cd" * 32)
        await plan_autopay(Office(counter.desk.till))
        cards = await methods.of_customer(counter.store, account.customer_id)
    return Held(customer, account, cards)


async def call_of(biller: Biller, held: Held, *turns: Turns) -> Held:
    """One more call of theirs, to its end."""
    async with biller.dial() as call:
        steps = tuple(step for each in turns for step in each)
        await script(call, (*identified(held.customer), *steps), timeout=120)
        if steps[-1][1] is not None:
            await call.until_hung_up()
    held.calls.append(call)
    return held


async def set_up_and_asked_after(biller: Biller, held: Held) -> Held:
    """AutoPay three days before the bill is due; the next call hears how it stands."""
    days = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "2"), (ASK_DAYS_BEFORE, "3#"))
    asked = (*days, (NOTICE_ALWAYS, "1"), (WHICH_METHOD, "1"))
    await call_of(biller, held, AUTOPAY, asked, ACCEPT, TOLD)
    return await call_of(biller, held, AUTOPAY, ((CHANGE_METHOD, None),))


async def paused_and_started(biller: Biller, held: Held) -> Held:
    """Paused, looked at in the database, and started again in the same call."""
    async with biller.dial() as call:
        pause = (*identified(held.customer), *AUTOPAY, (CANCEL, "3"), (PAUSED, ""), *AGAIN)
        await script(call, pause, timeout=90)
        held.paused = biller.rows(PLANS, number=held.customer.number), runs(biller, held)
        await script(call, ((CANCEL, "3"), *ACCEPT, *TOLD), timeout=90)
    held.calls.append(call)
    return held


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(biller: Biller) -> Together:
    """All calls; those of different customers at the same time."""
    new, fixed = [await plans(biller) for _ in range(2)]
    day, pause = [await plans(biller, AutoPay(0)) for _ in range(2)]
    card = await plans(biller, AutoPay(0), other_card=True)
    listed = await plans(biller, KEPT, DROPPED)
    to_other_day = ((CANCEL, "2"), (ASK_AUTOPAY_DAY, "2"), (ASK_DAYS_BEFORE, "3#"))
    (key,) = [str(at) for at, each in enumerate(card.cards, 1) if OTHER[-4:] in str(each.face)]
    to_other_card = ((CANCEL, "1"), (WHICH_METHOD, key))
    amount = ((LATER_FIXED, "2"), (ASK_AMOUNT, "30*00#"), (IS_THAT_RIGHT, "1"))
    every = ((ASK_EVERY, "1"), (ASK_FIRST_DAY, f"{FIRST:%m%d}"), (WHICH_METHOD, "1"))
    cancel = ((LATER_LIST, "3"), (CANCEL_IT, "#"), (CANCEL_IT, "1"), (CANCEL_SURE, "1"))
    return await Together.hold(
        {
            "set up": set_up_and_asked_after(biller, new),
            "day": call_of(biller, day, AUTOPAY, to_other_day, ACCEPT, TOLD),
            "card": call_of(biller, card, AUTOPAY, to_other_card, ACCEPT, TOLD),
            "pause": paused_and_started(biller, pause),
            "fixed": call_of(biller, fixed, LATER, amount, every, ACCEPT, TOLD),
            "cancel": call_of(biller, listed, LATER, cancel, LEAVE),
        }
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(held: Together, biller: Biller) -> AsyncIterator[Together]:
    """The same calls, after the worker made what fell due in sixteen days."""
    async with counter_of(biller) as counter:
        await delivered(counter, counter.desk.clock())
        for days in range(16):
            await make_runs(Office(at_noon(counter, TODAY + timedelta(days=days)).desk.till))
    yield held


def at_noon(counter: Counter, day: date) -> Counter:
    """The counter at about noon of *day*."""
    return at_time(counter, datetime.combine(day, time(18), UTC))


def runs(biller: Biller, held: Held) -> list[tuple[date, str]]:
    """Day and state of each run of theirs."""
    rows = biller.rows(RUNS, number=held.customer.number)
    return [(row["run_on"], row["state"]) for row in rows]


def changes(biller: Biller, held: Held) -> list[tuple[str, str]]:
    """What was agreed to and changed, and how it is put down."""
    rows = biller.rows(CHANGES, number=held.customer.number)
    return [(row["what"], row["said"]) for row in rows]


def paid(biller: Biller, held: Held) -> list[tuple[date, int, str]]:
    """Day, cents and card of each payment of theirs that was made."""
    rows = [row for row in biller.payments(held.customer) if row["state"] == "settling"]
    return [(row["opened_at"].date(), row["amount_cents"], row["last_four"]) for row in rows]


def test_autopay_days_ahead_is_set_up_and_the_next_call_hears_its_next_run(
    held: Together, biller: Biller
) -> None:
    one = held["set up"]
    first, second = one.calls
    coming = (NEXT_IS, AT_MOST, *spoken.money(one.customer.owes), ON_DATE, *spoken.date(EARLIER))
    stands = (*spoken.number(3), DAYS_BEFORE)
    face = face_in_words(one.cards[0].face)
    assert in_order(first, TERMS_AUTOPAY, *stands, *face, TERMS_ACCEPT, DONE, *coming)
    assert in_order(second, AUTOPAY_ON, *stands, *face, *coming, CHANGE_METHOD)
    (plan,) = biller.rows(PLANS, number=one.customer.number)
    assert ("autopay", "active", 3) == (plan["kind"], plan["state"], plan["days_before"])
    agreed_to, *others = biller.rows(CHANGES, number=one.customer.number)
    assert ([], "agreed", "the caller") == (others, agreed_to["what"], agreed_to["by_whom"])
    assert {str(TERMS_AUTOPAY), str(TERMS_ACCEPT)} < set(agreed_to["prompts"])
    assert promptly(first)
    assert promptly(second)


async def test_another_day_is_for_the_next_bill_and_what_was_told_of_stays(
    held: Together, biller: Biller
) -> None:
    one = held["day"]
    (call,) = one.calls
    assert in_order(call, AUTOPAY_ON, ON_DUE_DATE, NEXT_IS, *spoken.date(ON_DUE), CANCEL)
    assert in_order(call, TERMS_AUTOPAY, *spoken.number(3), DAYS_BEFORE, TERMS_ACCEPT, DONE)
    (plan,) = biller.rows(PLANS, number=one.customer.number)
    assert ("active", 3) == (plan["state"], plan["days_before"])
    assert ["agreed", "changed"] == [what for what, _ in changes(biller, one)]
    due = DUE + timedelta(days=26)
    async with counter_of(biller) as counter:
        await counter.store.run(ADD_BILL, account=one.account.id, issued=TODAY, due=due)
        await plan_autopay(Office(counter.desk.till))
    assert [ON_DUE, autopay_day(due, 3, told=TODAY)] == [on for on, _ in runs(biller, one)]
    assert promptly(call)


async def test_another_card_pays_what_was_told_of_already(made: Together, biller: Biller) -> None:
    one = made["card"]
    (call,) = one.calls
    (other,) = [each.face for each in one.cards if OTHER[-4:] in str(each.face)]
    (first,) = [each.face for each in one.cards if OTHER[-4:] not in str(each.face)]
    assert in_order(call, AUTOPAY_ON, *face_in_words(first), CANCEL, WHICH_METHOD)
    assert in_order(call, TERMS_AUTOPAY, *face_in_words(other), TERMS_ACCEPT, DONE, NEXT_IS)
    (plan,) = biller.rows(PLANS, number=one.customer.number)
    assert ("active", OTHER[-4:]) == (plan["state"], plan["last_four"])
    assert ["agreed", "changed"] == [what for what, _ in changes(biller, one)]
    assert [(ON_DUE, 11240, OTHER[-4:])] == paid(biller, one)
    assert promptly(call)


async def test_paused_nothing_waits_and_started_again_it_is_paid_once(
    made: Together, biller: Biller
) -> None:
    one = made["pause"]
    (call,) = one.calls
    stopped = (STOPPED_OF, *spoken.money(one.customer.owes), ON_DATE, *spoken.date(ON_DUE))
    assert in_order(call, PAUSED, *stopped, IS_STOPPED, AUTOPAY_PAUSED, TERMS_AUTOPAY, DONE)
    (plan,), waited = one.paused
    assert ("paused", "paused by the caller") == (plan["state"], plan["why"])
    assert [(ON_DUE, "stopped")] == waited
    (plan,) = biller.rows(PLANS, number=one.customer.number)
    assert ("active", "") == (plan["state"], plan["why"])
    assert ["agreed", "paused", "resumed"] == [what for what, _ in changes(biller, one)]
    assert [11240] == [cents for _, cents, _ in paid(biller, one)]
    assert promptly(call)


async def test_a_fixed_amount_set_up_in_a_call_is_paid_once_on_each_of_its_days(
    made: Together, biller: Biller
) -> None:
    one = made["fixed"]
    (call,) = one.calls
    first = next_run(Fixed(Money(3000), Every.WEEK, FIRST), TODAY)
    assert first is not None
    assert in_order(call, TERMS_FIXED, *spoken.money(Money(3000)), TERMS_ACCEPT, LATER_DONE)
    assert in_order(call, NEXT_IS, *spoken.money(Money(3000)), ON_DATE, *spoken.date(first))
    (plan,) = biller.rows(PLANS, number=one.customer.number)
    assert ("fixed", "active", 3000, "week", FIRST) == (
        plan["kind"], plan["state"], plan["amount_cents"], plan["every"], plan["first_on"],
    )  # fmt: skip
    *over, coming = runs(biller, one)
    assert [(on, 3000, "1111") for on, _ in over] == paid(biller, one)
    assert (first, "paid") == over[0]
    assert ["30.00"] * len(over) == biller.charged(one.customer)
    assert "waiting" == coming[1]
    assert promptly(call)


async def test_of_two_payments_in_the_list_the_cancelled_one_is_named_and_never_made(
    made: Together, biller: Biller
) -> None:
    one = made["cancel"]
    (call,) = one.calls
    listed = [(PAYMENT_OF, *spoken.money(each.amount)) for each in (KEPT, DROPPED)]
    assert in_order(call, *listed[0], CANCEL_IT, *listed[1], CANCEL_IT, CANCEL_SURE, CANCELLED)
    dropped = (*spoken.money(DROPPED.amount), ON_DATE, *spoken.date(DROPPED.on), IS_STOPPED)
    assert in_order(call, CANCELLED, STOPPED_OF, *dropped)
    kept, gone = biller.rows(PLANS, number=one.customer.number)
    assert ("ended", "cancelled") == (kept["state"], gone["state"])
    assert ("cancelled", "cancelled by the caller") in changes(biller, one)
    assert [(KEPT.on, "paid"), (DROPPED.on, "stopped")] == runs(biller, one)
    assert ["40.00"] == biller.charged(one.customer)
    assert promptly(call)
