"""Several accounts paid from one bank account: each share named, authorised aloud, debited."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio

from paytone.flows.agreement import REVIEW_KEYS, REVIEW_PAY
from paytone.flows.authorisation import ACCEPT, AMOUNT, CANNOT_SPEAK, CARD_OR_PERSON, HOLDER, NEEDED
from paytone.flows.fee import FEE_KEYS
from paytone.flows.keep_bank import ACCEPT as KEEP_ACCEPT
from paytone.flows.method_entry import PAY_WITH_CHECK
from paytone.flows.save_offer import SAVE_BANK
from paytone.flows.shares_authorised import ONE_TIME_EACH, SAY_THESE
from paytone.flows.shares_told import CHECK_DECLINED, CHECK_PENDING, WAS_ACCEPTED, WENT_THROUGH
from paytone.flows.together import TRY_ANOTHER_WAY
from paytone.phone import HungUp
from paytone.phone.scripted import SILENCE, ScriptedPhone, Turn
from paytone.prompts import spoken
from paytone.rules.job import Ended, Status
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.store import authorisations, methods
from tests.checks import (
    BY_CHECK,
    CARD,
    CHECKED,
    DONE,
    READY,
    REVIEWED,
    account_turns,
    debits,
)
from tests.flows.test_together import ALL, Two, family
from tests.plans import saved_bank
from tests.spoken_yes import YES
from tests.teller import Counter

SPOKEN: tuple[Turn, ...] = (READY, (SAY_THESE, ""), (ACCEPT, "1"))
TO_REVIEW: tuple[Turn, ...] = (ALL, BY_CHECK, *account_turns(), CHECKED)
CARDS_ONLY = """
    UPDATE accounts SET payable = 'card-only', payable_reason = 'bank-return' WHERE id = %(id)s
"""
TURNS: tuple[Turn, ...] = (*TO_REVIEW, REVIEWED, *SPOKEN, DONE)


@pytest_asyncio.fixture
async def two(checks: Counter) -> Two:
    """A family that owes 112.40 and 80.00, at a counter that takes checks."""
    return await family(checks, 11240, 8000)


async def paid(two: Two, *turns: Turn, voice: bytes = YES) -> tuple[Ended, ScriptedPhone]:
    with ScriptedPhone(*turns, voice=[voice] * 6) as phone:
        return await two.pay(phone), phone


async def test_each_share_is_named_debited_and_kept_with_the_voice(two: Two) -> None:
    ended, phone = await paid(two, *TURNS)
    assert Status.PAID is ended.status
    assert [0, 0] == await two.owe()
    assert [("settlement_pending", "TEL")] * 2 == debits(two.counter)
    assert phone.heard_in_order(REVIEW_PAY, ONE_TIME_EACH, SAY_THESE, WAS_ACCEPTED, CHECK_PENDING)
    assert WENT_THROUGH not in phone.heard
    for account, cents in ((two.first, 11240), (two.second, 8000)):
        ending, amount = spoken.digits(account.ending), spoken.money(Money(cents))
        assert phone.heard_in_order(HOLDER, *ending, AMOUNT, *amount, SAY_THESE)
        (payment,) = await two.counter.payments(account)
        kept = await authorisations.by_confirmation(two.counter.store, payment.confirmation)
        assert kept is not None
        agreed = kept.given.authorisation
        assert (account.ending, Money(cents)) == (agreed.biller_account, agreed.amount)
        assert YES == kept.given.recording.audio


async def test_each_share_is_kept_in_the_words_and_language_in_which_all_were_read(
    two: Two,
) -> None:
    with ScriptedPhone(*TURNS, voice=[YES], language="es") as phone:
        await two.pay(phone)
    for account in (two.first, two.second):
        (payment,) = await two.counter.payments(account)
        kept = await authorisations.by_confirmation(two.counter.store, payment.confirmation)
        assert kept is not None
        assert "es" == kept.given.language
        assert "El monto es de ciento doce dólares con cuarenta centavos" in kept.given.read_out
        assert "El monto es de ochenta dólares" in kept.given.read_out


@pytest.mark.parametrize("at", range(len(TURNS)))
async def test_hanging_up_at_any_question_debits_nothing(two: Two, at: int) -> None:
    """But at the last, where both are made."""
    made = 2 if TURNS[at] is DONE else 0
    with pytest.raises(HungUp):
        await paid(two, *TURNS[:at], (TURNS[at][0], None))
    assert made == len(two.counter.charges())
    assert min(made, 1) == len(two.counter.sandbox.books_of().methods)


@pytest.mark.parametrize(
    "turns",
    [
        ((CANNOT_SPEAK, "2"),),
        (READY, *[(SAY_THESE, "")] * 3, (CARD_OR_PERSON, "1")),
    ],
    ids=["cannot speak", "silence"],
)
async def test_without_a_spoken_yes_a_card_pays(two: Two, turns: tuple[Turn, ...]) -> None:
    through = (*TO_REVIEW, REVIEWED, *turns, *CARD)
    ended, phone = await paid(two, *through, voice=SILENCE)
    assert Status.PAID is ended.status
    assert (NEEDED in phone.heard) is (len(turns) > 1)
    assert ["112.40", "80.00"] == sorted(two.charged())
    assert {} == dict(two.counter.sandbox.books_of().methods)


async def test_star_debits_nothing_and_forgets_the_account(two: Two) -> None:
    ended, _ = await paid(two, *TO_REVIEW, REVIEWED, (CANNOT_SPEAK, "*"))
    assert Status.CANCELLED is ended.status
    assert [] == two.counter.charges()
    assert {} == dict(two.counter.sandbox.books_of().methods)


async def test_a_saved_account_pays_and_a_new_one_can_be_saved(two: Two) -> None:
    saving: tuple[Turn, ...] = ((SAVE_BANK, "4"), (KEEP_ACCEPT, "1"), DONE)
    await paid(two, *TURNS[:-1], *saving)
    (method,) = await methods.of_customer(two.counter.store, two.first.customer_id)
    assert [method.token] == list(two.counter.sandbox.books_of().methods)


async def test_with_a_fee_it_is_authorised_with_the_first_share(checks: Counter) -> None:
    fee = replace(checks, desk=replace(checks.desk, fee=Money(250)))
    two = await family(fee, 11240, 8000)
    await saved_bank(fee, two.first)
    ended, _ = await paid(two, (FEE_KEYS, "1"), ALL, REVIEWED, *SPOKEN, DONE)
    assert Status.PAID is ended.status
    assert ["114.90", "80.00"] == sorted(amount for _, amount, _ in fee.charges())


async def test_after_a_decline_what_is_left_is_authorised_anew(checks: Counter) -> None:
    """The first is paid and told so; of the second alone the caller hears the facts again."""
    two = await family(checks, 5000, 200_100)
    await saved_bank(checks, two.first)
    again: tuple[Turn, ...] = ((TRY_ANOTHER_WAY, "1"), (PAY_WITH_CHECK, "1"), REVIEWED)
    ended, phone = await paid(two, ALL, REVIEWED, *SPOKEN, *again, (CANNOT_SPEAK, "*"))
    assert CHECK_DECLINED in phone.heard
    left = phone.heard[phone.heard.index(TRY_ANOTHER_WAY) :]
    assert 1 == left.count(HOLDER)
    assert [0, 200_100] == await two.owe()
    assert [[State.SETTLING], [State.DECLINED]] == await two.states()
    assert Status.PAID is ended.status


async def test_of_unknown_fate_none_is_debited_any_more(two: Two) -> None:
    two.counter.sandbox.faults.inject(Fault("sale", "after", "drop"))
    ended, _ = await paid(two, *TURNS[:-1])
    assert Status.UNKNOWN is ended.status
    assert 1 == len(two.counter.charges())


async def test_an_account_that_takes_cards_only_offers_no_bank(two: Two) -> None:
    await two.counter.store.run(CARDS_ONLY, id=two.second.id)
    _, phone = await paid(two, ALL, *CARD)
    assert PAY_WITH_CHECK not in phone.heard
    assert REVIEW_KEYS in phone.heard
