"""Agreements to pay later: kept as they were made, and one AutoPay an account."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.card import Brand, Expiry
from paytone.rules.method import CardFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, RunState, Schedule, State, Terms
from paytone.store import Store, agreements, methods, schedules
from paytone.store.agreements import AlreadyThere, Authorisation, FirstRun, NotActive, ToWrite
from paytone.store.methods import Consent
from tests.store import given
from tests.store.given import NOW

DAY = date(2026, 3, 12)
SAID = Authorisation("the caller", NOW, None, "en", ("terms-once", "number-40", "terms-accept"))
BY_ADMIN = Authorisation("clerk", NOW)
TERMS = [
    pytest.param(Once(Money(5000), DAY), id="once"),
    pytest.param(Fixed(Money(5000), Every.MONTH, DAY, 31), id="every month"),
    pytest.param(Fixed(Money(5000), Every.TWO_WEEKS, DAY), id="every two weeks"),
    pytest.param(AutoPay(3), id="autopay"),
    pytest.param(AutoPay(3, Money(15000)), id="autopay, told over an amount"),
]


async def method(store: Store, account: Account) -> SavedMethod:
    name = str(uuid4())
    face = CardFace(Brand.VISA, "1111", Expiry(2030, 9))
    kept = SavedMethod(name, account.customer_id, face, name, "ab" * 32)
    await methods.keep(store, kept, Consent([Prompt("keep-card")], "en", None), now=NOW)
    return kept


def letter(_: object) -> ToWrite:
    return ToWrite("later-terms", {})


async def agreed(store: Store, account: Account, terms: Terms) -> Schedule:
    first = None if isinstance(terms, AutoPay) else FirstRun(DAY, NOW + timedelta(days=10))
    return await agreements.agree(
        store,
        account_id=account.id,
        method_id=(await method(store, account)).id,
        terms=terms,
        authorisation=SAID,
        first=first,
        letter=letter,
    )


@pytest.mark.parametrize("terms", TERMS)
async def test_what_was_agreed_to_comes_back(store: Store, terms: Terms) -> None:
    account = await given.account(store)
    made = await agreed(store, account, terms)
    assert [made] == await schedules.of_account(store, account.id)
    assert made == await schedules.by_confirmation(store, made.confirmation)
    (change,) = await schedules.changes(store, made)
    assert list(SAID.prompts) == change["prompts"]
    waiting = [run.state for run in await schedules.coming(store, made)]
    assert ([] if isinstance(terms, AutoPay) else [RunState.WAITING]) == waiting


async def test_an_account_has_one_autopay_until_it_is_cancelled(store: Store) -> None:
    account = await given.account(store)
    first = await agreed(store, account, AutoPay(0))
    with pytest.raises(AlreadyThere):
        await agreed(store, account, AutoPay(3))
    await agreements.halt(
        store, first, State.CANCELLED, why="by the caller", authorisation=BY_ADMIN
    )
    second = await agreed(store, account, AutoPay(3))
    assert [second] == await schedules.of_account(store, account.id)


async def test_cancelling_twice_stops_nothing_more_and_is_recorded_once(store: Store) -> None:
    made = await agreed(store, await given.account(store), Once(Money(5000), DAY))
    stops = [
        await agreements.halt(store, made, State.CANCELLED, why="no more", authorisation=BY_ADMIN)
        for _ in range(2)
    ]
    assert [1, 0] == [len(stopped) for stopped in stops]
    assert ["agreed", "cancelled"] == [
        each["what"] for each in await schedules.changes(store, made)
    ]


async def test_what_is_cancelled_cannot_be_changed(store: Store) -> None:
    made = await agreed(store, await given.account(store), Once(Money(5000), DAY))
    await agreements.halt(store, made, State.CANCELLED, why="no more", authorisation=BY_ADMIN)
    with pytest.raises(NotActive):
        await agreements.change(
            store,
            made,
            method_id=made.method_id,
            terms=made.terms,
            authorisation=SAID,
            first=None,
            letter=letter,
        )


async def test_other_terms_plan_the_next_run_anew(store: Store) -> None:
    made = await agreed(store, await given.account(store), Fixed(Money(5000), Every.WEEK, DAY))
    later = DAY + timedelta(days=2)
    await agreements.change(
        store,
        made,
        method_id=made.method_id,
        terms=Fixed(Money(7000), Every.WEEK, later),
        authorisation=SAID,
        first=FirstRun(later, NOW + timedelta(days=12)),
        letter=letter,
    )
    (run,) = await schedules.coming(store, made)
    assert (later, Money(7000)) == (run.on, run.most)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE schedule_changes SET said = 'mended'",
        "DELETE FROM schedule_changes",
        "TRUNCATE schedule_changes",
    ],
)
async def test_the_record_of_what_was_agreed_to_stays(store: Store, forgery: str) -> None:
    await agreed(store, await given.account(store), AutoPay(0))
    with pytest.raises(psycopg.Error, match="append-only"):
        async with store.transaction() as connection:
            await connection.execute(forgery.encode())


@pytest.mark.parametrize(
    "forgery",
    [
        pytest.param("UPDATE schedule_runs SET state = 'paid', next_at = NULL", id="paid unpaid"),
        pytest.param("UPDATE schedule_runs SET run_on = '2026-04-01'", id="another day"),
        pytest.param("UPDATE schedules SET days_before = 3", id="terms of another kind"),
        pytest.param(
            "INSERT INTO schedule_runs (schedule_id, run_on, most_cents, next_at, changed_at, said)"
            " SELECT id, '2026-03-12', 1, now(), now(), 'again' FROM schedules",
            id="twice on a day",
        ),
    ],
)
async def test_the_database_refuses_what_cannot_be(store: Store, forgery: str) -> None:
    await agreed(store, await given.account(store), Once(Money(5000), DAY))
    with pytest.raises(psycopg.Error):
        async with store.transaction() as connection:
            await connection.execute(forgery.encode())


async def test_a_spoken_number_is_no_prompt(store: Store) -> None:
    account = await given.account(store)
    with pytest.raises(psycopg.errors.CheckViolation):
        await agreements.agree(
            store,
            account_id=account.id,
            method_id=(await method(store, account)).id,
            terms=AutoPay(0),
            authorisation=Authorisation("the caller", NOW, None, "en", ("number-41111111",)),
            first=None,
            letter=letter,
        )
