"""Bank accounts that a dialplan has debited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from paytone.flows import Checks
from paytone.flows.agreement import REVIEW_CHECK_KEYS
from paytone.flows.authorisation import ACCEPT, CANNOT_SPEAK, HOLDER, OWNER, SAY_NOW
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    CHECK_WITH_BANK,
    IF_CHECKING,
    IF_PERSONAL,
)
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.pay_bill import CHECK_ACCEPTED, PAID
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.rules.fedach import Participant, read
from paytone.rules.pay_result import Result
from paytone.store import banks
from tests.checks import DEMO, ENQUIRIES
from tests.flows.taking import AGREE, CARD, DONE, request
from tests.spoken_yes import YES
from tests.teller import NOW, Counter

BANK: tuple[Turn, ...] = (
    (ASK_ROUTING, "021000021"),
    (ASK_BANK_ACCOUNT, "1000000000#"),
    (BANK_ACCOUNT_AGAIN, "1000000000#"),
)
SPOKEN: tuple[Turn, ...] = (
    (CHECK_WITH_BANK, "1"),
    (REVIEW_CHECK_KEYS, "1"),
    (CANNOT_SPEAK, "1"),
    (SAY_NOW, ""),
    (ACCEPT, "1"),
)
BY_BANK = {"METHODS": "ach-debit", "NAME": "Some Payer"}


@pytest_asyncio.fixture
async def checks(counter: Counter) -> AsyncIterator[Counter]:
    """The counter, taking electronic checks from the demo's banks."""
    listed = [each for each in read(DEMO.read_text().splitlines()) if isinstance(each, Participant)]
    await banks.replace_all(counter.store, listed, by="test", now=NOW, force=False)
    yield replace(counter, desk=replace(counter.desk, checks=Checks(ENQUIRIES)))


async def test_a_bank_account_is_debited_once_it_is_authorised_aloud(checks: Counter) -> None:
    asked = await request(checks, **BY_BANK)
    turns = (*BANK, (IF_CHECKING, "1"), (IF_PERSONAL, "1"), *SPOKEN, DONE)
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        taken = await asked.take(checks, phone)
    assert Result.SUCCESS is taken.result
    assert phone.heard_in_order(OWNER, CHECK_ACCEPTED)
    assert HOLDER not in phone.heard
    (row,) = await checks.store.all("SELECT * FROM authorisations_in_full")
    assert ("Some Payer", "sale:INV-1001") == (row["customer"], row["biller_account"])
    assert "Some Payer, reference INV-1001" in row["mandate"]
    masked = {"bank-routing-number": "xxxxxxxxx", "bank-account-number": "xxxxxx0000"}
    assert ("payment-confirmation", masked) == asked.keyed[-1]


@pytest.mark.parametrize("kind", ["consumer-savings", "commercial-checking"])
async def test_the_kind_of_account_is_not_asked_where_it_is_known(
    checks: Counter, kind: str
) -> None:
    asked = await request(checks, BANK_ACCOUNT_TYPE=kind, **BY_BANK)
    with ScriptedPhone(*BANK, *SPOKEN, DONE, voice=[YES]) as phone:
        taken = await asked.take(checks, phone)
    assert taken.payment is not None
    assert kind.endswith(str(taken.payment.face).split(" account")[0].split()[-1])
    assert IF_CHECKING not in phone.heard


async def test_card_or_bank_account_is_the_callers_choice_where_both_are_taken(
    checks: Counter,
) -> None:
    asked = await request(checks, METHODS="credit-card,ach-debit", NAME="Some Payer")
    with ScriptedPhone((PAY_WITH_CHECK, "2"), *CARD, AGREE, DONE) as phone:
        taken = await asked.take(checks, phone)
    assert Result.SUCCESS is taken.result
    assert PAID in phone.heard


@pytest.mark.parametrize("at", range(len(BANK) + len(SPOKEN)))
async def test_hanging_up_at_each_question_of_a_bank_account_debits_nothing(
    checks: Counter, at: int
) -> None:
    whole = (*BANK, *SPOKEN)
    asked = await request(checks, BANK_ACCOUNT_TYPE="consumer-checking", **BY_BANK)
    voice = [YES] if at > len(whole) - 2 else [None]
    with (
        ScriptedPhone(*whole[:at], (whole[at][0], None), voice=voice) as phone,
        pytest.raises(HungUp),
    ):
        await asked.take(checks, phone)
    assert [] == checks.charges()
