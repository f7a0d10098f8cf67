"""AutoPay in a call: set up, heard, changed, paused, cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from paytone.flows.autopay import (
    AUTOPAY_ON,
    AUTOPAY_PAUSED,
    CANCEL,
    CANCEL_SURE,
    DONE,
    SET_UP,
    autopay,
)
from paytone.flows.declined import WHY_DECLINED
from paytone.flows.keep_card import ACCEPT as KEEP_ACCEPT
from paytone.flows.keep_card import CARD_KEPT, CARD_NOT_KEPT, KEEP_CARD, NOT_CHARGED
from paytone.flows.method_entry import face_in_words
from paytone.flows.plan_agree import CANCELLED, NO_ADDRESS, NOT_AGREED, PAUSED, TERMS_ACCEPT
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_DAYS_BEFORE,
    DAYS_BEFORE_MISREAD,
    NOTICE_ALWAYS,
    WHICH_METHOD,
)
from paytone.flows.plan_words import (
    AT_MOST,
    DAYS_BEFORE,
    IS_STOPPED,
    NEXT_IS,
    NO_BILL,
    NOTHING_WAITED,
    ON_DUE_DATE,
    STOPPED_OF,
    TERMS_AUTOPAY,
    TERMS_CANCEL,
    TERMS_CHANGES,
    TERMS_COPY,
    TERMS_ENQUIRIES,
    TERMS_NOTICE,
)
from paytone.gateway import Refusal
from paytone.phone import HungUp
from paytone.phone.scripted import ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import AccountType, BankFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Schedule
from paytone.sandbox.control.faults import Fault
from paytone.store import methods, schedules
from paytone.store.methods import Consent
from tests.flows.test_pay_bill import CARD
from tests.plans import (
    VISA,
    agreed,
    delivered,
    letters_of,
    make,
    reached,
    runs_of,
    saved_card,
    writing,
)
from tests.teller import NOW, Counter

DUE = date(2026, 3, 20)
ASKED: tuple[Turn, ...] = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"))
ON_DUE: tuple[Turn, ...] = (*ASKED, (WHICH_METHOD, "1"))
ACCEPT: Turn = (TERMS_ACCEPT, "1")


async def reached_account(counter: Counter, *, owes_cents: int = 11240) -> Account:
    account = await counter.account(owes_cents=owes_cents, due=DUE)
    await reached(counter, account)
    return account


async def talk(counter: Counter, account: Account, *turns: Turn) -> ScriptedPhone:
    """The job, with a caller who takes those turns."""
    with ScriptedPhone(*turns) as phone:
        ended = await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone


async def only(counter: Counter, account: Account) -> Schedule:
    (schedule,) = await schedules.of_account(counter.store, account.id)
    return schedule


async def test_setting_it_up_reads_all_terms_stores_them_and_plans_the_bill(
    counter: Counter,
) -> None:
    account = await reached_account(counter)
    method = await saved_card(counter, account)
    phone = await talk(counter, account, *ON_DUE, ACCEPT)
    schedule = await only(counter, account)
    assert (AutoPay(0), method.id) == (schedule.terms, schedule.method_id)
    assert phone.heard_in_order(
        TERMS_AUTOPAY,
        ON_DUE_DATE,
        *face_in_words(method.face),
        *spoken.digits("4412"),
        TERMS_NOTICE,
        *spoken.number(10),
        TERMS_CHANGES,
        TERMS_CANCEL,
        TERMS_ENQUIRIES,
        TERMS_COPY,
        TERMS_ACCEPT,
        DONE,
        *spoken.digits(schedule.confirmation, group=3),
        NEXT_IS,
        AT_MOST,
        *spoken.money(Money(11240)),
        *spoken.date(DUE),
    )
    (change,) = await schedules.changes(counter.store, schedule)
    start = phone.heard.index(TERMS_AUTOPAY)
    assert phone.heard[start : phone.heard.index(DONE)] == change["prompts"]
    assert 1 == len(await letters_of(counter, "autopay-terms"))
    assert 1 == len(await letters_of(counter, "run-notice"))
    assert [] == counter.charges()


async def test_what_was_promised_is_what_is_paid(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    await talk(counter, account, *ON_DUE, ACCEPT)
    await delivered(counter, NOW)
    await make(counter, DUE)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


async def test_some_days_before_the_due_date(counter: Counter) -> None:
    account = await reached_account(counter, owes_cents=500)
    await saved_card(counter, account)
    turns: tuple[Turn, ...] = (
        (SET_UP, "1"),
        (ASK_AUTOPAY_DAY, "2"),
        (ASK_DAYS_BEFORE, "21"),
        (ASK_DAYS_BEFORE, "5#"),
        (NOTICE_ALWAYS, "1"),
        (WHICH_METHOD, "1"),
        ACCEPT,
    )
    phone = await talk(counter, account, *turns)
    assert AutoPay(5) == (await only(counter, account)).terms
    assert phone.heard_in_order(DAYS_BEFORE_MISREAD, TERMS_AUTOPAY, Prompt("number-5"), DAYS_BEFORE)


async def test_the_second_of_two_cards_can_be_chosen(counter: Counter) -> None:
    account = await reached_account(counter)
    for number in (VISA, "4012888888881881"):
        await saved_card(counter, account, number=number)
    _, second = await methods.of_customer(counter.store, account.customer_id)
    await talk(counter, account, *ASKED, (WHICH_METHOD, "2"), ACCEPT)
    assert second.id == (await only(counter, account)).method_id


async def test_star_at_the_terms_sets_nothing_up(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    phone = await talk(counter, account, *ON_DUE, (TERMS_ACCEPT, "*"))
    assert NOT_AGREED == phone.heard[-1]
    assert [] == await schedules.of_account(counter.store, account.id)


async def test_a_one_typed_ahead_does_not_accept(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    ahead: tuple[Turn, ...] = (*ASKED, (WHICH_METHOD, "11"), (TERMS_ACCEPT, "*"))
    await talk(counter, account, *ahead)
    assert [] == await schedules.of_account(counter.store, account.id)


async def test_without_an_address_for_the_notices_there_is_no_autopay(counter: Counter) -> None:
    account = await counter.account()
    await saved_card(counter, account)
    phone = await talk(counter, account, (SET_UP, "1"))
    assert NO_ADDRESS == phone.heard[-1]


async def test_where_nothing_can_be_written_there_is_no_autopay(counter: Counter) -> None:
    """The biller has no mail server."""
    account = await reached_account(counter)
    with ScriptedPhone((SET_UP, "1")) as phone:
        await autopay(phone, counter.desk, await counter.call(), account)
    assert NO_ADDRESS == phone.heard[-1]


NEW_CARD_TURNS: tuple[Turn, ...] = (*CARD, (KEEP_ACCEPT, "1"))


async def test_without_a_saved_method_a_new_card_is_saved_with_consent(counter: Counter) -> None:
    account = await reached_account(counter)
    phone = await talk(counter, account, *ASKED, *NEW_CARD_TURNS, ACCEPT)
    (method,) = await methods.of_customer(counter.store, account.customer_id)
    assert method.id == (await only(counter, account)).method_id
    row = await counter.store.one("SELECT consent_prompts FROM payment_methods")
    assert row is not None
    start = phone.heard.index(KEEP_CARD)
    assert phone.heard[start : phone.heard.index(CARD_KEPT)] == row["consent_prompts"]
    assert [] == counter.charges()
    await delivered(counter, NOW)
    await make(counter, DUE)
    assert ["112.40"] == [amount for _, amount, _ in counter.charges()]


async def test_a_new_card_beside_a_saved_one(counter: Counter) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account, number="4012888888881881")
    turns = (*ASKED, (WHICH_METHOD, "2"), *NEW_CARD_TURNS, ACCEPT)
    await talk(counter, account, *turns)
    saved = await methods.by_id(counter.store, (await only(counter, account)).method_id)
    assert saved is not None
    assert "1111" == saved.face.last_four


async def test_a_bank_account_is_not_offered(counter: Counter) -> None:
    """The line takes no electronic checks, which it would be debited by."""
    account = await reached_account(counter)
    face = BankFace("First Bank", "0000", AccountType.CHECKING)
    bank = SavedMethod(str(uuid4()), account.customer_id, face, "bank")
    consent = Consent([KEEP_CARD], "en", None)
    await methods.keep(counter.store, bank, consent, now=NOW)
    with ScriptedPhone(*ASKED, (CARD[0][0], None)) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert WHICH_METHOD not in phone.heard


async def test_a_card_that_may_not_be_saved_is_not(counter: Counter) -> None:
    account = await reached_account(counter)
    turns = (*ASKED, *CARD, (KEEP_ACCEPT, "*"), (NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
    await talk(counter, account, *turns)
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    assert [] == await schedules.of_account(counter.store, account.id)


async def test_a_card_that_cannot_be_saved_is_told(counter: Counter) -> None:
    account = await reached_account(counter)
    counter.sandbox.faults.inject(Fault("vault", "before", "drop", times=9))
    turns = (*ASKED, *NEW_CARD_TURNS, (NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
    phone = await talk(counter, account, *turns)
    assert phone.heard_in_order(CARD_NOT_KEPT, NOT_CHARGED)
    assert [] == await methods.of_customer(counter.store, account.customer_id)


async def test_a_card_that_its_bank_does_not_know_is_not_saved(counter: Counter) -> None:
    account = await reached_account(counter)
    declines = (CARD[0][0], "4000111111111115#")
    turns = (*ASKED, declines, *NEW_CARD_TURNS[1:], (NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
    phone = await talk(counter, account, *turns)
    assert phone.heard_in_order(CARD_NOT_KEPT, WHY_DECLINED[Refusal.ISSUER])
    assert [] == await methods.of_customer(counter.store, account.customer_id)
    assert {} == dict(counter.sandbox.books_of().cards)


@pytest.mark.parametrize("at", range(len(NEW_CARD_TURNS)), ids=[each for each, _ in NEW_CARD_TURNS])
async def test_hanging_up_at_the_new_card_saves_none(counter: Counter, at: int) -> None:
    account = await reached_account(counter)
    turns = (*ASKED, *NEW_CARD_TURNS[:at], (NEW_CARD_TURNS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert [] == await methods.of_customer(counter.store, account.customer_id)


TURNS: tuple[Turn, ...] = (*ON_DUE, ACCEPT)


@pytest.mark.parametrize("at", range(len(TURNS)), ids=[prompt for prompt, _ in TURNS])
async def test_hanging_up_at_a_question_agrees_to_nothing(counter: Counter, at: int) -> None:
    account = await reached_account(counter)
    await saved_card(counter, account)
    turns = (*TURNS[:at], (TURNS[at][0], None))
    with ScriptedPhone(*turns) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(counter).desk, await counter.call(), account)
    assert [] == await schedules.of_account(counter.store, account.id)


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
