"""Payments that a dialplan asks for, with every part failing: charged once, told as they are."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from paytone.flows import Desk, LockRule
from paytone.gateway.braintree_reply import TAKEN
from paytone.line.postgres import PrivatePostgres
from paytone.rules.bill import Limits
from paytone.rules.payment import COUNTED, Heard, Payment
from paytone.sandbox.core import Sandbox
from paytone.sandbox.strategy import gateway_by
from paytone.simulate.biller import draw_merchant
from paytone.simulate.caller import Caller, draw_manners
from paytone.simulate.channel import Channel
from paytone.simulate.clock import Clock
from paytone.simulate.dialplan import TRIES
from paytone.simulate.errands import Errands
from paytone.simulate.lines import FaultyConnection, network
from paytone.simulate.loop import StillLoop, Turns
from paytone.simulate.overheard import overheard
from paytone.simulate.rig import LINE
from paytone.simulate.staff import Staff
from paytone.simulate.weather import CALM, PATIENCE_S, Weather
from paytone.simulate.witness import Witness
from paytone.store import Store, ledger, payments
from tests.simulate.given import a_database

WORLDS: Final = 60
CALLS: Final = 6
ROUNDS: Final = 12
AMOUNTS: Final = ("49.99", "49.99", "12.34", "2001.00", "1004.00", "3000.00")
NOT_PAID: Final = {
    "declined",
    "payment-connector-error",
    "caller-interrupted-with-star",
    "caller-wants-person",
    "too-many-failed-attempts",
    "validation-error",
}


@dataclass
class Sold:
    """
    What a world of one reference came to.

    Args:
        calls: What each dialplan got, beside what its caller heard.
        taken: The cents that the gateway holds in the end, by order id.
    """

    calls: list[tuple[dict[str, str], Witness]]
    payments: list[tuple[Payment, str]]
    taken: Counter[str]
    faults: list[str]
    tally: Counter[str] = field(default_factory=Counter)


class Shop:
    """A gateway, a line, and a dialplan that asks for one reference again and again."""

    def __init__(
        self, dice: Random, turns: Turns, number: int, store: Store, recordings: Path
    ) -> None:
        self._dice = dice
        self._number = number
        self._store = store
        self._clock = Clock()
        now = self._clock.now
        merchant = draw_merchant(dice)
        self._sandbox = Sandbox(lambda: now().astimezone(UTC), (merchant,), seed=number)
        self._clock.tick = lambda: self._sandbox.advance(0)
        sdk = gateway_by(network(self._sandbox, self._clock.put_off), merchant, timeout=PATIENCE_S)
        gateway = LINE.gateway(sdk)
        desk = Desk(store, lambda: gateway, Limits(), LockRule(), now)
        self._tally: Counter[str] = Counter()
        self._staff = Staff(LINE, desk, turns, self._tally, now, recordings=recordings)
        self._amount = dice.choice(AMOUNTS)
        self._calls: list[tuple[dict[str, str], Witness]] = []

    async def sell(self) -> Sold:
        """Calls, two at once now and then, and the worker between them and at the end."""
        with overheard(self._staff.crashes):
            while len(self._calls) < CALLS:
                both = [self._call() for _ in range(self._dice.choice((1, 1, 2)))]
                await asyncio.gather(*both)
                await self._staff.finish()
                self._clock.pass_over(self._dice.choice((30.0, 400.0, 4000.0)))
                await self._work(Weather(self._die(), self._tally))
            for _ in range(ROUNDS):
                self._clock.pass_over(1200.0)
                await self._work(Weather(self._die(), self._tally, CALM))
        return await self._sold()

    async def _call(self) -> None:
        witness, dice = Witness(len(self._calls)), self._die()
        weather = Weather(self._die(), self._tally)
        caller = Caller(dice, self._tally, "4" * 16, draw_manners(dice), pays=True)
        who = f"call {witness.number}"
        channel = Channel(
            caller, witness, self._clock.now, lambda what: self._staff.note(who, what)
        )
        channel.variables |= {
            "PAYTONE_PAY_AMOUNT": self._amount,
            "PAYTONE_PAY_REFERENCE": f"W{self._number}",
        }
        self._calls.append((channel.variables, witness))
        await asyncio.sleep(dice.uniform(0, 60))
        for _ in TRIES[:-1]:
            phone = f"312{self._number:07d}"
            await self._staff.do("take-payment", channel, witness, weather, phone)
            if channel.gone or channel.variables.get("PAYTONE_STATUS"):
                break

    async def _work(self, weather: Weather) -> None:
        self._staff.reconcile(weather)
        await self._staff.finish()

    async def _sold(self) -> Sold:
        rows = await self._store.all(
            "SELECT payments.* FROM payments JOIN accounts ON accounts.id = account_id"
            " WHERE number = %(number)s ORDER BY opened_at",
            number=f"sale:W{self._number}",
        )
        known = {str(row["id"]) for row in rows}
        taken = Counter[str]()
        for books in self._sandbox.books.values():
            for sale in books.transactions.values():
                if sale.type == "sale" and sale.status in TAKEN and not sale.refunds:
                    taken[str(sale.order_id)] += int(sale.amount * 100)
        faults = [f"lost charge {order}" for order in taken if order not in known]
        for proof in await ledger.proofs(self._store):
            faults += proof.faults
        return Sold(
            self._calls,
            [(payments.payment_of_row(row), str(row["call_id"])) for row in rows],
            taken,
            faults + self._staff.crashes,
            self._tally,
        )

    def _die(self) -> Random:
        return Random(self._dice.random())


def live(number: int, url: str) -> Sold:
    """What one world came to."""
    dice = Random(f"sales/{number}")
    turns = Turns(Random(dice.random()), dice.choice((0.0, 0.7, 0.95)))

    async def lived() -> Sold:
        opened = Store.open(url, patience_s=4.0, connection_class=FaultyConnection)
        async with opened as store:
            with TemporaryDirectory(prefix="paytone-") as folder:
                return await Shop(dice, turns, number, store, Path(folder)).sell()

    with asyncio.Runner(loop_factory=lambda: StillLoop(turns)) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda *_: None)
        loop.set_default_executor(Errands())
        return runner.run(lived())


def wrong(sold: Sold) -> list[str]:
    """Every promise that is broken."""
    counted = [(payment, call) for payment, call in sold.payments if payment.state in COUNTED]
    ids = {payment.id for payment, _ in counted}
    found = list(sold.faults)
    if len(sold.taken) > 1 or len(counted) > 1:
        found.append(f"one reference was charged {len(sold.taken)} times, booked {len(counted)}")
    if set(sold.taken) != ids:
        found.append("what was taken is not what counts")
    for told, witness in sold.calls:
        found += [
            f"call {witness.number}: {fault}" for fault in _told_wrong(told, witness, counted)
        ]
    return found


def _told_wrong(
    told: dict[str, str], witness: Witness, counted: list[tuple[Payment, str]]
) -> Iterator[str]:
    """What the dialplan or the caller was told that is not so."""
    own = {payment.id for payment, call in counted if call in witness.calls}
    result, number = told.get("PAYTONE_PAY_RESULT"), told.get("PAYTONE_PAY_CONFIRMATION")
    heard = {claim.heard for claim in witness.claims}
    if result == "success" and number not in {each.confirmation for each, _ in counted}:
        yield "success without money"
    if result in NOT_PAID and own:
        yield f"{result}, and charged"
    if Heard.PAID in heard and not counted:
        yield "heard of a payment that was none"
    if heard == {Heard.NOT_PAID} and own:
        yield "was charged, told otherwise"


def test_whatever_fails_a_reference_is_charged_once_and_told_as_it_is(
    postgres: PrivatePostgres, migrated_template: str
) -> None:
    tally, results = Counter[str](), Counter[str]()
    with a_database(postgres, migrated_template) as url:
        for number in range(WORLDS):
            sold = live(number, url)
            assert [] == wrong(sold), f"world {number}"
            tally += sold.tally
            results.update(told.get("PAYTONE_PAY_RESULT", "") for told, _ in sold.calls)
    struck = {name.partition(":")[0] for name in tally}
    assert {"process death", "statement open", "statement close"} <= struck
    assert {"success", "declined", "unknown", "too-many-failed-attempts"} <= set(results)


@pytest.mark.parametrize(
    "without",
    [
        pytest.param(
            "CREATE OR REPLACE FUNCTION hold_account(the_account uuid, heard_cents bigint)"
            " RETURNS void LANGUAGE sql AS ''; DROP INDEX payments_one_open",
            id="one payment at a time",
        ),
    ],
)
def test_a_guard_that_is_taken_away_is_missed(
    postgres: PrivatePostgres, migrated_template: str, without: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert any(wrong(live(number, url)) for number in range(WORLDS))
