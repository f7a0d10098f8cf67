"""Flows that bend the rules, and the simulation that misses what they keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from paytone.ask import BACK, choose
from paytone.flows import Desk
from paytone.flows.agreement import Agreement
from paytone.flows.menu import RECORDS_MENU
from paytone.flows.other_ways import WAYS
from paytone.flows.pay_bill import PAID
from paytone.flows.shares_entry import ask_shares
from paytone.flows.together import Shares, Together, charge_each
from paytone.jobs import JOBS
from paytone.line.postgres import PrivatePostgres
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import Means
from paytone.rules.money import Money
from paytone.rules.payment import NO_FEE
from paytone.simulate.rig import LINE
from paytone.till import Sale, open_and_charge
from paytone.visit import Visit
from tests.simulate.given import a_database, found

CANCELLED = Ended(Status.CANCELLED, Next.MENU)
PAID_IT = Ended(Status.PAID, Next.MENU)


async def agreed(visit: Visit, account: Account, desk: Desk) -> Agreement | None:
    """What the caller agrees to pay on *account*; None where that is cancelled."""
    agreement = Agreement(visit.phone, desk, visit.call, account)
    await agreement.look_up_owed()
    return None if await agreement.reach() is BACK else agreement


async def agreed_together(visit: Visit) -> tuple[Shares, Means] | None:
    """What the caller agrees to pay on several accounts; None where that is cancelled."""
    account = await visit.account()
    shares = await ask_shares(visit.phone, visit.desk, account)
    if shares is None or shares is BACK:
        return None
    choice, means = await Together(visit.phone, visit.desk, visit.call, account).reach(shares)
    return None if choice != "1" or means is None else (shares, means)


def sale(visit: Visit, agreement: Agreement, account: Account, heard: Money) -> Sale:
    """What was agreed, on the balance *heard*."""
    amount, means = agreement.terms
    return Sale(account.id, heard=heard, amount=amount, means=means, call_id=visit.call.id)


async def pays_hastily(visit: Visit) -> Ended:
    """Says that it is paid before it is."""
    account = await visit.account()
    agreement = await agreed(visit, account, visit.desk)
    if agreement is None:
        return CANCELLED
    await visit.phone.announce(PAID)
    await open_and_charge(visit.desk.till, sale(visit, agreement, account, agreement.owed.balance))
    return PAID_IT


async def pays_twice(visit: Visit) -> Ended:
    """Takes one agreement for two."""
    account = await visit.account()
    agreement = await agreed(visit, account, visit.desk)
    if agreement is None:
        return CANCELLED
    owed, (amount, _) = agreement.owed.balance, agreement.terms
    for heard in (owed, owed - amount):
        await open_and_charge(visit.desk.till, sale(visit, agreement, account, heard))
    return PAID_IT


async def swaps_shares(visit: Visit) -> Ended:
    """Charges one account what was read back for the other."""
    if (together := await agreed_together(visit)) is None:
        return CANCELLED
    shares, means = together
    swapped = zip(shares, reversed(shares), strict=True)
    wrong = tuple(replace(share, amount=other.amount) for share, other in swapped)
    await charge_each(visit.desk, visit.call, wrong, means)
    return PAID_IT


async def hides_the_fee(visit: Visit) -> Ended:
    """Charges a fee that was not read back."""
    account = await visit.account()
    agreement = await agreed(visit, account, replace(visit.desk, fee=NO_FEE))
    if agreement is None:
        return CANCELLED
    honest, fee = sale(visit, agreement, account, agreement.owed.balance), Money(250)
    await open_and_charge(visit.desk.till, replace(honest, amount=honest.amount + fee, fee=fee))
    return PAID_IT


async def charges_a_fee_for_each(visit: Visit) -> Ended:
    """Charges for every account the fee that was read back for all."""
    if (together := await agreed_together(visit)) is None:
        return CANCELLED
    shares, means = together
    for share in shares:
        await charge_each(visit.desk, visit.call, (share,), means, fee=visit.desk.fee)
    return PAID_IT


async def breaks(visit: Visit) -> Ended:
    """Has a fault of its own."""
    raise ZeroDivisionError(visit.call.called)


async def offers_too_much(visit: Visit) -> Ended:
    """Offers six things at once."""
    await choose(visit.phone, *RECORDS_MENU, WAYS, keys="12345")
    return CANCELLED


OF_A_FLOW = [
    (pays_hastily, "who_heard_paid_has_paid"),
    (pays_hastily, "next_call_tells_first"),
    (pays_twice, "one_payment_for_an_agreement"),
    (swaps_shares, "charged_as_read_back"),
    (hides_the_fee, "a_fee_is_charged_once_as_read_back"),
    (charges_a_fee_for_each, "a_fee_is_charged_once_as_read_back"),
    (breaks, "no_job_breaks"),
    (offers_too_much, "questions_offer_five_choices"),
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
