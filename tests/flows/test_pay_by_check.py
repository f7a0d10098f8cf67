"""Paying by electronic check: what is asked, read out, said, recorded, refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paytone.ask import WantsPerson
from paytone.back_office.settlement import poll
from paytone.flows.agreement import REVIEW_CHECK_KEYS
from paytone.flows.authorisation import (
    ACCEPT,
    CANNOT_SPEAK,
    CARD_OR_PERSON,
    NEEDED,
    NOT_SPOKEN,
    SAY_NOW,
    facts_in_words,
)
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.history import GO_ON, PENDING, history
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.pay_bill import (
    CHECK_ACCEPTED,
    CHECK_DECLINED,
    CHECK_PENDING,
    PAID,
    TRY_ANOTHER_WAY,
    pay_bill,
)
from paytone.flows.resume import WAS_RETURNED, resume
from paytone.phone import HungUp
from paytone.phone.scripted import SILENCE, ScriptedPhone, Turn
from paytone.rules.authorisation import Fact
from paytone.rules.job import Ended, Next, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.sandbox.sales.returns import returned
from paytone.store import authorisations
from tests.checks import (
    ACCEPTS,
    ALL,
    CARD,
    DONE,
    ENQUIRIES,
    READY,
    REVIEWED,
    SPEAKS,
    TO_REVIEW,
    WHOLE,
    debits,
    pay,
)
from tests.spoken_yes import YES, joined, keys, speech
from tests.teller import NOW, Counter

OTHER = joined(speech("cancelled"))


async def test_a_spoken_yes_pays_by_check(checks: Counter) -> None:
    with ScriptedPhone(*ALL, voice=[YES]) as phone:
        account = await checks.account()
        ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    (payment,) = await checks.payments(account)
    assert Ended(Status.PAID, Next.MENU) == ended
    assert State.SETTLING is payment.state
    assert "JPMORGAN CHASE BANK, NA checking account ending in 0000" == str(payment.face)
    assert [("settlement_pending", "TEL")] == debits(checks)
    assert [(payment.id, "112.40", "settlement_pending")] == checks.charges()
    assert 0 == await checks.owes_cents(account)
    assert phone.heard_in_order(CHECK_ACCEPTED, CHECK_PENDING, REPEAT_CONFIRMATION)
    assert PAID not in phone.heard
    kept = await authorisations.by_confirmation(checks.store, payment.confirmation)
    assert kept is not None
    assert YES == kept.given.recording.audio
    assert kept.given.recording.speech_ms >= 600


async def test_all_eight_facts_are_heard_in_full_and_kept(checks: Counter) -> None:
    with ScriptedPhone(*ALL, voice=[YES]) as phone:
        account = await checks.account()
        await pay_bill(phone, checks.desk, await checks.call(), account)
    (payment,) = await checks.payments(account)
    kept = await authorisations.by_confirmation(checks.store, payment.confirmation)
    assert kept is not None
    agreed = kept.given.authorisation
    words = facts_in_words(agreed)
    assert set(Fact) == set(words) == set(agreed.facts())
    for fact in Fact:
        assert phone.heard_in_order(*words[fact], SAY_NOW), fact
    assert ("Test", "4412", "0000", Money(11240), NOW.date(), NOW.date(), ENQUIRIES) == (
        agreed.customer, agreed.biller_account, agreed.debited.last_four, agreed.amount,
        agreed.debit_on, agreed.given_on, agreed.enquiries,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "It is a one-time electronic debit from your bank account",
                "the account ending in four four one two.",
                "your Chase checking account ending in zero zero zero zero.",
                "The amount is one hundred twelve dollars and forty cents.",
                "on or after March second twenty twenty-six.",
                "You authorize this today, March second twenty twenty-six.",
                "call eight zero zero, five five five",
                "To revoke this authorization, call that number",
            ),
        ),
        (
            "es",
            (
                "Es un débito electrónico único de su cuenta bancaria",
                "la cuenta terminada en cuatro cuatro uno dos.",
                "su cuenta de cheques de Chase terminada en cero cero cero cero.",
                "El monto es de ciento doce dólares con cuarenta centavos.",
                "a partir del dos de marzo de dos mil veintiséis.",
                "Usted lo autoriza hoy, dos de marzo de dos mil veintiséis.",
                "llame al ocho cero cero, cinco cinco cinco",
                "Para revocar esta autorización, llame a ese número",
            ),
        ),
    ],
)
async def test_the_facts_are_kept_in_the_words_and_language_in_which_they_were_read(
    checks: Counter, language: str, words: tuple[str, ...]
) -> None:
    with ScriptedPhone(*ALL, voice=[YES], language=language) as phone:
        account = await checks.account()
        await pay_bill(phone, checks.desk, await checks.call(), account)
    (payment,) = await checks.payments(account)
    kept = await authorisations.by_confirmation(checks.store, payment.confirmation)
    assert kept is not None
    assert language == kept.given.language
    assert [] == [fact for fact in words if fact not in kept.given.read_out]
    assert len(Fact) == len(words)


async def test_a_payment_by_check_is_pending_in_the_last_payments(checks: Counter) -> None:
    with ScriptedPhone(*ALL, voice=[YES]) as phone:
        account = await checks.account()
        await pay_bill(phone, checks.desk, await checks.call(), account)
    with ScriptedPhone((GO_ON, "#")) as later:
        await history(later, checks.desk, await checks.call(), account)
    assert PENDING in later.heard


async def test_a_debit_that_the_bank_returns_is_owed_again_and_told(checks: Counter) -> None:
    with ScriptedPhone(*ALL, voice=[YES]) as phone:
        account = await checks.account()
        await pay_bill(phone, checks.desk, await checks.call(), account)
    ((name, sale),) = checks.sandbox.books_of().transactions.items()
    back = returned(sale, "R01", datetime.now(UTC), None)
    checks.sandbox.books_of().keep(back)
    await poll(checks.store, checks.desk.gateway, now=NOW + timedelta(hours=1))
    (payment,) = await checks.payments(account)
    assert (State.RETURNED, name) == (payment.state, payment.transaction)
    assert 11240 == await checks.owes_cents(account)
    with ScriptedPhone() as later:
        await resume(later, checks.desk, await checks.call(), account)
    assert WAS_RETURNED in later.heard


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param([SILENCE] * 3, id="silence"),
        pytest.param([joined(keys("1500#" * 4))] * 3, id="keys"),
        pytest.param([], id="nothing"),
    ],
)
async def test_without_a_voice_nothing_is_debited_and_a_card_is_offered(
    checks: Counter, heard: list[bytes]
) -> None:
    turns = (*TO_REVIEW, REVIEWED, READY, SPEAKS, SPEAKS, SPEAKS, (CARD_OR_PERSON, "1"))
    with ScriptedPhone(*turns, *CARD, voice=heard) as phone:
        account = await checks.account()
        ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    assert Status.PAID is ended.status
    assert 3 == phone.heard.count(NOT_SPOKEN)
    assert NEEDED in phone.heard
    assert PAY_WITH_CHECK not in phone.heard[phone.heard.index(NEEDED) :]
    (payment,) = await checks.payments(account)
    assert "Visa ending in 1111" == str(payment.face)


async def test_whoever_cannot_speak_is_offered_a_card_before_anything_is_recorded(
    checks: Counter,
) -> None:
    with ScriptedPhone(*TO_REVIEW, REVIEWED, (CANNOT_SPEAK, "2"), *CARD) as phone:
        ended = await pay(checks, phone)
    assert Status.PAID is ended.status
    assert SAY_NOW not in phone.heard


async def test_whoever_cannot_speak_gets_a_person(checks: Counter) -> None:
    with (
        ScriptedPhone(*TO_REVIEW, REVIEWED, (CANNOT_SPEAK, "0")) as phone,
        pytest.raises(WantsPerson),
    ):
        await pay(checks, phone)
    assert [] == checks.charges()


async def test_what_was_said_is_played_back_and_can_be_said_again(checks: Counter) -> None:
    turns = (
        *TO_REVIEW,
        REVIEWED,
        READY,
        SPEAKS,
        (ACCEPT, "3"),
        (ACCEPT, "2"),
        SPEAKS,
        ACCEPTS,
        DONE,
    )
    with ScriptedPhone(*turns, voice=[YES, OTHER]) as phone:
        account = await checks.account()
        ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    assert Status.PAID is ended.status
    assert [YES] == phone.played
    (payment,) = await checks.payments(account)
    kept = await authorisations.by_confirmation(checks.store, payment.confirmation)
    assert kept is not None
    assert OTHER == kept.given.recording.audio


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param((*TO_REVIEW, (REVIEW_CHECK_KEYS, "*")), id="at the review"),
        pytest.param((*TO_REVIEW, REVIEWED, (CANNOT_SPEAK, "*")), id="after the facts"),
        pytest.param((*TO_REVIEW, REVIEWED, READY, SPEAKS, (ACCEPT, "*")), id="after speaking"),
    ],
)
async def test_star_cancels_and_the_account_is_forgotten(
    checks: Counter, turns: tuple[Turn, ...]
) -> None:
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        ended = await pay(checks, phone)
    assert Ended(Status.CANCELLED, Next.MENU) == ended
    assert [] == checks.charges()
    assert {} == checks.sandbox.books_of().methods


@pytest.mark.parametrize("at", range(len(ALL)))
async def test_hanging_up_at_any_question_debits_nothing(checks: Counter, at: int) -> None:
    """But at the last, where the payment is made."""
    turns = (*ALL[:at], (ALL[at][0], None))
    with ScriptedPhone(*turns, voice=[YES]) as phone, pytest.raises(HungUp):
        await pay(checks, phone)
    made = 1 if ALL[at] is DONE else 0
    assert made == len(checks.charges())
    assert made == len(checks.sandbox.books_of().methods)


async def test_hanging_up_amid_the_recording_debits_nothing(checks: Counter) -> None:
    with (
        ScriptedPhone(*TO_REVIEW, REVIEWED, READY, SPEAKS, voice=[None]) as phone,
        pytest.raises(HungUp),
    ):
        await pay(checks, phone)
    assert [] == checks.charges()


async def test_a_debit_that_is_declined_at_once_is_forgotten_and_another_way_offered(
    checks: Counter,
) -> None:
    turns = (*ALL[:-1], (TRY_ANOTHER_WAY, "*"))
    with ScriptedPhone(*turns, voice=[YES]) as phone:
        account = await checks.account(owes_cents=200_100)
        ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    assert Ended(Status.DECLINED, Next.MENU) == ended
    assert CHECK_DECLINED in phone.heard
    assert {} == checks.sandbox.books_of().methods
    assert 200_100 == await checks.owes_cents(account)


async def test_a_debit_of_unknown_fate_is_told_so_and_found(checks: Counter) -> None:
    checks.sandbox.faults.inject(Fault("sale", "after", "drop"))
    with ScriptedPhone(*ALL[:-1], voice=[YES]) as phone:
        account = await checks.account()
        ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    assert Status.UNKNOWN is ended.status
    with ScriptedPhone(DONE) as again:
        await pay_bill(again, checks.desk, await checks.call(), account)
    (payment,) = await checks.payments(account)
    assert State.SETTLING is payment.state
    assert 1 == len(checks.charges())


async def test_a_line_that_takes_cards_only_never_offers_a_check(counter: Counter) -> None:
    with ScriptedPhone(WHOLE, *CARD) as phone:
        await pay(counter, phone)
    assert PAY_WITH_CHECK not in phone.heard
