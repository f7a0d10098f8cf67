"""Later payments from a bank account: authorised aloud, and anew each time they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from paytone.ask import WantsPerson
from paytone.back_office.forget import ORPHANED_AFTER, forget_orphans
from paytone.back_office.settlement import poll
from paytone.flows import Talk
from paytone.flows.amount_entry import ASK_AMOUNT, ASK_AMOUNT_KIND, IS_THAT_RIGHT
from paytone.flows.authorisation import CANNOT_SPEAK, CARD_OR_PERSON, NEEDED, NOT_SPOKEN
from paytone.flows.autopay import CANCEL, CANCEL_SURE, DONE, SET_UP, autopay
from paytone.flows.bank_entry import BANK_KNOWS_NO_SUCH, BANK_TROUBLE, bank_account_in_words
from paytone.flows.card_entry import ASK_CARD, ASK_CVV_3, ASK_EXPIRY, ASK_POSTAL
from paytone.flows.keep_bank import ACCEPT as KEEP_ACCEPT
from paytone.flows.keep_bank import BANK_KEPT, KEEP_BANK_FOR
from paytone.flows.later import LATER_DONE, LATER_FIXED, LATER_LIST, LATER_ONCE, later
from paytone.flows.methods import IN_USE, REMOVE, saved_methods
from paytone.flows.plan_agree import NOT_AGREED, TERMS_ACCEPT
from paytone.flows.plan_authorisation import (
    ACCEPT,
    DATE,
    HOLDER,
    ONE_TIME,
    RECURRING,
    REVOKE,
    SAY_NOW,
    SAY_THESE,
)
from paytone.flows.plan_entry import (
    ASK_AUTOPAY_DAY,
    ASK_EVERY,
    ASK_LATER_DAY,
    ASK_MONTH_DAY,
    NEW_BANK,
    NOTICE_ALWAYS,
    WHICH_METHOD,
)
from paytone.flows.plan_words import (
    TERMS_AUTOPAY,
    TERMS_CANCEL,
    TERMS_COPY,
    TERMS_ENQUIRIES,
    TERMS_FIXED,
    TERMS_NOTICE,
    TERMS_ONCE,
)
from paytone.mail.texts import SHIPPED, load
from paytone.phone import HungUp
from paytone.phone.scripted import SILENCE, ScriptedPhone, Turn
from paytone.prompts import Prompt, spoken
from paytone.rules.authorisation import Fact
from paytone.rules.bill import Account
from paytone.rules.contact import Channel
from paytone.rules.job import Ended, Next, Status
from paytone.rules.method import BankFace, CardFace
from paytone.rules.money import Money
from paytone.rules.schedule import AutoPay, Every, Fixed, Once, Schedule
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.sales.returns import returned
from paytone.store import authorisations, methods, schedules
from paytone.store.authorisations import Kept
from tests.checks import CHECKED, account_turns, debits
from tests.plans import (
    agreed,
    at,
    letters_of,
    make,
    reached,
    saved_bank,
    saved_card,
    standing,
    writing,
)
from tests.spoken_yes import YES
from tests.teller import NOW, TODAY, Counter

DUE = date(2026, 3, 20)
DAY = date(2026, 3, 12)
READY: Turn = (CANNOT_SPEAK, "1")
ACCEPTS: Turn = (ACCEPT, "1")
SPOKEN: tuple[Turn, ...] = (READY, (SAY_THESE, ""), ACCEPTS)
SPOKEN_ONCE: tuple[Turn, ...] = (READY, (SAY_NOW, ""), ACCEPTS)
ASKED: tuple[Turn, ...] = ((SET_UP, "1"), (ASK_AUTOPAY_DAY, "1"), (NOTICE_ALWAYS, "1"))
STEPS_BACK: tuple[Turn, ...] = ((NOTICE_ALWAYS, "*"), (ASK_AUTOPAY_DAY, "*"))
AUTOPAY: tuple[Turn, ...] = (*ASKED, (WHICH_METHOD, "1"), *SPOKEN)
ONCE: tuple[Turn, ...] = (
    (LATER_ONCE, "1"),
    (ASK_AMOUNT_KIND, "4"),
    (ASK_AMOUNT, "50*00#"),
    (IS_THAT_RIGHT, "1"),
    (ASK_LATER_DAY, "0312"),
    (WHICH_METHOD, "1"),
    *SPOKEN_ONCE,
)
FIXED: tuple[Turn, ...] = (
    (LATER_FIXED, "2"),
    (ASK_AMOUNT, "30*00#"),
    (IS_THAT_RIGHT, "1"),
    (ASK_EVERY, "3"),
    (ASK_MONTH_DAY, "12"),
    (WHICH_METHOD, "1"),
    *SPOKEN,
)
JOBS = {"autopay": autopay, "later": later}
PLANS: dict[str, tuple[str, tuple[Turn, ...]]] = {
    "autopay": ("autopay", AUTOPAY),
    "once": ("later", ONCE),
    "fixed": ("later", FIXED),
}
NEW_CARD: tuple[Turn, ...] = (
    (ASK_CARD, "4111111111111111#"),
    (ASK_EXPIRY, "0927"),
    (ASK_CVV_3, "123"),
    (ASK_POSTAL, "60601"),
    (KEEP_ACCEPT, "1"),
    (TERMS_ACCEPT, "1"),
)


async def customer(checks: Counter) -> Account:
    """Somebody who can be written to and has saved a bank account."""
    account = await checks.account(due=DUE)
    await reached(checks, account)
    await saved_bank(checks, account)
    return account


async def talk(
    checks: Counter, account: Account, job: str, *turns: Turn, voice: bytes = YES
) -> ScriptedPhone:
    """A job, with a caller who takes those turns and says the same each time."""
    with ScriptedPhone(*turns, voice=[voice] * 3) as phone:
        ended = await JOBS[job](phone, writing(checks).desk, await checks.call(), account)
    assert Ended(Status.DONE, Next.MENU) == ended
    return phone


async def only(checks: Counter, account: Account) -> Schedule:
    (schedule,) = await schedules.of_account(checks.store, account.id)
    return schedule


async def spoken_for(checks: Counter, schedule: Schedule) -> list[Kept]:
    """What was authorised aloud for it, the last first."""
    return await authorisations.all_by_confirmation(checks.store, schedule.confirmation)


async def test_autopay_is_set_up_aloud_and_every_fact_is_heard_and_kept(checks: Counter) -> None:
    account = await customer(checks)
    phone = await talk(checks, account, "autopay", *AUTOPAY)
    schedule = await only(checks, account)
    (kept,) = await spoken_for(checks, schedule)
    agreed_to = kept.given.authorisation
    assert phone.heard_in_order(
        TERMS_AUTOPAY,
        *bank_account_in_words(agreed_to.debited),
        TERMS_NOTICE,
        TERMS_CANCEL,
        TERMS_ENQUIRIES,
        TERMS_COPY,
        RECURRING,
        HOLDER,
        *spoken.digits("4412"),
        DATE,
        *spoken.date(TODAY, year=True),
        REVOKE,
        CANNOT_SPEAK,
        SAY_THESE,
        ACCEPT,
        DONE,
    )
    assert TERMS_ACCEPT not in phone.heard
    assert YES == kept.given.recording.audio
    assert (None, TODAY, "Test") == (agreed_to.amount, agreed_to.given_on, agreed_to.customer)
    assert set(Fact) == set(agreed_to.facts())
    (change,) = await schedules.changes(checks.store, schedule)
    start, end = phone.heard.index(TERMS_AUTOPAY), phone.heard.index(CANNOT_SPEAK)
    assert [*phone.heard[start:end], SAY_THESE, ACCEPT] == change["prompts"]
    assert [] == checks.charges()


async def test_its_written_copy_says_that_it_was_authorised_aloud(checks: Counter) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    (facts,) = await letters_of(checks, "autopay-terms")
    assert TODAY.isoformat() == facts["spoken_on"]
    text = load(SHIPPED).email("autopay-terms", facts, language="en", zone=UTC).text
    assert "aloud, by telephone" in text
    assert "March 2, 2026" in text
    assert [] == await letters_of(checks, "check-authorised")


async def test_what_was_authorised_is_what_is_debited(checks: Counter) -> None:
    account = await customer(checks)
    await talk(checks, account, "autopay", *AUTOPAY)
    await make(checks, TODAY)
    await make(checks, DUE)
    assert [("settlement_pending", "TEL")] == debits(checks)
    assert ["112.40"] == [amount for _, amount, _ in checks.charges()]


async def test_one_payment_on_a_later_date_is_one_time(checks: Counter) -> None:
    account = await customer(checks)
    phone = await talk(checks, account, "later", *ONCE)
    schedule = await only(checks, account)
    (kept,) = await spoken_for(checks, schedule)
    agreed_to = kept.given.authorisation
    assert Once(Money(5000), DAY) == schedule.terms
    assert (Money(5000), DAY) == (agreed_to.amount, agreed_to.debit_on)
    assert phone.heard_in_order(TERMS_ONCE, ONE_TIME, REVOKE, SAY_NOW, ACCEPT, LATER_DONE)
    await make(checks, DAY)
    assert ["50.00"] == [amount for _, amount, _ in checks.charges()]


async def test_the_same_amount_again_and_again(checks: Counter) -> None:
    account = await customer(checks)
    phone = await talk(checks, account, "later", *FIXED)
    schedule = await only(checks, account)
    assert Fixed(Money(3000), Every.MONTH, TODAY, 12) == schedule.terms
    assert phone.heard_in_order(TERMS_FIXED, RECURRING, REVOKE, SAY_THESE, ACCEPT, LATER_DONE)
    await make(checks, DAY)
    assert [("settlement_pending", "TEL")] == debits(checks)


@pytest.mark.parametrize(
    ("plan", "at_turn"),
    [(plan, turn) for plan, (_, turns) in PLANS.items() for turn in range(len(turns))],
)
async def test_hanging_up_at_any_question_authorises_nothing(
    checks: Counter, plan: str, at_turn: int
) -> None:
    job, turns = PLANS[plan]
    account = await customer(checks)
    cut = (*turns[:at_turn], (turns[at_turn][0], None))
    with ScriptedPhone(*cut, voice=[YES]) as phone, pytest.raises(HungUp):
        await JOBS[job](phone, writing(checks).desk, await checks.call(), account)
    assert [] == await schedules.of_account(checks.store, account.id)
    assert [] == await authorisations.listed(checks.store, since=None)


async def test_hanging_up_amid_the_recording_authorises_nothing(checks: Counter) -> None:
    account = await customer(checks)
    with ScriptedPhone(*AUTOPAY[:-1], voice=[None]) as phone, pytest.raises(HungUp):
        await autopay(phone, writing(checks).desk, await checks.call(), account)
    assert [] == await schedules.of_account(checks.store, account.id)


REFUSALS: dict[str, tuple[Turn, ...]] = {
    "star after the facts": ((CANNOT_SPEAK, "*"),),
    "star after speaking": (READY, (SAY_THESE, ""), (ACCEPT, "*")),
    "star instead of a card": ((CANNOT_SPEAK, "2"), (ASK_CARD, "*")),
}


@pytest.mark.parametrize("turns", REFUSALS.values(), ids=REFUSALS)
async def test_whoever_does_not_give_it_has_nothing_set_up(
    checks: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await customer(checks)
    phone = await talk(checks, account, "autopay", *AUTOPAY[:4], *turns)
    assert NOT_AGREED == phone.heard[-1]
    assert [] == await schedules.of_account(checks.store, account.id)
    assert [] == await authorisations.listed(checks.store, since=None)


SILENT: tuple[Turn, ...] = (READY, *[(SAY_THESE, "")] * 3, (CARD_OR_PERSON, "1"))


@pytest.mark.parametrize("turns", [((CANNOT_SPEAK, "2"),), SILENT], ids=["cannot speak", "silence"])
async def test_whoever_cannot_speak_pays_by_card_instead(
    checks: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await customer(checks)
    through = (*AUTOPAY[:4], *turns, *NEW_CARD)
    phone = await talk(checks, account, "autopay", *through, voice=SILENCE)
    method = await methods.by_id(checks.store, (await only(checks, account)).method_id)
    assert method is not None
    assert isinstance(method.face, CardFace)
    assert (3 if len(turns) > 1 else 0) == phone.heard.count(NOT_SPOKEN)
    assert (NEEDED in phone.heard) is (len(turns) > 1)
    assert [] == await authorisations.listed(checks.store, since=None)


async def test_whoever_cannot_speak_gets_a_person(checks: Counter) -> None:
    account = await customer(checks)
    with ScriptedPhone(*AUTOPAY[:4], (CANNOT_SPEAK, "0")) as phone, pytest.raises(WantsPerson):
        await autopay(phone, writing(checks).desk, await checks.call(), account)
    assert [] == await schedules.of_account(checks.store, account.id)


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


# What changes is authorised anew.


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


async def test_a_line_that_takes_no_checks_any_more_offers_cards_alone(checks: Counter) -> None:
    account = await customer(checks)
    cards_only = replace(checks, desk=replace(checks.desk, checks=None))
    with ScriptedPhone(*ASKED, (ASK_CARD, "*"), *STEPS_BACK) as phone:
        desk = replace(writing(cards_only).desk, letters_by=frozenset(Channel))
        await autopay(phone, desk, await checks.call(), account)
    assert WHICH_METHOD not in phone.heard


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
