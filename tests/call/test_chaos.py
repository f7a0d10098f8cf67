"""Over fifty calls while every part of the line is killed: no cent is lost, none is taken twice."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pytest
import pytest_asyncio

from paytone.bench.journey import PIN
from paytone.caller import Caller, Hearing, script
from paytone.flows.pay_bill import NOT_CHARGED, PAID
from paytone.flows.resume import STILL_UNKNOWN, WAS_NOT_PAID, WENT_THROUGH
from paytone.gateway.braintree_reply import TAKEN
from paytone.rules.money import Money
from tests.call.biller import Biller, Customer, Row, Together
from tests.call.chaos import CALLS, HELD, Storm, storm, targets
from tests.call.conversation import GREETING, identified

PAYING: Final = 10
"""Calls that pay at least, though most are thrown off their script."""
SETTINGS: Final = {"PAYTONE_PHONE_TO_EAR_S": "0"}
NEXT_CALLS: Final = 4

PAYMENTS: Final = """
    SELECT payments.*, accounts.number, payment_states.counted, payment_states.open,
        payment_states.heard AS truth
    FROM payments JOIN payment_states USING (state) JOIN accounts ON accounts.id = account_id
"""
BALANCES: Final = """
    SELECT account_number, balance_cents, coalesce(billed.cents, 0)::bigint AS billed_cents
    FROM account_balance LEFT JOIN (
        SELECT account_id, sum(amount_cents) AS cents FROM bills GROUP BY account_id
    ) AS billed USING (account_id)
"""
GATEWAY: Final = """
    SELECT coalesce(sum(amount_cents), 0)::bigint AS cents
    FROM ledger_lines WHERE ledger_account = 'gateway'
"""
SAID: Final = """
    SELECT call_id, array_agg(DISTINCT prompt) AS prompts
    FROM call_events, unnest(prompts) AS prompt WHERE verb = 'pay-bill' GROUP BY call_id
"""
TOLD: Final = """
    SELECT DISTINCT ON (payment_id) payment_id, heard FROM payment_tellings
    ORDER BY payment_id, id DESC
"""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """
    How things stand when all is over.

    Args:
        open_before: Ids of the payments that nobody knew the outcome of until they were reconciled.
        payments: After that.
        taken: What Braintree took.
        next_calls: Of some of those whose payment had been left open.
    """

    biller: Biller
    storm: Storm
    open_before: frozenset[str]
    payments: dict[str, Row]
    taken: list[Row]
    next_calls: dict[str, Caller]


@pytest.fixture(scope="module")
def biller(hearing: Hearing) -> Iterator[Biller]:
    """A line whose parts may be killed."""
    with Biller.opened(hearing, {}, settings=SETTINGS, with_worker=True) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aftermath(biller: Biller) -> Aftermath:
    """The storm, then the operator's command, then the next calls."""
    over = await storm(biller)
    left_open = frozenset(str(row["id"]) for row in biller.rows(PAYMENTS) if row["open"])
    biller.line.paytone("payments", "reconcile", "--settle-after", "0", "--give-up-after", "1")
    payments = {str(row["id"]): row for row in biller.rows(PAYMENTS)}
    taken = [held for held in biller.transactions() if held["status"] in TAKEN]
    numbers = [payments[each]["number"] for each in sorted(left_open)][:NEXT_CALLS]
    calls = await Together.hold({number: _next_call(biller, number) for number in numbers})
    return Aftermath(
        biller, over, left_open, payments, taken, {number: calls[number] for number in numbers}
    )


async def _next_call(biller: Biller, number: str) -> Caller:
    customer = Customer(number, Money(0), PIN)
    async with biller.dial() as call:
        await script(call, identified(customer))
        await call.hear(WENT_THROUGH, WAS_NOT_PAID, STILL_UNKNOWN, timeout=30)
    return call


def test_over_fifty_calls_stood_when_parts_were_killed(aftermath: Aftermath) -> None:
    assert aftermath.storm.loaded.most >= 50
    assert list(targets(aftermath.biller.line)) == [blow.part for blow in aftermath.storm.blows]
    assert all(len(blow.held) >= HELD for blow in aftermath.storm.blows)


def test_every_call_was_answered(aftermath: Aftermath) -> None:
    records = aftermath.biller.line.configuration.logs / "cdr-csv/Master.csv"
    with records.open(newline="") as rows:
        ends = Counter(row[14] for row in csv.reader(rows))
    probes = len(aftermath.storm.blows) + len(aftermath.next_calls)
    assert {"ANSWERED": CALLS + probes} == ends


def test_a_call_that_begins_while_a_part_is_away_is_greeted(aftermath: Aftermath) -> None:
    for blow in aftermath.storm.blows:
        assert GREETING in blow.heard, blow


def test_many_paid_and_some_charges_were_broken_off(aftermath: Aftermath) -> None:
    states = Counter(row["state"] for row in aftermath.payments.values())
    assert states["settling"] >= PAYING, states
    assert states["not-charged"] >= 1, states
    assert aftermath.open_before


def test_every_payment_is_final(aftermath: Aftermath) -> None:
    assert [] == [row for row in aftermath.payments.values() if row["open"]]


def test_braintree_and_the_ledger_agree_to_the_cent(aftermath: Aftermath) -> None:
    taken = Counter(
        {held["order_id"]: Money.of(Decimal(held["amount"])).cents for held in aftermath.taken}
    )
    counted = {
        payment: row["amount_cents"]
        for payment, row in aftermath.payments.items()
        if row["counted"]
    }
    assert counted == dict(taken)
    (gateway,) = aftermath.biller.rows(GATEWAY)
    assert sum(counted.values()) == gateway["cents"]


def test_no_account_was_charged_twice(aftermath: Aftermath) -> None:
    orders = Counter(held["order_id"] for held in aftermath.taken)
    accounts = Counter(aftermath.payments[order]["number"] for order in orders)
    assert {1} == set(orders.values())
    assert {1} == set(accounts.values())


def test_each_balance_is_what_was_billed_less_what_was_charged(aftermath: Aftermath) -> None:
    charged = Counter[str]()
    for held in aftermath.taken:
        number = aftermath.payments[held["order_id"]]["number"]
        charged[number] += Money.of(Decimal(held["amount"])).cents
    for row in aftermath.biller.rows(BALANCES):
        assert row["billed_cents"] - charged[row["account_number"]] == row["balance_cents"]


def test_what_callers_heard_is_what_happened(aftermath: Aftermath) -> None:
    charged = {aftermath.payments[held["order_id"]]["call_id"] for held in aftermath.taken}
    said = {row["call_id"]: set(row["prompts"]) for row in aftermath.biller.rows(SAID)}
    paid = {call for call, prompts in said.items() if PAID in prompts}
    refused = {call for call, prompts in said.items() if NOT_CHARGED in prompts}
    assert len(paid) >= PAYING
    assert refused
    assert paid <= charged
    assert not refused & charged


def test_what_is_noted_as_heard_is_true_or_will_be_told(aftermath: Aftermath) -> None:
    """Who was told that nobody knows, or was not told at all, hears it in the next call."""
    told = {str(row["payment_id"]): row["heard"] for row in aftermath.biller.rows(TOLD)}
    for payment, row in aftermath.payments.items():
        assert told.get(payment, "unknown") in (row["truth"], "unknown")


def test_the_next_call_tells_what_became_of_a_charge_that_broke_off(aftermath: Aftermath) -> None:
    states = {row["number"]: row["state"] for row in aftermath.payments.values()}
    words = {"settling": WENT_THROUGH, "not-charged": WAS_NOT_PAID}
    assert aftermath.next_calls
    for number, call in aftermath.next_calls.items():
        assert words[states[number]] in call.heard
