"""A bank account that has paid is saved, and pays again by a spoken yes and no digit of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paytone.back_office.forget import forget_removed
from paytone.flows import Talk
from paytone.flows.agreement import ASK_CHANGE, REVIEW_CHECK_KEYS, REVIEW_FROM
from paytone.flows.authorisation import (
    CANNOT_SPEAK,
    CARD_OR_PERSON,
    NEEDED,
    facts_in_words,
)
from paytone.flows.bank_entry import ASK_ROUTING, bank_account_in_words
from paytone.flows.confirm import REPEAT_CONFIRMATION
from paytone.flows.keep_bank import ACCEPT, BANK_KEPT, KEEP_BANK, KEEP_BANK_FOR
from paytone.flows.method_entry import PAY_WITH_CHECK, PAY_WITH_NEW_CARD, PAY_WITH_SAVED
from paytone.flows.methods import CONFIRM, REMOVE, REMOVED, saved_methods
from paytone.flows.pay_bill import (
    CHECK_ACCEPTED,
    CHECK_DECLINED,
    METHOD_GONE,
    TRY_ANOTHER_WAY,
    pay_bill,
)
from paytone.flows.save_offer import SAVE_BANK, SAVE_CARD
from paytone.phone import HungUp
from paytone.phone.scripted import SILENCE, ScriptedPhone, Turn
from paytone.prompts import Prompt
from paytone.rules.bill import Account
from paytone.rules.job import Ended, Status
from paytone.rules.method import BankFace, SavedMethod
from paytone.rules.money import Money
from paytone.rules.payment import State
from paytone.sandbox.control.faults import Fault
from paytone.store import authorisations, methods
from tests.checks import (
    ACCEPTS,
    ALL,
    BY_CHECK,
    CARD,
    CHECKED,
    DONE,
    READY,
    REVIEWED,
    SPEAKS,
    account_turns,
    debits,
)
from tests.flows.test_pay_bill import other
from tests.spoken_yes import YES
from tests.teller import NOW, Counter

SAVE: Turn = (REPEAT_CONFIRMATION, "4")
AGREES: Turn = (ACCEPT, "1")
OTHERWISE: tuple[Turn, ...] = ((REVIEW_CHECK_KEYS, "2"), (ASK_CHANGE, "2"))
SPOKEN: tuple[Turn, ...] = (READY, SPEAKS, ACCEPTS)
FIRST: tuple[Turn, ...] = (*other("40*00#"), BY_CHECK, *account_turns(), CHECKED, REVIEWED, *SPOKEN)
AGAIN: tuple[Turn, ...] = (*other("30*00#"), REVIEWED, *SPOKEN, DONE)


async def called(
    checks: Counter, account: Account, *turns: Turn, voice: bytes = YES
) -> tuple[Ended, ScriptedPhone]:
    """A call that pays; everybody who is asked to speak says the same, three times at most."""
    with ScriptedPhone(*turns, voice=[voice] * 3) as phone:
        ended = await pay_bill(phone, checks.desk, await checks.call(), account)
    return ended, phone


async def saved(checks: Counter, account: Account) -> SavedMethod:
    """A bank account that has paid forty dollars and was saved."""
    await called(checks, account, *FIRST, SAVE, AGREES, DONE)
    (method,) = await methods.of_customer(checks.store, account.customer_id)
    return method


async def test_it_is_saved_with_its_consent(checks: Counter) -> None:
    account = await checks.account()
    ended, phone = await called(checks, account, *FIRST, SAVE, AGREES, DONE)
    (method,) = await methods.of_customer(checks.store, account.customer_id)
    row = await checks.store.one("SELECT consent_prompts, consent_call FROM payment_methods")
    assert row is not None
    assert isinstance(method.face, BankFace)
    words = [KEEP_BANK, *bank_account_in_words(method.face), KEEP_BANK_FOR, ACCEPT]
    assert (Status.PAID, words) == (ended.status, row["consent_prompts"])
    assert row["consent_call"] is not None
    assert BANK_KEPT in phone.heard
    assert 1 == phone.heard.count(SAVE_BANK)
    assert [method.token] == list(checks.sandbox.books_of().methods)


async def test_saved_it_is_read_back_unasked_and_pays_by_a_spoken_yes_alone(
    checks: Counter,
) -> None:
    account = await checks.account()
    method = await saved(checks, account)
    ended, phone = await called(checks, account, *AGAIN)
    assert Status.PAID is ended.status
    assert isinstance(method.face, BankFace)
    assert PAY_WITH_SAVED not in phone.heard
    assert phone.heard_in_order(REVIEW_FROM, *bank_account_in_words(method.face), REVIEW_CHECK_KEYS)
    assert ASK_ROUTING not in phone.heard
    assert SAVE_BANK not in phone.heard
    (payment,) = [each for each in await checks.payments(account) if each.method_id]
    assert (method.id, State.SETTLING) == (payment.method_id, payment.state)
    assert [("settlement_pending", "TEL")] * 2 == debits(checks)
    kept = await authorisations.by_confirmation(checks.store, payment.confirmation)
    assert kept is not None
    agreed = kept.given.authorisation
    assert (Money(3000), method.face) == (agreed.amount, agreed.debited)
    assert phone.heard_in_order(
        *(each for fact in facts_in_words(agreed).values() for each in fact)
    )


async def test_a_biller_may_offer_nothing_to_be_saved(checks: Counter) -> None:
    account = await checks.account()
    off = replace(checks, desk=replace(checks.desk, offers_to_save=False))
    ended, phone = await called(off, account, *FIRST, SAVE, DONE)
    assert Status.PAID is ended.status
    assert SAVE_BANK not in phone.heard
    assert [] == await methods.of_customer(checks.store, account.customer_id)


async def test_among_others_it_comes_first(checks: Counter) -> None:
    account = await checks.account()
    method = await saved(checks, account)
    assert isinstance(method.face, BankFace)
    turns = (*other("30*00#"), *OTHERWISE, (PAY_WITH_NEW_CARD, "1"), REVIEWED, *SPOKEN, DONE)
    _, phone = await called(checks, account, *turns)
    press_1 = Prompt("press-1")
    assert phone.heard_in_order(PAY_WITH_SAVED, *bank_account_in_words(method.face), press_1)
    assert 4240 == await checks.owes_cents(account)


async def test_one_that_is_saved_is_not_offered_to_be_saved_again(checks: Counter) -> None:
    account = await checks.account()
    await saved(checks, account)
    keyed = (
        *other("30*00#"),
        *OTHERWISE,
        (PAY_WITH_CHECK, "3"),
        *FIRST[len(other("")) + 1 :],
        DONE,
    )
    ended, phone = await called(checks, account, *keyed)
    assert Status.PAID is ended.status
    assert SAVE_BANK not in phone.heard


async def test_without_consent_it_is_not_saved(checks: Counter) -> None:
    account = await checks.account()
    ended, phone = await called(checks, account, *FIRST, SAVE, (ACCEPT, "*"), DONE)
    assert Status.PAID is ended.status
    assert BANK_KEPT not in phone.heard
    assert [] == await methods.of_customer(checks.store, account.customer_id)


@pytest.mark.parametrize("turns", [((REPEAT_CONFIRMATION, None),), (SAVE, (ACCEPT, None))])
async def test_hanging_up_saves_nothing_and_the_payment_stands(
    checks: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await checks.account()
    with pytest.raises(HungUp):
        await called(checks, account, *FIRST, *turns)
    assert [] == await methods.of_customer(checks.store, account.customer_id)
    assert 7240 == await checks.owes_cents(account)


@pytest.mark.parametrize("at", range(len(AGAIN)))
async def test_hanging_up_at_any_question_debits_no_saved_account(checks: Counter, at: int) -> None:
    """But at the last, where the payment is made; the account stays saved all the same."""
    account = await checks.account()
    method = await saved(checks, account)
    with pytest.raises(HungUp):
        await called(checks, account, *AGAIN[:at], (AGAIN[at][0], None))
    made = 1 if AGAIN[at] is DONE else 0
    assert 1 + made == len(checks.charges())
    assert [method] == await methods.of_customer(checks.store, account.customer_id)
    assert [method.token] == list(checks.sandbox.books_of().methods)


REFUSED: dict[str, tuple[Turn, ...]] = {
    "silence": (READY, SPEAKS, SPEAKS, SPEAKS, (CARD_OR_PERSON, "1")),
    "cannot speak": ((CANNOT_SPEAK, "2"),),
}


@pytest.mark.parametrize("turns", REFUSED.values(), ids=REFUSED)
async def test_without_a_spoken_yes_a_saved_account_pays_nothing(
    checks: Counter, turns: tuple[Turn, ...]
) -> None:
    account = await checks.account()
    await saved(checks, account)
    through = (*other("30*00#"), REVIEWED, *turns)
    ended, phone = await called(checks, account, *through, *CARD, voice=SILENCE)
    assert Status.PAID is ended.status
    assert (NEEDED in phone.heard) is (len(turns) > 1)
    assert SAVE_CARD in phone.heard
    assert "Visa ending in 1111" in {str(each.face) for each in await checks.payments(account)}


async def test_one_that_braintree_lost_is_told_and_not_offered_again(checks: Counter) -> None:
    account = await checks.account()
    method = await saved(checks, account)
    await checks.desk.gateway.forget(method.token)
    ended, phone = await called(
        checks, account, *AGAIN[:-1], (TRY_ANOTHER_WAY, "1"), (Prompt("pay-with-card"), "2"), *CARD
    )
    assert Status.PAID is ended.status
    assert METHOD_GONE in phone.heard
    assert CHECK_DECLINED not in phone.heard


async def test_a_debit_of_a_saved_account_of_unknown_fate_is_not_made_twice(
    checks: Counter,
) -> None:
    account = await checks.account()
    method = await saved(checks, account)
    checks.sandbox.faults.inject(Fault("sale", "after", "drop"))
    ended, _ = await called(checks, account, *AGAIN[:-1])
    assert Status.UNKNOWN is ended.status
    await called(checks, account, DONE)
    assert 2 == len(checks.charges())
    assert 4240 == await checks.owes_cents(account)
    assert [method.token] == list(checks.sandbox.books_of().methods)


async def test_removed_it_is_forgotten_at_braintree_and_offered_no_more(checks: Counter) -> None:
    account = await checks.account()
    await saved(checks, account)
    with ScriptedPhone((REMOVE, "1"), (CONFIRM, "1")) as phone:
        await saved_methods(Talk(phone, checks.desk, await checks.call(), account))
    assert REMOVED in phone.heard
    assert 1 == await forget_removed(checks.store, checks.desk.gateway, now=NOW)
    assert {} == dict(checks.sandbox.books_of().methods)
    _, phone = await called(checks, account, *ALL)
    assert CHECK_ACCEPTED in phone.heard
    assert PAY_WITH_SAVED not in phone.heard


async def test_a_line_that_takes_no_checks_any_more_offers_no_saved_account(
    checks: Counter, counter: Counter
) -> None:
    account = await checks.account()
    await saved(checks, account)
    _, phone = await called(counter, account, *other("30*00#"), *CARD)
    assert PAY_WITH_SAVED not in phone.heard
    assert REVIEW_CHECK_KEYS not in phone.heard
