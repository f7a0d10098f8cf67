"""Each invariant has been seen to fail: a guard is taken out, and the simulation misses it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from paytone.app import JOBS
from paytone.ask import BACK
from paytone.back_office.reconcile import Patience, reconcile
from paytone.back_office.runs import Office, make_runs
from paytone.bill import Account
from paytone.card import Card
from paytone.flows.agreement import Agreement
from paytone.flows.pay_bill import PAID
from paytone.flows.shares_entry import ask_shares
from paytone.flows.together import Together, charge_each
from paytone.gateway import (
    Declined,
    Found,
    Gateway,
    NotFound,
    Outcome,
    Refusal,
    Unknown,
    Vaulted,
)
from paytone.job import Ended, Next, Status
from paytone.line.postgres import PrivatePostgres
from paytone.money import Money
from paytone.payment import NO_FEE, Occasion
from paytone.simulate.rig import LINE, Rig, SteppedGateway
from paytone.simulate.truths import INVARIANTS
from paytone.store import Store
from paytone.till import Sale, open_and_charge
from paytone.visit import Visit
from tests.simulate.given import a_database, found

WITHOUT_ONE_OPEN = """
    DROP INDEX payments_one_open;
    CREATE OR REPLACE FUNCTION hold_account(the_account uuid, heard_cents bigint) RETURNS void
    LANGUAGE plpgsql AS 'BEGIN END';
"""
WITHOUT_POSTINGS = "DROP TRIGGER book_payment_change ON payment_changes"
WITHOUT_FEES = """
    CREATE FUNCTION forget_fees() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER forget_fees BEFORE INSERT ON ledger
        FOR EACH ROW WHEN (NEW.kind = 'fee') EXECUTE FUNCTION forget_fees();
"""
WITHOUT_BALANCED_BILLS = "DROP TRIGGER book_changed_bills ON bills"
WITHOUT_MOVES = "DROP TRIGGER payment_keeps_to_its_moves ON payments"
WITHOUT_APPEND_ONLY = "DROP TRIGGER ledger_stays ON ledger"
WITHOUT_TELLINGS = """
    CREATE OR REPLACE VIEW payments_as_heard AS
    SELECT payments.*, payment_states.open, payment_states.heard AS to_hear,
        payment_states.heard AS told
    FROM payments JOIN payment_states USING (state)
"""


OF_THE_DATABASE = [
    pytest.param(WITHOUT_ONE_OPEN, "one_open_payment_an_account", id="one open payment"),
    pytest.param(WITHOUT_ONE_OPEN, "paid_on_the_balance_heard", id="the balance heard"),
    pytest.param(WITHOUT_POSTINGS, "gateway_and_ledger_agree", id="postings of payments"),
    pytest.param(WITHOUT_FEES, "gateway_and_ledger_agree", id="postings of fees"),
    pytest.param(
        WITHOUT_BALANCED_BILLS, "balances_are_bills_less_payments", id="postings of bills"
    ),
    pytest.param(WITHOUT_APPEND_ONLY, "the_books_are_append_only", id="append-only"),
    pytest.param(WITHOUT_TELLINGS, "next_call_tells_first", id="telling first"),
    pytest.param(WITHOUT_TELLINGS, "everyone_is_told_in_the_end", id="telling at all"),
]


@pytest.mark.parametrize(("without", "invariant"), OF_THE_DATABASE)
def test_a_guard_of_the_database_is_missed(
    postgres: PrivatePostgres, migrated_template: str, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant) is not None


class ChargesAgain(SteppedGateway):
    """Takes an unknown outcome for none, and asks again under another order id."""

    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        outcome = await super().charge(amount, source, reference=reference, occasion=occasion)
        if isinstance(outcome, Unknown):
            return await super().charge(amount, source, reference=f"{reference}-again")
        return outcome


class ChargesTwice(SteppedGateway):
    """Asks again as if it were another payment of the same order, without waiting or a key."""

    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        outcome = await super().charge(amount, source, reference=reference, occasion=occasion)
        if isinstance(outcome, Unknown):
            self._extras = frozenset()
            assert isinstance(source, Card)
            other = replace(source, expiry=replace(source.expiry, year=source.expiry.year + 1))
            return await super().charge(amount, other, reference=reference)
        return outcome


class TakesSilenceForNo(SteppedGateway):
    """Says Declined for an answer that it cannot read."""

    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        outcome = await super().charge(amount, source, reference=reference, occasion=occasion)
        if isinstance(outcome, Unknown):
            return Declined(None, Refusal.ISSUER, hard=False, code="none", text=outcome.why)
        return outcome


class TakesMore(SteppedGateway):
    """Adds a cent to what was agreed to."""

    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        amount += Money(1)
        return await super().charge(amount, source, reference=reference, occasion=occasion)


class AnswersLate(SteppedGateway):
    """Charges, and lets nobody know in time; an honest gateway on a bad day."""

    async def charge(
        self,
        amount: Money,
        source: Card | Vaulted,
        *,
        reference: str,
        occasion: Occasion = Occasion.CALL,
    ) -> Outcome:
        await super().charge(amount, source, reference=reference, occasion=occasion)
        await asyncio.sleep(60)
        return Unknown("no answer")


class NeverFinds(SteppedGateway):
    """Does not know what became of a charge, however often it is asked."""

    async def find(self, reference: str, amount: Money) -> Found:  # noqa: ARG002
        return Unknown("nobody looks")


class Forgets(SteppedGateway):
    """Finds nothing that it charged."""

    async def find(self, reference: str, amount: Money) -> Found:  # noqa: ARG002
        return NotFound()


OF_THE_GATEWAY = [
    (ChargesAgain, "every_charge_has_its_payment"),
    (ChargesAgain, "at_any_time"),
    (ChargesTwice, "one_charge_for_a_payment"),
    (TakesSilenceForNo, "who_heard_not_paid_has_not"),
    (TakesSilenceForNo, "what_is_final_is_right"),
    (TakesMore, "charged_as_read_back"),
    (TakesMore, "gateway_and_ledger_agree"),
    (NeverFinds, "every_payment_is_final"),
    (Forgets, "what_is_final_is_right"),
]


@pytest.mark.parametrize(("gateway", "invariant"), OF_THE_GATEWAY)
def test_a_gateway_that_bends_the_rules_is_caught(
    postgres: PrivatePostgres,
    migrated_template: str,
    gateway: Callable[[Any], Gateway],
    invariant: str,
) -> None:
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, replace(LINE, gateway=gateway)) is not None


def sale(visit: Visit, agreement: Agreement, account: Account, heard: Money) -> Sale:
    """What was agreed, on the balance *heard*."""
    amount, means = agreement.terms
    return Sale(account.id, heard=heard, amount=amount, means=means, call_id=visit.call.id)


async def pays_hastily(visit: Visit) -> Ended:
    """Says that it is paid before it is."""
    account = await visit.account()
    agreement = Agreement(visit.phone, visit.desk, visit.call, account)
    await agreement.look_up_owed()
    if await agreement.reach() is BACK:
        return Ended(Status.CANCELLED, Next.MENU)
    await visit.phone.announce(PAID)
    await open_and_charge(visit.desk.till, sale(visit, agreement, account, agreement.owed.balance))
    return Ended(Status.PAID, Next.MENU)


async def pays_twice(visit: Visit) -> Ended:
    """Takes one agreement for two."""
    account = await visit.account()
    agreement = Agreement(visit.phone, visit.desk, visit.call, account)
    await agreement.look_up_owed()
    if await agreement.reach() is BACK:
        return Ended(Status.CANCELLED, Next.MENU)
    owed, (amount, _) = agreement.owed.balance, agreement.terms
    for heard in (owed, owed - amount):
        await open_and_charge(visit.desk.till, sale(visit, agreement, account, heard))
    return Ended(Status.PAID, Next.MENU)


async def swaps_shares(visit: Visit) -> Ended:
    """Charges one account what was read back for the other."""
    account = await visit.account()
    shares = await ask_shares(visit.phone, visit.desk, account)
    if shares is None or shares is BACK:
        return Ended(Status.CANCELLED, Next.MENU)
    choice, means = await Together(visit.phone, visit.desk, visit.call, account).reach(shares)
    if choice != "1" or means is None:
        return Ended(Status.CANCELLED, Next.MENU)
    swapped = zip(shares, reversed(shares), strict=True)
    wrong = tuple(replace(share, amount=other.amount) for share, other in swapped)
    await charge_each(visit.desk, visit.call, wrong, means)
    return Ended(Status.PAID, Next.MENU)


async def hides_the_fee(visit: Visit) -> Ended:
    """Charges a fee that was not read back."""
    account = await visit.account()
    agreement = Agreement(visit.phone, replace(visit.desk, fee=NO_FEE), visit.call, account)
    await agreement.look_up_owed()
    if await agreement.reach() is BACK:
        return Ended(Status.CANCELLED, Next.MENU)
    agreed, fee = sale(visit, agreement, account, agreement.owed.balance), Money(250)
    await open_and_charge(visit.desk.till, replace(agreed, amount=agreed.amount + fee, fee=fee))
    return Ended(Status.PAID, Next.MENU)


async def charges_a_fee_for_each(visit: Visit) -> Ended:
    """Charges for every account the fee that was read back for all."""
    account = await visit.account()
    shares = await ask_shares(visit.phone, visit.desk, account)
    if shares is None or shares is BACK:
        return Ended(Status.CANCELLED, Next.MENU)
    choice, means = await Together(visit.phone, visit.desk, visit.call, account).reach(shares)
    if choice != "1" or means is None:
        return Ended(Status.CANCELLED, Next.MENU)
    for share in shares:
        await charge_each(visit.desk, visit.call, (share,), means, visit.desk.fee)
    return Ended(Status.PAID, Next.MENU)


async def breaks(visit: Visit) -> Ended:
    """Has a fault of its own."""
    raise ZeroDivisionError(visit.call.called)


OF_A_FLOW = [
    (pays_hastily, "who_heard_paid_has_paid"),
    (pays_hastily, "next_call_tells_first"),
    (pays_twice, "one_payment_for_an_agreement"),
    (swaps_shares, "charged_as_read_back"),
    (hides_the_fee, "a_fee_is_charged_once_as_read_back"),
    (charges_a_fee_for_each, "a_fee_is_charged_once_as_read_back"),
    (breaks, "no_job_breaks"),
]


@pytest.mark.parametrize(("flow", "invariant"), OF_A_FLOW)
def test_a_flow_that_bends_the_rules_is_caught(
    postgres: PrivatePostgres,
    migrated_template: str,
    flow: Callable[[Visit], Awaitable[Ended]],
    invariant: str,
) -> None:
    rig = replace(LINE, jobs={**JOBS, "pay-bill": flow})
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, rig) is not None


async def asks_early(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """Asks after payments while their calls still wait for the gateway; does no harm by itself."""
    patience = Patience(settle_after=timedelta(0), all_now=True)
    return await reconcile(store, gateway, now=now, patience=patience)


async def does_nothing(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """Lets what is unknown be unknown."""
    return None


OF_THE_WORKER = [
    pytest.param(replace(LINE, reconcile=does_nothing), "every_payment_is_final", id="idle"),
]


@pytest.mark.parametrize(("rig", "invariant"), OF_THE_WORKER)
def test_a_worker_that_bends_the_rules_is_caught(
    postgres: PrivatePostgres, migrated_template: str, rig: Rig, invariant: str
) -> None:
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, rig) is not None


def test_without_the_table_of_moves_an_answer_that_comes_late_undoes_one_that_is_known(
    postgres: PrivatePostgres, migrated_template: str
) -> None:
    rig = replace(LINE, gateway=AnswersLate, reconcile=asks_early)
    with a_database(postgres, migrated_template, WITHOUT_MOVES) as url:
        fault = found(url, "moves_are_allowed", rig)
    assert fault is not None
    assert fault.endswith("to State.UNKNOWN")


async def forgets_doubt(office: Office) -> object:
    """Takes a run whose outcome is not known for one that was not made."""
    made = await make_runs(office)
    await office.till.store.run(
        "UPDATE schedule_runs SET state = 'waiting', next_at = %(now)s WHERE state = 'charging'",
        now=office.till.clock(),
    )
    return made


async def without_limits(office: Office) -> object:
    """Lets runs take all that is owed."""
    store = office.till.store
    await store.run("UPDATE schedule_runs SET most_cents = most_cents + 1000000000")
    try:
        return await make_runs(office)
    finally:
        await store.run("UPDATE schedule_runs SET most_cents = most_cents - 1000000000")


WITHOUT_STOPS = """
    CREATE FUNCTION forget_to_stop() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RETURN CASE WHEN NEW.state = 'stopped' THEN OLD ELSE NEW END;
    END;
    $$;
    CREATE TRIGGER a_forget_to_stop BEFORE UPDATE ON schedule_runs
        FOR EACH ROW EXECUTE FUNCTION forget_to_stop();
"""
WITHOUT_RUN_PAYMENTS = "DROP TRIGGER note_run_payment ON schedule_runs"


OF_THE_RUNS = [
    pytest.param(forgets_doubt, "a_run_is_charged_once", id="doubt"),
    pytest.param(without_limits, "a_run_takes_no_more_than_was_agreed", id="the most"),
]


@pytest.mark.parametrize(("make", "invariant"), OF_THE_RUNS)
def test_a_guard_of_runs_is_missed(
    postgres: PrivatePostgres,
    migrated_template: str,
    make: Callable[[Office], Awaitable[object]],
    invariant: str,
) -> None:
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, replace(LINE, make_runs=make)) is not None


OF_THE_RUNS_ROWS = [
    pytest.param(WITHOUT_STOPS, "what_is_cancelled_is_not_begun", id="stopping"),
    pytest.param(
        WITHOUT_RUN_PAYMENTS, "a_payment_without_a_call_has_its_run", id="a run's payments"
    ),
    pytest.param(WITHOUT_RUN_PAYMENTS, "a_run_stands_as_its_payments_do", id="a run's standing"),
]


@pytest.mark.parametrize(("without", "invariant"), OF_THE_RUNS_ROWS)
def test_a_guard_of_runs_in_the_database_is_missed(
    postgres: PrivatePostgres, migrated_template: str, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant) is not None


def test_every_invariant_has_been_seen_to_fail() -> None:
    rows = [
        getattr(row, "values", row)
        for row in [
            *OF_THE_DATABASE,
            *OF_THE_GATEWAY,
            *OF_A_FLOW,
            *OF_THE_WORKER,
            *OF_THE_RUNS,
            *OF_THE_RUNS_ROWS,
        ]
    ]
    seen = {"moves_are_allowed", *(row[1] for row in rows)}
    assert {"at_any_time", *(invariant.__name__ for invariant in INVARIANTS)} == seen
