"""Gateways and workers that bend the rules, and the simulation that misses what they keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from paytone.back_office.reconcile import Patience, reconcile
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
from paytone.line.postgres import PrivatePostgres
from paytone.rules.card import Card
from paytone.rules.money import Money
from paytone.rules.payment import Occasion
from paytone.simulate.rig import LINE, Rig, SteppedGateway
from paytone.store import Store
from tests.simulate.given import a_database, found

WITHOUT_MOVES = "DROP TRIGGER payment_keeps_to_its_moves ON payments"


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
        if isinstance(outcome, Unknown) and isinstance(source, Card):
            self._extras = frozenset()
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
    (TakesMore, "charged_as_read_back"),
    (TakesMore, "gateway_and_ledger_agree"),
    (NeverFinds, "every_payment_is_final"),
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


async def does_nothing(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """Lets what is unknown be unknown."""
    return None


UNCOMPARED = [
    (TakesSilenceForNo, "who_heard_not_paid_has_not"),
    (TakesSilenceForNo, "what_is_final_is_right"),
    (Forgets, "what_is_final_is_right"),
]
"""What the daily comparison finds and mends; without it the lie stands."""


@pytest.mark.parametrize(("gateway", "invariant"), UNCOMPARED)
def test_a_gateway_whose_lies_nobody_compares_is_caught(
    postgres: PrivatePostgres,
    migrated_template: str,
    gateway: Callable[[Any], Gateway],
    invariant: str,
) -> None:
    rig = replace(LINE, gateway=gateway, compare=does_nothing)
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, rig) is not None


async def asks_early(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """Asks after payments while their calls still wait for the gateway; does no harm by itself."""
    patience = Patience(settle_after=timedelta(0), all_now=True)
    return await reconcile(store, gateway, now=now, patience=patience)


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
