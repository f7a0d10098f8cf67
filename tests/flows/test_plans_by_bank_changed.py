"""Plans that a bank account pays: what changes is authorised anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from paytone.back_office.settlement import poll
from paytone.flows import Talk
from paytone.flows.authorisation import CANNOT_SPEAK
from paytone.flows.autopay import CANCEL, CANCEL_SURE, DONE
from paytone.flows.later import LATER_LIST
from paytone.flows.methods import IN_USE, REMOVE, saved_methods
from paytone.flows.plan_agree import NOT_AGREED
from paytone.flows.plan_entry import ASK_AUTOPAY_DAY, WHICH_METHOD
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.rules.method import BankFace, CardFace
from paytone.rules.schedule import AutoPay
from paytone.sandbox.sales.returns import returned
from paytone.store import authorisations, methods
from tests.flows.debited import (
    AUTOPAY,
    DAY,
    DUE,
    FIXED,
    NEW_CARD,
    SPOKEN,
    customer,
    only,
    spoken_for,
    talk,
)
from tests.plans import agreed, at, make, saved_card, standing
from tests.teller import Counter


async def test_another_day_is_authorised_anew_and_the_old_one_serves_no_more(
    checks: Counter,
) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    await talk(checks, account, "autopay", (CANCEL, "2"), (ASK_AUTOPAY_DAY, "1"), *SPOKEN)
    last, first = await spoken_for(checks, await only(checks, account))
    assert (True, False) == (first.ended is not None, last.ended is not None)


async def test_without_a_spoken_yes_a_change_changes_nothing(checks: Counter) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    turns = ((CANCEL, "2"), (ASK_AUTOPAY_DAY, "1"), (CANNOT_SPEAK, "*"))
    phone = await talk(checks, account, "autopay", *turns)
    assert NOT_AGREED == phone.heard[-1]
    (kept,) = await spoken_for(checks, await only(checks, account))
    assert kept.ended is None


async def test_from_a_card_to_a_bank_account_takes_a_spoken_yes(checks: Counter) -> None:
    account = await customer(checks)
    await agreed(checks, account, AutoPay(0), await saved_card(checks, account))
    to_bank = (CANCEL, "1"), (WHICH_METHOD, "1")
    kept = await methods.of_customer(checks.store, account.customer_id)
    bank = str(1 + [isinstance(each.face, BankFace) for each in kept].index(True))
    phone = await talk(checks, account, "autopay", to_bank[0], (WHICH_METHOD, bank), *SPOKEN)
    assert DONE in phone.heard
    assert 1 == len(await spoken_for(checks, await only(checks, account)))


async def test_cancelled_in_a_call_it_is_revoked(checks: Counter) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    schedule = await only(checks, account)
    await talk(checks, account, "autopay", (CANCEL, "4"), (CANCEL_SURE, "1"))
    (kept,) = await spoken_for(checks, schedule)
    assert kept.ended is not None
    await make(checks, DUE)
    assert [] == checks.charges()


async def test_an_account_that_a_plan_pays_from_is_not_removed(checks: Counter) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    with ScriptedPhone((REMOVE, "1")) as phone:
        await saved_methods(Talk(phone, checks.desk, await checks.call(), account))
    assert IN_USE in phone.heard
    assert 1 == len(await methods.of_customer(checks.store, account.customer_id))


async def test_after_an_unauthorised_return_it_starts_again_only_from_another_method(
    checks: Counter,
) -> None:
    account = await customer(checks)
    await talk(checks, account, "later", *FIXED)
    schedule = await only(checks, account)
    await make(checks, DAY)
    (sale,) = checks.sandbox.books_of().transactions.values()
    checks.sandbox.books_of().keep(returned(sale, "R10", datetime.now(UTC), None))
    await poll(checks.store, checks.desk.gateway, now=at(DAY, 13))
    await make(checks, DAY + timedelta(days=1))
    assert "paused" == (await standing(checks, schedule))[0]
    turns = ((LATER_LIST, "3"), (Prompt("plan-start-it"), "4"), (WHICH_METHOD, "1"), *NEW_CARD)
    await talk(checks, account, "later", *turns)
    method = await methods.by_id(checks.store, (await only(checks, account)).method_id)
    assert method is not None
    assert isinstance(method.face, CardFace)


async def test_changing_a_bank_paid_plan_where_checks_are_off_asks_for_a_card(
    checks: Counter,
) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    cards_only = replace(checks, desk=replace(checks.desk, checks=None))
    await talk(cards_only, account, "autopay", (CANCEL, "2"), (ASK_AUTOPAY_DAY, "1"), *NEW_CARD)
    method = await methods.by_id(checks.store, (await only(checks, account)).method_id)
    assert method is not None
    assert isinstance(method.face, CardFace)
    assert [False] == [
        each.ended is None for each in await authorisations.listed(checks.store, since=None)
    ]
