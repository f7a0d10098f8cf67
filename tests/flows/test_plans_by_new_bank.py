"""Later payments from a bank account that is first keyed, checked and saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.back_office.forget import ORPHANED_AFTER, forget_orphans
from paytone.flows.autopay import autopay
from paytone.flows.bank_entry import BANK_KNOWS_NO_SUCH, BANK_TROUBLE
from paytone.flows.keep_bank import ACCEPT as KEEP_ACCEPT
from paytone.flows.keep_bank import BANK_KEPT, KEEP_BANK_FOR
from paytone.flows.plan_authorisation import SAY_THESE
from paytone.flows.plan_entry import ASK_AUTOPAY_DAY, NEW_BANK, NOTICE_ALWAYS, WHICH_METHOD
from paytone.flows.plan_words import TERMS_AUTOPAY
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.method import BankFace
from paytone.sandbox.control.faults import Fault
from paytone.store import methods, schedules
from tests.checks import CHECKED, account_turns
from tests.flows.debited import ASKED, DUE, SPOKEN, only, talk
from tests.plans import reached, writing
from tests.teller import NOW, Counter

NEW: tuple[Turn, ...] = (
    *ASKED,
    (NEW_BANK, "2"),
    *account_turns(),
    CHECKED,
    (KEEP_ACCEPT, "1"),
)


async def test_a_new_bank_account_is_checked_saved_and_authorised(checks: Counter) -> None:
    account = await checks.account(due=DUE)
    await reached(checks, account)
    phone = await talk(checks, account, "autopay", *NEW, *SPOKEN)
    (method,) = await methods.of_customer(checks.store, account.customer_id)
    assert isinstance(method.face, BankFace)
    assert method.id == (await only(checks, account)).method_id
    assert phone.heard_in_order(KEEP_BANK_FOR, KEEP_ACCEPT, BANK_KEPT, TERMS_AUTOPAY, SAY_THESE)
    assert [] == checks.charges()


@pytest.mark.parametrize("at_turn", range(len(NEW)))
async def test_hanging_up_at_a_new_bank_account_keeps_none(checks: Counter, at_turn: int) -> None:
    """What its bank was asked about the worker has Braintree forget."""
    account = await checks.account(due=DUE)
    await reached(checks, account)
    cut = (*NEW[:at_turn], (NEW[at_turn][0], None))
    with ScriptedPhone(*cut) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(checks).desk, await checks.call(), account)
    assert [] == await methods.of_customer(checks.store, account.customer_id)
    soon = NOW + ORPHANED_AFTER + timedelta(seconds=1)
    await forget_orphans(checks.store, checks.desk.gateway, now=soon)
    assert {} == dict(checks.sandbox.books_of().methods)


async def test_a_new_bank_account_that_may_not_be_saved_is_forgotten(checks: Counter) -> None:
    account = await checks.account(due=DUE)
    await reached(checks, account)
    turns = (
        *NEW[:-1],
        (KEEP_ACCEPT, "*"),
        (WHICH_METHOD, "*"),
        (NOTICE_ALWAYS, "*"),
        (ASK_AUTOPAY_DAY, "*"),
    )
    await talk(checks, account, "autopay", *turns)
    assert {} == dict(checks.sandbox.books_of().methods)
    assert [] == await schedules.of_account(checks.store, account.id)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param("1000000008", BANK_KNOWS_NO_SUCH, id="unknown to its bank"),
        pytest.param(None, BANK_TROUBLE, id="Braintree is away"),
    ],
)
async def test_a_new_bank_account_that_cannot_be_checked_is_told(
    checks: Counter, number: str | None, said: Prompt
) -> None:
    account = await checks.account(due=DUE)
    await reached(checks, account)
    if number is None:
        checks.sandbox.faults.inject(Fault("vault", "before", "drop"))
    keyed = (*ASKED, (NEW_BANK, "2"), *account_turns(number=number or "1000000000"), CHECKED)
    again = (*account_turns()[:1],) if number else ()
    turns = (*keyed, *[(prompt, "*") for prompt, _ in again])
    phone = await talk(
        checks,
        account,
        "autopay",
        *turns,
        (WHICH_METHOD, "*"),
        (NOTICE_ALWAYS, "*"),
        (ASK_AUTOPAY_DAY, "*"),
    )
    assert said in phone.heard
    assert [] == await methods.of_customer(checks.store, account.customer_id)
