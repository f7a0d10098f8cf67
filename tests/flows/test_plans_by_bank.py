"""Later payments from a bank account: authorised aloud, or not made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from paytone.ask import WantsPerson
from paytone.flows.authorisation import CANNOT_SPEAK, CARD_OR_PERSON, NEEDED, NOT_SPOKEN
from paytone.flows.autopay import DONE, autopay
from paytone.flows.bank_entry import bank_account_in_words
from paytone.flows.card_entry import ASK_CARD
from paytone.flows.later import LATER_DONE
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
from paytone.flows.plan_entry import WHICH_METHOD
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
from paytone.prompts import spoken
from paytone.rules.authorisation import Fact
from paytone.rules.contact import Channel
from paytone.rules.method import CardFace
from paytone.rules.money import Money
from paytone.rules.schedule import Every, Fixed, Once
from paytone.store import authorisations, methods, schedules
from tests.checks import debits
from tests.flows.debited import (
    ASKED,
    AUTOPAY,
    DAY,
    DUE,
    FIXED,
    JOBS,
    NEW_CARD,
    ONCE,
    READY,
    STEPS_BACK,
    customer,
    only,
    spoken_for,
    talk,
)
from tests.plans import letters_of, make, writing
from tests.spoken_yes import YES
from tests.teller import TODAY, Counter

PLANS: dict[str, tuple[str, tuple[Turn, ...]]] = {
    "autopay": ("autopay", AUTOPAY),
    "once": ("later", ONCE),
    "fixed": ("later", FIXED),
}


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


async def test_a_line_that_takes_no_checks_any_more_offers_cards_alone(checks: Counter) -> None:
    account = await customer(checks)
    cards_only = replace(checks, desk=replace(checks.desk, checks=None))
    with ScriptedPhone(*ASKED, (ASK_CARD, "*"), *STEPS_BACK) as phone:
        desk = replace(writing(cards_only).desk, letters_by=frozenset(Channel))
        await autopay(phone, desk, await checks.call(), account)
    assert WHICH_METHOD not in phone.heard
