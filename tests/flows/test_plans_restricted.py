"""Accounts that may not be paid by phone, or by card only: what may be planned for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.ask import WantsPerson
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND
from paytone.flows.autopay import CANCEL, CHANGE_DAY, DONE, PAUSE, SET_UP, START_AGAIN
from paytone.flows.autopay import CANCEL_SURE as AUTOPAY_CANCEL_SURE
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.later import (
    CANCEL_SURE,
    LATER_DONE,
    LATER_FIXED,
    LATER_LIST,
    LATER_ONCE,
    NEXT_ONE,
    OTHER_DAY,
    START_IT,
)
from paytone.flows.plan_agree import CANCELLED, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_DAYS_BEFORE,
    ASK_LATER_DAY,
    ASK_MONTH_DAY,
    NEW_BANK,
    NOTICE_ALWAYS,
    WHICH_METHOD,
)
from paytone.flows.restriction import TO_MENU, TO_OTHER_WAYS, TO_PERSON, WHY
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.bill import Account, Payable, Restriction
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, Schedule, State, Terms
from paytone.store import agreements, methods, schedules
from paytone.store.agreements import Authorisation, ToWrite
from tests.flows.debited import DAY, FIXED, JOBS, NEW_CARD, ONCE, customer
from tests.plans import agreed, reached, saved_card, writing
from tests.teller import NOW, TODAY, Counter

SHUT = (Restriction.COLLECTIONS, Restriction.CLOSED, Restriction.CASH_ONLY)
ENROLS: dict[str, tuple[str, Turn]] = {
    "autopay": ("autopay", (SET_UP, "1")),
    "a later date": ("later", (LATER_ONCE, "1")),
    "recurring": ("later", (LATER_FIXED, "2")),
}
TERMS: dict[str, Terms] = {
    "autopay": AutoPay(0),
    "a later date": Once(Money(5000), DAY),
    "recurring": Fixed(Money(3000), Every.MONTH, TODAY, 12),
}
ASKED = {ASK_AUTOPAY_DAY, ASK_AMOUNT_KIND, ASK_AMOUNT, WHICH_METHOD, ASK_CARD}
ASKS_AUTOPAY: tuple[Turn, ...] = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"))
PAYS_BY_CARD: dict[str, tuple[str, tuple[Turn, ...]]] = {
    "autopay": ("autopay", ASKS_AUTOPAY),
    "a later date": ("later", ONCE[:5]),
    "recurring": ("later", FIXED[:5]),
}


def shut(account: Account, why: Restriction) -> Account:
    return replace(account, payable=Payable.NO, restriction=why)


def cards_only(account: Account) -> Account:
    return replace(account, payable=Payable.CARD_ONLY, restriction=Restriction.BANK_RETURN)


async def payer(counter: Counter) -> Account:
    """Somebody who can be written to and has saved a card."""
    account = await counter.account()
    await reached(counter, account)
    await saved_card(counter, account)
    return account


async def does(
    counter: Counter, account: Account, job: str, *turns: Turn
) -> tuple[ScriptedPhone, Ended]:
    """A job, with a caller who takes those turns."""
    with ScriptedPhone(*turns) as phone:
        ended = await JOBS[job](phone, writing(counter).desk, await counter.call(), account)
    return phone, ended


async def plans_of(counter: Counter, account: Account) -> list[Schedule]:
    return await schedules.of_account(counter.store, account.id)


async def paused(counter: Counter, plan: Schedule) -> None:
    await agreements.halt(
        counter.store,
        plan,
        State.PAUSED,
        why="paused by the caller",
        authorisation=Authorisation("the caller", NOW, None),
        letter=lambda _: ToWrite("schedule-paused", {}),
    )


@pytest.mark.parametrize("restriction", SHUT)
@pytest.mark.parametrize("plan", ENROLS)
async def test_why_an_account_may_not_be_paid_is_all_that_enrolling_says(
    counter: Counter, plan: str, restriction: Restriction
) -> None:
    account = shut(await payer(counter), restriction)
    job, enrol = ENROLS[plan]
    cash = restriction is Restriction.CASH_ONLY
    phone, ended = await does(counter, account, job, enrol, (TO_MENU, "#"))
    where = (*((TO_OTHER_WAYS,) if cash else ()), TO_PERSON, TO_MENU)
    assert Ended(Status.REFUSED, Next.MENU) == ended
    assert [WHY[restriction], *where] == phone.heard[-1 - len(where) :]
    assert not ASKED & set(phone.heard)
    assert [] == await plans_of(counter, account)


@pytest.mark.parametrize("plan", ENROLS)
async def test_who_may_pay_in_cash_only_is_a_key_away_from_the_other_ways(
    counter: Counter, plan: str
) -> None:
    account = shut(await payer(counter), Restriction.CASH_ONLY)
    job, enrol = ENROLS[plan]
    _, ended = await does(counter, account, job, enrol, (TO_OTHER_WAYS, "5"))
    assert Ended(Status.REFUSED, Next.OTHER_WAYS) == ended


@pytest.mark.parametrize("keys", ["0", None], ids=["a person", "hanging up"])
@pytest.mark.parametrize("plan", ENROLS)
async def test_who_may_not_enrol_can_have_a_person_or_leave(
    counter: Counter, plan: str, keys: str | None
) -> None:
    account = shut(await payer(counter), Restriction.CLOSED)
    job, enrol = ENROLS[plan]
    with pytest.raises(WantsPerson if keys else HungUp):
        await does(counter, account, job, enrol, (TO_MENU, keys))
    assert [] == await plans_of(counter, account)


@pytest.mark.parametrize("plan", PAYS_BY_CARD)
async def test_an_account_that_takes_cards_only_is_told_so_and_no_bank_account_is_offered(
    checks: Counter, plan: str
) -> None:
    """The customer has saved a bank account, and the line takes them."""
    account = cards_only(await customer(checks))
    job, turns = PAYS_BY_CARD[plan]
    phone, ended = await does(checks, account, job, *turns, *NEW_CARD)
    (schedule,) = await plans_of(checks, account)
    method = await methods.by_id(checks.store, schedule.method_id)
    assert Ended(Status.DONE, Next.MENU) == ended
    assert phone.heard_in_order(
        WHY[Restriction.BANK_RETURN], ASK_CARD, DONE if plan == "autopay" else LATER_DONE
    )
    assert NEW_BANK not in phone.heard
    assert WHICH_METHOD not in phone.heard
    assert method is not None
    assert isinstance(method.face, CardFace)


@pytest.mark.parametrize("restriction", SHUT)
@pytest.mark.parametrize(
    ("job", "plan", "turns"),
    [
        ("autopay", "autopay", ((CANCEL, "4"), (AUTOPAY_CANCEL_SURE, "1"))),
        ("later", "a later date", ((LATER_LIST, "3"), (NEXT_ONE, "1"), (CANCEL_SURE, "1"))),
        ("later", "recurring", ((LATER_LIST, "3"), (NEXT_ONE, "1"), (CANCEL_SURE, "1"))),
    ],
    ids=ENROLS,
)
async def test_what_is_set_up_can_be_heard_and_cancelled_all_the_same(
    counter: Counter, job: str, plan: str, turns: tuple[Turn, ...], restriction: Restriction
) -> None:
    account = await counter.account()
    await reached(counter, account)
    await agreed(counter, account, TERMS[plan])
    phone, ended = await does(counter, shut(account, restriction), job, *turns)
    assert Ended(Status.DONE, Next.MENU) == ended
    assert CANCELLED in phone.heard
    assert [] == await plans_of(counter, account)


@pytest.mark.parametrize(
    ("job", "plan", "turns", "changed"),
    [
        (
            "autopay",
            "autopay",
            ((CHANGE_DAY, "2"), (ASK_AUTOPAY_DAY, "2"), (ASK_DAYS_BEFORE, "5#")),
            AutoPay(5),
        ),
        (
            "later",
            "a later date",
            ((LATER_LIST, "3"), (OTHER_DAY, "3"), (ASK_LATER_DAY, "0313")),
            Once(Money(5000), DAY.replace(day=13)),
        ),
        (
            "later",
            "recurring",
            ((LATER_LIST, "3"), (OTHER_DAY, "3"), (ASK_MONTH_DAY, "20")),
            Fixed(Money(3000), Every.MONTH, TODAY, 20),
        ),
    ],
    ids=ENROLS,
)
async def test_what_is_set_up_can_be_changed_all_the_same(
    counter: Counter, job: str, plan: str, turns: tuple[Turn, ...], changed: Terms
) -> None:
    account = await counter.account()
    await reached(counter, account)
    await agreed(counter, account, TERMS[plan])
    closed = shut(account, Restriction.CLOSED)
    await does(counter, closed, job, *turns, (TERMS_ACCEPT, "1"))
    assert [changed] == [each.terms for each in await plans_of(counter, account)]


@pytest.mark.parametrize(
    ("job", "plan", "turns"),
    [
        ("autopay", "autopay", ((START_AGAIN, "3"),)),
        ("autopay", "autopay", ((CHANGE_DAY, "2"),)),
        ("later", "recurring", ((LATER_LIST, "3"), (START_IT, "4"))),
        ("later", "recurring", ((LATER_LIST, "3"), (OTHER_DAY, "3"))),
    ],
    ids=["autopay", "autopay by a change", "recurring", "recurring by a change"],
)
async def test_what_is_paused_is_not_started_again(
    counter: Counter, job: str, plan: str, turns: tuple[Turn, ...]
) -> None:
    """Its runs would fail, as those of a new one; a change starts it again too."""
    account = await counter.account()
    await reached(counter, account)
    await paused(counter, await agreed(counter, account, TERMS[plan]))
    closed = shut(account, Restriction.CLOSED)
    phone, ended = await does(counter, closed, job, *turns, (TO_MENU, "#"))
    assert Ended(Status.REFUSED, Next.MENU) == ended
    assert WHY[Restriction.CLOSED] in phone.heard
    assert [State.PAUSED] == [each.state for each in await plans_of(counter, account)]


async def test_what_is_active_can_be_paused_all_the_same(counter: Counter) -> None:
    account = await counter.account()
    await reached(counter, account)
    await agreed(counter, account, AutoPay(0))
    await does(counter, shut(account, Restriction.CLOSED), "autopay", (PAUSE, "3"))
    assert [State.PAUSED] == [each.state for each in await plans_of(counter, account)]
