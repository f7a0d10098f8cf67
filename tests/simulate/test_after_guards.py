"""Money that goes back without its guards, and the simulation that misses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from paytone.gateway import Gateway, Undoing, Undone
from paytone.line.postgres import PrivatePostgres
from paytone.rules.money import Money
from paytone.simulate.rig import LINE, Rig, SteppedGateway
from paytone.store import Store
from tests.simulate.given import a_database, found
from tests.simulate.test_gateway_guards import ChargesAgain


class RefundsAgain(SteppedGateway):
    """Gives a cent back once more, without having been asked."""

    async def refund(self, transaction: str, amount: Money, *, reference: str) -> Undoing:
        undoing = await super().refund(transaction, amount, reference=reference)
        if isinstance(undoing, Undone):
            await super().refund(transaction, Money(1), reference=f"{reference}-again")
        return undoing


async def does_nothing(store: Store, gateway: Gateway, *, now: datetime) -> object:
    """Leaves it."""
    return None


OF_WHAT_GOES_BACK = [
    pytest.param(
        replace(LINE, gateway=RefundsAgain), "no_refund_exceeds_its_payment", id="refunds"
    ),
    pytest.param(
        replace(LINE, carry_on=does_nothing), "every_refund_is_final", id="refunds in doubt"
    ),
    pytest.param(
        replace(LINE, poll=does_nothing, compare=does_nothing),
        "what_comes_back_is_owed_again_once",
        id="returns",
    ),
    pytest.param(
        replace(LINE, gateway=ChargesAgain), "the_comparison_finds_nothing", id="comparison"
    ),
]


@pytest.mark.parametrize(("rig", "invariant"), OF_WHAT_GOES_BACK)
def test_a_guard_of_what_goes_back_is_missed(
    postgres: PrivatePostgres, migrated_template: str, rig: Rig, invariant: str
) -> None:
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, rig) is not None
