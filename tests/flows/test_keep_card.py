"""A card that is to be kept: its bank is asked after few, so that nobody tries numbers out here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from paytone.ask import BACK, Back
from paytone.flows import Call, Talk
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.keep_card import (
    ACCEPT,
    CARD_HELD,
    CARD_NOT_KEPT,
    NOT_CHARGED,
    REFUSALS_A_DAY,
    REFUSED_OFTEN,
    keep_new_card,
)
from paytone.flows.pay_bill import TRY_ANOTHER_CARD, pay_bill
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.fingerprint import Fingerprints
from paytone.rules.job import Status
from paytone.rules.method import SavedMethod
from paytone.store import calls
from tests.flows.test_pay_bill import AGREE, CARD, other
from tests.teller import NOW, Counter, later

CALLING: Final = "3125550199"
DECLINES: Final[Turn] = (ASK_CARD, "4000111111111115#")
YES: Final[Turn] = (ACCEPT, "1")
REFUSED: Final[tuple[Turn, ...]] = (DECLINES, *CARD[1:], YES)
KEPT: Final[tuple[Turn, ...]] = (*CARD, YES)


async def call_about(
    counter: Counter, account: Account, *, calling: str | None = CALLING, now: datetime = NOW
) -> Call:
    """A call of somebody who identified for *account*."""
    call = await later(counter, now).call(calling)
    await calls.identified(counter.store, call.id, account.id, now)
    return call


async def keeps(
    counter: Counter,
    account: Account,
    *turns: Turn,
    calling: str | None = CALLING,
    now: datetime = NOW,
) -> tuple[SavedMethod | Back, list[Prompt]]:
    """What is kept in a call of its own, and what was heard."""
    call = await call_about(counter, account, calling=calling, now=now)
    with ScriptedPhone(*turns) as phone:
        talk = Talk(phone, later(counter, now).desk, call, account)
        return await keep_new_card(talk), phone.heard


async def refused(counter: Counter, account: Account, times: int = REFUSALS_A_DAY) -> None:
    """So many cards that their bank does not know, each in a call of its own."""
    for _ in range(times):
        _, heard = await keeps(counter, account, *REFUSED)
        assert CARD_NOT_KEPT in heard


@pytest.mark.parametrize("calling", [CALLING, "3125550111", None], ids=["same", "other", "none"])
async def test_after_too_many_in_a_day_no_bank_is_asked_for_the_account(
    counter: Counter, calling: str | None
) -> None:
    account = await counter.account()
    await refused(counter, account)
    kept, heard = await keeps(counter, account, calling=calling)
    assert (BACK, [REFUSED_OFTEN, NOT_CHARGED]) == (kept, heard)


async def test_nor_for_another_account_from_the_same_number(counter: Counter) -> None:
    await refused(counter, await counter.account())
    another = await counter.account(number="4412000000004413", phone="3125550143")
    _, heard = await keeps(counter, another)
    assert REFUSED_OFTEN in heard
    kept, _ = await keeps(counter, another, *KEPT, calling="3125550111")
    assert isinstance(kept, SavedMethod)


async def test_withheld_numbers_are_not_one(counter: Counter) -> None:
    account = await counter.account()
    for _ in range(REFUSALS_A_DAY):
        await keeps(counter, account, *REFUSED, calling=None)
    another = await counter.account(number="4412000000004413", phone="3125550143")
    kept, _ = await keeps(counter, another, *KEPT, calling=None)
    assert isinstance(kept, SavedMethod)


async def test_one_less_than_too_many_and_the_next_day_are_well(counter: Counter) -> None:
    account = await counter.account()
    await refused(counter, account, REFUSALS_A_DAY - 1)
    kept, _ = await keeps(counter, account, *KEPT)
    assert isinstance(kept, SavedMethod)
    await refused(counter, account, 1)
    assert REFUSED_OFTEN in (await keeps(counter, account))[1]
    kept, _ = await keeps(counter, account, *KEPT, now=NOW + timedelta(days=1, seconds=1))
    assert isinstance(kept, SavedMethod)


async def test_all_of_them_in_one_job_count(counter: Counter) -> None:
    account = await counter.account()
    call = await call_about(counter, account)
    with ScriptedPhone(*REFUSED * REFUSALS_A_DAY) as phone:
        talk = Talk(phone, counter.desk, call, account)
        for _ in range(REFUSALS_A_DAY + 1):
            assert BACK is await keep_new_card(talk)
    assert [REFUSED_OFTEN, NOT_CHARGED] == phone.heard[-2:]


async def test_payments_that_were_declined_count_too(counter: Counter) -> None:
    account = await counter.account(owes_cents=490_000)
    for _ in range(REFUSALS_A_DAY):
        call = await call_about(counter, account)
        turns = (*other("2001*00#"), *CARD, AGREE, (TRY_ANOTHER_CARD, "*"))
        with ScriptedPhone(*turns) as phone:
            ended = await pay_bill(phone, counter.desk, call, account)
        assert Status.DECLINED is ended.status
    assert REFUSED_OFTEN in (await keeps(counter, account))[1]


async def test_a_card_that_may_not_be_charged_is_not_kept(counter: Counter) -> None:
    """Declined for good in a payment: its bank is not asked after it again."""
    prints = Fingerprints(b"k" * 32)
    counting = replace(counter, desk=replace(counter.desk, fingerprints=prints))
    account = await counting.account(owes_cents=490_000)
    turns = (*other("2012*00#"), *CARD, AGREE, (TRY_ANOTHER_CARD, "*"))
    with ScriptedPhone(*turns) as phone:
        await pay_bill(phone, counting.desk, await counting.call(), account)
    kept, heard = await keeps(counting, account, *CARD)
    assert (BACK, [CARD_HELD, NOT_CHARGED]) == (kept, heard[-2:])


async def test_hanging_up_while_the_bank_is_asked_counts(counter: Counter) -> None:
    account = await counter.account()
    await refused(counter, account, REFUSALS_A_DAY - 1)
    call = await call_about(counter, account)
    with (
        ScriptedPhone(*REFUSED, (CARD_NOT_KEPT, None)) as phone,
        pytest.raises(HungUp),
    ):
        await keep_new_card(Talk(phone, counter.desk, call, account))
    assert REFUSED_OFTEN in (await keeps(counter, account))[1]
