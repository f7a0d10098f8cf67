"""AutoPay in a call: told as it stands, changed, paused, cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paytone.flows.autopay import AUTOPAY_ON, AUTOPAY_PAUSED, CANCEL, CANCEL_SURE, DONE, autopay
from paytone.flows.method_entry import face_in_words
from paytone.flows.plan_agree import CANCELLED, PAUSED, TERMS_ACCEPT
from paytone.flows.plan_entry import ASK_AUTOPAY_DAY, ASK_DAYS_BEFORE, WHICH_METHOD
from paytone.flows.plan_words import (
    IS_STOPPED,
    NEXT_IS,
    NO_BILL,
    NOTHING_WAITED,
    ON_DUE_DATE,
    STOPPED_OF,
    TERMS_AUTOPAY,
)
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import spoken
from paytone.rules.bill import Account
from paytone.rules.method import SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Schedule
from paytone.store import schedules
from tests.flows.enrolling import ACCEPT, DUE, only, reached_account, talk
from tests.plans import agreed, delivered, letters_of, make, runs_of, saved_card, writing
from tests.teller import NOW, Counter


async def enrolled(counter: Counter) -> tuple[Account, SavedMethod, Schedule]:
    """An account whose bill is planned for, on its due date."""
    account = await reached_account(counter)
    method = await saved_card(counter, account)
    schedule = await agreed(counter, account, AutoPay(0), method)
    await make(counter, NOW.date())
    return account, method, schedule


async def test_how_it_stands_is_told_with_the_next_run(counter: Counter) -> None:
    account, method, _ = await enrolled(counter)
    phone = await talk(counter, account, (CANCEL, "*"))
    assert phone.heard_in_order(
        AUTOPAY_ON,
        ON_DUE_DATE,
        *face_in_words(method.face),
        NEXT_IS,
        *spoken.money(Money(11240)),
        *spoken.date(DUE),
    )


async def test_without_a_bill_there_is_no_next_run(counter: Counter) -> None:
    account = await reached_account(counter)
    await agreed(counter, account, AutoPay(0))
    phone = await talk(counter, account, (CANCEL, "*"))
    assert NO_BILL in phone.heard


async def test_cancelling_names_the_payment_that_it_stops(counter: Counter) -> None:
    account, _, schedule = await enrolled(counter)
    phone = await talk(counter, account, (CANCEL, "4"), (CANCEL_SURE, "1"))
    assert phone.heard_in_order(
        CANCELLED, STOPPED_OF, *spoken.money(Money(11240)), *spoken.date(DUE), IS_STOPPED
    )
    assert [] == await schedules.of_account(counter.store, account.id)
    await make(counter, DUE)
    assert [] == counter.charges()
    (letter,) = await letters_of(counter, "schedule-cancelled")
    assert (11240, "2026-03-20") == (letter["stopped_cents"], letter["stopped_on"])
    assert ["agreed", "cancelled"] == [
        change["what"] for change in await schedules.changes(counter.store, schedule)
    ]


async def test_cancelling_needs_a_second_key(counter: Counter) -> None:
    account, _, _ = await enrolled(counter)
    await talk(counter, account, (CANCEL, "4"), (CANCEL_SURE, "*"))
    assert await schedules.of_account(counter.store, account.id)


async def test_paused_nothing_is_paid_until_it_is_started_again(counter: Counter) -> None:
    account, _, schedule = await enrolled(counter)
    phone = await talk(counter, account, (CANCEL, "3"))
    assert phone.heard_in_order(PAUSED, STOPPED_OF, IS_STOPPED)
    await make(counter, DUE)
    assert [] == counter.charges()
    phone = await talk(counter, account, (CANCEL, "3"), ACCEPT)
    assert phone.heard_in_order(AUTOPAY_PAUSED, TERMS_AUTOPAY, DONE, NEXT_IS)
    await delivered(counter, NOW)
    for days in range(15):
        await make(counter, DUE + timedelta(days=days))
    assert 1 == len(counter.charges())
    assert 2 == len(await letters_of(counter, "run-notice"))
    assert schedule.id == (await only(counter, account)).id


async def test_another_card_pays_what_was_announced_already(counter: Counter) -> None:
    account, _, _ = await enrolled(counter)
    await saved_card(counter, account, number="4012888888881881", fingerprint="cd" * 32)
    kept = await counter.store.all(
        "SELECT last_four FROM payment_methods ORDER BY added_at DESC, id"
    )
    await talk(counter, account, (CANCEL, "1"), (WHICH_METHOD, "1"), ACCEPT)
    await make(counter, DUE)
    (payment,) = await counter.payments(account)
    assert kept[0]["last_four"] == payment.face.last_four
    assert Money(11240) == payment.amount


async def test_another_day_is_for_bills_not_yet_announced(counter: Counter) -> None:
    account, _, schedule = await enrolled(counter)
    turns: tuple[Turn, ...] = ((CANCEL, "2"), (ASK_AUTOPAY_DAY, "2"), (ASK_DAYS_BEFORE, "7#"))
    await talk(counter, account, *turns, ACCEPT)
    assert AutoPay(7) == (await only(counter, account)).terms
    assert [DUE] == [day for day, _ in await runs_of(counter, schedule)]


async def test_a_second_cancel_finds_nothing_waiting(counter: Counter) -> None:
    account = await reached_account(counter)
    await agreed(counter, account, AutoPay(0))
    await counter.store.run("UPDATE schedules SET planned_due = '2030-01-01'")
    phone = await talk(counter, account, (CANCEL, "4"), (CANCEL_SURE, "1"))
    assert NOTHING_WAITED == phone.heard[-1]


CHANGES: tuple[tuple[Turn, ...], ...] = (
    ((CANCEL, None),),
    ((CANCEL, "1"), (WHICH_METHOD, None)),
    ((CANCEL, "1"), (WHICH_METHOD, "1"), (TERMS_ACCEPT, None)),
    ((CANCEL, "2"), (ASK_AUTOPAY_DAY, None)),
    ((CANCEL, "2"), (ASK_AUTOPAY_DAY, "2"), (ASK_DAYS_BEFORE, None)),
    ((CANCEL, "4"), (CANCEL_SURE, None)),
)


@pytest.mark.parametrize(
    "turns", CHANGES, ids=["-".join(turn[0] for turn in each) for each in CHANGES]
)
async def test_hanging_up_while_changing_changes_nothing(
    counter: Counter, turns: tuple[Turn, ...]
) -> None:
    account, _, schedule = await enrolled(counter)
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert schedule == await only(counter, account)
