"""Electronic checks without their guards, and the simulation that misses them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.flows.authorisation import authorise
from paytone.flows.pay_bill import PAID
from paytone.line.postgres import PrivatePostgres
from paytone.rules.authorisation import Given
from paytone.rules.job import Ended
from paytone.rules.method import BankFace, face_of
from paytone.simulate.rig import LINE, Rig
from paytone.till import open_and_charge
from paytone.visit import Visit
from tests.simulate.given import a_database, found
from tests.simulate.test_flow_guards import CANCELLED, PAID_IT, agreed, sale
from tests.simulate.test_saved_guards import paying

WITHOUT_AUTHORISED = "DROP TRIGGER bank_debits_are_authorised ON payments"
WITHOUT_STAYING = "DROP TRIGGER authorisations_stay ON authorisations"


async def debits_unspoken(visit: Visit) -> Ended:
    """Debits what was agreed to with a key."""
    account = await visit.account()
    agreement = await agreed(visit, account, visit.desk)
    if agreement is None:
        return CANCELLED
    await open_and_charge(visit.desk.till, sale(visit, agreement, account, agreement.owed.balance))
    return PAID_IT


async def says_paid_of_a_debit(visit: Visit) -> Ended:
    """Says of a debit what is said of a card."""
    account = await visit.account()
    agreement = await agreed(visit, account, visit.desk)
    if agreement is None:
        return CANCELLED
    face = face_of(agreement.terms[1])
    honest = sale(visit, agreement, account, agreement.owed.balance)
    if isinstance(face, BankFace):
        given = await authorise(visit.phone, visit.desk, account, agreement.total, face)
        if not isinstance(given, Given):
            return CANCELLED
        honest = replace(honest, given=given)
    await open_and_charge(visit.desk.till, honest)
    await visit.phone.announce(PAID)
    return PAID_IT


OF_CHECKS = [
    pytest.param(
        paying(debits_unspoken),
        WITHOUT_AUTHORISED,
        "no_debit_without_its_authorisation",
        id="a spoken authorisation",
    ),
    pytest.param(LINE, WITHOUT_STAYING, "a_recording_stays_with_its_payment", id="recordings"),
    pytest.param(
        paying(says_paid_of_a_debit), "", "a_debit_is_pending_until_it_settles", id="pending"
    ),
]


@pytest.mark.parametrize(("rig", "without", "invariant"), OF_CHECKS)
def test_a_guard_of_electronic_checks_is_missed(
    postgres: PrivatePostgres, migrated_template: str, rig: Rig, without: str, invariant: str
) -> None:
    with a_database(postgres, migrated_template, without) as url:
        assert found(url, invariant, rig) is not None
