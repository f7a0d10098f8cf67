"""Callers without a PIN who hear or pay what they should not, and the simulation that misses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from paytone.ask import BACK
from paytone.flows import Talk
from paytone.flows.menu import balance
from paytone.flows.pay_bill import pay_bill
from paytone.flows.pay_only import pay_only
from paytone.flows.pay_only_entry import PayOnlyEntry
from paytone.flows.resume import tell_earlier
from paytone.jobs import JOBS
from paytone.line.postgres import PrivatePostgres
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.simulate.rig import LINE
from paytone.store import accounts
from paytone.till import Sale, open_and_charge
from paytone.visit import Visit
from tests.simulate.given import a_database, found

NEVER_TOLD = "who_pays_only_hears_nothing_of_the_account"
AS_READ_BACK = "who_pays_only_is_charged_as_read_back"


async def takes_a_zip_code_for_a_pin(visit: Visit) -> Ended:
    """Lets the caller pay as if the PIN had been right."""
    account = await visit.account_to_pay()
    ended = await pay_bill(visit.phone, visit.desk, visit.call, account)
    return replace(ended, next=Next.PAY_ONLY)


async def says_what_is_owed(visit: Visit) -> Ended:
    """Begins with the balance."""
    account = await visit.account_to_pay()
    await visit.phone.say(*await balance(visit.phone, visit.desk, account))
    return await pay_only(visit.phone, visit.desk, visit.call, account)


async def tells_of_all_calls(visit: Visit) -> Ended:
    """Tells what became of payments that somebody else made."""
    account = await visit.account_to_pay()
    await tell_earlier(visit.phone, visit.desk, visit.call, account)
    return await pay_only(visit.phone, visit.desk, visit.call, account)


async def charges_a_cent_more(visit: Visit) -> Ended:
    """Charges another amount than was read back."""
    account = await visit.account_to_pay()
    agreed = await PayOnlyEntry(Talk(visit.phone, visit.desk, visit.call, account)).agree()
    if agreed is BACK:
        return Ended(Status.CANCELLED, Next.PAY_ONLY)
    amount, means, given = agreed
    owed = (await accounts.owed(visit.desk.store, account.id)).balance
    total, call = amount + Money(1), visit.call.id
    sale = Sale(account.id, owed, total, means, call_id=call, given=given)
    await open_and_charge(visit.desk.till, sale)
    return Ended(Status.PAID, Next.PAY_ONLY)


OF_PAYING_ONLY = [
    (takes_a_zip_code_for_a_pin, NEVER_TOLD),
    (says_what_is_owed, NEVER_TOLD),
    (tells_of_all_calls, NEVER_TOLD),
    (charges_a_cent_more, AS_READ_BACK),
]


@pytest.mark.parametrize(("flow", "invariant"), OF_PAYING_ONLY)
def test_a_flow_that_tells_or_takes_too_much_is_caught(
    postgres: PrivatePostgres,
    migrated_template: str,
    flow: Callable[[Visit], Awaitable[Ended]],
    invariant: str,
) -> None:
    rig = replace(LINE, jobs={**JOBS, "pay-only": flow})
    with a_database(postgres, migrated_template) as url:
        assert found(url, invariant, rig) is not None
