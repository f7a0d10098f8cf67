"""Runs from a bank account: only what was authorised aloud, again only as Nacha allows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from paytone.back_office.settlement import poll
from paytone.rules.bill import Account
from paytone.rules.method import BankFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.payment import Occasion, State
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, RunState, Schedule, Terms
from paytone.rules.schedule import State as Stands
from paytone.sandbox.sales.returns import returned
from paytone.store import agreements, authorisations, methods, payments
from paytone.store.agreements import Authorisation, FirstRun, ToWrite
from tests.checks import debits
from tests.plans import (
    AGREED,
    RULE,
    agreed,
    at,
    letters_of,
    make,
    reached,
    runs_of,
    saved_bank,
    saved_card,
    spoken,
    standing,
)
from tests.store import given
from tests.teller import NOW, Counter

DAY = date(2026, 3, 12)
DUE = date(2026, 3, 20)
ONCE = Once(Money(5000), DAY)
WEEKLY = Fixed(Money(3000), Every.WEEK, DAY)
A_WEEK = timedelta(weeks=1)


async def by_bank(
    counter: Counter, terms: Terms, *, owes_cents: int = 11240
) -> tuple[Account, SavedMethod, Schedule]:
    """An account of which *terms* are paid from a bank account, as was authorised aloud."""
    account = await counter.account(owes_cents=owes_cents, due=DUE)
    await reached(counter, account)
    method = await saved_bank(counter, account)
    return account, method, await agreed(counter, account, terms, method)


@pytest.mark.parametrize(
    ("terms", "day", "cents", "occasion"),
    [
        pytest.param(ONCE, DAY, 5000, Occasion.LATER, id="later"),
        pytest.param(WEEKLY, DAY, 3000, Occasion.RECURRING, id="recurring"),
        pytest.param(AutoPay(0), DUE, 11240, Occasion.AUTOPAY, id="autopay"),
    ],
)
async def test_a_debit_is_made_as_tel_with_what_was_authorised(
    counter: Counter, terms: Terms, day: date, cents: int, occasion: Occasion
) -> None:
    account, method, schedule = await by_bank(counter, terms)
    await make(counter, NOW.date())
    await make(counter, day - timedelta(days=1))
    assert [] == counter.charges()
    await make(counter, day)
    (payment,) = await counter.payments(account)
    assert (occasion, State.SETTLING, Money(cents), method.id) == (
        payment.occasion, payment.state, payment.amount, payment.method_id,
    )  # fmt: skip
    assert [("settlement_pending", "TEL")] == debits(counter)
    of_payment = await authorisations.by_confirmation(counter.store, payment.confirmation)
    of_schedule = await authorisations.by_confirmation(counter.store, schedule.confirmation)
    assert of_payment == of_schedule
    assert of_payment is not None
    (held,) = counter.sandbox.books_of().transactions.values()
    assert held.instrument.other is not None
    sent = held.instrument.other.details["ach_mandate"]
    assert {"text": of_payment.given.authorisation.mandate(), "accepted_at": NOW} == sent
    assert 11240 - cents == await counter.owes_cents(account)


async def test_where_less_is_owed_less_is_debited(counter: Counter) -> None:
    account, _, _ = await by_bank(counter, ONCE, owes_cents=2000)
    await make(counter, DAY)
    (payment,) = await counter.payments(account)
    assert Money(2000) == payment.amount


async def test_a_card_never_pays_by_what_was_said_of_an_account(counter: Counter) -> None:
    """Changed to a card, what was said serves no more; it is kept two years from its debit on."""
    account, _, schedule = await by_bank(counter, WEEKLY)
    card = await saved_card(counter, account)
    await changed(counter, schedule, card)
    (listed,) = await authorisations.listed(counter.store, since=None)
    assert listed.ended is not None
    assert listed.keep_until is not None
    assert date(2028, 3, 12) == listed.keep_until
    await make(counter, DAY)
    (payment,) = await counter.payments(account)
    assert card.id == payment.method_id


async def test_no_schedule_debits_an_account_that_nobody_authorised_aloud(
    counter: Counter,
) -> None:
    account = await counter.account()
    method = await saved_bank(counter, account)
    with pytest.raises(psycopg.Error, match="nobody authorised aloud") as caught:
        await agreements.agree(
            counter.store,
            account_id=account.id,
            method_id=method.id,
            terms=WEEKLY,
            authorisation=Authorisation("the caller", NOW, None, "en", AGREED),
            first=FirstRun(DAY, RULE.starts(DAY, NOW)),
            letter=lambda _: ToWrite("recurring-terms", {}),
        )
    assert "PT024" == caught.value.sqlstate


async def test_an_authorisation_for_one_account_does_not_serve_for_another(
    counter: Counter,
) -> None:
    account, _, schedule = await by_bank(counter, WEEKLY)
    other = await saved_bank(counter, account, "1000000001")
    with pytest.raises(psycopg.Error, match="nobody authorised aloud"):
        await changed(counter, schedule, other)


async def changed(counter: Counter, schedule: Schedule, method: SavedMethod) -> None:
    """The schedule goes on from another method, without anything said aloud."""
    await agreements.change(
        counter.store,
        schedule,
        method_id=method.id,
        terms=schedule.terms,
        authorisation=Authorisation("the caller", NOW, None, "en", AGREED),
        first=None,
        letter=lambda _: ToWrite("recurring-terms", {}),
    )


async def test_a_revoked_authorisation_debits_nothing_and_pauses(counter: Counter) -> None:
    account, _, schedule = await by_bank(counter, WEEKLY)
    async with counter.store.transaction() as connection:
        assert 1 == await authorisations.revoke(connection, schedule.id, now=NOW)
    assert {"failed: not authorised aloud any more": 1} == await make(counter, DAY)
    assert [] == counter.charges()
    assert [] == await counter.payments(account)
    assert ("paused", "not authorised aloud any more") == await standing(counter, schedule)
    (letter,) = await letters_of(counter, "run-failed")
    assert "yes" == letter["stops"]


async def test_more_than_was_authorised_is_never_debited(counter: Counter) -> None:
    """Whatever a run says: the database refuses it."""
    account, _, _ = await by_bank(counter, WEEKLY)
    await counter.store.run("UPDATE schedule_runs SET most_cents = 3001")
    assert {"failed: not authorised aloud any more": 1} == await make(counter, DAY)
    assert [] == await counter.payments(account)


@pytest.mark.parametrize("state", [Stands.CANCELLED, Stands.PAUSED], ids=lambda each: each.value)
async def test_cancelled_it_is_revoked_and_paused_it_is_not(
    counter: Counter, state: Stands
) -> None:
    _, _, schedule = await by_bank(counter, WEEKLY)
    by_caller = Authorisation("the caller", NOW)
    await agreements.halt(counter.store, schedule, state, why="asked", authorisation=by_caller)
    (listed,) = await authorisations.listed(counter.store, since=None)
    assert (state is Stands.CANCELLED) is (listed.ended is not None)
    assert (state is Stands.CANCELLED) is (listed.keep_until is not None)
    await make(counter, DAY)
    assert [] == counter.charges()
    with pytest.raises(psycopg.Error, match="is kept until"):
        await counter.store.run("DELETE FROM authorisations")


async def test_a_payment_on_a_later_date_ends_what_was_authorised_for_it(counter: Counter) -> None:
    await by_bank(counter, ONCE)
    await make(counter, DAY)
    (listed,) = await authorisations.listed(counter.store, since=None)
    assert listed.ended is not None


async def back(counter: Counter, code: str, now: datetime) -> None:
    """The bank returns the last debit for *code*, and the worker hears of it."""
    *_, sale = counter.sandbox.books_of().transactions.values()
    counter.sandbox.books_of().keep(returned(sale, code, datetime.now(UTC), None))
    await poll(counter.store, counter.desk.gateway, now=now)


@pytest.mark.parametrize("code", ["R02", "R03", "R05", "R07", "R10", "R29", "R51"])
async def test_a_return_that_ends_it_pauses_and_revokes_and_removes_the_account(
    counter: Counter, code: str
) -> None:
    account, method, schedule = await by_bank(counter, WEEKLY)
    await make(counter, DAY)
    await back(counter, code, at(DAY, 13))
    await make(counter, DAY + timedelta(days=1))
    state, why = await standing(counter, schedule)
    assert "paused" == state
    assert why.startswith(f"returned: {code}")
    (listed,) = await authorisations.listed(counter.store, since=None)
    assert listed.ended is not None
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    await make(counter, DAY + A_WEEK)
    assert 1 == len(counter.charges())
    assert 11240 == await counter.owes_cents(account)
    removed = await methods.history_of_customer(counter.store, method.customer_id)
    assert [True] == [(each.removed_why or "").startswith(f"returned: {code}") for each in removed]


async def test_every_plan_of_the_customer_from_that_account_ends(counter: Counter) -> None:
    account, method, _ = await by_bank(counter, WEEKLY)
    other = await agreed(counter, account, Once(Money(1000), DAY + A_WEEK), method)
    await make(counter, DAY)
    await back(counter, "R10", at(DAY, 13))
    said = await make(counter, DAY + A_WEEK)
    assert 1 == said["failed: method removed"]
    assert "ended" == (await standing(counter, other))[0]
    assert 1 == len(counter.charges())


async def test_one_payment_that_was_stopped_pauses_and_keeps_the_account(counter: Counter) -> None:
    account, method, schedule = await by_bank(counter, WEEKLY)
    await make(counter, DAY)
    await back(counter, "R08", at(DAY, 13))
    await make(counter, DAY + timedelta(days=1))
    assert "paused" == (await standing(counter, schedule))[0]
    assert [method] == await methods.of_customer(counter.store, account.customer_id)


@pytest.mark.parametrize("code", ["R01", "R09"])
async def test_want_of_money_is_owed_again_and_the_plan_goes_on(
    counter: Counter, code: str
) -> None:
    """Braintree presents it again, not the line; the next debit is the next week's."""
    account, method, schedule = await by_bank(counter, WEEKLY)
    await make(counter, DAY)
    await back(counter, code, at(DAY, 13))
    await make(counter, DAY + timedelta(days=1))
    assert 1 == len(counter.charges())
    assert 11240 == await counter.owes_cents(account)
    assert ("active", "") == await standing(counter, schedule)
    await make(counter, DAY + A_WEEK)
    assert 2 == len(counter.charges())
    assert [method] == await methods.of_customer(counter.store, account.customer_id)


@pytest.mark.parametrize(
    ("cents", "tries"), [(200_100, 3), (200_000, 1)], ids=["no money", "another reason"]
)
async def test_declined_at_once_it_is_tried_twice_more_for_want_of_money_only(
    counter: Counter, cents: int, tries: int
) -> None:
    account, _, schedule = await by_bank(counter, Once(Money(cents), DAY), owes_cents=cents)
    for days in range(20):
        await make(counter, DAY + timedelta(days=days))
    assert tries == len(await counter.payments(account))
    assert [(DAY, RunState.FAILED)] == await runs_of(counter, schedule)
    assert "ended" == (await standing(counter, schedule))[0]


async def test_an_account_keyed_in_a_call_and_returned_is_removed_where_it_was_saved(
    counter: Counter,
) -> None:
    """The payment that was made before it was saved names no saved method."""
    account, method, _ = await by_bank(counter, WEEKLY)
    await make(counter, DAY)
    (payment,) = await counter.payments(account)
    assert isinstance(method.face, BankFace)
    await payments.move(
        counter.store, payment.id, State.RETURNED, "returned: R04 invalid account number", NOW
    )
    assert [] == await methods.of_customer(counter.store, account.customer_id)


async def test_none_is_deleted_while_it_serves_nor_within_two_years(counter: Counter) -> None:
    await by_bank(counter, WEEKLY)
    assert 0 == await authorisations.purge(counter.store, by="clerk", now=NOW)
    with pytest.raises(psycopg.Error, match="two years after it ends"):
        await counter.store.run("DELETE FROM authorisations")


async def test_what_ended_long_ago_is_purged_and_that_is_noted(counter: Counter) -> None:
    long_ago = given.NOW.replace(year=2020)
    account = await counter.account()
    method = await saved_bank(counter, account)
    schedule = await agreed(counter, account, WEEKLY, method)
    old = spoken(counter, account, WEEKLY, method)
    old = type(old)(
        type(old.authorisation)(
            customer="Test", biller_account="4412", debited=old.authorisation.debited,
            amount=Money(3000), debit_on=long_ago.date(), given_on=long_ago.date(),
            enquiries="8005550100", plan=old.authorisation.plan,
        ),
        old.recording,
        long_ago,
    )  # fmt: skip
    async with counter.store.transaction() as connection:
        await authorisations.keep(
            connection, old, account_id=account.id, call_id=None, method_id=method.id,
            schedule_id=schedule.id,
        )  # fmt: skip
        await connection.execute(
            "UPDATE authorisations SET revoked_at = given_at WHERE given_at < '2021-01-01'"
        )
    assert 1 == await authorisations.purge(counter.store, by="clerk", now=NOW)
    used = await counter.store.all("SELECT confirmation, act FROM authorisation_uses")
    assert [{"confirmation": schedule.confirmation, "act": "purged"}] == used
    assert 1 == len(await authorisations.listed(counter.store, since=None))
