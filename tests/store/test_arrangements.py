"""Arrangements as stored: made once, kept by what is paid, ended once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import psycopg
import pytest

from paytone.gateway import Approved
from paytone.rules.arrangement import Kind, Rules, Terms, extension, instalments
from paytone.rules.bill import Account
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.store import Store, accounts, arrangements, payments
from paytone.store.arrangements import AlreadyArranged, Arrangement, NextDue
from paytone.store.payments import AnotherIsOpen, BalanceMoved
from tests.store import given
from tests.store.given import NOW

TODAY: Final = NOW.date()
DUE: Final = date(2026, 3, 5)
FIRST: Final = date(2026, 3, 9)
RULES: Final = Rules()


async def owing(store: Store, cents: int = 10_000) -> Account:
    account = await given.account(store)
    await given.bill(store, account, cents, DUE)
    return account


async def arranged(store: Store, account: Account, terms: Terms | None = None) -> Arrangement:
    """Three instalments, a fortnight from one to the next, or *terms*."""
    owed = await accounts.owed(store, account.id)
    return await arrangements.make(
        store,
        account_id=account.id,
        call_id=await given.call(store),
        heard=owed.balance,
        terms=terms or instalments(3, FIRST, owed, RULES),
        now=NOW,
    )


async def paid(store: Store, account: Account, cents: int, transaction: str) -> str:
    """The id of a payment that counts, made a minute after the arrangement."""
    opened = await given.payment(store, account, cents, at=NOW + timedelta(minutes=1))
    outcome = Approved(transaction, Money(cents))
    await payments.close_payment(store, opened.id, outcome, "approved", NOW)
    return opened.id


async def test_what_was_agreed_is_what_is_stored(store: Store) -> None:
    account = await owing(store)
    made = await arranged(store, account)
    assert made == await arrangements.active(store, account.id)
    assert made == await arrangements.by_confirmation(store, made.confirmation)
    assert (Kind.INSTALMENTS, Money(10_000), [3334, 3333, 3333], Money(0), False) == (
        made.terms.kind,
        made.terms.total,
        [each.amount.cents for each in made.terms.instalments],
        made.paid,
        made.is_covered,
    )


async def test_one_at_a_time(store: Store) -> None:
    account = await owing(store)
    await arranged(store, account)
    with pytest.raises(AlreadyArranged):
        await arranged(store, account)


async def test_a_balance_other_than_heard_is_not_arranged(store: Store) -> None:
    account = await owing(store)
    owed = await accounts.owed(store, account.id)
    await given.bill(store, account, 500, DUE)
    with pytest.raises(BalanceMoved):
        await arrangements.make(
            store,
            account_id=account.id,
            call_id=await given.call(store),
            heard=owed.balance,
            terms=extension(FIRST, owed),
            now=NOW,
        )
    assert await arrangements.active(store, account.id) is None


async def test_nothing_is_arranged_while_a_payment_is_open(store: Store) -> None:
    account = await owing(store)
    await given.payment(store, account)
    with pytest.raises(AnotherIsOpen):
        await arranged(store, account)


async def test_payments_since_cover_instalments_in_turn(store: Store) -> None:
    account = await owing(store)
    await arranged(store, account)
    await paid(store, account, 5000, "t1")
    second = date(2026, 3, 23)
    assert NextDue(second, Money(1667), Money(5000), None) == await arrangements.next_due(
        store, account.id, "USD"
    )


async def test_a_payment_before_it_does_not_count_towards_it(store: Store) -> None:
    account = await owing(store)
    opened = await given.payment(store, account, 1000, at=NOW - timedelta(days=1))
    await payments.close_payment(store, opened.id, Approved("t0", Money(1000)), "approved", NOW)
    assert Money(0) == (await arranged(store, account)).paid


async def test_a_payment_that_is_returned_covers_nothing(store: Store) -> None:
    account = await owing(store)
    await arranged(store, account)
    payment = await paid(store, account, 5000, "t1")
    await payments.move(store, payment, State.RETURNED, "returned", NOW)
    active = await arrangements.active(store, account.id)
    assert active is not None
    assert Money(0) == active.paid


async def test_a_bill_beyond_the_arrangement_keeps_its_own_date(store: Store) -> None:
    account = await owing(store)
    await arranged(store, account)
    await given.bill(store, account, 700, date(2026, 4, 1))
    assert NextDue(FIRST, Money(3334), Money(10_000), date(2026, 4, 1)) == (
        await arrangements.next_due(store, account.id, "USD")
    )


@pytest.mark.parametrize(
    ("later", "undone"),
    [
        pytest.param(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC), True, id="before midnight"),
        pytest.param(datetime(2026, 3, 3, tzinfo=UTC), False, id="at midnight"),
    ],
)
async def test_undone_until_midnight(store: Store, later: datetime, undone: bool) -> None:
    account = await owing(store)
    made = await arranged(store, account)
    assert undone is await arrangements.undo(store, made.id, now=later)
    assert undone is (await arrangements.active(store, account.id) is None)
    assert not await arrangements.undo(store, made.id, now=later)


async def test_an_undone_one_does_not_count_against_the_account(store: Store) -> None:
    account = await owing(store)
    made = await arranged(store, account)
    assert (TODAY,) == (await arrangements.record(store, account.id, now=NOW)).made
    await arrangements.undo(store, made.id, now=NOW)
    assert () == (await arrangements.record(store, account.id, now=NOW)).made


async def test_who_cancelled_and_why_is_kept(store: Store) -> None:
    account = await owing(store)
    made = await arranged(store, account)
    assert await arrangements.cancel(store, made.id, by="clerk", reason="moved away", now=NOW)
    assert not await arrangements.cancel(store, made.id, by="other", reason="again", now=NOW)
    (ended,) = [each async for each in arrangements.each(store, state="cancelled")]
    assert ("cancelled", "clerk", "moved away", NOW) == (
        ended.state, ended.ended_by, ended.reason, ended.ended,
    )  # fmt: skip


async def test_all_paid_is_kept(store: Store) -> None:
    account = await owing(store)
    made = await arranged(store, account)
    await paid(store, account, 10_000, "t1")
    assert ([made.id], []) == await arrangements.mark(store, now=NOW)
    assert ([], []) == await arrangements.mark(store, now=NOW)


@pytest.mark.parametrize(("day", "broken"), [(9, False), (10, True)], ids=["on", "after"])
async def test_an_instalment_not_paid_by_the_end_of_its_day_breaks_it(
    store: Store, day: int, broken: bool
) -> None:
    account = await owing(store)
    made = await arranged(store, account)
    then = datetime(2026, 3, day, 12, tzinfo=UTC)
    assert ([], [made.id] if broken else []) == await arrangements.mark(store, now=then)
    assert (then.date() if broken else None) == (
        await arrangements.record(store, account.id, now=then)
    ).broken


async def test_nothing_is_broken_while_a_payment_is_in_doubt(store: Store) -> None:
    account = await owing(store)
    await arranged(store, account)
    await given.payment(store, account, 3334)
    assert ([], []) == await arrangements.mark(store, now=datetime(2026, 3, 10, tzinfo=UTC))


async def test_what_is_left_of_an_instalment_is_what_is_reminded_of(store: Store) -> None:
    account = await owing(store)
    await arranged(store, account)
    await paid(store, account, 334, "t1")
    (soon,) = await arrangements.coming(store, today=TODAY, until=FIRST)
    assert (FIRST, Money(3000)) == (soon.due, soon.left)
    assert [] == await arrangements.coming(store, today=TODAY, until=FIRST - timedelta(days=1))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE arrangement_instalments SET amount_cents = 1",
        "DELETE FROM arrangement_instalments",
        "UPDATE arrangements SET kind = 'extension'",
        "DELETE FROM arrangements",
    ],
)
async def test_nobody_changes_what_was_arranged(store: Store, change: str) -> None:
    await arranged(store, await owing(store))
    with pytest.raises(psycopg.Error) as refused:
        await store.run(change)
    assert "PT005" == refused.value.sqlstate
