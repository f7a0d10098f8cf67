"""A bank account is keyed, and its bank asked, before anything is debited from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from paytone.flows.amount_entry import ASK_AMOUNT_KIND
from paytone.flows.authorisation import SAY_NOW
from paytone.flows.bank_entry import (
    ASK_BANK_ACCOUNT,
    ASK_ROUTING,
    BANK_ACCOUNT_AGAIN,
    BANK_ACCOUNTS_DIFFER,
    BANK_KNOWS_NO_SUCH,
    BANK_LATER,
    BANK_NOT_VERIFIED,
    BANK_REFUSED_OFTEN,
    BANK_TROUBLE,
    CHECK_WITH_BANK,
    CHECKING_ENDING_IN,
    ROUTING_MISREAD,
    ROUTING_NOT_LISTED,
    SAVINGS_ENDING_IN,
    YOUR_BANK_IS,
    YOUR_ROUTING_IS,
)
from paytone.flows.method_entry import PAY_WITH_CARD, PAY_WITH_CHECK
from paytone.flows.pay_bill import (
    CHECK_ACCEPTED,
    pay_bill,
)
from paytone.phone.scripted import ScriptedPhone
from paytone.prompts import Prompt
from paytone.rules.fedach import Participant
from paytone.rules.job import Status
from paytone.sandbox.control.faults import Fault
from paytone.store import banks
from tests.checks import (
    ALL,
    BY_CHECK,
    CARD,
    CHASE,
    CHECKED,
    NUMBER,
    TO_REVIEW,
    WHOLE,
    account_turns,
    pay,
)
from tests.spoken_yes import YES
from tests.teller import NOW, Counter


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param("021000022", ROUTING_MISREAD, id="checksum"),
        pytest.param("122105155", ROUTING_NOT_LISTED, id="not listed"),
    ],
)
async def test_a_routing_number_is_checked_twice(checks: Counter, wrong: str, said: Prompt) -> None:
    turns = (
        WHOLE,
        BY_CHECK,
        (ASK_ROUTING, wrong),
        *account_turns(),
        CHECKED,
        *ALL[len(TO_REVIEW) :],
    )
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        ended = await pay(checks, phone)
    assert Status.PAID is ended.status
    assert phone.heard_in_order(said, YOUR_BANK_IS, Prompt("bank-chase"))


async def test_a_bank_that_moved_is_debited_under_its_new_number(checks: Counter) -> None:
    moved = [
        Participant("122105155", "OLD BANK", CHASE, NOW.date()),
        Participant(CHASE, "A BANK WITHOUT A PROMPT", None, NOW.date()),
    ]
    await banks.replace_all(checks.store, moved, by="test", now=NOW, force=True)
    turns = (WHOLE, BY_CHECK, *account_turns("122105155"), *ALL[len(TO_REVIEW) - 1 :])
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        await pay(checks, phone)
    (held,) = checks.sandbox.books_of().transactions.values()
    assert held.instrument.other is not None
    assert CHASE == held.instrument.other.details["routing_number"]
    assert YOUR_ROUTING_IS in phone.heard


async def test_two_account_numbers_that_differ_are_asked_again(checks: Counter) -> None:
    wrong = ((ASK_BANK_ACCOUNT, f"{NUMBER}#"), (BANK_ACCOUNT_AGAIN, "1000000001#"))
    keyed = account_turns()
    turns = (WHOLE, BY_CHECK, keyed[0], *wrong, *keyed[1:], *ALL[len(TO_REVIEW) - 1 :])
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        ended = await pay(checks, phone)
    assert Status.PAID is ended.status
    assert BANK_ACCOUNTS_DIFFER in phone.heard


@pytest.mark.parametrize(
    ("kind", "owner", "ending", "kept"),
    [
        pytest.param("1", "1", CHECKING_ENDING_IN, ("checking", "personal"), id="own checking"),
        pytest.param("2", "1", SAVINGS_ENDING_IN, ("savings", "personal"), id="own savings"),
        pytest.param("1", "2", CHECKING_ENDING_IN, ("checking", "business"), id="firm's checking"),
        pytest.param("2", "2", SAVINGS_ENDING_IN, ("savings", "business"), id="firm's savings"),
    ],
)
async def test_the_kind_of_account_and_whose_it_is_are_read_back_and_debited(
    checks: Counter, kind: str, owner: str, ending: Prompt, kept: tuple[str, str]
) -> None:
    keyed = account_turns(kind=kind, owner=owner)
    with ScriptedPhone(WHOLE, BY_CHECK, *keyed, *ALL[len(TO_REVIEW) - 1 :], voice=[YES]) as phone:
        await pay(checks, phone)
    assert phone.heard_in_order(ending, CHECK_WITH_BANK, ending, SAY_NOW, CHECK_ACCEPTED)
    (held,) = checks.sandbox.books_of().transactions.values()
    assert held.instrument.other is not None
    details = held.instrument.other.details
    assert kept == (details["account_type"], details["ownership_type"])


async def test_an_account_that_its_bank_does_not_know_is_keyed_again(checks: Counter) -> None:
    unknown = (*account_turns(number="1000000008"), CHECKED)
    with ScriptedPhone(WHOLE, BY_CHECK, *unknown, *ALL[2:], voice=[YES]) as phone:
        ended = await pay(checks, phone)
    assert Status.PAID is ended.status
    assert BANK_KNOWS_NO_SUCH in phone.heard


async def test_an_account_that_cannot_be_verified_at_once_hears_what_comes_next(
    checks: Counter,
) -> None:
    turns = (WHOLE, BY_CHECK, *account_turns(number="1000000006"), CHECKED, (PAY_WITH_CARD, "2"))
    with ScriptedPhone(*turns, *CARD) as phone:
        ended = await pay(checks, phone)
    assert Status.PAID is ended.status
    assert phone.heard_in_order(BANK_NOT_VERIFIED, BANK_LATER, PAY_WITH_CARD)
    assert {} == checks.sandbox.books_of().methods


async def test_account_numbers_cannot_be_tried_out(checks: Counter) -> None:
    """Three refusals for one bill, in whatever calls; a day later it may be tried again."""
    unknown = (*account_turns(number="1000000008"), CHECKED)
    turns = (
        WHOLE,
        BY_CHECK,
        *unknown,
        *unknown,
        *unknown,
        (PAY_WITH_CHECK, "3"),
        (PAY_WITH_CARD, "*"),
    )
    with ScriptedPhone(*turns, (ASK_AMOUNT_KIND, "*")) as phone:
        account = await checks.account()
        await pay_bill(phone, checks.desk, await checks.call(), account)
    assert 3 == phone.heard.count(BANK_KNOWS_NO_SUCH)
    assert 2 == phone.heard.count(BANK_REFUSED_OFTEN)
    again = ScriptedPhone(WHOLE, BY_CHECK, (PAY_WITH_CARD, "*"), (ASK_AMOUNT_KIND, "*"))
    with again:
        await pay_bill(again, checks.desk, await checks.call(), account)
    assert ASK_ROUTING not in again.heard
    tomorrow = replace(checks.desk, clock=lambda: NOW + timedelta(days=1, minutes=1))
    with ScriptedPhone(*ALL, voice=[YES]) as later:
        await pay_bill(later, tomorrow, await checks.call(), account)
    assert CHECK_ACCEPTED in later.heard


async def test_when_the_bank_cannot_be_asked_a_card_still_pays(checks: Counter) -> None:
    checks.sandbox.faults.inject(Fault("vault", "before", "drop"))
    turns = (*TO_REVIEW, (PAY_WITH_CARD, "2"))
    with ScriptedPhone(*turns, *CARD) as phone:
        ended = await pay(checks, phone)
    assert Status.PAID is ended.status
    assert BANK_TROUBLE in phone.heard
